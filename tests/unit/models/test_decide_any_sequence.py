"""Whatever is asked in whatever order: facts follow the table, refusals change nothing, replay gives the state."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from models.alarms import alarm_at, dues
from models.apply import apply, replay
from models.codec import from_record, to_record
from models.commands import Actor, Command, Refusal, RefusalCode
from models.decide import CLOCK_TOLERANCE, decide
from models.events import Event
from models.facts import Alarmed, Closed, Contacted, Dispatched, Received, Returned, Revealed, Reworked, Visited
from models.kinds import ENDED_STATES, LINKED_STATES, OPEN_STATES, State
from models.lifecycle import SYSTEM_MOVES, TABLE, Move
from models.moves import Alarm, ChildEnded, RecordedStep, Register
from models.order import Order
from models.records import Position, StoredRecord
from models.rights import MAY, Role
from models.rules.access import may_know
from models.transitions import move_of
from tests.unit.models.life import CATALOGUE, NOW, OPERATOR, SUPERVISOR, SYSTEM, TERMS, register
from tests.unit.models.wishes import PROLOGUES, WISHES, Make, Steps, actors, later_moves, registers

NUMBER = "MQ0000000000001"
WITH_A_UNIT = {
    State.DISPATCHED, State.RETURN_REVIEW, State.HANDLING, State.SUSPENDED, State.REPLY_REVIEW, State.REWORK,
}  # fmt: skip
WITHOUT_ONE = {State.RECEIVED, State.ACCEPTED, State.MERGED, State.SPLIT, State.REJECTED}


class LifeOfAnOrder(RuleBasedStateMachine):
    """One order number; a model of nothing but the list of its events."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.order: Order | None = None
        self.events: list[Event] = []
        self.sent: list[Command] = []

    @initialize(make=st.none() | registers(live=True), skip=st.integers(0, 1_000), prologue=st.sampled_from(PROLOGUES))
    def start(self, make: Make | None, skip: int, prologue: Steps) -> None:
        """Mostly with an order at hand and some way into its life, else the machine would spend its own on the door."""
        self.now += timedelta(minutes=skip)
        if make is None:
            return
        self.send(make(self.now), SYSTEM, None)
        for do, actor in prologue if self.order is not None and self.order.state is State.ACCEPTED else ():
            self.now += timedelta(minutes=20)
            self.send(do, actor, None)

    @precondition(lambda self: self.order is None)
    @rule(do=WISHES[Move.AMEND] | WISHES[Move.ADOPT])
    def another_system_knows_next_to_nothing(self, do: Any) -> None:
        self.send(register(received_at=self.now, steps=(RecordedStep(at=self.now, do=do),)), SYSTEM, None)

    @rule(hours=st.integers(-48, 24 * 40) | st.integers(1, 30))
    def time_passes_or_the_clock_is_set_back(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @precondition(lambda self: self.order is None or len(self.events) % 7 == 6)
    @rule(make=registers(), actor=actors | st.just(SYSTEM))
    def register(self, make: Make, actor: Actor) -> None:
        self.send(make(self.now), actor, None)

    @rule(do=later_moves, actor=actors, version=st.none() | st.none() | st.integers(-1, 12))
    def anything(self, do: Any, actor: Actor, version: int | None) -> None:
        self.send(do, actor, version)

    @precondition(lambda self: self.order is not None)
    @rule(data=st.data(), onward=st.integers(0, 3))
    def a_move_that_the_table_allows(self, data: st.DataObject, onward: int) -> None:
        order = self.order
        assert order is not None
        allowed = [move for start, move in TABLE if start is order.state]
        if onward:  # what ends a life, or is possible everywhere, comes up soon enough
            ends = (*ENDED_STATES, *LINKED_STATES)
            rest = [move for move in allowed if not set(TABLE[order.state, move]) <= {order.state, *ends}]
            allowed = rest or allowed
        move = data.draw(st.sampled_from(allowed))
        self.send(data.draw(WISHES[move]), self.somebody(data, order, move), data.draw(st.sampled_from([None, 0])))

    def somebody(self, data: st.DataObject, order: Order, move: Move) -> Actor:
        lead = Actor(id="主办", role=Role.DEPARTMENT, unit=order.lead_department)
        co = [Actor(id="协办", role=Role.DEPARTMENT, unit=unit) for unit in order.co_departments]
        likely = [one for one in (OPERATOR, SUPERVISOR, lead, *co) if one.role in MAY[move]] or [SYSTEM]
        return data.draw(st.sampled_from(likely) | actors)

    @precondition(lambda self: self.order is not None and dues(self.order))
    @rule(data=st.data())
    def the_clock(self, data: st.DataObject) -> None:
        assert self.order is not None
        due = data.draw(st.sampled_from(dues(self.order)))
        if due.kind is not None:
            self.now = max(self.now, due.at)
            self.send(Alarm(kind=due.kind, due_at=due.at), SYSTEM, None)
            assert due not in dues(self.order)

    @precondition(lambda self: self.order is not None and self.order.state is State.SPLIT)
    @rule(data=st.data())
    def a_part_ends(self, data: st.DataObject) -> None:
        assert self.order is not None
        self.send(ChildEnded(child=data.draw(st.sampled_from(self.order.children))), SYSTEM, None)

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def the_same_command_again(self, data: st.DataObject) -> None:
        command = data.draw(st.sampled_from(self.sent))
        first = decide(self.order, command, TERMS, self.now)
        assert first == decide(self.order, command, TERMS, self.now)
        if self.order is not None and command.do.move is Move.REGISTER and command.actor.role is Role.SYSTEM:
            assert isinstance(first, Refusal) and first.code is RefusalCode.DUPLICATE

    @precondition(lambda self: len(self.events) > 1)
    @rule(data=st.data(), missing=st.integers(1, 5))
    def an_event_again_changes_nothing_and_a_gap_is_an_error(self, data: st.DataObject, missing: int) -> None:
        assert apply(self.order, data.draw(st.sampled_from(self.events))) is self.order
        last = self.events[-1]
        with pytest.raises(ValueError, match="gap"):
            apply(self.order, last.model_copy(update={"seq": last.seq + 1 + missing}))
        hole = data.draw(st.integers(0, len(self.events) - 2))
        with pytest.raises(ValueError, match=r"gap|no fact"):
            replay(self.events[:hole] + self.events[hole + 1 :])

    def send(self, do: Any, actor: Actor, version: int | None) -> None:
        if version == 0:
            version = self.order.version if self.order is not None else None
        command = Command(
            command_id=f"c{len(self.sent)}", order_no=NUMBER, actor=actor, do=do, expected_version=version
        )
        assert again(command) == command
        before = self.order.model_copy(deep=True) if self.order is not None else None
        answer = decide(self.order, command, TERMS, self.now)
        self.sent.append(command)
        assert self.order == before
        if isinstance(answer, Refusal):
            self.check_refusal(answer, command)
            return
        assert answer, "a command that is carried out makes a fact"
        self.check_right(command)
        for event in answer:
            self.check_event(event, command)
            self.order = apply(self.order, event)
            self.events.append(event)

    def check_right(self, command: Command) -> None:
        """Who was let through may make the move, and a department on an order that it has."""
        by, order = command.actor, self.order
        if by.role is not Role.SYSTEM:
            assert by.role in MAY[command.do.move] and command.do.move not in SYSTEM_MOVES
        if by.role is Role.DEPARTMENT:
            assert order is not None and by.unit in order.units

    def check_refusal(self, refusal: Refusal, command: Command) -> None:
        assert refusal.reason and refusal.move is command.do.move
        by, order = command.actor, self.order
        assert all((refusal.state, move) in TABLE and move not in SYSTEM_MOVES for move in refusal.allowed)
        assert by.role is Role.SYSTEM or all(by.role in MAY[move] for move in refusal.allowed)
        if isinstance(command.do, Register):
            return
        if order is None or not may_know(by, order):
            assert refusal == decide(None, command, TERMS, self.now)
            assert (refusal.code, refusal.state, refusal.version, refusal.allowed) == (
                RefusalCode.UNKNOWN_ORDER, None, None, (),
            )  # fmt: skip
            return
        assert (refusal.state, refusal.version) == (order.state, order.version)
        if refusal.code is RefusalCode.FORBIDDEN_MOVE:
            assert (order.state, command.do.move) not in TABLE
        if refusal.code is RefusalCode.STALE_VERSION:
            assert command.expected_version not in range(order.revision, order.version + 1)

    def check_event(self, event: Event, command: Command) -> None:
        fact, order = event.fact, self.order
        state, after = order.state if order else None, apply(order, event).state
        move = move_of(fact)
        assert after is state if move is None else after in TABLE[state, move]
        assert (event.order_no, event.command_id, event.recorded_at) == (NUMBER, command.command_id, self.now)
        assert Event.model_validate(event.model_dump()) == event == again(event)  # built without checks, and yet sound
        if isinstance(fact, Dispatched):
            assert all(map(CATALOGUE.has_unit, (fact.unit, *fact.co_units)))
            assert len({fact.unit, *fact.co_units}) == 1 + len(fact.co_units)
            told = fact.notice.model_dump_json()
            assert not any(word in told for word in ("王*", "138****5678", "c2VhbGVk"))
        if isinstance(fact, Returned):
            assert order and fact.unit == order.lead_department
            assert event.actor.role is Role.SYSTEM or not order.is_final
        if isinstance(fact, Revealed) and event.actor.role is Role.DEPARTMENT:
            assert order and not order.requester.is_confidential
        if isinstance(fact, Alarmed):
            assert order and fact.due_at <= event.at and order.state is not State.SUSPENDED
            assert fact.kind not in order.alarms

    @invariant()
    def replay_is_the_state(self) -> None:
        assert replay(self.events) == self.order
        if self.order is not None:
            # model_construct and model_copy check nothing: the result must still be a sound order.
            assert Order.model_validate(self.order.model_dump()) == self.order

    @invariant()
    def events_are_numbered_unique_and_in_time(self) -> None:
        assert [event.seq for event in self.events] == list(range(1, len(self.events) + 1))
        assert len({event.event_id for event in self.events}) == len(self.events)
        times = [event.at for event in self.events]
        assert times == sorted(times)
        assert all(event.at - event.recorded_at <= CLOCK_TOLERANCE for event in self.events[:1])

    @invariant()
    def the_order_tells_its_events(self) -> None:
        order, facts = self.order, [event.fact for event in self.events]
        if order is None:
            assert not facts
            return
        dispatches = [fact for fact in facts if isinstance(fact, Dispatched)]
        assert isinstance(facts[0], Received) and order.received_at == self.events[0].at
        assert 1 <= order.revision <= order.version == len(facts) and order.updated_at == self.events[-1].at
        assert [fact.dispatch_no for fact in dispatches] == list(range(1, order.dispatch_count + 1))
        assert order.first_department == (dispatches[0].unit if dispatches else None)
        assert order.return_count == sum(isinstance(fact, Returned) for fact in facts)
        assert order.rework_count == sum(isinstance(fact, Reworked) for fact in facts)
        visits = [fact.visit for fact in facts if isinstance(fact, Visited) and fact.visit.contacted]
        assert order.dissatisfied_count == sum(not visit.is_pleased for visit in visits)
        assert (order.visited_at is not None) == bool(visits)
        assert order.first_contact_at is None or any(isinstance(fact, Contacted) for fact in facts)
        if (order.closed_at is not None) and order.state is State.CLOSED:
            assert any(isinstance(fact, Closed) for fact in facts)

    @invariant()
    def its_times_belong_to_its_state(self) -> None:
        order = self.order
        if order is None:
            return
        assert (order.closed_at is not None) == (order.state in (State.CLOSED, State.ARCHIVED))
        if order.closed_at is not None or order.state in (State.VISITING, State.REWORK):
            assert order.first_closed_at is not None
            assert order.closed_at is None or order.first_closed_at <= order.closed_at
        assert order.received_at <= order.entered_at <= order.updated_at
        spent = order.spent.model_dump().values()
        assert min(spent) >= 0
        assert sum(spent) == pytest.approx((order.entered_at - order.received_at).total_seconds(), abs=1e-3)
        if order.state is State.CLOSED:
            assert order.entered_at == order.closed_at

    @invariant()
    def its_units_belong_to_its_state(self) -> None:
        order = self.order
        if order is None:
            return
        if order.state in WITH_A_UNIT:
            assert order.lead_department is not None
        if order.state in WITHOUT_ONE:
            assert not order.units and order.request is None
        if order.state is State.DISPATCHED:
            assert order.signed_at is None
        assert order.lead_department not in order.co_departments

    @invariant()
    def it_is_watched_while_it_is_somebodys_work(self) -> None:
        order = self.order
        if order is None:
            return
        assert len(set(order.alarms)) == len(order.alarms)
        watched = dues(order)
        assert alarm_at(order) == (watched[0].at if watched else None) and watched == sorted(
            watched, key=lambda d: d.at
        )
        if order.state in (State.SUSPENDED, State.VISITING) or order.state not in (*OPEN_STATES, State.CLOSED):
            assert watched == []
        assert all((due.kind is None) == (order.state is State.CLOSED) for due in watched)


def again(value: Any) -> Any:
    """Written to the log and read."""
    record = to_record("t", value)
    return from_record(type(value), StoredRecord(Position("t", 0, 0), record.key, record.value, record.headers, NOW))


TestLifeOfAnOrder = LifeOfAnOrder.TestCase
TestLifeOfAnOrder.settings = settings(
    max_examples=200, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
