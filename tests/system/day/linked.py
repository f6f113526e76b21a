"""Scripts of orders that hang together: merged ones with what they follow, split ones with their parts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tests.system.day.scripts import VISITS, Kinds
from tests.system.day.steps import Do, Script, do, state

_PARTS = [
    {"title": "路灯不亮", "content": "公园北门路灯不亮"},
    {"title": "垃圾没有清运", "content": "公园北门垃圾堆了三天"},
]


def merged_scripts(now: datetime) -> Iterator[Script]:
    """Two followers of each of three orders; one that comes too late, and two that go their own way again."""
    kinds = Kinds(now)
    for n, master in enumerate(("master-0", "master-1", "master-2")):
        followed = state("merged", of=f"follower-{2 * n + 1}")
        visit = (do("operator", "approve_reply"), do("operator", "visit", **VISITS[n]))
        closing = (do("operator", "close"),) if n == 2 else visit
        yield Script(master, kinds.intake(n, days=5), (followed, *_done("housing"), *closing))
    for n in range(6):
        merge = do("operator", "merge", into=f"=master-{n // 2}")
        steps = (do("housing", "merge", 404, into=f"=master-{n // 2}"), merge, state("closed"))
        yield Script(f"follower-{n}", kinds.intake(n, days=1), steps)
    late = (state("closed", of="master-0"), do("operator", "merge", into="=master-0"), state("closed"))
    yield Script("follower-late", kinds.intake(7), late)
    for n in range(2):
        apart = (
            do("operator", "merge", 422, into="=follower-late"),
            do("operator", "merge", into="=master-1"),
            do("operator", "unmerge", reason="不是同一件事"),
        )
        yield Script(f"unmerged-{n}", kinds.intake(8 + n), (*apart, *_done("water"), do("operator", "close")))


def split_scripts(now: datetime) -> Iterator[Script]:
    """Three orders of two matters each; the parts end in different ways."""
    kinds = Kinds(now)
    refuse = do("operator", "reject", reason="no_facts", basis="现场没有这种情况")
    endings = (
        ((*_done("urban_mgmt"), do("operator", "close")), (*_done("water"), do("operator", "close"))),
        ((*_done("urban_mgmt"), do("operator", "close")), (refuse,)),
        ((do("operator", "answer_directly", reply_public="已经修好"),), (*_done("housing"), do("operator", "close"))),
    )
    for n, ending in enumerate(endings):
        split = do("operator", "split", parts=_PARTS)
        yield Script(f"whole-{n}", kinds.intake(n, days=3), (split, state("closed")))
        for place, steps in enumerate(ending):
            yield Script(f"part-{n}-{place}", {}, (state("accepted"), *steps), child_of=(f"whole-{n}", place))


def _done(unit: str) -> tuple[Do, ...]:
    return do("operator", "dispatch", unit=unit), do(unit, "sign"), do(unit, "reply", reply_public="已经处理")
