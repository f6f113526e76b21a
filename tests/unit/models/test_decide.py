"""Single decisions whose answer a reader would look up: registration, history, who may act, how it is judged."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.apply import apply, replay
from models.catalogue import Catalogue
from models.commands import Actor, Command, Refusal, RefusalCode
from models.decide import CLOCK_TOLERANCE, decide
from models.events import Event
from models.facts import Closed, Dispatched
from models.kinds import DecisionMode, LimitUnit, ReturnReason, State
from models.lifecycle import Move
from models.moves import Accept, AnswerDirectly, Close, Dispatch, RecordClosure, RecordedStep, Register, Return, Sign
from models.order import Order
from models.parts import Limit, Requester, Routing, Suggestion
from models.rights import Role

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
CATALOGUE = Catalogue.model_validate(
    {
        "city": "某区", "list_version": "1", "order_prefix": "MQ", "fallback_unit": "water",
        "units": [{"code": code, "name": code, "duty": "职责"} for code in ("water", "roads")],
        "streets": [], "categories": ["民生"], "items": [],
        "channels": [{"code": "hotline", "name": "热线"}], "request_types": [{"code": "help", "name": "求助"}],
        "limits": [{"value": 10, "unit": "working_day"}],
    }
)  # fmt: skip
OPERATOR = Actor(id="坐席7", role=Role.OPERATOR)
SYSTEM = Actor(id="archive", role=Role.SYSTEM)
WATER = Actor(id="水务员", role=Role.DEPARTMENT, unit="water")
ROADS = Actor(id="路政员", role=Role.DEPARTMENT, unit="roads")


def routing(mode: str = "suggest", unit: str | None = "water", suggestions: tuple[str, ...] = ("water",)) -> Routing:
    return Routing(
        mode=mode, unit=unit, rule="model", reason="", threshold=0.8, model_version="m", list_version="1",
        suggestions=tuple(Suggestion(unit=unit, probability=0.9, reason="") for unit in suggestions),
    )  # fmt: skip


def register(**changes: Any) -> Register:
    fields: dict[str, Any] = {
        "source_system": "s", "external_id": "1", "channel": "hotline", "request_type": "help", "urgency": "normal",
        "title": "爆水管", "content": "路口水管爆裂", "received_at": NOW, "requester": Requester(name="王某"),
        "limit": Limit(value=1, unit=LimitUnit.DAY, due_at=NOW + timedelta(days=1)), "routing": routing(),
    }  # fmt: skip
    return Register(**(fields | changes))


def command(do: Any, actor: Actor = OPERATOR, **envelope: Any) -> Command:
    return Command(command_id="c", order_no="N1", actor=actor, do=do, **envelope)


def facts(answer: list[Event] | Refusal) -> list[str]:
    assert not isinstance(answer, Refusal), answer
    return [event.fact.type for event in answer]


def refusal(answer: list[Event] | Refusal) -> Refusal:
    assert isinstance(answer, Refusal), answer
    return answer


def order_after(*moves: tuple[Any, Actor], **registered: Any) -> Order:
    order = replay(_events(decide(None, command(register(**registered)), CATALOGUE, NOW)))
    for do, actor in moves:
        order = replay_on(order, decide(order, command(do, actor), CATALOGUE, NOW))
    assert order is not None
    return order


def replay_on(order: Order | None, answer: list[Event] | Refusal) -> Order | None:
    for event in _events(answer):
        order = apply(order, event)
    return order


def _events(answer: list[Event] | Refusal) -> list[Event]:
    assert not isinstance(answer, Refusal), answer
    return answer


def test_a_live_order_waits_for_an_operator_or_goes_at_once() -> None:
    assert facts(decide(None, command(register()), CATALOGUE, NOW)) == ["received", "routed", "accepted"]
    auto = decide(None, command(register(routing=routing("auto"))), CATALOGUE, NOW)
    assert facts(auto) == ["received", "routed", "accepted", "dispatched"]
    order = replay(_events(auto))
    assert order and (order.lead_department, order.decision_mode) == ("water", DecisionMode.AUTO)
    assert order.state is State.DISPATCHED


def test_a_recorded_past_becomes_events_at_their_own_times() -> None:
    day = timedelta(days=1)
    past = [
        RecordedStep(at=NOW - 9 * day, do=Accept()),
        RecordedStep(at=NOW - 9 * day, do=Dispatch(unit="roads", mode=DecisionMode.MANUAL)),
        RecordedStep(at=NOW - 8 * day, do=Return(reason=ReturnReason.NOT_MY_DUTY)),
        RecordedStep(at=NOW - 7 * day, do=Dispatch(unit="water", mode=DecisionMode.MANUAL)),
        RecordedStep(at=NOW - 2 * day, do=RecordClosure()),
    ]
    events = _events(decide(None, command(register(received_at=NOW - 10 * day, steps=past), SYSTEM), CATALOGUE, NOW))
    assert [event.at for event in events[2:]] == [step.at for step in past]
    assert {event.recorded_at for event in events} == {NOW}
    order = replay(events)
    assert order and (order.first_department, order.closing_department) == ("roads", "water")
    assert (order.received_at, order.closed_at) == (NOW - 10 * day, NOW - 2 * day)
    assert (order.dispatch_count, order.return_count, order.state) == (2, 1, State.CLOSED)


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ([(-1, Accept())], RefusalCode.IMPOSSIBLE_TIME),
        ([(2, Accept()), (1, Dispatch(unit="water"))], RefusalCode.IMPOSSIBLE_TIME),
        ([(48, Accept())], RefusalCode.IMPOSSIBLE_TIME),
        ([(1, Sign())], RefusalCode.FORBIDDEN_MOVE),
        ([(1, Accept()), (1, Dispatch(unit="nobody"))], RefusalCode.UNKNOWN_UNIT),
        ([(1, RecordClosure(unit="nobody"))], RefusalCode.UNKNOWN_UNIT),
        ([(1, RecordClosure()), (2, RecordClosure())], RefusalCode.FORBIDDEN_MOVE),
    ],
)
def test_an_impossible_past_is_refused_as_a_whole(steps: list[tuple[int, Any]], code: RefusalCode) -> None:
    received = NOW - timedelta(hours=24)
    past = tuple(RecordedStep(at=received + timedelta(hours=after), do=do) for after, do in steps)
    answer = refusal(decide(None, command(register(received_at=received, steps=past), SYSTEM), CATALOGUE, NOW))
    assert answer.code is code and answer.move is Move.REGISTER


def test_received_in_the_future_is_refused_beyond_the_tolerance_of_clocks() -> None:
    late = register(received_at=NOW + CLOCK_TOLERANCE + timedelta(seconds=1))
    assert refusal(decide(None, command(late), CATALOGUE, NOW)).code is RefusalCode.IMPOSSIBLE_TIME
    assert facts(decide(None, command(register(received_at=NOW + CLOCK_TOLERANCE)), CATALOGUE, NOW))


def test_a_second_registration_tells_a_duplicate_from_a_taken_number() -> None:
    order = order_after()
    again = refusal(decide(order, command(register()), CATALOGUE, NOW))
    assert (again.code, again.reason, again.version) == (RefusalCode.DUPLICATE, "registered before", 3)
    other = refusal(decide(order, command(register(external_id="2")), CATALOGUE, NOW))
    assert other.code is RefusalCode.DUPLICATE and "s/1" in other.reason


def test_a_stale_version_is_refused_with_the_present_one() -> None:
    order = order_after()
    answer = refusal(decide(order, command(Dispatch(unit="water"), expected_version=2), CATALOGUE, NOW))
    assert (answer.code, answer.version, answer.state) == (RefusalCode.STALE_VERSION, 3, "accepted")
    assert Move.DISPATCH in answer.allowed
    assert facts(decide(order, command(Dispatch(unit="water"), expected_version=3), CATALOGUE, NOW)) == ["dispatched"]


@pytest.mark.parametrize(
    ("unit", "suggestions", "actor", "claimed", "mode"),
    [
        ("water", ("water", "roads"), OPERATOR, None, DecisionMode.ACCEPTED),
        ("roads", ("water", "roads"), OPERATOR, None, DecisionMode.OVERRIDDEN),
        ("roads", (), OPERATOR, None, DecisionMode.MANUAL),
        ("roads", ("water",), OPERATOR, DecisionMode.AUTO, DecisionMode.OVERRIDDEN),  # a person claims in vain
        ("water", ("water",), SYSTEM, DecisionMode.MANUAL, DecisionMode.MANUAL),
        ("water", ("water",), SYSTEM, None, DecisionMode.ACCEPTED),
    ],
)
def test_how_it_was_decided_is_judged_and_not_claimed(
    unit: str, suggestions: tuple[str, ...], actor: Actor, claimed: DecisionMode | None, mode: DecisionMode
) -> None:
    order = order_after(routing=routing(suggestions=suggestions))
    (event,) = _events(decide(order, command(Dispatch(unit=unit, mode=claimed), actor), CATALOGUE, NOW))
    assert isinstance(event.fact, Dispatched) and event.fact.mode is mode


DISPATCHED = (Dispatch(unit="water"), OPERATOR)
SIGNED = (Sign(), WATER)


@pytest.mark.parametrize(
    ("before", "do", "actor"),
    [
        ([DISPATCHED], Sign(), ROADS),
        ([DISPATCHED], Return(reason=ReturnReason.UNCLEAR), ROADS),
        ([DISPATCHED, SIGNED], Close(), ROADS),
        ([DISPATCHED], Sign(), Actor(id="x", role=Role.DEPARTMENT)),
        ([], Dispatch(unit="water"), WATER),
        ([], AnswerDirectly(), WATER),
        ([DISPATCHED, SIGNED], RecordClosure(), WATER),
    ],
)
def test_a_department_acts_on_its_own_orders_only(before: list[Any], do: Any, actor: Actor) -> None:
    order = order_after(*before)
    answer = refusal(decide(order, command(do, actor), CATALOGUE, NOW))
    assert (answer.code, answer.state, answer.version) == (RefusalCode.NOT_YOUR_ORDER, order.state, order.version)


def test_a_department_does_not_take_orders_in() -> None:
    (received, *_) = _events(decide(None, command(register()), CATALOGUE, NOW))
    answer = decide(replay([received]), command(Accept(), WATER), CATALOGUE, NOW)
    assert isinstance(answer, Refusal) and answer.code is RefusalCode.NOT_YOUR_ORDER


def test_the_life_of_one_order() -> None:
    order = order_after(DISPATCHED, SIGNED, (Close(reply_public="已修复"), WATER))
    assert (order.state, order.closing_department, order.reply_public) == (State.CLOSED, "water", "已修复")
    assert order.signed_at == order.closed_at == order.first_closed_at == NOW
    answer = refusal(decide(order, command(Sign(), WATER), CATALOGUE, NOW))
    assert (answer.code, answer.allowed) == (RefusalCode.FORBIDDEN_MOVE, ())
    assert "closed" in answer.reason and "sign" in answer.reason


def test_returned_orders_belong_to_nobody_until_sent_again() -> None:
    order = order_after(DISPATCHED, SIGNED, (Return(reason=ReturnReason.WRONG_AREA, basis="不在辖区"), WATER))
    assert (order.lead_department, order.signed_at, order.return_basis) == (None, None, "不在辖区")
    (event,) = _events(decide(order, command(Dispatch(unit="roads")), CATALOGUE, NOW))
    assert isinstance(event.fact, Dispatched) and event.fact.dispatch_no == 2


def test_a_direct_answer_has_no_unit_and_says_so() -> None:
    order = order_after((AnswerDirectly(reply_public="请拨打供水热线"), OPERATOR))
    assert (order.is_direct_answer, order.closing_department, order.state) == (True, None, State.CLOSED)


def test_a_clock_that_is_set_back_does_not_turn_the_order_of_the_facts() -> None:
    order = order_after(DISPATCHED)
    (event,) = _events(decide(order, command(Sign(), WATER), CATALOGUE, NOW - timedelta(hours=1)))
    assert (event.at, event.recorded_at) == (NOW, NOW - timedelta(hours=1))


def test_an_unknown_order_and_an_unknown_unit() -> None:
    answer = refusal(decide(None, command(Sign(), WATER), CATALOGUE, NOW))
    assert (answer.code, answer.state, answer.allowed) == (RefusalCode.UNKNOWN_ORDER, None, (Move.REGISTER,))
    answer = refusal(decide(order_after(), command(Dispatch(unit="nobody")), CATALOGUE, NOW))
    assert answer.code is RefusalCode.UNKNOWN_UNIT and "nobody" in answer.reason


def test_who_closed_it_may_be_unknown_in_an_archive() -> None:
    past = (RecordedStep(at=NOW, do=RecordClosure()),)
    events = _events(decide(None, command(register(steps=past), SYSTEM), CATALOGUE, NOW))
    assert isinstance(events[-1].fact, Closed) and events[-1].fact.unit is None


@pytest.mark.parametrize(
    ("before", "wish", "actor"), [([DISPATCHED, SIGNED], Close(), WATER), ([], AnswerDirectly(), OPERATOR)]
)
def test_closing_needs_a_reply(before: list[Any], wish: Any, actor: Actor) -> None:
    answer = decide(order_after(*before), command(wish, actor), CATALOGUE, NOW)
    assert isinstance(answer, Refusal) and answer.code is RefusalCode.REPLY_MISSING


def test_a_person_does_not_record_an_archives_closure() -> None:
    answer = decide(order_after(DISPATCHED, SIGNED), command(RecordClosure(), OPERATOR), CATALOGUE, NOW)
    assert isinstance(answer, Refusal) and answer.code is RefusalCode.NOT_YOUR_ORDER


def test_the_first_decision_stays_known_after_a_return() -> None:
    auto = (Dispatch(unit="water", mode=DecisionMode.AUTO), Actor(id="router", role=Role.SYSTEM))
    back = (Return(reason=ReturnReason.NOT_MY_DUTY), WATER)
    order = order_after(auto, back, (Dispatch(unit="roads"), OPERATOR))
    assert order.first_decision_mode is DecisionMode.AUTO
    assert order.decision_mode is not DecisionMode.AUTO


def test_a_unit_is_told_the_matter_and_not_the_person() -> None:
    said = {"content": "我叫李四四，电话13900139000", "requester": Requester(name="李四四", phone="13900139000")}
    events = decide(None, command(register(**said)), CATALOGUE, NOW)
    order = replay(_events(events))
    [dispatched] = _events(decide(order, command(Dispatch(unit="water"), OPERATOR), CATALOGUE, NOW))
    assert isinstance(dispatched.fact, Dispatched)
    assert dispatched.fact.notice.content == "我叫李某，电话139****9000"
    assert order is not None and order.content == "我叫李四四，电话13900139000"
