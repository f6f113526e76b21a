"""Steps that the tests of an event log share."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from models.ports import Consumer, EventLog
from models.records import Record, StoredRecord, TopicPartition

PARTITIONS = 4
PATIENCE_S = 30.0


def records(topic: str, count: int, *, keys: int = 50, start: int = 0) -> list[Record]:
    return [Record(topic, f"GM{n % keys:013d}", str(n).encode()) for n in range(start, start + count)]


def read_all(log: EventLog, topic: str) -> list[StoredRecord]:
    found: list[StoredRecord] = []
    for partition, end in log.end_offsets(topic).items():
        at = 0
        while at < end and (page := log.read(partition, at, 500)):
            found += page
            at = page[-1].position.offset + 1
    return found


def values(found: Iterable[StoredRecord]) -> list[int]:
    return [int(record.value) for record in found]


def poll_records(consumer: Consumer, max_records: int = 500, patience: float = PATIENCE_S) -> list[StoredRecord]:
    """The next records, past what the assignment has to say; none after ``patience`` seconds."""
    deadline = time.monotonic() + patience
    while (left := deadline - time.monotonic()) > 0:
        if found := consumer.poll(max_records, left).records:
            return found
    return []


def take(consumer: Consumer, count: int, max_records: int = 500) -> list[StoredRecord]:
    """Poll and commit until ``count`` records came."""
    found: list[StoredRecord] = []
    while len(found) < count and (batch := poll_records(consumer, max_records)):
        consumer.commit([])
        found += batch
    return found


def drain(consumer: Consumer) -> list[StoredRecord]:
    """Everything that a member gets until nothing comes for a while."""
    found: list[StoredRecord] = []
    while batch := poll_records(consumer, patience=0.5):
        consumer.commit([])
        found += batch
    return found


def settle(consumers: Sequence[Consumer], before: Sequence[set[TopicPartition]] = ()) -> list[set[TopicPartition]]:
    """Poll members of one group in turn until they own all partitions and nothing moved for a while.

    ``before`` is what the first of them owned already; the answer is what each owns now.
    """
    owned = [set(mine) for mine in before] + [set() for _ in consumers[len(before) :]]
    quiet_since, deadline = time.monotonic(), time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        for consumer, mine in zip(consumers, owned, strict=True):
            batch = consumer.poll(1, 0.02)
            consumer.rewind()
            mine -= batch.revoked
            mine |= batch.assigned
            if batch.assigned or batch.revoked:
                quiet_since = time.monotonic()
        everything = set[TopicPartition]().union(*owned)
        if len(everything) == sum(map(len, owned)) == PARTITIONS and time.monotonic() - quiet_since > 0.3:
            return owned
    raise AssertionError(f"no stable assignment: {owned}")
