"""An ``OrderQuery`` as SQL conditions, and the index by which to read the orders."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dispatcher.adapters.sqlite.store_schema import Cell, micros
from dispatcher.adapters.sqlite.store_text import match_expression, normalise
from models.kinds import State
from models.query import OrderQuery, SortField

_VALUES = (
    "state", "unit", "street", "community", "category", "request_type", "channel", "urgency", "decision_mode",
    "source_system",
)  # fmt: skip
_RANGES = (
    ("received_at >= ?", "received_from"),
    ("received_at < ?", "received_to"),
    ("closed_at >= ?", "closed_from"),
    ("closed_at < ?", "closed_to"),
)
_OVERDUE = f"(CASE state WHEN '{State.CLOSED}' THEN due_at < closed_at ELSE due_at < ? END)"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of SQL and its parameters."""

    sql: str
    parameters: tuple[Cell, ...] = ()

    def __add__(self, other: Part) -> Part:
        return Part(f"{self.sql} {other.sql}", self.parameters + other.parameters)


def conditions(query: OrderQuery, now: datetime) -> Part:
    """What the columns of ``orders`` must fulfil; ``query.text`` is not among it."""
    parts = [Part("TRUE")]
    for column in _VALUES:
        values: Sequence[str] = getattr(query, column)
        if len(values) == 1:
            parts.append(Part(f"AND {column} = ?", (values[0],)))
        elif values:
            parts.append(Part(f"AND {column} IN (SELECT value FROM json_each(?))", (json.dumps(values),)))
    for condition, field in _RANGES:
        bound: datetime | None = getattr(query, field)
        if bound is not None:
            parts.append(Part(f"AND {condition}", (micros(bound),)))
    if query.overdue is not None:
        parts.append(Part(f"AND {_OVERDUE} IS {'' if query.overdue else 'NOT'} TRUE", (micros(now),)))
    return sum(parts[1:], parts[0])


def needle_of(query: OrderQuery) -> str:
    """The text to find, in normal form; empty: every order holds it."""
    return normalise(query.text or "")


def matching(query: OrderQuery, now: datetime) -> Part:
    """``FROM … WHERE …`` of all orders that match, the text included, in no order."""
    needle = needle_of(query)
    if not needle:
        return Part("FROM orders WHERE") + conditions(query, now)
    return found_by_text(needle) + Part("AND") + conditions(query, now)


def found_by_text(needle: str) -> Part:
    """``FROM … WHERE …`` of the orders whose text holds ``needle``, read by the text index."""
    # CROSS: the text index is the one to start from; SQLite knows nothing of how rare a text is.
    source = "FROM text_index CROSS JOIN orders ON orders.id = text_index.rowid WHERE text_index MATCH ?"
    return Part(source, (match_expression(needle),))


def walk(query: OrderQuery, sort: SortField) -> Part:
    """``FROM … WHERE`` for reading orders in the order of ``sort`` until there are enough of them.

    SQLite keeps no statistics here and would take any equality for selective. A unit has a small part of the
    orders and so have the states before the end; whatever else is asked, reading along the sort is cheaper.
    """
    if query.unit:
        index = "orders_unit"
    elif query.state and (State.CLOSED not in query.state or (len(query.state) == 1 and sort == "received_at")):
        index = "orders_state"
    else:
        index = f"orders_{sort}"
    return Part(f"FROM orders INDEXED BY {index} WHERE")
