"""One order, step by step, under the conditions of a small city; for the tests of the rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dispatcher.calendar import WorkCalendar
from models.apply import apply
from models.catalogue import Catalogue
from models.commands import Actor, Command, Refusal, RefusalCode
from models.decide import decide
from models.events import Event
from models.facts import Fact
from models.kinds import State
from models.moves import ApproveReply, Contact, Dispatch, Register, Reply, Return, Sign
from models.order import Order
from models.parts import Requester, Routing, Suggestion
from models.rights import Role
from models.terms import Terms

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 2, 9, tzinfo=ZONE)
"""A Monday; the next five days are worked."""
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
CATALOGUE = Catalogue.model_validate(
    {
        "city": "某区", "list_version": "1", "order_prefix": "MQ", "fallback_unit": "service",
        "units": [
            {"code": "water", "name": "区水务局", "duty": "供水、排水"},
            {"code": "roads", "name": "区道路中心", "duty": "道路"},
            {"code": "service", "name": "区政务局", "duty": "兜底"},
            {"code": "east_office", "name": "东街道办", "duty": "属地"},
            {"code": "street_town", "name": "属地街道", "duty": "属地", "by_place": True},
        ],
        "streets": [
            {"code": "east", "name": "东街道", "office": "east_office", "communities": ["翠湖", "东周"]},
            {"code": "west", "name": "西街道", "office": "service", "communities": ["上村"]},
        ],
        "categories": ["水务", "道路"],
        "items": [
            {"code": "burst", "path": ["水务", "爆管"], "unit": "water", "category": "水务"},
            {"code": "pothole", "path": ["道路", "坑洞"], "unit": "roads", "category": "道路"},
        ],
        "channels": [{"code": "hotline", "name": "热线"}],
        "request_types": [{"code": "help", "name": "求助"}, {"code": "consult", "name": "咨询"}],
        "limits": [
            {"item": "burst", "value": 24, "unit": "hour"},
            {"request_type": "consult", "value": 2, "unit": "working_day"},
            {"value": 10, "unit": "working_day"},
        ],
    }
)  # fmt: skip
CALENDAR = WorkCalendar(CATALOGUE.days)
TERMS = Terms(CATALOGUE, CALENDAR)

OPERATOR = Actor(id="坐席7", role=Role.OPERATOR)
SUPERVISOR = Actor(id="督办1", role=Role.SUPERVISOR)
ANALYST = Actor(id="分析1", role=Role.ANALYST)
ADMINISTRATOR = Actor(id="管理1", role=Role.ADMINISTRATOR)
SYSTEM = Actor(id="archive", role=Role.SYSTEM)
WATER = Actor(id="水务员", role=Role.DEPARTMENT, unit="water")
ROADS = Actor(id="路政员", role=Role.DEPARTMENT, unit="roads")
EAST = Actor(id="街道员", role=Role.DEPARTMENT, unit="east_office")


def routing(mode: str = "suggest", unit: str | None = "water", suggestions: tuple[str, ...] = ("water",)) -> Routing:
    return Routing(
        mode=mode, unit=unit, rule="model", reason="", threshold=0.8, model_version="m", list_version="1",
        suggestions=tuple(Suggestion(unit=unit, probability=0.9, reason="") for unit in suggestions),
    )  # fmt: skip


def register(**changes: Any) -> Register:
    fields: dict[str, Any] = {
        "source_system": "s", "external_id": "1", "channel": "hotline", "request_type": "help", "urgency": "normal",
        "title": "爆水管", "content": "路口水管爆裂", "received_at": NOW, "routing": routing(),
        "requester": Requester(name="王*", phone="138****5678"),
    } | changes  # fmt: skip
    if "limit" not in fields:
        fields["limit"] = CALENDAR.limit_for(
            CATALOGUE, fields["urgency"], fields["requester"].kind, fields["request_type"], fields.get("item_code"),
            fields["received_at"],
        )  # fmt: skip
    return Register(**fields)


def events_of(answer: list[Event] | Refusal) -> list[Event]:
    assert not isinstance(answer, Refusal), answer
    return answer


class Life:
    """An order (``order`` is None until it is registered), its events, and what time it is."""

    def __init__(self, now: datetime = NOW, number: str = "MQ0000000000001") -> None:
        self.now, self.number = now, number
        self.state: Order | None = None
        self.events: list[Event] = []
        self._sent = 0

    @property
    def order(self) -> Order:
        assert self.state is not None
        return self.state

    def command(self, do: Any, by: Actor, **envelope: Any) -> Command:
        self._sent += 1
        return Command(command_id=f"c{self._sent}", order_no=self.number, actor=by, do=do, **envelope)

    def answer(self, do: Any, by: Actor, **envelope: Any) -> list[Event] | Refusal:
        return decide(self.state, self.command(do, by, **envelope), TERMS, self.now)

    def do(self, move: Any, by: Actor = OPERATOR, after: timedelta = timedelta(), **envelope: Any) -> list[Fact]:
        """Make a move that must succeed, ``after`` that time; its facts."""
        self.now += after
        events = events_of(self.answer(move, by, **envelope))
        for event in events:
            self.state = apply(self.state, event)
        self.events += events
        return [event.fact for event in events]

    def refused(self, move: Any, by: Actor = OPERATOR, after: timedelta = timedelta(), **envelope: Any) -> Refusal:
        """Make a move that must be refused, ``after`` that time."""
        self.now += after
        answer = self.answer(move, by, **envelope)
        assert isinstance(answer, Refusal), answer
        assert answer.code in RefusalCode and answer.reason
        return answer


def registered(**changes: Any) -> Life:
    life = Life()
    life.do(register(**changes), SYSTEM)
    return life


def dispatched(unit: str = "water", co_units: tuple[str, ...] = (), **changes: Any) -> Life:
    life = registered(**changes)
    life.do(Dispatch(unit=unit, co_units=co_units), after=HOUR)
    return life


def handling(co_units: tuple[str, ...] = (), **changes: Any) -> Life:
    """With the water bureau, signed two hours after the receipt and the requester contacted."""
    life = dispatched(co_units=co_units, **changes)
    life.do(Sign(), WATER, after=HOUR)
    life.do(Contact(), WATER)
    return life


def replied(**changes: Any) -> Life:
    life = handling(**changes)
    life.do(Reply(reply_public="已修复", reply_internal="更换管段", is_true=True, is_solved=True), WATER, after=DAY)
    return life


def visiting(**changes: Any) -> Life:
    life = replied(**changes)
    life.do(ApproveReply(), after=HOUR)
    return life


def returned(unit: str = "water") -> Life:
    life = dispatched(unit)
    by = Actor(id="u", role=Role.DEPARTMENT, unit=unit)
    life.do(Return(reason="not_my_duty", basis="职责清单第3条"), by, after=HOUR)
    assert life.order.state is State.RETURN_REVIEW
    return life
