"""Lists that are no search: the orders that are due, and the facts that are read across orders."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from dispatcher.adapters.sqlite.store_cursor import Entry
from dispatcher.adapters.sqlite.store_query import Part
from dispatcher.adapters.sqlite.store_schema import micros
from models.alarms import alarm_at
from models.order import Order
from models.query import JournalKind


def due(connection: sqlite3.Connection, before: datetime, limit: int, after: Order | None) -> list[str]:
    """The documents of the orders that have to be looked at, earliest first."""
    place = Part("")
    seen = alarm_at(after) if after is not None else None
    if after is not None and seen is not None:
        place = Part(
            "AND alarm_at >= ? AND (alarm_at > ? OR order_no > ?)", (micros(seen), micros(seen), after.order_no)
        )
    part = Part("FROM orders INDEXED BY orders_alarm_at WHERE alarm_at <= ?", (micros(before),)) + place
    part += Part("ORDER BY alarm_at, order_no LIMIT ?", (limit,))
    rows = connection.execute(
        f"SELECT doc FROM (SELECT id, alarm_at, order_no {part.sql}) JOIN documents USING (id)"
        " ORDER BY alarm_at, order_no",
        part.parameters,
    )
    return [doc for (doc,) in rows]


def facts(
    connection: sqlite3.Connection,
    kind: JournalKind,
    *,
    since: datetime | None,
    until: datetime | None,
    actor: str | None,
    unit: str | None,
    limit: int,
    after: Entry | None,
) -> list[tuple[Entry, str]]:
    """The newest facts of a kind with their places, after ``after``."""
    part = Part("FROM journal WHERE kind = ?", (kind,))
    if since is not None:
        part += Part("AND at >= ?", (micros(since),))
    if until is not None:
        part += Part("AND at < ?", (micros(until),))
    if actor is not None:
        part += Part("AND actor = ?", (actor,))
    if unit is not None:
        part += Part("AND unit = ?", (unit,))
    if after is not None:
        part += Part("AND (at, order_no, seq) < (?, ?, ?)", (after.at, after.order_no, after.seq))
    part += Part("ORDER BY at DESC, order_no DESC, seq DESC LIMIT ?", (limit,))
    rows = connection.execute(
        "SELECT at, order_no, seq, doc"
        f" FROM (SELECT at, order_no, seq {part.sql}) CROSS JOIN events USING (order_no, seq)"
        " ORDER BY at DESC, order_no DESC, seq DESC",
        part.parameters,
    )
    return [(Entry(at, order_no, seq), doc) for at, order_no, seq, doc in rows]
