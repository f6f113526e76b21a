"""Scripts of orders that are handed in and live on their own: each kind with how many there are of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.system.day.city import HOUR_TYPE
from tests.system.day.people import UNITS
from tests.system.day.steps import ARCHIVED, BEYOND_FIRST_LIMIT, Do, Evening, Script, Step, alarmed, do, state

TYPES = ("consult", "help", "complaint", "report", "suggestion")
VISITS: tuple[dict[str, Any], ...] = (
    {"contacted": True, "solved": True, "satisfaction": "very_satisfied"},
    {"contacted": True, "solved": True, "satisfaction": "satisfied"},
    {"contacted": True, "satisfaction": "fair"},
    {"contacted": True, "solved": True},
)
UNHAPPY = {"contacted": True, "solved": False, "satisfaction": "dissatisfied", "comment": "没有解决"}
LEFT_OF_HOUR = timedelta(seconds=15)
"""What is left of the hour's limit when such an order is handed in: time to ask for more."""


class Kinds:
    """Makes the scripts; ``n`` counts the orders of a kind, so that they differ."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def intake(self, n: int, *, days: float = 0, **said: Any) -> dict[str, Any]:
        """What is handed in, received ``days`` ago."""
        received = self.now - timedelta(days=days, seconds=n + 1)
        return {
            "title": f"反映一件事情 {n}",
            "content": "请有关单位了解情况以后答复。",
            "channel": ("hotline", "wechat", "web")[n % 3],
            "request_type": TYPES[n % len(TYPES)],
            "street": f"44031100{n % 6 + 1}",
            "name": "陈先生",
            "phone": f"139{n:08d}",
            "received_at": received.isoformat(),
            **said,
        }

    def auto(self, n: int) -> Script:
        intake = self.intake(n, title="自来水管爆裂", content="小区门口自来水主管爆裂，家里停水，请水务部门抢修。")
        steps: tuple[Step, ...] = (state("dispatched"), *_handled("water"), *_visited(n))
        return Script("", intake, steps, "portal")

    def visited(self, n: int) -> Script:
        return Script("", self.intake(n, days=n * 1.5), (*_dispatched(n), *_handled(_unit(n)), *_visited(n)))

    def reviewed(self, n: int) -> Script:
        steps = (*_dispatched(n), *_handled(_unit(n), contact=n % 2 == 0), do("operator-2", "close"))
        return Script("", self.intake(n, days=n * 3), steps)

    def direct(self, n: int) -> Script:
        silent = do("operator", "answer_directly", 422)
        return Script("", self.intake(n), (silent, do("operator", "answer_directly", reply_public="窗口九点开门。")))

    def rejected(self, n: int) -> Script:
        return Script("", self.intake(n), (_reject(), do("operator", "accept", 409)))

    def reconsidered(self, n: int) -> Script:
        again = (do("operator", "reconsider", 403, reason="复核"), do("supervisor", "reconsider", reason="复核后受理"))
        closing = (*_dispatched(n), *_handled(_unit(n)), do("operator", "close"))
        return Script("", self.intake(n), (_reject(), *again, *closing))

    def amended(self, n: int) -> Script:
        nowhere = do("operator", "amend", 422, reason="补正", street="没有这条街")
        better = do(
            "operator", "amend", reason="补充地点", content="在公园东门。", request_type="complaint", urgency="urgent"
        )
        closing = (*_dispatched(n), *_handled(_unit(n)), do("operator", "close"))
        return Script("", self.intake(n), (nowhere, better, *closing))

    def recalled(self, n: int) -> Script:
        back = do("operator", "recall", reason="派错了")
        closing = (*_dispatched(n + 1), *_handled(_unit(n + 1)), *_visited(n))
        return Script("", self.intake(n), (*_dispatched(n), back, *closing))

    def returned(self, n: int) -> Script:
        """Goes to a wrong unit first."""
        groundless = do(_unit(n), "return", 422, reason="not_my_duty")
        gone = do(_unit(n), "sign", 404)
        closing = (*_dispatched(n + 1), gone, *_handled(_unit(n + 1)), *_visited(n))
        return Script("", self.intake(n, days=n), (*_dispatched(n), groundless, _return(n), *closing))

    def return_refused(self, n: int) -> Script:
        kept = do("operator", "refuse_return", reason="属于你单位职责")
        closing = (*_handled(_unit(n)), do("operator", "close"))
        return Script("", self.intake(n), (*_dispatched(n), _return(n), kept, *closing))

    def arbitrated(self, n: int) -> Script:
        unit = _unit(n + 1)
        ruling = {"unit": unit, "basis": "三定方案第六条"}
        decided = (
            do("operator", "refer", reason="两个单位都说不是自己的"),
            do("operator", "arbitrate", 403, **ruling),
            do("supervisor", "arbitrate", **ruling),
            do(unit, "return", 403, reason="not_my_duty", basis="仍然不是"),
        )
        kept: tuple[Step, ...] = (Evening(),) if n % 2 else ()  # so that it is seen how long it was there in vain
        tried = (*_dispatched(n), do(_unit(n), "sign"), *kept, _return(n))
        closing = (*_handled(unit), *_visited(n), *((ARCHIVED,) if n % 2 else ()))
        return Script("", self.intake(n, days=2), (*tried, *decided, *closing))

    def referred(self, n: int) -> Script:
        decided = (
            do("operator", "refer", reason="职责不清"),
            do("supervisor", "arbitrate", unit=_unit(n), basis="裁决"),
        )
        return Script("", self.intake(n), (*decided, *_handled(_unit(n)), do("supervisor", "close")))

    def extended(self, n: int) -> Script:
        """Closed in the evening, after the limit that it had at first."""
        unit = _unit(n)
        asked = (
            do(unit, "request_extension", 409, days=6, reason="太长"),
            do(unit, "request_extension", days=2, reason="等配件"),
            do(unit, "grant_extension", 403),
            do("operator", "grant_extension"),
            do(unit, "request_extension", 409, days=1, reason="再来一次"),
        )
        late = (
            Evening(),
            BEYOND_FIRST_LIMIT,
            do(unit, "reply", reply_public="已经处理"),
            do("operator", "close"),
            ARCHIVED,
        )
        received = self.now - timedelta(hours=1) + LEFT_OF_HOUR
        intake = self.intake(n, request_type=HOUR_TYPE) | {"received_at": received.isoformat()}
        return Script("", intake, (*_dispatched(n), do(unit, "sign"), *asked, *late))

    def extension_denied(self, n: int) -> Script:
        unit = _unit(n)
        asked = (
            do(unit, "request_extension", days=3, reason="等配件"),
            do("operator", "deny_extension", reason="时限足够"),
        )
        closing = (do(unit, "reply", reply_public="已经处理"), do("operator", "close"))
        return Script("", self.intake(n), (*_dispatched(n), do(unit, "sign"), *asked, *closing))

    def suspended(self, n: int) -> Script:
        unit = _unit(n)
        aside = (
            do(unit, "request_suspension", reason="等上级规划"),
            do("operator", "grant_suspension", 403),
            do("supervisor", "grant_suspension"),
            do(unit, "reply", 409, reply_public="挂账时不能答复"),
            do(unit, "resume", reason="规划已批复") if n % 2 else do("supervisor", "resume"),
        )
        closing = (do(unit, "reply", reply_public="已经处理"), *_visited(n))
        return Script("", self.intake(n), (*_dispatched(n), do(unit, "sign"), *aside, *closing))

    def suspension_denied(self, n: int) -> Script:
        unit = _unit(n)
        asked = (
            do(unit, "request_suspension", reason="等上级规划"),
            do("supervisor", "deny_suspension", reason="可以办理"),
        )
        closing = (do(unit, "reply", reply_public="已经处理"), do("operator", "close"))
        return Script("", self.intake(n), (*_dispatched(n), do(unit, "sign"), *asked, *closing))

    def co_handled(self, n: int) -> Script:
        lead, co = UNITS[n % 2 * 2], UNITS[1]
        sent = do("operator", "dispatch", unit=lead, co_units=[co])
        together = (
            do(co, "sign", 403),
            do(lead, "sign"),
            do(co, "co_reply", reply_internal="协办部分已经完成"),
            do(lead, "co_reply", 403, reply_internal="主办不用协办反馈"),
            do(co, "contact"),
            do(lead, "reply", reply_public="两家一起处理完了", is_true=True, is_solved=True),
            do(co, "close", 403),
        )
        return Script("", self.intake(n), (sent, *together, *_visited(n)))

    def sent_back(self, n: int) -> Script:
        unit = _unit(n)
        again = (do("operator", "send_back", reason="没有说清楚"), do(unit, "reply", reply_public="这次说清楚了"))
        return Script("", self.intake(n), (*_dispatched(n), *_handled(unit), *again, do("operator", "close")))

    def unreached(self, n: int) -> Script:
        approved = (*_dispatched(n), *_handled(_unit(n)), do("operator", "approve_reply"))
        impossible = do("operator", "visit", 422, contacted=False, solved=True)
        return Script("", self.intake(n), (*approved, impossible, *[do("operator", "visit", contacted=False)] * 2))

    def dissatisfied(self, n: int) -> Script:
        return Script("", self.intake(n), (*_reworked(n, 1), *_visited(n)))

    def dissatisfied_twice(self, n: int) -> Script:
        """Reworked, reworked under supervision, and closed as it is."""
        approved = do("operator", "approve_reply")
        return Script("", self.intake(n), (*_reworked(n, 2), approved, do("operator", "visit", **UNHAPPY)))

    def reopened(self, n: int) -> Script:
        unit = _unit(n)
        again = (
            do("supervisor", "archive", 403),
            do("operator", "reopen", reason="又坏了"),
            do(unit, "request_suspension", reason="等汛期过去"),
            do("supervisor", "grant_suspension"),
            do(unit, "resume"),
            do(unit, "reply", reply_public="重新修好了"),
            do("operator", "close"),
        )
        return Script("", self.intake(n), (*_dispatched(n), *_handled(unit), do("operator", "close"), *again))

    def archived(self, n: int) -> Script:
        closing: tuple[Step, ...] = (
            *_handled(_unit(n)),
            Evening(),
            do("operator", "approve_reply"),
            *_visited(n, approve=False),
        )
        too_late = do("operator", "reopen", 409, reason="太晚了")
        return Script("", self.intake(n), (*_dispatched(n), *closing, too_late, ARCHIVED))

    def urged(self, n: int) -> Script:
        unit = _unit(n)
        pressed = (
            do("operator", "urge", note="诉求人又来电话"),
            do("operator", "supervise", 403, level=1, reason="督办"),
            do("supervisor", "supervise", level=1, reason="久拖不决"),
            do("supervisor", "supervise", 409, level=1, reason="久拖不决"),
            do(unit, "transfer", section="工程科", handler="张三"),
            do(unit, "reveal", reason="上门前电话联系"),
            do("supervisor", "reveal", reason="核实情况"),
        )
        closing = (do(unit, "reply", reply_public="已经处理"), do("operator", "close"))
        return Script("", self.intake(n), (*_dispatched(n), do(unit, "sign"), *pressed, *closing))

    def kept_open(self, n: int) -> Script:
        """Stays where it is: in each of the states of somebody's work, long overdue or not."""
        unit = _unit(n)
        sent, signed = _dispatched(n), do(unit, "sign")
        too_late = do(unit, "request_extension", 409, days=1, reason="已经逾期")
        stays: Sequence[tuple[float, tuple[Step, ...]]] = (
            (60, (alarmed("undispatched"), alarmed("far_overdue"))),
            (0, ()),
            (60, (*sent, alarmed("overdue"))),
            (0, sent),
            (60, (*sent, signed, alarmed("warning"), alarmed("overdue"), too_late)),
            (40, (*sent, signed, do(unit, "contact"), do(unit, "contact", reached=False))),
            (0, (*sent, signed, do(unit, "request_suspension", reason="等"), do("supervisor", "grant_suspension"))),
            (0, (*sent, _return(n))),
            (0, (do("operator", "refer", reason="职责不清"),)),
            (60, (*sent, *_handled(unit))),
            (2, (*sent, *_handled(unit), do("operator", "approve_reply"))),
            (0, _reworked(n, 1)[:-1]),
            (0, (*sent, signed, do(unit, "request_extension", days=2, reason="等配件"))),
        )  # fmt: skip
        days, steps = stays[n % len(stays)]
        return Script("", self.intake(n, days=days), steps)


def single_scripts(now: datetime) -> Iterator[Script]:
    """Every script of an order that hangs together with no other."""
    kinds = Kinds(now)
    counts: dict[Callable[[int], Script], int] = {
        kinds.extended: 6, kinds.auto: 8, kinds.visited: 11, kinds.reviewed: 10, kinds.direct: 8, kinds.rejected: 5,
        kinds.reconsidered: 4, kinds.amended: 4, kinds.recalled: 5, kinds.returned: 12, kinds.return_refused: 4,
        kinds.arbitrated: 6, kinds.referred: 3, kinds.extension_denied: 3, kinds.suspended: 5,
        kinds.suspension_denied: 3, kinds.co_handled: 6, kinds.sent_back: 5, kinds.unreached: 4, kinds.dissatisfied: 6,
        kinds.dissatisfied_twice: 4, kinds.reopened: 4, kinds.archived: 6, kinds.urged: 4, kinds.kept_open: 26,
    }  # fmt: skip
    for kind, count in counts.items():
        for n in range(count):
            script = kind(n)
            script.key = f"{kind.__name__}-{n}"
            yield script


def _unit(n: int) -> str:
    return UNITS[n % len(UNITS)]


def _dispatched(n: int) -> tuple[Do, ...]:
    return (do("operator", "dispatch", unit=_unit(n)),)


def _handled(unit: str, *, contact: bool = True) -> tuple[Do, ...]:
    """From the signature to the reply; those who may not do it are refused on the way."""
    called = (do(unit, "contact", note="已联系"),) if contact else ()
    return (
        do("operator", "sign", 403),
        do("tax", "sign", 404),
        do(unit, "sign"),
        do(unit, "sign", 409),
        *called,
        do(unit, "reply", 422),
        do(unit, "reply", reply_public="已经处理完毕", reply_internal="现场处理", is_true=True, is_solved=True),
    )


def _visited(n: int, *, approve: bool = True) -> tuple[Do, ...]:
    approved = (do("operator-2", "approve_reply"),) if approve else ()
    return (*approved, do("operator-2", "visit", **VISITS[n % len(VISITS)]))


def _reject() -> Do:
    return do("operator", "reject", reason="out_of_scope", basis="不属于受理范围", reply_public="请向法院起诉")


def _return(n: int) -> Do:
    return do(_unit(n), "return", reason=("not_my_duty", "wrong_area", "unclear")[n % 3], basis="三定方案没有这一项")


def _reworked(n: int, times: int) -> tuple[Do, ...]:
    """Dispatched, handled, and after a dissatisfied visit done again, ``times`` times: now with the reviewer."""
    unit = _unit(n)
    again = (
        do("operator", "approve_reply"),
        do("operator", "visit", **UNHAPPY),
        do(unit, "reply", reply_public="重新处理过了"),
    )
    return (*_dispatched(n), *_handled(unit), *again * times)
