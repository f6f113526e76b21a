"""Several processes on one SQLite log, some of them killed or stopped at bad moments."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dispatcher.adapters.sqlite.log import SqliteEventLog
from models.records import Record, TopicSpec
from tests.contracts.event_log_steps import drain, poll_records, read_all, records, take, values

ROOT = Path(__file__).parents[2]
Worker = subprocess.Popen[str]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteEventLog]:
    with contextlib.closing(SqliteEventLog(tmp_path / "log.db", session_timeout=1.0)) as log:
        log.create_topics([TopicSpec("in", 6), TopicSpec("out", 6)])
        yield log


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Starts a worker: its work, its session timeout in seconds, its topics."""
    with contextlib.ExitStack() as stack:

        def start_worker(work: str, session_timeout: float, *topics: str) -> Worker:
            command = [sys.executable, "-m", "tests.adapters.log_worker", work, str(tmp_path / "log.db")]
            worker = stack.enter_context(
                subprocess.Popen(
                    [*command, str(session_timeout), *topics],
                    cwd=ROOT,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            stack.callback(worker.kill)
            return worker

        yield start_worker


def wait_for(worker: Worker, word: str) -> str:
    """The rest of the worker's next line that starts with ``word``."""
    assert worker.stdout is not None
    for line in worker.stdout:
        if line.startswith(word):
            return line.removeprefix(word).strip()
    raise AssertionError(f"the worker ended before it said {word!r}")


def test_consumers_killed_at_random_moments_lose_and_double_nothing(
    log: SqliteEventLog, start: Callable[..., Worker]
) -> None:
    chance = random.Random(12345)
    sent = records("in", 2000, keys=300)
    workers = [start("copy", 30, "in", "out") for _ in range(3)]
    for worker in workers:
        wait_for(worker, "owns")
    deadline = time.monotonic() + 60
    for first in range(0, 2000, 200):
        log.append(sent[first : first + 200])
        time.sleep(chance.uniform(0.0, 0.02))
        victim = chance.randrange(3)
        workers[victim].kill()
        workers[victim] = start("copy", 30, "in", "out")
        wait_for(workers[victim], "owns")
    while sum(log.lag("copy").values()) and time.monotonic() < deadline:
        time.sleep(0.02)
    found = read_all(log, "out")
    assert sorted(values(found)) == list(range(2000))
    assert log.members("copy") == 3
    for key in {record.key for record in found}:
        mine = values(record for record in found if record.key == key)
        assert mine == sorted(mine)


def test_a_producer_killed_at_random_moments_leaves_whole_batches(
    log: SqliteEventLog, start: Callable[..., Worker]
) -> None:
    chance = random.Random(7)
    for attempt in range(3):
        topic = f"numbers{attempt}"
        log.create_topics([TopicSpec(topic, 3)])
        producer = start("produce", 10, topic, "7")
        wait_for(producer, "7")
        time.sleep(chance.uniform(0.02, 0.2))
        producer.kill()
        assert producer.stdout is not None
        acknowledged = [int(line) for line in producer.stdout if line.endswith("\n")]
        found = sorted(values(read_all(log, topic)))
        assert found == list(range(len(found)))
        assert len(found) % 7 == 0
        assert len(found) >= max(acknowledged, default=7)
        assert sum(log.end_offsets(topic).values()) == len(found)


def test_a_killed_member_is_replaced_long_before_its_session_ends(
    log: SqliteEventLog, start: Callable[..., Worker]
) -> None:
    log.append(records("in", 50))
    worker = start("hold", 600, "in", "out")
    wait_for(worker, "polled")
    with contextlib.closing(log.subscribe("hold", ["in"])) as consumer:
        assert poll_records(consumer, patience=0.6) == []
        killed = time.monotonic()
        worker.kill()
        assert poll_records(consumer)
        assert time.monotonic() - killed < 1.5
        assert log.members("hold") == 1
        consumer.rewind()
        assert sorted(values(drain(consumer))) == list(range(50))


def test_a_member_stopped_past_its_session_is_fenced_and_rejoins(
    log: SqliteEventLog, start: Callable[..., Worker]
) -> None:
    log.append([Record("in", "k", str(n).encode()) for n in range(50)])
    worker = start("hold", 1, "in", "out")
    wait_for(worker, "polled 50")
    os.kill(worker.pid, signal.SIGSTOP)
    consumer = log.subscribe("hold", ["in"])
    assert sorted(values(take(consumer, 50))) == list(range(50))
    assert log.members("hold") == 1
    os.kill(worker.pid, signal.SIGCONT)
    assert worker.stdin is not None
    worker.stdin.write("go on\n")
    worker.stdin.flush()
    wait_for(worker, "fenced")
    assert read_all(log, "out") == []
    wait_for(worker, "owns 0 6")
    log.append([Record("in", "k", b"50")])
    consumer.close()
    wait_for(worker, "polled 1")


def test_a_record_wakes_a_waiting_process_within_milliseconds(
    log: SqliteEventLog, start: Callable[..., Worker]
) -> None:
    worker = start("echo", 30, "in")
    wait_for(worker, "owns")
    took = []
    for _ in range(20):
        time.sleep(0.02)
        log.append([Record("in", "k", str(time.monotonic()).encode())])
        took.append(float(wait_for(worker, "took")))
    assert statistics.median(took) < 0.05
