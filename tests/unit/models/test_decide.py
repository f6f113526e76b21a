"""Registration, an order's past in another system, versions, clocks; each move's own rule has its test in rules/."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.apply import replay
from models.commands import RefusalCode
from models.decide import CLOCK_TOLERANCE, decide
from models.events import Event
from models.facts import Closed, Dispatched
from models.kinds import DecisionMode, LimitUnit, ReturnReason, State
from models.lifecycle import Move
from models.moves import (
    Accept,
    AnswerDirectly,
    ApproveReply,
    Close,
    Contact,
    CoReply,
    Dispatch,
    RecordClosure,
    RecordedStep,
    RecordVisit,
    Reopen,
    Reply,
    Return,
    Sign,
)
from models.parts import Limit
from tests.unit.models.life import (
    CALENDAR,
    DAY,
    HOUR,
    NOW,
    OPERATOR,
    SYSTEM,
    TERMS,
    WATER,
    Life,
    dispatched,
    register,
    registered,
    routing,
)

DISPATCH = Dispatch(unit="water", mode=DecisionMode.MANUAL)


def types(events: list[Event]) -> list[str]:
    return [event.fact.type for event in events]


def test_a_live_order_waits_for_an_operator_or_goes_at_once() -> None:
    assert types(registered().events) == ["received", "routed", "accepted"]
    auto = registered(routing=routing("auto"))
    assert types(auto.events) == ["received", "routed", "accepted", "dispatched"]
    order = auto.order
    assert (order.lead_department, order.decision_mode) == ("water", DecisionMode.AUTO)
    assert order.state is State.DISPATCHED and order.decided_by == "router"


def test_a_unit_that_has_left_the_catalogue_keeps_the_order_for_an_operator() -> None:
    assert registered(routing=routing("auto", unit="closed_down")).order.state is State.ACCEPTED


def test_a_registration_sets_the_limits_and_their_marks() -> None:
    order = registered().order
    due = CALENDAR.after(NOW, 10, LimitUnit.WORKING_DAY)
    assert (order.due_at, order.first_due_at, order.dispatch_due_at) == (due, due, NOW + 2 * HOUR)
    assert order.warn_at == CALENDAR.after(NOW, 7.5, LimitUnit.WORKING_DAY)
    assert order.red_at == CALENDAR.after(due, 5, LimitUnit.WORKING_DAY)


def past(*steps: tuple[timedelta, Any]) -> Life:
    """An order received ten days ago with these recorded steps, so long after its receipt."""
    received = NOW - 10 * DAY
    recorded = tuple(RecordedStep(at=received + after, do=do) for after, do in steps)
    return registered(received_at=received, steps=recorded)


class TestPast:
    def test_it_becomes_events_at_their_own_times(self) -> None:
        steps = [
            (DAY, Accept()),
            (DAY, Dispatch(unit="roads", mode=DecisionMode.MANUAL)),
            (2 * DAY, Return(reason=ReturnReason.NOT_MY_DUTY)),
            (3 * DAY, DISPATCH),
            (8 * DAY, RecordClosure()),
        ]
        life = past(*steps)
        assert [event.at for event in life.events[2:]] == [NOW - 10 * DAY + after for after, _ in steps]
        assert {event.recorded_at for event in life.events} == {NOW}
        order = life.order
        assert (order.first_department, order.closing_department) == ("roads", "water")
        assert (order.received_at, order.closed_at) == (NOW - 10 * DAY, NOW - 2 * DAY)
        assert (order.dispatch_count, order.return_count, order.state) == (2, 1, State.CLOSED)
        assert order.reopen_until == NOW + 30 * DAY

    def test_it_may_tell_every_step_to_the_visit(self) -> None:
        life = past(
            (DAY, Accept()),
            (DAY, DISPATCH),
            (2 * DAY, Sign()),
            (2 * DAY, Contact()),
            (5 * DAY, Reply()),
            (6 * DAY, ApproveReply()),
            (7 * DAY, RecordVisit(contacted=True, satisfaction="very_satisfied")),
        )
        order, received = life.order, NOW - 10 * DAY
        assert (order.state, order.first_closed_at, order.closed_at) == (
            State.CLOSED, received + 6 * DAY, received + 7 * DAY,
        )  # fmt: skip
        assert (order.first_contact_at, order.replied_at) == (received + 2 * DAY, received + 5 * DAY)

    def test_a_closure_of_which_only_the_visit_is_known_as_well(self) -> None:
        life = past(
            (DAY, Accept()),
            (DAY, DISPATCH),
            (6 * DAY, RecordClosure(reply_public="已办", visit_follows=True)),
            (7 * DAY, RecordVisit(contacted=True, solved=False, satisfaction="very_dissatisfied")),
        )
        order, received = life.order, NOW - 10 * DAY
        # Dissatisfied, and nothing more: closed there, so closed here; no rework is made up.
        assert (order.state, order.rework_count, order.dissatisfied_count) == (State.CLOSED, 0, 1)
        assert (order.first_closed_at, order.closed_at) == (received + 6 * DAY, received + 7 * DAY)
        assert (order.closing_department, order.reply_public) == ("water", "已办")

    @pytest.mark.parametrize("visit", [RecordVisit(contacted=False), RecordVisit(contacted=True)])
    def test_a_visit_of_which_little_is_known_closes_too(self, visit: RecordVisit) -> None:
        life = past((DAY, RecordClosure(unit="water", visit_follows=True)), (2 * DAY, visit))
        assert life.order.state is State.CLOSED and life.order.lead_department == "water"

    def test_a_rework_that_was_recorded_is_a_step_of_its_own(self) -> None:
        life = past(
            (DAY, RecordClosure(unit="water", visit_follows=True)),
            (2 * DAY, RecordVisit(contacted=True, solved=False)),
            (2 * DAY, Reopen(reason="回访不满意")),
            (4 * DAY, RecordClosure()),
        )
        assert (life.order.state, life.order.rework_count) == (State.CLOSED, 1)
        assert life.order.closed_at == NOW - 6 * DAY

    def test_who_closed_it_may_be_unknown(self) -> None:
        fact = past((DAY, RecordClosure())).events[-1].fact
        assert isinstance(fact, Closed) and fact.unit is None

    @pytest.mark.parametrize(
        ("later", "told"),
        [
            ([], True),
            ([Sign(), Contact(), CoReply(reply_internal="已办")], True),
            ([Sign(), Reply()], False),
            ([Return(reason="unclear")], False),
            ([RecordClosure()], False),
        ],
    )
    def test_a_unit_is_told_of_what_it_still_has_to_do(self, later: list[Any], told: bool) -> None:
        both = Dispatch(unit="water", co_units=("roads",))
        roads = SYSTEM.model_copy(update={"unit": "roads"})
        life = Life()
        steps = [RecordedStep(at=NOW, do=do) for do in (Accept(), both, *later)]
        life.do(register(steps=tuple(steps)), roads)
        (fact,) = [event.fact for event in life.events if isinstance(event.fact, Dispatched)]
        assert fact.notify is life.order.is_told is told

    @pytest.mark.parametrize(
        ("steps", "code"),
        [
            ([(-1, Accept())], RefusalCode.IMPOSSIBLE_TIME),
            ([(2, Accept()), (1, DISPATCH)], RefusalCode.IMPOSSIBLE_TIME),
            ([(48, Accept())], RefusalCode.IMPOSSIBLE_TIME),
            ([(1, Sign())], RefusalCode.FORBIDDEN_MOVE),
            ([(1, Accept()), (1, Dispatch(unit="nobody"))], RefusalCode.UNKNOWN_CODE),
            ([(1, RecordClosure(unit="nobody"))], RefusalCode.UNKNOWN_CODE),
            ([(1, RecordClosure()), (2, RecordClosure())], RefusalCode.FORBIDDEN_MOVE),
        ],
    )
    def test_an_impossible_one_is_refused_as_a_whole(self, steps: list[tuple[int, Any]], code: RefusalCode) -> None:
        received = NOW - 24 * HOUR
        recorded = tuple(RecordedStep(at=received + timedelta(hours=after), do=do) for after, do in steps)
        answer = Life().refused(register(received_at=received, steps=recorded), SYSTEM)
        assert (answer.code, answer.move, answer.state, answer.version) == (code, Move.REGISTER, None, None)


def test_received_in_the_future_is_refused_beyond_the_tolerance_of_clocks() -> None:
    late = register(received_at=NOW + CLOCK_TOLERANCE + timedelta(seconds=1))
    assert Life().refused(late, SYSTEM).code is RefusalCode.IMPOSSIBLE_TIME
    assert registered(received_at=NOW + CLOCK_TOLERANCE).order.received_at == NOW + CLOCK_TOLERANCE


def test_a_limit_beyond_all_calendars_is_refused_and_no_crash() -> None:
    now = datetime(9999, 12, 30, tzinfo=UTC)
    limit = Limit(value=1, unit=LimitUnit.HOUR, due_at=now)
    life = Life(now=now)
    assert life.refused(register(received_at=now, limit=limit), SYSTEM).code is RefusalCode.IMPOSSIBLE_TIME
    life.state = registered().order
    assert life.refused(AnswerDirectly(reply_public="已答复")).code is RefusalCode.IMPOSSIBLE_TIME


def test_a_second_registration_tells_a_duplicate_from_a_taken_number() -> None:
    life = registered()
    again = life.refused(register(), SYSTEM)
    assert (again.code, again.reason, again.version) == (RefusalCode.DUPLICATE, "registered before", 3)
    other = life.refused(register(external_id="2"), SYSTEM)
    assert other.code is RefusalCode.DUPLICATE and "s/1" in other.reason


def test_a_stale_version_is_refused_with_the_present_one_before_anything_else() -> None:
    life = registered()
    for do in (DISPATCH, Sign(), Close(), Dispatch(unit="nobody")):
        answer = life.refused(do, OPERATOR, expected_version=2)
        assert (answer.code, answer.version, answer.state) == (RefusalCode.STALE_VERSION, 3, State.ACCEPTED)
        assert Move.DISPATCH in answer.allowed
    assert life.do(DISPATCH, OPERATOR, expected_version=3)


def test_a_clock_that_is_set_back_does_not_turn_the_order_of_the_facts() -> None:
    life = dispatched()
    at = life.now
    life.do(Sign(), WATER, after=-HOUR)
    event = life.events[-1]
    assert (event.at, event.recorded_at) == (at, at - HOUR)


def test_the_originals_of_a_moves_texts_are_with_its_first_fact() -> None:
    life = registered()
    command = life.command(AnswerDirectly(reply_public="回电138****5678"), OPERATOR, sealed="c2VhbGVk")
    life.do(command.do, OPERATOR, sealed=command.sealed)
    assert [event.sealed for event in life.events[-1:]] == ["c2VhbGVk"]
    assert replay(life.events) == life.order


def test_the_same_command_makes_the_same_events() -> None:
    life = dispatched()
    command = life.command(Sign(), WATER)
    first = decide(life.order, command, TERMS, life.now)
    assert first == decide(life.order, command, TERMS, life.now)
    assert isinstance(first, list) and first[0].event_id == f"{command.command_id}/1"
