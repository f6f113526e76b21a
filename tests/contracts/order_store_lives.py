"""A city's orders with whole lives: every state, move and mark that a store has to tell apart."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial

from models.alarms import dues
from models.commands import Actor
from models.kinds import OPEN_STATES, RejectReason, RequesterKind, ReturnReason, Satisfaction, State, Urgency
from models.moves import (
    Alarm,
    AnswerDirectly,
    ApproveReply,
    Archive,
    ChildEnded,
    Close,
    CoReply,
    Dispatch,
    Follow,
    GrantExtension,
    GrantSuspension,
    LaterMove,
    Merge,
    Recall,
    RecordVisit,
    Refer,
    Reject,
    Reopen,
    Reply,
    RequestExtension,
    RequestSuspension,
    Resume,
    Return,
    Reveal,
    SendBack,
    Sign,
    Split,
    SplitPart,
    Supervise,
    Urge,
)
from models.order import Order
from models.parts import Requester
from models.rights import Role
from tests.contracts.orders import (
    CATEGORIES,
    CHANNELS,
    HOTLINE,
    ITEMS,
    PLACES,
    SUPERVISOR,
    T0,
    TYPES,
    UNITS,
    Book,
)

CLOCK = Actor(id="clock", role=Role.SYSTEM)
DAY = timedelta(days=1)
PHONES = tuple(f"{n:032x}" for n in range(40))
"""Keyed hashes of the numbers that the city's people call from."""

_TITLES = ("工地夜间施工噪音扰民", "小区自来水浑浊发黄", "路灯不亮存在安全隐患", "咨询公租房申请条件", "垃圾清运不及时")
_SENTENCES = (
    "市民来电反映，该处近一周以来情况严重，多次与物业沟通未果。",
    "现场有大量渣土车进出，扬尘明显，附近居民意见较大。",
    "夜间十一点以后仍有机器轰鸣声，家中老人和小孩无法正常休息。",
    "诉求人表示此前已通过12345热线反映过一次，未得到实质解决。",
    "希望相关部门尽快到现场核实，并将处理结果电话告知。",
    "停水时间为8月3日22:00至次日6:00，未提前张贴通知。",
    "该路段有6盏路灯损坏，编号为LD-0317至LD-0322。",
)


def city(seed: int, number: int, days: int = 90) -> Book:
    """``number`` orders of ``days`` days in all stages, with texts of about 200 characters; the same for a seed."""
    chance, book = random.Random(seed), Book()
    for n in range(number):
        street = chance.choice(list(PLACES))
        community = chance.choice(PLACES[street])
        received = T0 + timedelta(seconds=chance.random() * days * 86400)
        text = "".join(chance.choices(_SENTENCES, k=6)) + f"编号{chance.randrange(10**6):06d}。"
        requester = Requester(
            kind=chance.choice(list(RequesterKind)), name="张*", phone="139****9000",
            phone_hashes=tuple(chance.sample(PHONES, chance.choice((0, 1, 1, 1, 2)))), sealed="c2VhbGVk" * 12,
        )  # fmt: skip
        order = book.register(
            f"{seed}-{n}", received, title=f"{community}{chance.choice(_TITLES)}", content=text, street=street,
            community=community, address_text=f"{community}社区{chance.randrange(1, 400)}号",
            item_code=chance.choice((None, *ITEMS)), channel=chance.choice(CHANNELS), request_type=chance.choice(TYPES),
            category=chance.choice(CATEGORIES), urgency=chance.choice(list(Urgency)), requester=requester,
        )  # fmt: skip
        _Life(book, order, chance).live()
    return book


class _Life:
    """Takes one order as far as chance will have it; a step that its state does not allow is left out."""

    def __init__(self, book: Book, order: Order, chance: random.Random) -> None:
        self._book, self._chance = book, chance
        self._number = order.order_no
        self._at = order.received_at
        self._step = timedelta(seconds=chance.expovariate(1 / 86400))

    @property
    def _order(self) -> Order:
        return self._book.orders[self._number]

    def live(self) -> None:
        before = self._chance.choices((self._without_a_unit, None), (15, 85))[0]
        if before is not None and before():
            return
        for step in self._steps():
            waits = self._order.request is not None or self._order.state is State.SUSPENDED
            if self._chance.random() < (0.3 if waits else 0.05) or not step():
                return
            if self._chance.random() < 0.1:
                self._aside()

    def _without_a_unit(self) -> bool:
        """Answered, rejected, merged or split: whether that ended it."""
        chance, number = self._chance, self._number
        earlier = [order for order in self._book.orders.values() if order.received_at < self._order.received_at]
        match chance.randrange(4):
            case 0:
                self._act(AnswerDirectly(reply_public="已当场答复"))
            case 1:
                self._act(Reject(reason=RejectReason.OUT_OF_SCOPE, basis="不属于受理范围"))
            case 2 if earlier:
                master = chance.choice(earlier)
                self._act(Merge(into=master.order_no, into_received_at=master.received_at))
                if chance.random() < 0.5:
                    self._act(Follow(master=master.order_no, unit="water", reply_public="已处理"), CLOCK)
            case 3:
                parts = tuple(SplitPart(title=f"诉求{n}", content=f"{number}的第{n}项") for n in (1, 2))
                self._act(Split(parts=parts))
                for child in self._order.children[: chance.randrange(3)]:
                    self._act(ChildEnded(child=child), CLOCK)
            case _:
                return False
        return True

    def _steps(self) -> Iterable[Callable[[], bool]]:
        chance = self._chance
        unit, *others = chance.sample(UNITS, 3)
        co_units = tuple(others) if chance.random() < 0.1 else ()
        yield partial(self._act, Dispatch(unit=unit, co_units=co_units))
        while chance.random() < 0.12:
            yield partial(self._act, Return(reason=ReturnReason.NOT_MY_DUTY, basis="不在本单位职责内"), unit)
            unit, *others = chance.sample(UNITS, 3)
            yield partial(self._act, Dispatch(unit=unit, co_units=co_units if unit not in co_units else ()))
        if chance.random() < 0.05:
            yield partial(self._act, Recall(reason="派错"))
            yield partial(self._act, Refer(reason="争议"))
            return
        yield partial(self._act, Sign(), unit)
        if chance.random() < 0.1:
            yield partial(self._act, RequestExtension(days=3, reason="需协调"), unit)
            yield partial(self._act, GrantExtension())
        if chance.random() < 0.1:
            yield partial(self._act, RequestSuspension(reason="待规划"), unit)
            yield partial(self._act, GrantSuspension(), SUPERVISOR)
            yield partial(self._act, Resume(), SUPERVISOR)
        if co_units:
            yield partial(self._act, CoReply(reply_internal="已协助"), co_units[0])
        reply = Reply(reply_public=chance.choice(("已责成施工单位整改并回访", "已办结")), is_solved=True)
        yield partial(self._act, reply, unit)
        if chance.random() < 0.05:
            yield partial(self._act, SendBack(reason="未答复诉求"))
            yield partial(self._act, reply, unit)
        if chance.random() < 0.3:
            yield partial(self._act, Close())
        else:
            yield partial(self._act, ApproveReply())
            for _ in range(3):
                yield partial(self._act, RecordVisit(contacted=True, satisfaction=chance.choice(list(Satisfaction))))
                if self._order.state is State.REWORK:
                    yield partial(self._act, reply, unit)
                    yield partial(self._act, ApproveReply())
        if chance.random() < 0.05:
            yield partial(self._act, Reopen(reason="又出现了"))
        elif chance.random() < 0.1 and self._order.reopen_until is not None:
            self._at = self._order.reopen_until
            yield partial(self._act, Archive(), SUPERVISOR)

    def _aside(self) -> None:
        """What moves nothing: looked up, asked again, watched, told by the clock."""
        order = self._order
        self._act(Reveal(reason="联系诉求人核实"))
        if order.state in OPEN_STATES and order.lead_department is not None and order.state is not State.VISITING:
            self._act(Urge())
            if order.supervise_level < 3 and self._chance.random() < 0.4:
                self._act(Supervise(level=order.supervise_level + 1, reason="影响较大"), SUPERVISOR)
        coming = dues(self._order)
        if coming and self._chance.random() < 0.5:
            for due in coming[: self._chance.randint(1, len(coming))]:
                if due.kind is not None:
                    self._at = max(self._at, due.at)
                    self._act(Alarm(kind=due.kind, due_at=due.at), CLOCK)

    def _act(self, do: LaterMove, actor: Actor | str = HOTLINE) -> bool:
        if isinstance(actor, str):
            actor = Actor(id=f"{actor}-1", role=Role.DEPARTMENT, unit=actor)
        self._at += self._step
        return isinstance(self._book.may(self._number, do, self._at, actor), Order)
