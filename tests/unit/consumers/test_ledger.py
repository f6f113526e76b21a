"""Stage ``ledger``: refusals, repeated commands, and a store that fell behind the log."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from consumers.deadletters import read_letter
from consumers.ledger import LedgerStage
from consumers.summary import every_record, summarise
from models.apply import replay
from models.codec import from_record, to_record
from models.commands import Command, Outcome
from models.errors import RetryLater
from models.events import Event
from models.moves import Accept, AnswerDirectly, Dispatch, Sign
from models.records import Record, StoredRecord
from models.topics import COMMANDS, DEADLETTER, EVENTS, REFUSALS
from tests.unit.consumers.conftest import NOW, OPERATOR, WATER, Flow, message


def events(flow: Flow) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for record in every_record(flow.services.log, EVENTS):
        found.setdefault(record.key, []).append(from_record(Event, record))
    return found


def store_equals_replay(flow: Flow) -> None:
    facts = events(flow)
    store = flow.services.store
    assert {order.order_no: order for order in store.orders()} == {key: replay(found) for key, found in facts.items()}
    assert all(store.history(key) == found for key, found in facts.items())


def test_a_refused_registration_is_a_dead_letter_and_the_counts_add_up(flow: Flow) -> None:
    flow.hand_in(message(1), message(2), message(1))
    flow.run("dispatch")
    flow.clock.at = NOW - timedelta(hours=1)  # the ledger's clock says that these were received in the future
    flow.run("ledger")
    letters = [read_letter(record) for record in every_record(flow.services.log, DEADLETTER)]
    assert [(one.stage, one.topic) for one in letters] == [("ledger", COMMANDS)] * 3
    assert all("future" in str(one.problems[0]) for one in letters)
    summary = summarise(flow.services)
    assert (summary.received, summary.orders, summary.dead_letters, summary.duplicates) == (3, 0, 3, 0)
    assert summary.adds_up
    flow.clock.at = NOW
    flow.services.log.append(
        [letter.opened(flow.services.vault) for letter in letters]
    )  # what `deadletters replay` does
    assert summarise(flow.services).adds_up
    flow.run()
    summary = summarise(flow.services)
    assert (summary.received, summary.orders, summary.duplicates, summary.dead_letters) == (3, 2, 1, 0), summary
    assert summary.adds_up


def test_garbage_on_the_commands_topic_is_no_lost_order(flow: Flow) -> None:
    flow.hand_in(message(1))
    flow.services.log.append([Record(COMMANDS, "x", b"garbage"), Record(COMMANDS, "y", b"{}")])
    flow.run()
    summary = summarise(flow.services)
    assert (summary.received, summary.orders, summary.dead_letters, summary.adds_up) == (1, 1, 0, True)
    assert len(list(every_record(flow.services.log, DEADLETTER))) == 2


def test_the_same_command_twice_is_done_once_and_answered_the_same(flow: Flow) -> None:
    flow.hand_in(message(1))
    flow.run()
    [number] = events(flow)
    before = len(events(flow)[number])
    wish = Command(command_id="one", order_no=number, actor=OPERATOR, do=Accept())
    for _ in range(2):  # in one batch, and in another
        flow.services.log.append([to_record(COMMANDS, wish), to_record(COMMANDS, wish)])
        flow.run()
    refusals = [from_record(Outcome, record) for record in every_record(flow.services.log, REFUSALS)]
    assert len(refusals) == 1
    assert flow.services.store.outcome("one") == refusals[0]
    assert len(events(flow)[number]) == before


@pytest.mark.parametrize("failing", ["project", "commit"])
def test_a_crash_around_the_commit_loses_and_doubles_nothing(flow: Flow, failing: str) -> None:
    flow.hand_in(*(message(n) for n in range(40)))
    flow.run("dispatch")
    consumer = flow.services.log.subscribe("ledger", (COMMANDS,))
    stage = LedgerStage(flow.services)
    records: list[StoredRecord] = []
    while not records:
        batch = consumer.poll(500, 1)
        stage.prepare(batch.assigned)
        records = batch.records
    step = stage.handle(records)
    if failing == "project":
        consumer.commit(step.outputs)  # and the process is gone before it projects
        assert not list(flow.services.store.orders())
    consumer.close()
    flow.run()
    assert len(events(flow)) == 40
    assert all([event.seq for event in found] == list(range(1, len(found) + 1)) for found in events(flow).values())
    store_equals_replay(flow)
    assert summarise(flow.services).adds_up


def test_a_store_that_does_not_answer_is_caught_up_later(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> None:
    store = flow.services.store
    project, calls = store.project, []

    def down_at_first(*given: Any) -> None:
        calls.append(given)
        if len(calls) in (1, 2, 5):
            raise RetryLater("the store does not answer")
        project(*given)

    monkeypatch.setattr(store, "project", down_at_first)
    for first in range(0, 30, 10):
        flow.hand_in(*(message(first + n) for n in range(10)))
        flow.run(until=lambda first=first: len(list(store.orders())) == first + 10)  # type: ignore[misc]
    flow.run()
    store_equals_replay(flow)
    assert len(events(flow)) == 30


def test_an_answer_given_before_a_crash_stays_the_answer(flow: Flow) -> None:
    flow.hand_in(message(1, title="事", content="嗯"))
    flow.run()
    [number] = events(flow)
    wish = Command(command_id="once", order_no=number, actor=OPERATOR, do=Dispatch(unit="water"), expected_version=3)
    flow.services.log.append([to_record(COMMANDS, wish)])
    consumer = flow.services.log.subscribe("ledger", (COMMANDS,))
    stage = LedgerStage(flow.services)
    records: list[StoredRecord] = []
    while not records:
        batch = consumer.poll(500, 1)
        stage.prepare(batch.assigned)
        records = batch.records
    consumer.commit(stage.handle(records).outputs)
    consumer.close()
    flow.services.log.append([to_record(COMMANDS, wish)])  # the client had no answer and sends it again
    flow.run()
    assert len(events(flow)[number]) == 4
    outcome = flow.services.store.outcome("once")
    assert outcome is not None
    assert (outcome.version, outcome.refusal) == (4, None)


def test_commands_of_one_batch_build_on_each_other(flow: Flow) -> None:
    flow.hand_in(message(1, title="事", content="嗯"))
    flow.run()
    [number] = events(flow)
    wishes = [(Dispatch(unit="water"), OPERATOR), (Sign(), WATER), (AnswerDirectly(), OPERATOR)]
    flow.services.log.append(
        [
            to_record(COMMANDS, Command(command_id=f"c{n}", order_no=number, actor=actor, do=do))
            for n, (do, actor) in enumerate(wishes)
        ]
    )
    flow.run()
    outcomes = flow.services.store.wait_outcomes(["c0", "c1", "c2"], 0)
    assert [outcomes[f"c{n}"].version for n in range(3)] == [4, 5, 5]
    refusal = outcomes["c2"].refusal
    assert refusal is not None
    assert (refusal.state, refusal.version) == ("handling", 5)
    store_equals_replay(flow)


def test_a_department_learns_nothing_of_an_order_that_is_not_its_own(flow: Flow) -> None:
    flow.hand_in(message(1, title="事", content="嗯"))
    flow.run()
    [number] = events(flow)
    for n, one in enumerate((number, "GM0000000000000")):
        flow.send(Command(command_id=f"c{n}", order_no=one, actor=WATER, do=Sign(), digest="d"))
    flow.run()
    foreign, unknown = (flow.services.store.outcome(f"c{n}") for n in range(2))
    assert foreign is not None and unknown is not None
    assert (foreign.version, foreign.digest) == (None, "d")
    same = unknown.model_copy(update={"command_id": "c0", "order_no": number})
    assert foreign.refusal is not None and unknown.refusal is not None
    reason = foreign.refusal.reason.replace(number, "GM0000000000000")
    assert foreign.refusal.model_copy(update={"reason": reason}) == unknown.refusal
    assert foreign.model_copy(update={"refusal": None}) == same.model_copy(update={"refusal": None})
