"""An ``OrderQuery`` and a ``Scope`` as SQL conditions, and the indexes by which to read the orders."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dispatcher.adapters.sqlite.store_schema import Cell, master_key, micros, parent_key, phone_key, unit_key
from dispatcher.adapters.sqlite.store_text import match_expression, normalise
from models.kinds import OPEN_STATES, State
from models.query import OrderQuery, Scope, SortField

_VALUES = (
    "state", "unit", "street", "community", "category", "request_type", "channel", "urgency", "decision_mode",
    "source_system", "item_code", "requester_kind", "satisfaction", "card", "has_request",
)  # fmt: skip
_RANGES = (
    ("received_at >= ?", "received_from"),
    ("received_at < ?", "received_to"),
    ("closed_at >= ?", "closed_from"),
    ("closed_at < ?", "closed_to"),
)
_AT_LEAST = (("return_count", "min_returns"), ("urge_count", "min_urges"))
_OPEN = ", ".join(f"'{state}'" for state in OPEN_STATES)
_OVERDUE = f"(due_at < CASE WHEN first_closed_at IS NOT NULL THEN first_closed_at WHEN state IN ({_OPEN}) THEN ? END)"
_WITH_KEY = "orders.id IN (SELECT id FROM keys WHERE key IN (SELECT value FROM json_each(?)))"
_WITHIN = "(orders.unit = ? OR orders.id IN (SELECT id FROM keys WHERE key = ?))"
_ENDED = frozenset({State.CLOSED, State.ARCHIVED})


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of SQL and its parameters."""

    sql: str
    parameters: tuple[Cell, ...] = ()

    def __add__(self, other: Part) -> Part:
        return Part(f"{self.sql} {other.sql}", self.parameters + other.parameters)


def conditions(query: OrderQuery, now: datetime, within: Scope | None) -> Part:
    """What a row of ``orders`` must fulfil; ``query.text`` is not among it."""
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
    for column, field in _AT_LEAST:
        least: int | None = getattr(query, field)
        if least is not None:
            parts.append(Part(f"AND {column} >= ?", (least,)))
    if query.supervised is not None:
        parts.append(Part(f"AND supervise_level {'>' if query.supervised else '='} 0"))
    if query.overdue is not None:
        parts.append(Part(f"AND {_OVERDUE} IS {'' if query.overdue else 'NOT'} TRUE", (micros(now),)))
    parts += (Part(f"AND {_WITH_KEY}", (json.dumps(keys),)) for keys in _keys(query))
    if within is not None:
        parts.append(Part(f"AND {_WITHIN}", (within.unit, unit_key(within.unit))))
    return sum(parts[1:], parts[0])


def _keys(query: OrderQuery) -> list[list[str]]:
    """The keys asked for; of each list an order must have one."""
    asked = [[phone_key(each) for each in query.phone_hash]] if query.phone_hash else []
    if query.merged_into is not None:
        asked.append([master_key(query.merged_into)])
    if query.parent_order_no is not None:
        asked.append([parent_key(query.parent_order_no)])
    return asked


def needle_of(query: OrderQuery) -> str:
    """The text to find, in normal form; empty: every order holds it."""
    return normalise(query.text or "")


def matching(query: OrderQuery, now: datetime, within: Scope | None = None) -> Part:
    """``FROM … WHERE …`` of all orders that match, the text included, in no order."""
    needle = needle_of(query)
    source = found_by_text(needle) + Part("AND") if needle else Part("FROM orders WHERE")
    return source + conditions(query, now, within)


def found_by_text(needle: str) -> Part:
    """``FROM … WHERE …`` of the orders whose text holds ``needle``, read by the text index."""
    # CROSS: the text index is the one to start from; SQLite knows nothing of how rare a text is.
    source = "FROM text_index CROSS JOIN orders ON orders.id = text_index.rowid WHERE text_index MATCH ?"
    return Part(source, (match_expression(needle),))


def walks(query: OrderQuery, sort: SortField, within: Scope | None) -> list[Part]:
    """``FROM … WHERE … AND`` for reading orders in the order of ``sort`` until there are enough of them.

    Several where no one index has them all; none of them has an order of another. SQLite keeps no statistics here and
    would take any equality for selective. What is asked of few orders comes first, then the scope, a unit and the
    states before the end; whatever else is asked, reading along the sort is cheaper.
    """
    keys = _keys(query)
    if keys:
        # To SQLite the primary key is no index.
        return [Part(f"FROM orders NOT INDEXED WHERE {_WITH_KEY} AND", (json.dumps(keys[0]),))]
    if query.has_request:
        return [_along("has_request", "has_request IS NOT NULL")]
    if within is not None:
        others = "FROM orders NOT INDEXED WHERE id IN (SELECT id FROM keys WHERE key = ?) AND"
        return [_along("unit") + Part("unit = ? AND", (within.unit,)), Part(others, (unit_key(within.unit),))]
    if query.unit:
        return [_along("unit")]
    if query.supervised:
        return [_along("supervised", "supervise_level > 0")]
    if (query.min_returns or 0) > 1:
        return [_along("returns", "return_count > 1")]
    if (query.min_urges or 0) > 1:
        return [_along("urges", "urge_count > 1")]
    if query.card:
        return [_along("card", "card IS NOT NULL")]
    if query.state and (_ENDED.isdisjoint(query.state) or (len(query.state) == 1 and sort == "received_at")):
        return [_along("state")]
    if query.item_code:
        return [_along("item_code", "item_code IS NOT NULL")]
    return [_along(sort)]


def _along(index: str, condition: str = "TRUE") -> Part:
    return Part(f"FROM orders INDEXED BY orders_{index} WHERE {condition} AND")
