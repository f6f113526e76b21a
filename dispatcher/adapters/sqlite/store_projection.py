"""Writing what the ledger committed: documents by version, facts by number, outcomes, positions last."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from dispatcher.adapters.sqlite.store_schema import COLUMNS, PROFILED, Cell, keys_of, micros, profile_of, row_of
from dispatcher.adapters.sqlite.store_text import searchable, tokens
from models.commands import Outcome
from models.events import Event
from models.order import Order
from models.query import JournalKind
from models.records import TopicPartition

_INSERT = f"INSERT INTO orders (id, {', '.join(COLUMNS)}) VALUES (?{', ?' * len(COLUMNS)})"
_UPDATE = f"UPDATE orders SET {', '.join(f'{column} = ?' for column in COLUMNS)} WHERE id = ?"

_PROFILE = f"INSERT OR IGNORE INTO profiles VALUES (?{', ?' * len(PROFILED)})"
_JOURNALLED = frozenset(get_args(JournalKind))


@dataclass(frozen=True, slots=True)
class _Written:
    """An order in the forms in which it is stored."""

    order_no: str
    version: int
    profile: tuple[Cell, ...]
    row: tuple[Cell, ...]
    keys: str
    doc: str
    text: str

    @classmethod
    def of(cls, order: Order) -> _Written:
        profile = profile_of(order)
        row, keys = row_of(order, profile[0]), json.dumps(sorted(keys_of(order)))
        # Most of an order's fields have their default most of the time.
        doc = order.model_dump_json(exclude_defaults=True)
        return cls(order.order_no, order.version, profile, row, keys, doc, searchable(order))


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
        self._orders = [_Written.of(order) for order in newest.values()]
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
        stored = self._stored(connection)
        connection.executemany(_PROFILE, {each.profile for each in self._orders})
        _insert(connection, [each for each in self._orders if each.order_no not in stored])
        _replace(
            connection,
            {
                stored[each.order_no][0]: each
                for each in self._orders
                if each.order_no in stored and stored[each.order_no][1] < each.version
            },
        )
        connection.executemany("INSERT OR IGNORE INTO events (order_no, seq, doc) VALUES (?, ?, ?)", self._events)
        connection.executemany("INSERT OR IGNORE INTO journal VALUES (?, ?, ?, ?, ?, ?)", self._journal)
        connection.executemany("INSERT OR IGNORE INTO outcomes VALUES (?, ?, ?)", self._outcomes)
        connection.executemany(
            "INSERT INTO positions VALUES (?, ?, ?) ON CONFLICT (topic, partition)"
            " DO UPDATE SET next_offset = max(next_offset, excluded.next_offset)",
            self._positions,
        )

    def _stored(self, connection: sqlite3.Connection) -> dict[str, tuple[int, int]]:
        """Row and version by number of those orders that are there already."""
        numbers = json.dumps([each.order_no for each in self._orders])
        rows = connection.execute(
            "SELECT order_no, id, version FROM orders WHERE order_no IN (SELECT value FROM json_each(?))", (numbers,)
        )
        return {order_no: (row, version) for order_no, row, version in rows}


def _insert(connection: sqlite3.Connection, orders: Sequence[_Written]) -> None:
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM orders").fetchone()
    rows = list(enumerate(orders, last + 1))
    connection.executemany(_INSERT, ((row, *order.row) for row, order in rows))
    connection.executemany(
        "INSERT INTO documents VALUES (?, ?, ?)", ((row, order.keys, order.doc) for row, order in rows)
    )
    _add_keys(connection, ((row, order.keys) for row, order in rows))
    connection.executemany("INSERT INTO texts VALUES (?, ?)", ((row, order.text) for row, order in rows))
    _index(connection, ((row, order.text) for row, order in rows))


def _replace(connection: sqlite3.Connection, orders: Mapping[int, _Written]) -> None:
    connection.executemany(_UPDATE, ((*order.row, row) for row, order in orders.items()))
    numbers = json.dumps(list(orders))
    _replace_keys(connection, orders, numbers)
    connection.executemany(
        "UPDATE documents SET keys = ?, doc = ? WHERE id = ?",
        ((order.keys, order.doc, row) for row, order in orders.items()),
    )
    rows = connection.execute("SELECT id, text FROM texts WHERE id IN (SELECT value FROM json_each(?))", (numbers,))
    # Most steps change no text, and the text is the dear part. An FTS5 table without content forgets a text
    # only when it is told which one it was.
    changed = [(row, old) for row, old in rows.fetchall() if old != orders[row].text]
    connection.executemany(
        "INSERT INTO text_index (text_index, rowid, text) VALUES ('delete', ?, ?)",
        ((row, tokens(old)) for row, old in changed),
    )
    connection.executemany("UPDATE texts SET text = ? WHERE id = ?", ((orders[row].text, row) for row, _ in changed))
    _index(connection, ((row, orders[row].text) for row, _ in changed))


def _replace_keys(connection: sqlite3.Connection, orders: Mapping[int, _Written], numbers: str) -> None:
    rows = connection.execute("SELECT id, keys FROM documents WHERE id IN (SELECT value FROM json_each(?))", (numbers,))
    changed = [(row, old) for row, old in rows.fetchall() if old != orders[row].keys]
    connection.executemany(
        "DELETE FROM keys WHERE key = ? AND id = ?", ((key, row) for row, old in changed for key in json.loads(old))
    )
    _add_keys(connection, ((row, orders[row].keys) for row, _ in changed))


def _add_keys(connection: sqlite3.Connection, orders: Iterable[tuple[int, str]]) -> None:
    connection.executemany(
        "INSERT INTO keys VALUES (?, ?)", ((key, row) for row, keys in orders for key in json.loads(keys))
    )


def _index(connection: sqlite3.Connection, texts: Iterable[tuple[int, str]]) -> None:
    connection.executemany(
        "INSERT INTO text_index (rowid, text) VALUES (?, ?)", ((row, tokens(text)) for row, text in texts)
    )
