"""Sketches of all orders, and the keys under which the open ones are found; counts for hot issues.

``sketch_keys`` has open orders only, so that looking for near-duplicates costs what is open, not what ever was.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dispatcher.adapters.sqlite.store_schema import micros, moment
from dispatcher.similar.sketch import finding_keys, sketch_of
from models.alike import Group, Sketch, Tally
from models.kinds import OPEN_STATES
from models.order import Order

SCHEMA = """
CREATE TABLE IF NOT EXISTS sketches (
  id INTEGER PRIMARY KEY, is_open INTEGER NOT NULL, places BLOB NOT NULL, grams BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS sketch_keys (
  key INTEGER NOT NULL, received_at INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (key, received_at, id)
) WITHOUT ROWID
"""

_CELLS = "order_no, received_at, item_code, category, grams, places"
_DAY = 86_400_000_000
"""Microseconds."""


@dataclass(frozen=True, slots=True)
class Sketched:
    """What is stored of one order."""

    is_open: bool
    received_at: int
    places: bytes
    grams: bytes


def sketched(order: Order) -> Sketched:
    """The part of the work that needs no connection."""
    found = sketch_of(order)
    return Sketched(order.state in OPEN_STATES, micros(order.received_at), found.places, found.grams)


def write(connection: sqlite3.Connection, rows: Mapping[int, Sketched]) -> None:
    """Take over the orders by row of ``orders``; the caller makes sure that none is older than what is stored."""
    stored = connection.execute(
        "SELECT id, is_open, places, grams FROM sketches WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(rows)),),
    )
    before = {row: (bool(is_open), places, grams) for row, is_open, places, grams in stored}
    changed = {
        row: new for row, new in rows.items() if before.get(row) != (new.is_open, new.places, new.grams)
    }  # most steps change neither the words nor whether it is open
    connection.executemany(
        "DELETE FROM sketch_keys WHERE key = ? AND received_at = ? AND id = ?",
        _keys({row: (new.received_at, before[row][1]) for row, new in changed.items() if row in before}),
    )
    connection.executemany(
        "INSERT OR REPLACE INTO sketches VALUES (?, ?, ?, ?)",
        ((row, new.is_open, new.places, new.grams) for row, new in changed.items()),
    )
    connection.executemany(
        "INSERT OR IGNORE INTO sketch_keys VALUES (?, ?, ?)",
        _keys({row: (new.received_at, new.places) for row, new in changed.items() if new.is_open}),
    )


def _keys(rows: Mapping[int, tuple[int, bytes]]) -> Iterable[tuple[int, int, int]]:
    return ((key, at, row) for row, (at, places) in rows.items() for key in sorted(finding_keys(places)))


def sketches(connection: sqlite3.Connection, keys: Sequence[int], since: datetime, limit: int) -> list[Sketch]:
    """The open orders received from ``since`` on that hold any of ``keys``, newest first, each once."""
    # The keys are looked up one by one: only so does SQLite use the times in the index as well.
    found: dict[int, int] = {}
    for key in keys:
        found.update(
            connection.execute(
                "SELECT id, received_at FROM sketch_keys WHERE key = ? AND received_at >= ?"
                " ORDER BY received_at DESC LIMIT ?",
                (key, micros(since), limit),
            )
        )
    newest = sorted(found, key=lambda row: (-found[row], row))[:limit]
    sql = f"SELECT id, {_CELLS} FROM sketches JOIN orders USING (id) WHERE id IN (SELECT value FROM json_each(?))"
    rows = {row: cells for row, *cells in connection.execute(sql, (json.dumps(newest),))}
    return [_sketch(*rows[row]) for row in newest]


def lessons(connection: sqlite3.Connection, limit: int) -> list[Sketch]:
    """The newest orders in any state."""
    sql = f"SELECT {_CELLS} FROM orders JOIN sketches USING (id) ORDER BY received_at DESC, orders.id LIMIT ?"
    return [_sketch(*cells) for cells in connection.execute(sql, (limit,))]


def tallies(connection: sqlite3.Connection, until: datetime, days: int) -> list[Tally]:
    """How many orders of each kind were received in each 24 hours before ``until``."""
    end = micros(until)
    rows = connection.execute(
        "SELECT (? - 1 - received_at) / ? AS days_ago, street, community, category, item_code, count(*)"
        " FROM orders INDEXED BY orders_received_at"
        " WHERE received_at >= ? AND received_at < ? AND street IS NOT NULL GROUP BY 1, 2, 3, 4, 5",
        (end, _DAY, end - days * _DAY, end),
    )
    return [Tally(*row) for row in rows]


def members(connection: sqlite3.Connection, group: Group, since: datetime, until: datetime, limit: int) -> list[Sketch]:
    """The newest orders of a group."""
    wanted = {"street": group.street, "community": group.community, "category": group.category}
    wanted = {name: value for name, value in (wanted | {"item_code": group.item_code}).items() if value is not None}
    same = "".join(f" AND {name} = ?" for name in wanted)
    rows = connection.execute(
        f"SELECT {_CELLS} FROM orders INDEXED BY orders_received_at JOIN sketches USING (id)"
        f" WHERE received_at >= ? AND received_at < ?{same} ORDER BY received_at DESC, orders.id LIMIT ?",
        (micros(since), micros(until), *wanted.values(), limit),
    )
    return [_sketch(*cells) for cells in rows]


def _sketch(
    order_no: str, received_at: int, item_code: str | None, category: str | None, grams: bytes, places: bytes
) -> Sketch:
    return Sketch(order_no, moment(received_at), item_code, category, grams, places)
