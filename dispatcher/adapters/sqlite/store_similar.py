"""Sketches of all orders, and the keys under which the open ones are found; counts for hot issues.

``sketch_keys`` has open orders only, so that looking for near-duplicates costs what is open, not what ever was. A
community's open orders are many and are all read: their sketches lie beside the key, one after another.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from dispatcher.adapters.sqlite.store_schema import micros, moment
from dispatcher.similar.sketch import Kind, finding_keys, sketch_of
from models.alike import Group, Sketch, Tally
from models.kinds import OPEN_STATES
from models.order import Order

SCHEMA = """
CREATE TABLE IF NOT EXISTS sketches (
  id INTEGER PRIMARY KEY, is_open INTEGER NOT NULL, places BLOB NOT NULL, grams BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS sketch_keys (
  key INTEGER, received_at INTEGER, id INTEGER,
  order_no TEXT, item_code TEXT, category TEXT, grams BLOB, places BLOB,
  PRIMARY KEY (key, received_at, id)
) WITHOUT ROWID
"""

_CELLS = "order_no, received_at, item_code, category, grams, places"
LESSONS_SHARE = 100
"""Of each item come the newest ``limit // LESSONS_SHARE`` orders, at least one."""
_DAY = 86_400_000_000
"""Microseconds."""


Body = tuple[str, str | None, str | None, bytes, bytes]


@dataclass(frozen=True, slots=True)
class Sketched:
    """What is stored of one order; ``body``: order number, item, category, pairs of characters, places."""

    is_open: bool
    received_at: int
    body: Body

    @property
    def keys(self) -> frozenset[int]:
        return finding_keys(self.body[-1])


def sketched(order: Order) -> Sketched:
    """The part of the work that needs no connection."""
    found = sketch_of(order)
    body = (found.order_no, found.item_code, found.category, found.grams, found.places)
    return Sketched(order.state in OPEN_STATES, micros(order.received_at), body)


def write(connection: sqlite3.Connection, rows: Mapping[int, Sketched]) -> None:
    """Take over the orders by row of ``orders``; the caller makes sure that none is older than what is stored."""
    stored = connection.execute(
        "SELECT id, places FROM sketches WHERE is_open AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(rows)),),
    )
    connection.executemany(
        "DELETE FROM sketch_keys WHERE key = ? AND received_at = ? AND id = ?",
        [(key, rows[row].received_at, row) for row, places in stored for key in finding_keys(places)],
    )
    connection.executemany(
        "INSERT OR REPLACE INTO sketches VALUES (?, ?, ?, ?)",
        ((row, new.is_open, new.body[-1], new.body[-2]) for row, new in rows.items()),
    )
    connection.executemany(f"INSERT INTO sketch_keys VALUES (?, ?, ?{', ?' * len(_NO_BODY)})", _found_by(rows))


_NO_BODY = (None,) * 5


def _found_by(rows: Mapping[int, Sketched]) -> Iterator[tuple[object, ...]]:
    """The rows of ``sketch_keys`` of what is open."""
    for row, new in rows.items():
        for key in sorted(new.keys) if new.is_open else ():
            yield (key, new.received_at, row, *(new.body if key & 15 == Kind.COMMUNITY else _NO_BODY))


def sketches(connection: sqlite3.Connection, keys: Sequence[int], since: datetime, limit: int) -> list[Sketch]:
    """The open orders received from ``since`` on that hold any of ``keys``, newest first, each once."""
    # The keys are looked up one by one: only so does SQLite use the times in the index as well.
    sql = (
        f"SELECT id, {_CELLS} FROM sketch_keys WHERE key = ? AND received_at >= ? ORDER BY received_at DESC, id LIMIT ?"
    )
    found: dict[int, tuple[Any, ...]] = {}
    for key in sorted(set(keys), key=lambda key: key & 15 != Kind.COMMUNITY):
        rows = connection.execute(sql, (key, micros(since), limit)).fetchall()
        found = {row[0]: row for row in rows} | found  # what is there already has its body, if any has
    bare = json.dumps([row for row, cells in found.items() if cells[1] is None])
    sql = f"SELECT id, {_CELLS} FROM sketches JOIN orders USING (id) WHERE id IN (SELECT value FROM json_each(?))"
    found.update((cells[0], cells) for cells in connection.execute(sql, (bare,)))
    newest = sorted(found.values(), key=itemgetter(2), reverse=True)
    return [_sketch(*cells[1:]) for cells in newest[:limit]]


def lessons(connection: sqlite3.Connection, limit: int) -> list[Sketch]:
    """The newest orders, and of each item the newest."""
    ordered = "ORDER BY received_at DESC, orders.id LIMIT ?"
    sql = f"SELECT {_CELLS} FROM orders INDEXED BY orders_received_at JOIN sketches USING (id) {ordered}"
    rows = connection.execute(sql, (limit,)).fetchall()
    named = "FROM orders INDEXED BY orders_item_code"
    items = connection.execute(f"SELECT item_code {named} WHERE item_code IS NOT NULL GROUP BY 1").fetchall()
    sql = f"SELECT {_CELLS} {named} JOIN sketches USING (id) WHERE item_code = ? {ordered}"
    for (item,) in items:
        rows += connection.execute(sql, (item, max(1, limit // LESSONS_SHARE)))
    found = {row[0]: _sketch(*row) for row in rows}
    return sorted(found.values(), key=lambda one: (one.received_at, one.order_no), reverse=True)


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
