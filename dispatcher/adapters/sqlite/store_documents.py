"""Writing orders: the row, the document, the keys, the text and what figures and comparisons need of each.

A step changes few of these. What is dear and mostly stays (the text and its index, the keys, the sketch) is written
only where it differs from what is stored.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from dispatcher.adapters.sqlite import store_figures, store_similar
from dispatcher.adapters.sqlite.store_schema import COLUMNS, PROFILED, Cell, keys_of, profile_of, row_of
from dispatcher.adapters.sqlite.store_text import searchable, tokens
from models.kinds import OPEN_STATES
from models.order import Order

_INSERT = f"INSERT INTO orders (id, {', '.join(COLUMNS)}) VALUES (?{', ?' * len(COLUMNS)})"
_UPDATE = f"UPDATE orders SET {', '.join(f'{column} = ?' for column in COLUMNS)} WHERE id = ?"
_PROFILE = f"INSERT OR IGNORE INTO profiles VALUES (?{', ?' * len(PROFILED)})"
_FIGURES = f"INSERT OR REPLACE INTO figures VALUES (?{', ?' * len(store_figures.COLUMNS)})"
_STORED = """
SELECT order_no, orders.id, version, keys, words, said FROM orders JOIN documents USING (id)
WHERE order_no IN (SELECT value FROM json_each(?))
"""


@dataclass(frozen=True, slots=True)
class Written:
    """An order in the forms in which it is stored."""

    order: Order
    profile: tuple[Cell, ...]
    row: tuple[Cell, ...]
    figures: tuple[Cell, ...]
    keys: str
    words: int
    said: int
    doc: str

    @property
    def text(self) -> str:
        """Worked out when it is needed: mostly it is the one that is stored."""
        return searchable(self.order)

    @classmethod
    def of(cls, order: Order) -> Written:
        profile = profile_of(order)
        return cls(
            order,
            profile,
            row_of(order, profile[0]),
            store_figures.row_of(order),
            json.dumps(sorted(keys_of(order))),
            _fingerprint(order.title, order.content, order.address_text, order.reply_public),
            _said(order),
            # Most of an order's fields have their default most of the time.
            order.model_dump_json(exclude_defaults=True),
        )


def _said(order: Order) -> int:
    """What a sketch and its keys are made of: while this stays, they stay."""
    return _fingerprint(
        order.state in OPEN_STATES, order.title, order.content, order.address_text, order.community, order.item_code,
        order.category, order.latitude, order.longitude, order.requester.phone_hashes,
    )  # fmt: skip


def _fingerprint(*values: object) -> int:
    return int.from_bytes(blake2b(repr(values).encode(), digest_size=8).digest()) >> 1


@dataclass(frozen=True, slots=True)
class _Stored:
    """What is there already of an order: its row, its version, and what need not be written again."""

    id: int
    version: int
    keys: str
    words: int
    said: int


def write(connection: sqlite3.Connection, orders: Sequence[Written]) -> None:
    """Write those that are new or newer than what is stored."""
    numbers = json.dumps([each.order.order_no for each in orders])
    stored = {order_no: _Stored(*cells) for order_no, *cells in connection.execute(_STORED, (numbers,))}
    connection.executemany(_PROFILE, {each.profile for each in orders})
    new = _insert(connection, [each for each in orders if each.order.order_no not in stored])
    newer = {
        known.id: (known, each)
        for each in orders
        if (known := stored.get(each.order.order_no)) is not None and known.version < each.order.version
    }
    _replace(connection, newer)
    written = new | {row: each for row, (_, each) in newer.items()}
    connection.executemany(_FIGURES, ((row, *each.figures) for row, each in written.items()))
    said = new | {row: each for row, (old, each) in newer.items() if old.said != each.said}
    store_similar.write(connection, {row: store_similar.sketched(each.order) for row, each in said.items()})


def _insert(connection: sqlite3.Connection, orders: Sequence[Written]) -> dict[int, Written]:
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM orders").fetchone()
    rows = dict(enumerate(orders, last + 1))
    connection.executemany(_INSERT, ((row, *each.row) for row, each in rows.items()))
    documents = ((row, each.keys, each.words, each.said, each.doc) for row, each in rows.items())
    connection.executemany("INSERT INTO documents VALUES (?, ?, ?, ?, ?)", documents)
    _add_keys(connection, ((row, each.keys) for row, each in rows.items()))
    texts = [(row, each.text) for row, each in rows.items()]
    connection.executemany("INSERT INTO texts VALUES (?, ?)", texts)
    _index(connection, texts)
    return rows


def _replace(connection: sqlite3.Connection, orders: Mapping[int, tuple[_Stored, Written]]) -> None:
    connection.executemany(_UPDATE, ((*each.row, row) for row, (_, each) in orders.items()))
    documents = ((each.keys, each.words, each.said, each.doc, row) for row, (_, each) in orders.items())
    connection.executemany("UPDATE documents SET keys = ?, words = ?, said = ?, doc = ? WHERE id = ?", documents)

    moved = [(row, old, new) for row, (old, new) in orders.items() if old.keys != new.keys]
    gone = ((key, row) for row, old, _ in moved for key in json.loads(old.keys))
    connection.executemany("DELETE FROM keys WHERE key = ? AND id = ?", gone)
    _add_keys(connection, ((row, new.keys) for row, _, new in moved))

    texts = {row: new.text for row, (old, new) in orders.items() if old.words != new.words}
    stored = connection.execute(
        "SELECT id, text FROM texts WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(texts)),)
    ).fetchall()
    # An FTS5 table without content forgets a text only when it is told which one it was.
    connection.executemany(
        "INSERT INTO text_index (text_index, rowid, text) VALUES ('delete', ?, ?)",
        ((row, tokens(text)) for row, text in stored),
    )
    connection.executemany("UPDATE texts SET text = ? WHERE id = ?", ((text, row) for row, text in texts.items()))
    _index(connection, texts.items())


def _add_keys(connection: sqlite3.Connection, orders: Iterable[tuple[int, str]]) -> None:
    found = ((key, row) for row, keys in orders for key in json.loads(keys))
    connection.executemany("INSERT INTO keys VALUES (?, ?)", found)


def _index(connection: sqlite3.Connection, texts: Iterable[tuple[int, str]]) -> None:
    found = ((row, tokens(text)) for row, text in texts)
    connection.executemany("INSERT INTO text_index (rowid, text) VALUES (?, ?)", found)
