"""Whatever is sent in whatever order: facts follow the table, refusals change nothing, replay gives the state."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from models.apply import apply, replay
from models.catalogue import Catalogue
from models.commands import Actor, Command, Refusal, RefusalCode
from models.decide import CLOCK_TOLERANCE, decide
from models.events import Event
from models.facts import Closed, Dispatched, Received, Returned, Routed
from models.kinds import DecisionMode, LimitUnit, ReturnReason, State
from models.lifecycle import TABLE, Move
from models.moves import Accept, AnswerDirectly, Close, Dispatch, RecordClosure, RecordedStep, Register, Return, Sign
from models.order import Order
from models.parts import Limit, Requester, Routing, Suggestion
from models.rights import Role

CATALOGUE = Catalogue.model_validate(
    {
        "city": "某区", "list_version": "1", "order_prefix": "MQ", "fallback_unit": "water",
        "units": [{"code": code, "name": code, "duty": "职责"} for code in ("water", "roads", "parks")],
        "streets": [], "categories": ["民生"], "items": [],
        "channels": [{"code": "hotline", "name": "热线"}], "request_types": [{"code": "help", "name": "求助"}],
        "limits": [{"value": 10, "unit": "working_day"}],
    }
)  # fmt: skip
OPERATOR = Actor(id="o", role=Role.OPERATOR)
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
MOVE_OF_CLOSING = {"handled": Move.CLOSE, "direct": Move.ANSWER_DIRECTLY, "recorded": Move.RECORD_CLOSURE}
MOVE_OF_FACT = {
    "received": Move.REGISTER, "accepted": Move.ACCEPT, "dispatched": Move.DISPATCH, "signed": Move.SIGN,
    "returned": Move.RETURN,
}  # fmt: skip

known = st.sampled_from(["water", "roads", "parks"])
units = st.sampled_from(["water", "roads", "parks", "unknown", "水务局"])
words = st.none() | st.sampled_from(["已处理", "🙂" * 50, "", "字" * 20_000])
modes = st.none() | st.sampled_from(DecisionMode)
actors = st.builds(Actor, id=st.sampled_from(["a", "b", "机器"]), role=st.sampled_from(Role), unit=st.none() | units)
WISHES: dict[Move, st.SearchStrategy[Any]] = {
    Move.ACCEPT: st.builds(Accept),
    Move.DISPATCH: st.builds(Dispatch, unit=known | units, override_reason=words, mode=modes),
    Move.SIGN: st.builds(Sign),
    Move.RETURN: st.builds(Return, reason=st.sampled_from(ReturnReason), basis=words),
    Move.CLOSE: st.builds(Close, reply_public=words),
    Move.ANSWER_DIRECTLY: st.builds(AnswerDirectly, reply_public=words),
    Move.RECORD_CLOSURE: st.builds(RecordClosure, unit=st.none() | units, reply_public=words),
}
later_moves = st.one_of(*WISHES.values())
routings = st.builds(
    Routing,
    mode=st.sampled_from(["auto", "suggest"]),
    unit=st.none() | units,
    rule=st.just("model"),
    reason=st.just(""),
    threshold=st.none() | st.just(0.8),
    model_version=st.just("m"),
    list_version=st.just("1"),
    suggestions=st.lists(
        st.builds(Suggestion, unit=units, probability=st.just(0.5), reason=st.just("")), max_size=2
    ).map(tuple),
)
hours = st.integers(-48, 24 * 40).map(lambda n: timedelta(hours=n))
small = st.timedeltas(timedelta(minutes=-10), timedelta(minutes=10))


pasts = st.just([]) | st.lists(st.tuples(st.timedeltas(timedelta(hours=-1), timedelta(days=3)), later_moves))


@st.composite
def registers(draw: st.DrawFn, live: bool = False) -> Any:
    """How a Register looks once it is known what time it is."""
    ago = draw(small.map(abs) if live else hours | small)
    gaps = (
        []
        if live
        else draw(st.just([]) | st.lists(st.tuples(st.timedeltas(timedelta(hours=-1), timedelta(days=3)), later_moves)))
    )
    fields = {
        "external_id": draw(st.sampled_from(["1", "2"])),
        "routing": draw(routings),
        "content": draw(words) or "水",
    }

    def at(now: datetime) -> Register:
        moment, steps = now - ago, []
        for gap, move in gaps:
            moment += gap
            steps.append(RecordedStep(at=moment, do=move))
        return Register(
            source_system="s", channel="hotline", request_type="help", urgency="normal", title="路灯不亮",
            received_at=now - ago, requester=Requester(name="王某", phone="13800000000"),
            limit=Limit(value=1, unit=LimitUnit.DAY, due_at=now), steps=tuple(steps), **fields,
        )  # fmt: skip

    return at


live_registers = registers(live=True)


class LifeOfAnOrder(RuleBasedStateMachine):
    """One order number; a model of nothing but the list of its events."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.order: Order | None = None
        self.events: list[Event] = []
        self.sent: list[Command] = []

    @initialize(make=st.none() | live_registers, skip=st.integers(0, 1_000))
    def start(self, make: Any, skip: int) -> None:
        """Mostly with an order at hand, else the machine would spend its life on unknown ones."""
        self.now += timedelta(minutes=skip)
        if make is not None:
            self.send(make(self.now), OPERATOR, None)

    @rule(by=hours | st.sampled_from([timedelta(hours=-48), timedelta(minutes=-1)]))
    def time_passes_or_the_clock_is_set_back(self, by: timedelta) -> None:
        self.now += by

    @precondition(lambda self: self.order is None or len(self.events) % 5 == 4)
    @rule(make=registers(), actor=actors)
    def register(self, make: Any, actor: Actor) -> None:
        self.send(make(self.now), actor, None)

    @rule(move=later_moves, actor=actors, version=st.none() | st.none() | st.integers(-1, 12))
    def move(self, move: Any, actor: Actor, version: int | None) -> None:
        self.send(move, actor, version)

    @precondition(lambda self: self.order is not None and self.order.state is not State.CLOSED)
    @rule(data=st.data(), likely=st.integers(0, 2))
    def a_move_that_the_table_allows(self, data: st.DataObject, likely: int) -> None:
        order = self.order
        assert order is not None
        allowed = [move for start, move in TABLE if start is order.state]
        onward = [move for move in allowed if TABLE[order.state, move] is not State.CLOSED]
        move = data.draw(st.sampled_from(onward if onward and likely else allowed))
        mine = Actor(id="d", role=Role.DEPARTMENT, unit=order.lead_department)
        actor = data.draw(st.sampled_from([OPERATOR, mine]) | actors)
        self.send(data.draw(WISHES[move]), actor, data.draw(st.sampled_from([None, order.version])))

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def the_same_command_again(self, data: st.DataObject) -> None:
        command = data.draw(st.sampled_from(self.sent))
        first = decide(self.order, command, CATALOGUE, self.now)
        assert first == decide(self.order, command, CATALOGUE, self.now)
        if self.order is not None and command.do.move is Move.REGISTER:
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
        command = Command(command_id=f"c{len(self.sent)}", order_no="N1", actor=actor, do=do, expected_version=version)
        before = self.order.model_copy(deep=True) if self.order is not None else None
        answer = decide(self.order, command, CATALOGUE, self.now)
        self.sent.append(command)
        assert self.order == before
        if isinstance(answer, Refusal):
            self.check_refusal(answer, command)
        else:
            assert answer, "a command that is carried out makes a fact"
            for event in answer:
                self.check_event(event, command)
                self.order = apply(self.order, event)
                self.events.append(event)

    def check_refusal(self, refusal: Refusal, command: Command) -> None:
        assert refusal.reason and refusal.move is command.do.move
        onward = {move for start, move in TABLE if start == refusal.state}
        assert set(refusal.allowed) == onward - {Move.RECORD_CLOSURE}
        if self.order is not None:
            assert (refusal.state, refusal.version) == (self.order.state, self.order.version)
            forbidden = (self.order.state, command.do.move) not in TABLE
            if refusal.code is RefusalCode.FORBIDDEN_MOVE:
                assert forbidden
        elif not isinstance(command.do, Register):
            assert refusal.code is RefusalCode.UNKNOWN_ORDER and refusal.allowed == (Move.REGISTER,)

    def check_event(self, event: Event, command: Command) -> None:
        fact, order = event.fact, self.order
        move = MOVE_OF_CLOSING[fact.how] if isinstance(fact, Closed) else MOVE_OF_FACT.get(fact.type)
        if move is not None:
            assert (order.state if order else None, move) in TABLE
            assert apply(order, event).state is TABLE[order.state if order else None, move]
        else:
            assert isinstance(fact, Routed) and order and apply(order, event).state is order.state
        assert (event.order_no, event.command_id, event.recorded_at) == ("N1", command.command_id, self.now)
        assert Event.model_validate(event.model_dump()) == event  # built without checks, and yet sound
        if isinstance(fact, Dispatched):
            assert CATALOGUE.has_unit(fact.unit) and event.actor.role is not Role.DEPARTMENT
            assert "王某" not in fact.notice.model_dump_json() and "13800000000" not in fact.notice.model_dump_json()
        if event.actor.role is Role.DEPARTMENT and move in {Move.SIGN, Move.RETURN, Move.CLOSE}:
            assert order and event.actor.unit == order.lead_department
        if isinstance(fact, Returned):
            assert order and fact.unit == order.lead_department

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
        order = self.order
        if order is None:
            assert not self.events
            return
        facts = [event.fact for event in self.events]
        dispatches = [fact for fact in facts if isinstance(fact, Dispatched)]
        assert isinstance(facts[0], Received) and order.received_at == self.events[0].at
        assert order.version == len(facts) and order.updated_at == self.events[-1].at
        assert order.dispatch_count == len(dispatches) and [fact.dispatch_no for fact in dispatches] == list(
            range(1, len(dispatches) + 1)
        )
        assert order.first_department == (dispatches[0].unit if dispatches else None)
        assert order.return_count == sum(isinstance(fact, Returned) for fact in facts)
        assert (order.closed_at is not None) == (order.state is State.CLOSED)
        if order.state is not State.CLOSED:
            assert (order.lead_department is not None) == (order.state in {State.DISPATCHED, State.HANDLING})


TestLifeOfAnOrder = LifeOfAnOrder.TestCase
TestLifeOfAnOrder.settings = settings(
    max_examples=150, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
