"""Writing what the ledger committed: documents by version, facts by number, outcomes, positions last."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import get_args

from dispatcher.adapters.sqlite.store_documents import Written, write
from dispatcher.adapters.sqlite.store_schema import micros
from models.commands import Outcome
from models.events import Event
from models.order import Order
from models.query import JournalKind
from models.records import TopicPartition

_JOURNALLED = frozenset(get_args(JournalKind))


class Projection:
    """One call of ``project``: everything is serialised beforehand, so that the write lock is held briefly."""

    def __init__(
        self,
        orders: Sequence[Order],
        events: Sequence[Event],
        outcomes: Sequence[Outcome],
        positions: Mapping[TopicPartition, int],
    ) -> None:
        newest: dict[str, Order] = {}
        for order in orders:
            known = newest.get(order.order_no)
            if known is None or known.version < order.version:
                newest[order.order_no] = order
        self._orders = [Written.of(order) for order in newest.values()]
        self._events = [(event.order_no, event.seq, event.model_dump_json()) for event in events]
        self._journal = [
            (event.fact.type, micros(event.at), event.order_no, event.seq, event.actor.id, event.actor.unit)
            for event in events
            if event.fact.type in _JOURNALLED
        ]
        self._outcomes = [(each.command_id, micros(each.decided_at), each.model_dump_json()) for each in outcomes]
        self._positions = [(*partition, offset) for partition, offset in positions.items()]

    def write(self, connection: sqlite3.Connection) -> None:
        """Write all of it; the caller's transaction makes it one."""
        write(connection, self._orders)
        connection.executemany("INSERT OR IGNORE INTO events (order_no, seq, doc) VALUES (?, ?, ?)", self._events)
        connection.executemany("INSERT OR IGNORE INTO journal VALUES (?, ?, ?, ?, ?, ?)", self._journal)
        connection.executemany("INSERT OR IGNORE INTO outcomes VALUES (?, ?, ?)", self._outcomes)
        connection.executemany(
            "INSERT INTO positions VALUES (?, ?, ?) ON CONFLICT (topic, partition)"
            " DO UPDATE SET next_offset = max(next_offset, excluded.next_offset)",
            self._positions,
        )
