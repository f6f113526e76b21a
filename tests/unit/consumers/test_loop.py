"""The loop on a real log: poison, engines that are down, hand-overs, a budget, a stop in good order."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

import pytest

from consumers.deadletters import read_letter
from consumers.loop import Loop
from consumers.stage import Rejected, Step
from consumers.summary import every_record
from dispatcher.health import Condition
from dispatcher.settings import Settings
from dispatcher.wiring import Services
from models.errors import ConfigureFirst, CorrectInput, RetryLater, StopConsumer
from models.records import Position, Record, StoredRecord, TopicPartition
from models.topics import DEADLETTER, INTAKE, department_topic

OUT = department_topic("water")


class Copy:
    """Copies numbers from one topic to another; what a test wants to go wrong goes wrong."""

    name = "copy"
    topics = (INTAKE,)

    def __init__(self) -> None:
        self.prepared: list[TopicPartition] = []
        self.seen_done: list[Position] = []
        self.on_handle: Callable[[Sequence[StoredRecord]], None] = lambda records: None
        self.on_committed: Callable[[], None] = lambda: None
        self.on_prepare: Callable[[], None] = lambda: None

    def prepare(self, partitions: Collection[TopicPartition]) -> None:
        self.on_prepare()
        self.prepared += partitions

    def handle(self, records: Sequence[StoredRecord]) -> Step:
        self.on_handle(records)
        step = Step()
        for record in records:
            if record.value.isdigit():
                step.outputs.append(Record(OUT, record.key, record.value))
            else:
                step.rejected.append(Rejected(record, CorrectInput.one("value", "is no number")))
        return step

    def committed(self, positions: Sequence[Position]) -> None:
        self.on_committed()
        self.seen_done += positions


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    found = Services(Settings(data=tmp_path, partitions=2, deadletter_budget=5, session_timeout=2))
    yield found
    found.close()


@pytest.fixture
def running(services: Services) -> Iterator[Callable[[Copy], threading.Thread]]:
    stop, threads = threading.Event(), []

    def start(stage: Copy) -> threading.Thread:
        thread = threading.Thread(target=Loop(stage, services, stop).run)
        threads.append(thread)
        thread.start()
        return thread

    yield start
    stop.set()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def send(services: Services, *values: bytes) -> None:
    services.log.append([Record(INTAKE, f"k{n % 7}", value, {"trace": b"t"}) for n, value in enumerate(values)])


def numbers(*of: int) -> list[bytes]:
    return [str(n).encode() for n in of]


def copied(services: Services) -> list[bytes]:
    return sorted((record.value for record in every_record(services.log, OUT)), key=int)


def eventually(holds: Callable[[], bool], within: float = 10) -> None:
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.01)


def drained(services: Services) -> bool:
    lag = services.log.lag("copy")  # empty before the loop has joined
    return bool(lag) and not any(lag.values())


def test_copies_everything_once_and_reports_it(services: Services, running: Callable[[Copy], object]) -> None:
    stage = Copy()
    send(services, *numbers(*range(100)))
    running(stage)
    eventually(lambda: len(stage.seen_done) == 100)
    assert copied(services) == numbers(*range(100))
    assert {place.partition for place in stage.prepared} == {0, 1}
    report = services.health.reports()["copy"]
    assert report.condition is Condition.RUNNING
    assert services.metrics.registry.get_sample_value("minsheng_stage_records_total", {"stage": "copy"}) == 100


def test_a_bad_record_goes_to_the_dead_letters_with_its_bytes(
    services: Services, running: Callable[[Copy], object]
) -> None:
    send(services, b"1", b"\xff\x00bad", b"2")
    running(Copy())
    eventually(lambda: drained(services))
    assert copied(services) == numbers(1, 2)
    [letter] = [read_letter(record) for record in every_record(services.log, DEADLETTER)]
    assert (letter.opened(services.vault).value, letter.topic, letter.stage) == (b"\xff\x00bad", INTAKE, "copy")
    assert letter.opened(services.vault).headers == {"trace": b"t"}
    assert [str(problem) for problem in letter.problems] == ["value: is no number"]
    assert letter.source.startswith(INTAKE)


def test_a_record_that_breaks_the_stage_is_isolated(services: Services, running: Callable[[Copy], object]) -> None:
    stage = Copy()

    def burst(records: Sequence[StoredRecord]) -> None:
        if any(record.value == b"13" for record in records):
            raise ZeroDivisionError

    stage.on_handle = burst
    send(services, *numbers(*range(30)))
    running(stage)
    eventually(lambda: drained(services))
    assert copied(services) == numbers(*(n for n in range(30) if n != 13))
    [letter] = [read_letter(record) for record in every_record(services.log, DEADLETTER)]
    assert letter.opened(services.vault).value == b"13"
    assert "ZeroDivisionError" in letter.problems[0].reason


def test_a_run_of_failures_over_the_budget_stops_the_stage(
    services: Services, running: Callable[[Copy], threading.Thread]
) -> None:
    services.log.append([Record(INTAKE, "one", b"x") for _ in range(20)])
    thread = running(Copy())
    thread.join(10)
    assert not thread.is_alive()
    report = services.health.reports()["copy"]
    assert report.condition is Condition.STOPPED
    assert "in a row" in report.sentence
    assert "is no number" in report.sentence
    assert sum(services.log.end_offsets(DEADLETTER).values()) <= 5
    assert sum(services.log.lag("copy").values()) >= 15
    assert services.log.members("copy") == 0


def test_failures_with_good_records_between_stay_within_the_budget(
    services: Services, running: Callable[[Copy], object]
) -> None:
    services.log.append([Record(INTAKE, "one", b"x" if n % 5 else b"7") for n in range(100)])
    running(Copy())
    eventually(lambda: drained(services))
    assert sum(services.log.end_offsets(DEADLETTER).values()) == 80


def test_an_engine_that_is_down_is_waited_for_and_nothing_is_lost(
    services: Services, running: Callable[[Copy], object]
) -> None:
    stage, calls = Copy(), []

    def down(records: Sequence[StoredRecord]) -> None:
        calls.append(len(records))
        if len(calls) <= 3:
            raise RetryLater("the index does not answer")

    stage.on_handle = down
    told = []
    tell = services.health.tell
    services.health.tell = lambda *args: told.append(args[1:3]) or tell(*args)  # type: ignore[method-assign]
    send(services, *numbers(*range(10)))
    running(stage)
    eventually(lambda: drained(services))
    assert copied(services) == numbers(*range(10))
    assert sum(services.log.end_offsets(DEADLETTER).values()) == 0
    assert (Condition.WAITING, "waits and tries again: the index does not answer") in told


def test_after_a_failed_projection_the_stage_prepares_before_it_goes_on(
    services: Services, running: Callable[[Copy], object]
) -> None:
    stage, order = Copy(), []
    failures = iter([True, True])
    stage.on_handle = lambda records: order.append("handle")
    stage.on_prepare = lambda: order.append("prepare")

    def fail_first() -> None:
        order.append("committed")
        if order.count("committed") == 1:
            stage.on_prepare = prepare_fails_once
            raise RetryLater("store down")

    def prepare_fails_once() -> None:
        order.append("prepare")
        if next(failures, False):
            raise RetryLater("store still down")

    stage.on_committed = fail_first
    running(stage)
    eventually(lambda: "prepare" in order)
    services.log.append([Record(INTAKE, "one", b"1")])
    eventually(lambda: order.count("prepare") >= 3)
    services.log.append([Record(INTAKE, "one", b"2")])
    eventually(lambda: order.count("committed") == 2)
    first = order.index("committed")
    assert order[first + 1 : first + 4] == ["prepare", "prepare", "prepare"]
    assert copied(services) == numbers(1, 2)


def test_a_newer_schema_stops_the_stage_without_losing_the_record(
    services: Services, running: Callable[[Copy], threading.Thread]
) -> None:
    stage = Copy()

    def newer(records: Sequence[StoredRecord]) -> None:
        raise StopConsumer("schema 9 is newer than this program")

    stage.on_handle = newer
    send(services, b"1")
    running(stage).join(10)
    assert services.health.reports()["copy"].sentence == "schema 9 is newer than this program"
    assert not drained(services)


def test_a_wrong_configuration_stops_the_stage_and_spends_no_record(
    services: Services, running: Callable[[Copy], threading.Thread]
) -> None:
    stage = Copy()

    def unusable(records: Sequence[StoredRecord]) -> None:
        raise ConfigureFirst("the weights are missing")

    stage.on_handle = unusable
    send(services, b"1", b"2")
    running(stage).join(10)
    assert services.health.reports()["copy"].sentence == "the weights are missing"
    assert sum(services.log.end_offsets(DEADLETTER).values()) == 0
    assert not drained(services)


def test_two_loops_share_the_work(services: Services, running: Callable[[Copy], object]) -> None:
    first, second = Copy(), Copy()
    running(first)
    running(second)
    eventually(lambda: bool(first.prepared and second.prepared))
    eventually(lambda: services.log.members("copy") == 2)
    send(services, *numbers(*range(200)))
    eventually(lambda: drained(services))
    assert copied(services) == numbers(*range(200))


def test_dead_letters_are_plain_json_in_their_headers(services: Services, running: Callable[[Copy], object]) -> None:
    send(services, "词".encode())
    running(Copy())
    eventually(lambda: drained(services))
    [record] = every_record(services.log, DEADLETTER)
    assert json.loads(record.headers["problems"]) == [{"field": "value", "reason": "is no number"}]
