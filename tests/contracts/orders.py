"""Orders as the ledger makes them: by commands, ``decide`` and ``apply``; for every test that needs realistic ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from dispatcher.calendar import WorkCalendar
from models.apply import apply
from models.catalogue import Catalogue
from models.commands import Actor, Command, Outcome, Refusal
from models.decide import decide
from models.events import Event
from models.ids import order_no
from models.kinds import LimitUnit, Urgency
from models.moves import Accept, Dispatch, LaterMove, RecordClosure, RecordedStep, Register, Sign
from models.order import Order
from models.parts import Limit, Requester, Routing, Suggestion
from models.ports import OrderStore
from models.records import TopicPartition
from models.rights import Role
from models.terms import Terms

T0 = datetime(2024, 3, 1, 1, 0, tzinfo=UTC)
"""09:00 in Shenzhen."""
NOW = datetime(2024, 6, 1, 0, 0, tzinfo=UTC)
HOTLINE = Actor(id="operator-7", role=Role.OPERATOR)
ARCHIVE = Actor(id="import", role=Role.SYSTEM)
SUPERVISOR = Actor(id="supervisor-1", role=Role.SUPERVISOR)
UNITS = ("urban_mgmt", "housing", "water", "transport", "guangming_office")
PLACES = {"440311001": ("翠湖", "东周"), "440311002": ("上村", "下村"), "440311006": ("将围", "石围")}
CHANNELS = ("hotline", "wechat", "web")
TYPES = ("complaint", "help", "consult")
CATEGORIES = ("环境卫生", "住房", "供水")
ITEMS = ("noise", "water_quality", "street_light")


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
            "items": [{"code": code, "path": [code], "unit": "urban_mgmt", "category": "环境卫生"} for code in ITEMS],
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
        "requester": Requester(name="李*", phone="138****8000"),
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
        known = catalogue()
        self._terms = Terms(known, WorkCalendar(known.days, known.timezone))
        self._commands = 0
        self._projected = (0, 0)
        self._touched: set[str] = set()

    def register(self, external_id: str, received_at: datetime = T0, **fields: Any) -> Order:
        return self._carry_out_new(external_id, received_at, HOTLINE, **fields)

    def act(self, order: Order, do: LaterMove, at: datetime, actor: Actor = HOTLINE) -> Order:
        return self._carry_out(order.order_no, do, at, actor)

    def handled(self, external_id: str, received_at: datetime, closed_at: datetime, unit: str, **fields: Any) -> Order:
        """An order of another system's archive, from its receipt to its closing by ``unit``."""
        reply = fields.pop("reply_public", "已处理")
        steps = (
            RecordedStep(at=received_at, do=Accept()),
            RecordedStep(at=received_at, do=Dispatch(unit=unit)),
            RecordedStep(at=received_at, do=Sign()),
            RecordedStep(at=closed_at, do=RecordClosure(reply_public=reply)),
        )
        return self._carry_out_new(external_id, received_at, ARCHIVE, steps=steps, **fields)

    def project(self, store: OrderStore, positions: Mapping[TopicPartition, int] | None = None) -> None:
        events, outcomes = self._projected
        orders = [self.orders[number] for number in sorted(self._touched)]
        store.project(orders, self.events[events:], self.outcomes[outcomes:], positions or {})
        self._projected = (len(self.events), len(self.outcomes))
        self._touched.clear()

    def _carry_out_new(self, external_id: str, received_at: datetime, actor: Actor, **fields: Any) -> Order:
        wish = register(external_id, received_at, **fields)
        return self._carry_out(order_no("GM", wish.source_system, external_id), wish, received_at, actor)

    def _carry_out(self, number: str, do: Register | LaterMove, at: datetime, actor: Actor) -> Order:
        done = self.may(number, do, at, actor)
        if isinstance(done, Refusal):
            raise ValueError(f"{do.move}: {done.reason}")
        return done

    def may(self, number: str, do: Register | LaterMove, at: datetime, actor: Actor) -> Order | Refusal:
        """The same, but a refusal is an answer."""
        self._commands += 1
        command = Command(command_id=f"c{self._commands}", order_no=number, actor=actor, do=do)
        now = max(at, NOW) if isinstance(do, Register) and do.steps else at
        decided = decide(self.orders.get(number), command, self._terms, now)
        if isinstance(decided, Refusal):
            return decided
        for event in decided:
            self.orders[number] = apply(self.orders.get(number), event)
        self.events += decided
        order = self.orders[number]
        outcome = Outcome(command_id=command.command_id, order_no=number, decided_at=now, version=order.version)
        self.outcomes.append(outcome)
        self._touched.add(number)
        return order
