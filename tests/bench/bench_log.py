"""How fast the embedded log is: ``python -m tests.bench.bench_log [--records N] [--wakes N]``."""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dispatcher.adapters.sqlite.log import SqliteEventLog
from models.records import Record, TopicSpec
from tests.bench.report import machine

PARTITIONS = 8
BATCH = 500
VALUE_BYTES = 400


def appends(log: SqliteEventLog, count: int) -> float:
    """Records a second, in durable batches; keys like order numbers, each used three times."""
    value = os.urandom(VALUE_BYTES)
    batches = [
        [Record("in", f"GM{n // 3:013d}", value) for n in range(first, first + BATCH)]
        for first in range(0, count, BATCH)
    ]
    started = time.perf_counter()
    for batch in batches:
        log.append(batch)
    return count / (time.perf_counter() - started)


def reads(log: SqliteEventLog, count: int) -> float:
    """Records a second, outside any group."""
    started = time.perf_counter()
    found = 0
    for partition in log.end_offsets("in"):
        at = 0
        while page := log.read(partition, at, BATCH):
            at = page[-1].position.offset + 1
            found += len(page)
    assert found == count
    return count / (time.perf_counter() - started)


def copies(log: SqliteEventLog, count: int) -> float:
    """Records a second that one member polls, and commits with one output each."""
    consumer = log.subscribe("copy", ["in"])
    started = time.perf_counter()
    done = 0
    while done < count:
        found = consumer.poll(BATCH, 1.0).records
        consumer.commit([Record("out", record.key, record.value) for record in found])
        done += len(found)
    return count / (time.perf_counter() - started)


def idle_polls(log: SqliteEventLog) -> float:
    """Microseconds that a waiting member spends when somebody else's record wakes it."""
    consumer = log.subscribe("idle", ["wake"])
    while consumer.poll(1, 0).assigned:
        pass
    rounds = 2000
    started = time.thread_time()
    for _ in range(rounds):
        consumer.poll(BATCH, 0)
    return (time.thread_time() - started) / rounds * 1e6


def wakes(log: SqliteEventLog, path: Path, count: int) -> list[float]:
    """Milliseconds from before the append here to the record's arrival at a member in another process."""
    command = [sys.executable, "-m", "tests.adapters.log_worker", "echo", str(path), "10", "wake"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        while not worker.stdout.readline().startswith("owns"):
            pass
        took = []
        for _ in range(count):
            time.sleep(0.005)
            log.append([Record("wake", "k", str(time.monotonic()).encode())])
            took.append(float(worker.stdout.readline().split()[1]) * 1000)
        worker.kill()
    return took


def main() -> None:
    """Print one figure a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--wakes", type=int, default=500)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.db"
        with contextlib.closing(SqliteEventLog(path)) as log:
            log.create_topics([TopicSpec(name, PARTITIONS) for name in ("in", "out", "wake")])
            lines = [
                ("appends/s", appends(log, arguments.records)),
                ("reads/s", reads(log, arguments.records)),
                ("poll-process-commit records/s", copies(log, arguments.records)),
                ("an idle look, µs of CPU", idle_polls(log)),
            ]
            took = sorted(wakes(log, path, arguments.wakes))
            lines += [
                ("wake across processes p50, ms", statistics.median(took)),
                ("wake across processes p99, ms", took[int(len(took) * 0.99)]),
            ]
    print(machine())
    for name, figure in lines:
        sys.stdout.write(f"{name:34}{figure:12,.2f}\n")


if __name__ == "__main__":
    main()
