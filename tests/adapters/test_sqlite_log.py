"""The event log on SQLite: the suite of every event log, then what is its own."""

from __future__ import annotations

import contextlib
import resource
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dispatcher.adapters.sqlite import database
from dispatcher.adapters.sqlite.log import SqliteEventLog
from models.errors import RejoinGroup, RetryLater
from models.ports import Batch, EventLog
from models.records import Position, Record, TopicPartition, TopicSpec
from tests.contracts.event_log import EventLogContract
from tests.contracts.event_log_steps import drain, poll_records, records, values


class TestSqliteLog(EventLogContract):
    session_timeout = 1.0

    @pytest.fixture
    def another_log(self, tmp_path: Path) -> Iterator[Callable[[], EventLog]]:
        opened: list[SqliteEventLog] = []

        def open_another() -> EventLog:
            opened.append(SqliteEventLog(tmp_path / "log.db", session_timeout=self.session_timeout))
            return opened[-1]

        yield open_another
        for log in opened:
            log.close()

    @pytest.fixture
    def log(self, another_log: Callable[[], EventLog]) -> EventLog:
        return another_log()


class SetClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def timed_log(tmp_path: Path, clock: SetClock) -> Iterator[SqliteEventLog]:
    with contextlib.closing(SqliteEventLog(tmp_path / "timed.db", clock=clock)) as log:
        log.create_topics([TopicSpec("week", 1, timedelta(days=7)), TopicSpec("ever", 1)])
        yield log


def test_timestamps_are_the_clocks(timed_log: SqliteEventLog, clock: SetClock) -> None:
    clock.moment += timedelta(microseconds=123_457)
    timed_log.append([Record("ever", "k", b"")])
    assert timed_log.read(TopicPartition("ever", 0), 0, 1)[0].timestamp == clock.moment


def test_retention_drops_the_old_and_never_uses_an_offset_again(timed_log: SqliteEventLog, clock: SetClock) -> None:
    week, ever = TopicPartition("week", 0), TopicPartition("ever", 0)
    for topic in week.topic, ever.topic:
        timed_log.append(records(topic, 2500))
    clock.moment += timedelta(days=3)
    timed_log.append(records("week", 3))
    assert timed_log.expire(clock.moment) == 0
    clock.moment += timedelta(days=4, seconds=1)
    assert timed_log.expire(clock.moment) == 2500
    assert timed_log.expire(clock.moment) == 0
    assert [record.position.offset for record in timed_log.read(week, 0, 2)] == [2500, 2501]
    assert timed_log.expire(clock.moment + timedelta(days=8)) == 3
    assert timed_log.read(week, 0, 10) == []
    assert timed_log.end_offsets("week") == {week: 2503}
    assert timed_log.append(records("week", 1))[0].offset == 2503
    assert timed_log.end_offsets("ever") == {ever: 2500}
    assert len(timed_log.read(ever, 0, 5000)) == 2500


def test_consumers_and_lag_begin_at_the_first_retained_record(timed_log: SqliteEventLog, clock: SetClock) -> None:
    consumer = timed_log.subscribe("early", ["week"])
    timed_log.append(records("week", 10))
    clock.moment += timedelta(days=8)
    timed_log.append(records("week", 2, start=10))
    timed_log.expire(clock.moment)
    assert timed_log.lag("early") == {TopicPartition("week", 0): 2}
    assert values(drain(consumer)) == [10, 11]
    assert values(drain(timed_log.subscribe("late", ["week"]))) == [10, 11]
    clock.moment += timedelta(days=8)
    timed_log.append(records("week", 1))
    timed_log.expire(clock.moment + timedelta(days=8))
    assert timed_log.lag("early") == {TopicPartition("week", 0): 0}


def test_a_locked_file_is_retry_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.05)
    with contextlib.closing(SqliteEventLog(tmp_path / "log.db")) as log:
        log.create_topics([TopicSpec("in", 1)])
        consumer = log.subscribe("g", ["in"])
        log.append(records("in", 3))
        with contextlib.closing(sqlite3.connect(tmp_path / "log.db", isolation_level=None)) as other:
            assert len(poll_records(consumer)) == 3
            other.execute("BEGIN IMMEDIATE")
            for write in (log.append, consumer.commit):
                with pytest.raises(RetryLater, match=r"log[.]db"):
                    write(records("in", 1))
            assert len(log.read(TopicPartition("in", 0), 0, 10)) == 3
            other.execute("ROLLBACK")
        assert len(consumer.commit(records("in", 1))) == 1
        assert log.end_offsets("in") == {TopicPartition("in", 0): 4}


def test_a_full_disk_is_retry_later_and_writes_nothing(tmp_path: Path) -> None:
    with contextlib.closing(SqliteEventLog(tmp_path / "log.db")) as log:
        log.create_topics([TopicSpec("in", 1)])
        log.append(records("in", 3))
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        # A file that may not grow refuses a write just as a full disk does.
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
        try:
            with pytest.raises(RetryLater, match=r"log[.]db"):
                log.append([Record("in", "k", bytes(100_000))] * 50)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert log.append(records("in", 1)) == [Position("in", 0, 3)]
        assert values(log.read(TopicPartition("in", 0), 0, 10)) == [0, 1, 2, 0]


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "not there yet" / "log.db"
    with contextlib.closing(SqliteEventLog(path)) as log:
        log.create_topics([TopicSpec("in", 1)])
        log.append(records("in", 5))
        consumer = log.subscribe("g", ["in"])
        assert values(poll_records(consumer, 2)) == [0, 1]
        consumer.commit([])
        assert values(poll_records(consumer, 2)) == [2, 3]
    with contextlib.closing(SqliteEventLog(path)) as log:
        assert log.topics() == {"in": 1}
        assert values(drain(log.subscribe("g", ["in"]))) == [2, 3, 4]


def test_a_closed_log_ends_a_waiting_poll_and_refuses_its_commit(tmp_path: Path) -> None:
    log = SqliteEventLog(tmp_path / "log.db")
    log.create_topics([TopicSpec("in", 1)])
    waiting, holding = log.subscribe("w", ["in"]), log.subscribe("h", ["in"])
    assert waiting.poll(1, 1).assigned
    log.append(records("in", 1))
    assert poll_records(holding)
    assert len(drain(waiting)) == 1
    timer = threading.Timer(0.2, log.close)
    timer.start()
    started = time.monotonic()
    assert waiting.poll(1, 30) == Batch([])
    assert time.monotonic() - started < 5
    timer.join()
    with pytest.raises(RejoinGroup):
        holding.commit(records("in", 1))


def test_signs_of_life_are_rare_writes(tmp_path: Path) -> None:
    with contextlib.closing(SqliteEventLog(tmp_path / "log.db", session_timeout=5.0)) as log:
        log.create_topics([TopicSpec("in", 1)])
        consumer = log.subscribe("g", ["in"])
        drain(consumer)
        with contextlib.closing(sqlite3.connect(tmp_path / "log.db")) as other:
            changes = set()
            started = time.monotonic()
            while time.monotonic() - started < 1.5:
                consumer.poll(1, 0.01)
                changes.add(other.execute("PRAGMA data_version").fetchone())
        assert 2 <= len(changes) <= 3, "one each second, a fifth of the session"
