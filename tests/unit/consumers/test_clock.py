"""The clock on a real log and store: each alarm once, however many clocks, and none for what is over."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest

from consumers.clock import ANSWER, NAME, AlarmClock
from consumers.summary import every_record
from dispatcher.health import Condition
from models.alarms import alarm_at
from models.codec import from_record
from models.commands import Command
from models.errors import RetryLater
from models.kinds import AlarmKind, Card, State
from models.moves import AnswerDirectly, Dispatch, Sign
from models.topics import COMMANDS
from tests.unit.consumers.conftest import NOW, OPERATOR, WATER, Flow, message
from tests.unit.consumers.test_follow import VAGUE, number

LATER = NOW + timedelta(days=60)


def clock(flow: Flow, most: int = 1000) -> AlarmClock:
    return AlarmClock(flow.services, threading.Event(), 5.0, most)


def told(flow: Flow) -> list[Command]:
    commands = [from_record(Command, record) for record in every_record(flow.services.log, COMMANDS)]
    return [command for command in commands if command.actor.id == NAME]


def waiting(flow: Flow, count: int) -> list[str]:
    flow.hand_in(*(message(n, **VAGUE) for n in range(count)))
    flow.run()
    return [number(n) for n in range(count)]


def with_unit(flow: Flow) -> str:
    [one] = waiting(flow, 1)
    flow.command(one, Dispatch(unit="water"))
    flow.command(one, Sign(), WATER)
    flow.run()
    return one


def test_nothing_is_told_before_its_time(flow: Flow) -> None:
    [one] = waiting(flow, 1)
    ticking = clock(flow)
    due_at = alarm_at(flow.order(one))
    assert due_at is not None
    flow.clock.at = due_at - timedelta(microseconds=1)
    assert not ticking.look()
    assert told(flow) == []
    flow.clock.at = due_at
    ticking.look()
    assert [command.do.move for command in told(flow)] == ["alarm"]
    flow.run()
    assert flow.order(one).alarms == (AlarmKind.UNDISPATCHED,)


def test_the_cards_come_one_after_the_other_and_each_once(flow: Flow) -> None:
    one = with_unit(flow)
    ticking, cards = clock(flow), list[Card | None]()
    while (due_at := alarm_at(flow.order(one))) is not None:
        flow.clock.at = due_at
        ticking.look()
        ticking.look()
        flow.run()
        cards.append(flow.order(one).card)
    assert flow.order(one).alarms == (AlarmKind.WARNING, AlarmKind.OVERDUE, AlarmKind.FAR_OVERDUE)
    assert cards == [None, Card.YELLOW, Card.RED]
    assert len(told(flow)) == 3


def test_two_clocks_and_a_restart_double_nothing(flow: Flow) -> None:
    numbers = waiting(flow, 20)
    flow.clock.at = LATER
    one, other = clock(flow), clock(flow)
    one.look()
    other.look()  # another process
    flow.run("ledger")
    clock(flow).look()  # the first one died, and starts again
    one.look()
    flow.run()
    commands = Counter(command.command_id for command in told(flow))
    assert set(commands.values()) == {2}
    for each in numbers:
        kinds = flow.order(each).alarms
        assert set(kinds) == {"undispatched", "warning", "overdue", "far_overdue"}
        assert len(kinds) == flow.facts(each).count("alarmed") == 4


def test_what_is_not_answered_is_not_sent_again_and_what_was_refused_is(flow: Flow) -> None:
    [one] = waiting(flow, 1)
    due_at = alarm_at(flow.order(one))
    assert due_at is not None
    flow.clock.at = due_at
    ticking = clock(flow)
    ticking.look()
    flow.clock.at = due_at + 2 * ANSWER
    ticking.look()  # the ledger does not work: the command waits on the log, and is lost to nobody
    assert len(told(flow)) == 1
    flow.clock.at = due_at - timedelta(seconds=1)  # the ledger's clock runs behind
    flow.run("ledger")
    assert flow.order(one).alarms == ()
    flow.clock.at = due_at + 3 * ANSWER
    ticking.look()
    flow.run("ledger")
    assert flow.order(one).alarms == (AlarmKind.UNDISPATCHED,)


def test_a_flood_goes_in_pieces(flow: Flow) -> None:
    numbers = waiting(flow, 25)
    flow.clock.at = LATER
    ticking, passes = clock(flow, most=10), 0
    assert ticking.look()
    assert ticking.look()  # nothing is answered: nothing more is sent
    assert len({command.order_no for command in told(flow)}) == 10
    flow.run("ledger")
    while ticking.look():
        flow.run("ledger")
        passes += 1
    flow.run("ledger")
    assert passes == 1
    assert {len(flow.order(each).alarms) for each in numbers} == {4}


def test_what_nobody_can_complain_about_any_more_is_archived(flow: Flow) -> None:
    one, other = waiting(flow, 2)
    flow.command(one, AnswerDirectly(reply_public="已答复。"))
    flow.run()
    until = flow.order(one).reopen_until
    assert until is not None
    flow.clock.at = until
    clock(flow).look()
    flow.run()
    assert flow.order(one).state is State.ARCHIVED
    assert flow.facts(one).count("archived") == 1
    assert flow.order(other).state is State.ACCEPTED


def test_the_clock_waits_for_a_store_that_does_not_answer(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> None:
    [one] = waiting(flow, 1)
    flow.clock.at = LATER
    due, calls = flow.services.store.due, list[object]()

    def down_at_first(*given: object, **more: object) -> object:
        calls.append(given)
        if len(calls) == 1:
            raise RetryLater("the store does not answer")
        return due(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(flow.services.store, "due", down_at_first)
    stop, seen = threading.Event(), list[Condition]()
    ticking = AlarmClock(flow.services, stop, 0.01)
    thread = threading.Thread(target=ticking.run)
    thread.start()
    try:
        flow.run("ledger", until=lambda: bool(flow.order(one).alarms))
        seen.append(flow.services.health.reports()[NAME].condition)
    finally:
        stop.set()
        thread.join()
    assert seen == [Condition.RUNNING]
    assert flow.services.metrics.registry.get_sample_value("minsheng_clock_told_total", {"kind": "undispatched"}) == 1


def test_the_operators_view_does_not_grow_stale_by_an_alarm(flow: Flow) -> None:
    [one] = waiting(flow, 1)
    seen = flow.order(one)
    flow.clock.at = LATER
    clock(flow).look()
    flow.run()
    wish = Command(
        command_id="w", order_no=one, actor=OPERATOR, do=Dispatch(unit="water"), expected_version=seen.version
    )
    flow.send(wish)
    flow.run()
    assert flow.order(one).state is State.DISPATCHED
