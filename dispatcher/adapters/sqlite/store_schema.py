"""The store's tables, and the row that an order becomes.

``orders`` is kept narrow (what filters, sorts and counts need and nothing else), because counting reads all of it;
the documents and the searchable texts lie apart. ``profiles`` has each combination of facet values once, so that
counting them groups numbers instead of fetching ten texts of every order. ``keys`` holds what few orders have and what
one order may have several of; ``journal`` the facts that are read across orders.

Of the requester nothing is extracted but the kind and the keyed hashes of the numbers, and the searchable texts hold
nothing of him or her.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from models.alarms import alarm_at
from models.kinds import State
from models.order import Order

SCHEMA_VERSION = 2
"""Raise it when a table, an extracted column or the normal form of the texts changes: the store is then rebuilt."""

SCHEMA = f"""
CREATE TABLE IF NOT EXISTS orders (
  id INTEGER PRIMARY KEY, order_no TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,
  state TEXT NOT NULL, unit TEXT, street TEXT, community TEXT, category TEXT, item_code TEXT,
  request_type TEXT NOT NULL, channel TEXT NOT NULL, urgency TEXT NOT NULL, decision_mode TEXT,
  source_system TEXT NOT NULL, requester_kind TEXT NOT NULL, excluded TEXT, profile INTEGER NOT NULL,
  card TEXT, has_request TEXT, satisfaction TEXT, return_count INTEGER NOT NULL, urge_count INTEGER NOT NULL,
  supervise_level INTEGER NOT NULL, received_at INTEGER NOT NULL, first_closed_at INTEGER, closed_at INTEGER,
  due_at INTEGER, alarm_at INTEGER, updated_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS orders_received_at ON orders (received_at);
CREATE INDEX IF NOT EXISTS orders_updated_at ON orders (updated_at);
CREATE INDEX IF NOT EXISTS orders_due_at ON orders (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS orders_closed_at ON orders (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS orders_alarm_at ON orders (alarm_at) WHERE alarm_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS orders_state ON orders (state, received_at);
CREATE INDEX IF NOT EXISTS orders_unit ON orders (unit, received_at, state);
CREATE INDEX IF NOT EXISTS orders_item_code ON orders (item_code, received_at) WHERE item_code IS NOT NULL;
CREATE INDEX IF NOT EXISTS orders_has_request ON orders (has_request, received_at) WHERE has_request IS NOT NULL;
CREATE INDEX IF NOT EXISTS orders_card ON orders (card, received_at) WHERE card IS NOT NULL;
CREATE INDEX IF NOT EXISTS orders_supervised ON orders (received_at) WHERE supervise_level > 0;
CREATE INDEX IF NOT EXISTS orders_returns ON orders (return_count) WHERE return_count > 1;
CREATE INDEX IF NOT EXISTS orders_urges ON orders (urge_count) WHERE urge_count > 1;
CREATE TABLE IF NOT EXISTS keys (key TEXT, id INTEGER, PRIMARY KEY (key, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS profiles (
  id INTEGER PRIMARY KEY, state TEXT, unit TEXT, street TEXT, community TEXT, category TEXT, request_type TEXT,
  channel TEXT, urgency TEXT, decision_mode TEXT, card TEXT
);
CREATE TABLE IF NOT EXISTS documents (
  id INTEGER PRIMARY KEY, keys TEXT NOT NULL, words INTEGER NOT NULL, said INTEGER NOT NULL, doc TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE VIRTUAL TABLE IF NOT EXISTS text_index USING fts5(text, content='', columnsize=0, tokenize='ascii');
CREATE TABLE IF NOT EXISTS events (
  id INTEGER PRIMARY KEY, order_no TEXT NOT NULL, seq INTEGER NOT NULL, doc TEXT NOT NULL, UNIQUE (order_no, seq)
);
CREATE TABLE IF NOT EXISTS journal (
  kind TEXT, at INTEGER, order_no TEXT, seq INTEGER, actor TEXT NOT NULL, unit TEXT,
  PRIMARY KEY (kind, at, order_no, seq)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outcomes (
  command_id TEXT PRIMARY KEY, decided_at INTEGER NOT NULL, doc TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS outcomes_decided_at ON outcomes (decided_at);
CREATE TABLE IF NOT EXISTS positions (
  topic TEXT, partition INTEGER, next_offset INTEGER NOT NULL, PRIMARY KEY (topic, partition)
) WITHOUT ROWID;
PRAGMA user_version = {SCHEMA_VERSION}
"""

COLUMNS = (
    "order_no", "version", "state", "unit", "street", "community", "category", "item_code", "request_type", "channel",
    "urgency", "decision_mode", "source_system", "requester_kind", "excluded", "profile", "card", "has_request",
    "satisfaction", "return_count", "urge_count", "supervise_level",
    "received_at", "first_closed_at", "closed_at", "due_at", "alarm_at", "updated_at",
)  # fmt: skip

PROFILED = (
    "state", "unit", "street", "community", "category", "request_type", "channel", "urgency", "decision_mode", "card",
)  # fmt: skip
"""The columns of ``profiles`` after its id. An item would make nearly every profile one order's own."""

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
    if order.state in (State.CLOSED, State.ARCHIVED):
        return order.closing_department or order.lead_department
    return order.lead_department


def exclusion_of(order: Order) -> str | None:
    """Why an order is no interval of the closure statistics; None: it is one."""
    if order.is_direct_answer:
        return "direct_answer"
    if order.merged_into is not None:
        return "merged"
    if order.children:
        return "split"
    return "rejected" if order.state is State.REJECTED else None


EXCLUSIONS = ("direct_answer", "merged", "split", "rejected")


def phone_key(phone_hash: str) -> str:
    """The key of a requester's orders."""
    return f"phone:{phone_hash}"


def unit_key(unit: str) -> str:
    """The key of the orders that concern a unit and are not with it."""
    return f"unit:{unit}"


def master_key(order_no: str) -> str:
    """The key of an order's followers."""
    return f"into:{order_no}"


def parent_key(order_no: str) -> str:
    """The key of an order's parts."""
    return f"parent:{order_no}"


def keys_of(order: Order) -> Iterator[str]:
    """What ``keys`` has of an order, each once, in no order."""
    yield from map(phone_key, {*order.requester.phone_hashes})
    yield from map(unit_key, order.units - {unit_of(order)})
    if order.merged_into is not None:
        yield master_key(order.merged_into)
    if order.parent_order_no is not None:
        yield parent_key(order.parent_order_no)


def profile_of(order: Order) -> tuple[Cell, ...]:
    """The row of ``profiles`` that an order belongs to: its id follows from the values of ``PROFILED``."""
    values = (
        order.state, unit_of(order), order.street, order.community, order.category, order.request_type, order.channel,
        order.urgency, order.decision_mode, order.card,
    )  # fmt: skip
    # 63 bits: among a million combinations two share an id with a probability below 1e-7.
    id_ = int.from_bytes(blake2b(json.dumps(values).encode(), digest_size=8).digest()) >> 1
    return (id_, *values)


def row_of(order: Order, profile: Cell) -> tuple[Cell, ...]:
    """The cells of ``COLUMNS``."""
    request, visit, first_closed_at = order.request, order.visit, order.first_closed_at
    closed_at, due_at, alarm = order.closed_at, order.due_at, alarm_at(order)
    return (
        order.order_no, order.version, order.state, unit_of(order), order.street, order.community, order.category,
        order.item_code, order.request_type, order.channel, order.urgency, order.decision_mode, order.source_system,
        order.requester.kind, exclusion_of(order), profile, order.card,
        request.kind if request is not None else None, visit.satisfaction if visit is not None else None,
        order.return_count, order.urge_count, order.supervise_level, micros(order.received_at),
        None if first_closed_at is None else micros(first_closed_at), None if closed_at is None else micros(closed_at),
        None if due_at is None else micros(due_at), None if alarm is None else micros(alarm), micros(order.updated_at),
    )  # fmt: skip
