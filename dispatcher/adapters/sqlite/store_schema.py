"""The store's tables, and the row that an order becomes.

``orders`` is kept narrow (what filters, sorts and counts need and nothing else), because counting reads all of it;
the documents and the searchable texts lie apart. ``profiles`` has each combination of facet values once, so that
counting them groups numbers instead of fetching nine texts of every order.

Of the requester nothing is extracted but the kind, and the searchable texts hold nothing of him or her.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import get_args

from models.kinds import State
from models.order import Order
from models.query import FacetField

SCHEMA_VERSION = 1
"""Raise it when a table, an extracted column or the normal form of the texts changes: the store is then rebuilt."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
  id INTEGER PRIMARY KEY, order_no TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,
  state TEXT NOT NULL, unit TEXT, street TEXT, community TEXT, category TEXT, item_code TEXT,
  request_type TEXT NOT NULL, channel TEXT NOT NULL, urgency TEXT NOT NULL, decision_mode TEXT,
  source_system TEXT NOT NULL, requester_kind TEXT NOT NULL, is_direct INTEGER NOT NULL, profile INTEGER NOT NULL,
  received_at INTEGER NOT NULL, first_closed_at INTEGER, closed_at INTEGER, due_at INTEGER, updated_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS orders_received_at ON orders (received_at);
CREATE INDEX IF NOT EXISTS orders_updated_at ON orders (updated_at);
CREATE INDEX IF NOT EXISTS orders_due_at ON orders (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS orders_closed_at ON orders (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS orders_state ON orders (state, received_at);
CREATE INDEX IF NOT EXISTS orders_unit ON orders (unit, received_at);
CREATE TABLE IF NOT EXISTS profiles (
  id INTEGER PRIMARY KEY, state TEXT, unit TEXT, street TEXT, community TEXT, category TEXT, request_type TEXT,
  channel TEXT, urgency TEXT, decision_mode TEXT
);
CREATE TABLE IF NOT EXISTS documents (id INTEGER PRIMARY KEY, doc TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE VIRTUAL TABLE IF NOT EXISTS text_index USING fts5(text, content='', columnsize=0, tokenize='ascii');
CREATE TABLE IF NOT EXISTS events (
  id INTEGER PRIMARY KEY, order_no TEXT NOT NULL, seq INTEGER NOT NULL, doc TEXT NOT NULL, UNIQUE (order_no, seq)
);
CREATE TABLE IF NOT EXISTS outcomes (
  command_id TEXT PRIMARY KEY, decided_at INTEGER NOT NULL, doc TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS outcomes_decided_at ON outcomes (decided_at);
CREATE TABLE IF NOT EXISTS positions (
  topic TEXT, partition INTEGER, next_offset INTEGER NOT NULL, PRIMARY KEY (topic, partition)
) WITHOUT ROWID
"""

COLUMNS = (
    "order_no", "version", "state", "unit", "street", "community", "category", "item_code", "request_type", "channel",
    "urgency", "decision_mode", "source_system", "requester_kind", "is_direct", "profile",
    "received_at", "first_closed_at", "closed_at", "due_at", "updated_at",
)  # fmt: skip

FACETS = get_args(FacetField)
"""The columns of ``profiles`` after its id."""

Cell = str | int | None

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Whole microseconds since 1970 in UTC; exact, which a float of seconds is not."""
    return (at - _EPOCH) // _MICROSECOND


def moment(at: int) -> datetime:
    """The moment of ``micros``, in UTC."""
    return _EPOCH + timedelta(microseconds=at)


def unit_of(order: Order) -> str | None:
    """The unit that has the order or, once closed, closed it."""
    if order.state is State.CLOSED:
        return order.closing_department or order.lead_department
    return order.lead_department


def profile_of(order: Order) -> tuple[Cell, ...]:
    """The row of ``profiles`` that an order belongs to: its id follows from the values of ``FACETS``."""
    values = (
        order.state, unit_of(order), order.street, order.community, order.category, order.request_type, order.channel,
        order.urgency, order.decision_mode,
    )  # fmt: skip
    # 63 bits: among a million combinations two share an id with a probability below 1e-7.
    id_ = int.from_bytes(blake2b(json.dumps(values).encode(), digest_size=8).digest()) >> 1
    return (id_, *values)


def row_of(order: Order, profile: Cell) -> tuple[Cell, ...]:
    """The cells of ``COLUMNS``."""
    due_at = order.limit.due_at if order.limit is not None else None
    return (
        order.order_no, order.version, order.state, unit_of(order), order.street, order.community, order.category,
        order.item_code, order.request_type, order.channel, order.urgency, order.decision_mode, order.source_system,
        order.requester.kind, order.is_direct_answer, profile,
        *map(_micros, (order.received_at, order.first_closed_at, order.closed_at, due_at, order.updated_at)),
    )  # fmt: skip


def _micros(at: datetime | None) -> int | None:
    return None if at is None else micros(at)
