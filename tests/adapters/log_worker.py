"""A process of its own that works on a log, for tests that stop and kill it: ``python -m tests.adapters.log_worker``.

Prints one line for each step, so that the test knows how far it is.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from dispatcher.adapters.sqlite.log import SqliteEventLog
from models.errors import RejoinGroup
from models.ports import Consumer
from models.records import Record, StoredRecord


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def poll(consumer: Consumer, max_records: int) -> list[StoredRecord]:
    while True:
        batch = consumer.poll(max_records, 10.0)
        if batch.assigned or batch.revoked:
            say("owns", len(batch.assigned), len(batch.revoked))
        if batch.records:
            return batch.records


def copy(log: SqliteEventLog, source: str, target: str) -> None:
    """From one topic to another, for ever."""
    consumer = log.subscribe("copy", [source])
    while True:
        outputs = [Record(target, record.key, record.value) for record in poll(consumer, 10)]
        try:
            consumer.commit(outputs)
        except RejoinGroup:
            say("fenced")


def produce(log: SqliteEventLog, topic: str, size: str) -> None:
    """Numbers in batches of ``size``, for ever; says each number that was acknowledged last."""
    for start in count(0, int(size)):
        log.append([Record(topic, f"key {n}", str(n).encode()) for n in range(start, start + int(size))])
        say(start + int(size))


def hold(log: SqliteEventLog, source: str, target: str) -> None:
    """Polls, and commits what it polled when it gets a line."""
    consumer = log.subscribe("hold", [source])
    records = poll(consumer, 1000)
    say("polled", len(records))
    sys.stdin.readline()
    try:
        consumer.commit([Record(target, record.key, record.value) for record in records])
        say("committed")
    except RejoinGroup:
        say("fenced")
    say("polled", len(poll(consumer, 1000)))


def echo(log: SqliteEventLog, source: str) -> None:
    """Says how many seconds each record took, whose value is when it was sent (monotonic, shared by processes)."""
    consumer = log.subscribe("echo", [source])
    while True:
        for record in poll(consumer, 1000):
            say("took", time.monotonic() - float(record.value))
        consumer.commit([])


WORKS: dict[str, Callable[..., None]] = {"copy": copy, "produce": produce, "hold": hold, "echo": echo}

if __name__ == "__main__":
    work, path, session_timeout, *arguments = sys.argv[1:]
    WORKS[work](SqliteEventLog(Path(path), session_timeout=float(session_timeout)), *arguments)
