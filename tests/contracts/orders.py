"""Orders as the ledger makes them: by commands, ``decide`` and ``apply``; for every test that needs realistic ones."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from models.apply import apply
from models.catalogue import Catalogue
from models.commands import Actor, Command, Outcome, Refusal
from models.decide import decide
from models.events import Event
from models.ids import order_no
from models.kinds import LimitUnit, RequesterKind, ReturnReason, Urgency
from models.moves import Accept, AnswerDirectly, Close, Dispatch, LaterMove, RecordedStep, Register, Return, Sign
from models.order import Order
from models.parts import Limit, Requester, Routing, Suggestion
from models.ports import OrderStore
from models.records import TopicPartition
from models.rights import Role

T0 = datetime(2024, 3, 1, 1, 0, tzinfo=UTC)
"""09:00 in Shenzhen."""
NOW = datetime(2024, 6, 1, 0, 0, tzinfo=UTC)
HOTLINE = Actor(id="operator-7", role=Role.OPERATOR)
UNITS = ("urban_mgmt", "housing", "water", "transport", "guangming_office")
PLACES = {"440311001": ("翠湖", "东周"), "440311002": ("上村", "下村"), "440311006": ("将围", "石围")}
CHANNELS = ("hotline", "wechat", "web")
TYPES = ("complaint", "help", "consult")
CATEGORIES = ("环境卫生", "住房", "供水")


def catalogue() -> Catalogue:
    """A small city."""
    places = PLACES.items()
    return Catalogue.model_validate(
        {
            "city": "光明区",
            "list_version": "test-1",
            "order_prefix": "GM",
            "fallback_unit": "guangming_office",
            "units": [{"code": code, "name": code, "duty": "…"} for code in UNITS],
            "streets": [
                {"code": code, "name": code, "office": "guangming_office", "communities": names}
                for code, names in places
            ],
            "categories": CATEGORIES,
            "items": [{"code": "noise", "path": ["环境卫生", "噪声"], "unit": "urban_mgmt", "category": "环境卫生"}],
            "channels": [{"code": code, "name": code} for code in CHANNELS],
            "request_types": [{"code": code, "name": code} for code in TYPES],
            "limits": [{"value": 10, "unit": "working_day"}],
        }
    )


def register(external_id: str, received_at: datetime = T0, **fields: Any) -> Register:
    """A new order with usual values for what is not given; it goes to nobody by itself."""
    routing = Routing(
        mode="suggest", unit=None, rule="below_threshold", reason="top-1 0.61 < 0.80", threshold=0.8,
        model_version="m1", list_version="test-1",
        suggestions=(Suggestion(unit="urban_mgmt", probability=0.61, reason="噪音、工地"),),
    )  # fmt: skip
    usual: dict[str, Any] = {
        "source_system": "test",
        "external_id": external_id,
        "channel": "hotline",
        "request_type": "complaint",
        "urgency": Urgency.NORMAL,
        "title": "工地夜间施工噪音扰民",
        "content": "市民来电反映小区旁工地夜里十一点后仍在施工，影响休息，希望尽快处理。",
        "received_at": received_at,
        "requester": Requester(name="李某", phone="13800138000"),
        "limit": Limit(value=10, unit=LimitUnit.DAY, due_at=received_at + timedelta(days=10)),
        "routing": routing,
    }
    return Register.model_validate(usual | fields)


class Book:
    """Carries out commands as the ledger does, and projects what came of them since the last time."""

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}
        self.events: list[Event] = []
        self.outcomes: list[Outcome] = []
        self._catalogue = catalogue()
        self._commands = 0
        self._projected = (0, 0)
        self._touched: set[str] = set()

    def register(self, external_id: str, received_at: datetime = T0, **fields: Any) -> Order:
        wish = register(external_id, received_at, **fields)
        return self._carry_out(order_no("GM", wish.source_system, external_id), wish, received_at, HOTLINE)

    def act(self, order: Order, do: LaterMove, at: datetime, actor: Actor = HOTLINE) -> Order:
        return self._carry_out(order.order_no, do, at, actor)

    def handled(self, external_id: str, received_at: datetime, closed_at: datetime, unit: str, **fields: Any) -> Order:
        """An order from its receipt to its closing by ``unit``."""
        reply = fields.pop("reply_public", "已处理")
        steps = (
            RecordedStep(at=received_at, do=Accept()),
            RecordedStep(at=received_at, do=Dispatch(unit=unit)),
            RecordedStep(at=received_at, do=Sign()),
            RecordedStep(at=closed_at, do=Close(reply_public=reply)),
        )
        return self.register(external_id, received_at, steps=steps, **fields)

    def project(self, store: OrderStore, positions: Mapping[TopicPartition, int] | None = None) -> None:
        events, outcomes = self._projected
        orders = [self.orders[number] for number in sorted(self._touched)]
        store.project(orders, self.events[events:], self.outcomes[outcomes:], positions or {})
        self._projected = (len(self.events), len(self.outcomes))
        self._touched.clear()

    def _carry_out(self, number: str, do: Register | LaterMove, at: datetime, actor: Actor) -> Order:
        self._commands += 1
        command = Command(command_id=f"c{self._commands}", order_no=number, actor=actor, do=do)
        now = max(at, NOW) if isinstance(do, Register) and do.steps else at
        decided = decide(self.orders.get(number), command, self._catalogue, now)
        if isinstance(decided, Refusal):
            raise ValueError(f"{command.command_id}: {decided.reason}")
        for event in decided:
            self.orders[number] = apply(self.orders.get(number), event)
        self.events += decided
        order = self.orders[number]
        outcome = Outcome(command_id=command.command_id, order_no=number, decided_at=now, version=order.version)
        self.outcomes.append(outcome)
        self._touched.add(number)
        return order


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
        order = book.register(
            f"{seed}-{n}", received, title=f"{community}{chance.choice(_TITLES)}", content=text, street=street,
            community=community, address_text=f"{community}社区{chance.randrange(1, 400)}号", item_code="noise",
            channel=chance.choice(CHANNELS), request_type=chance.choice(TYPES), category=chance.choice(CATEGORIES),
            urgency=chance.choice(list(Urgency)),
            requester=Requester(kind=chance.choice(list(RequesterKind)), name="张某", phone="13900139000"),
        )  # fmt: skip
        _live(book, order, chance)
    return book


def _live(book: Book, order: Order, chance: random.Random) -> None:
    """Take the order as far as chance will have it."""
    step = timedelta(seconds=chance.expovariate(1 / 86400))
    if chance.random() < 0.05:
        book.act(order, AnswerDirectly(reply_public="已当场答复"), order.received_at + step / 100)
        return
    moves: list[LaterMove] = [Dispatch(unit=chance.choice(UNITS))]
    if chance.random() < 0.1:
        moves += [Return(reason=ReturnReason.NOT_MY_DUTY), Dispatch(unit=chance.choice(UNITS))]
    moves += [Sign(), Close(reply_public="已责成施工单位整改并回访" if chance.random() < 0.5 else "已办结")]
    taken = len(moves) if chance.random() < 0.7 else chance.randrange(len(moves))
    for n, move in enumerate(moves[:taken], 1):
        book.act(order, move, order.received_at + n * step)
