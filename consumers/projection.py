"""From facts on the log to documents in the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from models.apply import apply
from models.codec import from_record
from models.commands import Outcome
from models.events import Event
from models.order import Order
from models.ports import EventLog, OrderStore
from models.records import Position, StoredRecord, TopicPartition
from models.topics import EVENTS

CHUNK = 2000


def next_offsets(positions: Iterable[Position]) -> dict[TopicPartition, int]:
    """For each partition the offset after its last position."""
    ends: dict[TopicPartition, int] = {}
    for position in positions:
        place = TopicPartition(position.topic, position.partition)
        ends[place] = max(ends.get(place, 0), position.offset + 1)
    return ends


def catch_up(log: EventLog, store: OrderStore, partition: TopicPartition) -> int:
    """Project what the store has not seen of an events or refusals partition; how many records that were."""
    offset = store.projected().get(partition, 0)
    total = 0
    while records := log.read(partition, offset, CHUNK):
        project_records(store, partition, records)
        offset = records[-1].position.offset + 1
        total += len(records)
    return total


def project_records(store: OrderStore, partition: TopicPartition, records: Sequence[StoredRecord]) -> None:
    """Fold a run of records into the store."""
    ends = next_offsets(record.position for record in records)
    if partition.topic != EVENTS:
        store.project([], [], [from_record(Outcome, record) for record in records], ends)
        return
    events = [from_record(Event, record) for record in records]
    orders = store.mget(list({event.order_no for event in events}))
    changed: dict[str, Order] = {}
    for event in events:
        orders[event.order_no] = changed[event.order_no] = apply(orders.get(event.order_no), event)
    store.project(list(changed.values()), events, list(_done(events)), ends)


def _done(events: Iterable[Event]) -> Iterable[Outcome]:
    """What became of the commands that made these events: the version after the last event of each."""
    outcomes = {
        event.command_id: Outcome(
            command_id=event.command_id,
            order_no=event.order_no,
            decided_at=event.recorded_at,
            version=event.seq,
            digest=event.digest,
        )
        for event in events
    }
    return outcomes.values()
