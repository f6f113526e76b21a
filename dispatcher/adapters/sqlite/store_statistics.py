"""Counts and times over all orders that match."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from dispatcher.adapters.sqlite.store_query import Part, matching, needle_of
from dispatcher.adapters.sqlite.store_schema import micros, moment
from dispatcher.adapters.sqlite.store_text import match_expression
from models.query import FacetField, GroupField, IntervalCount, Intervals, OrderQuery

# China has had one offset and no summer time since September 1991, years before any order here.
_MONTH = "strftime('%Y-%m', received_at / 1000000 + 28800, 'unixepoch')"


def count(connection: sqlite3.Connection, query: OrderQuery, now: datetime) -> int:
    """How many orders match."""
    part = matching(query, now)
    needle = needle_of(query)
    if needle and query == OrderQuery(text=query.text):
        # Nothing but the text: no need to look at the orders.
        part = Part("FROM text_index WHERE text_index MATCH ?", (match_expression(needle),))
    (number,) = connection.execute(f"SELECT count(*) {part.sql}", part.parameters).fetchone()
    return int(number)


def facets(
    connection: sqlite3.Connection, query: OrderQuery, fields: Sequence[FacetField], now: datetime
) -> dict[FacetField, dict[str, int]]:
    """How many orders have which value: orders by profile, then each field's values by profile."""
    if not fields:
        return {}
    part = matching(query, now)
    rows = connection.execute(
        f"WITH counted AS MATERIALIZED (SELECT profile, count(*) AS number {part.sql} GROUP BY profile)"
        f" SELECT number, {', '.join(fields)} FROM counted JOIN profiles ON profiles.id = counted.profile",
        part.parameters,
    )
    counters: dict[FacetField, Counter[str]] = {field: Counter() for field in fields}
    for number, *values in rows:
        for counter, value in zip(counters.values(), values, strict=True):
            if value is not None:
                counter[value] += number
    return {field: dict(counter.most_common()) for field, counter in counters.items()}


def intervals(
    connection: sqlite3.Connection, query: OrderQuery, observed_at: datetime, by: GroupField | None, final: bool
) -> Intervals:
    """Received and closed times by group, seen from ``observed_at``."""
    part = matching(query, observed_at)
    seen_from = micros(observed_at)
    group = {None: "''", "received_month": _MONTH}.get(by, f"coalesce({by}, '')")
    closed = "closed_at" if final else "first_closed_at"
    excluded = "SELECT count(*) FILTER (WHERE received_at > ?), count(*) FILTER (WHERE received_at <= ? AND is_direct)"
    later, direct = connection.execute(f"{excluded} {part.sql}", (seen_from, seen_from, *part.parameters)).fetchone()
    rows = connection.execute(
        f"SELECT {group}, received_at, iif({closed} <= ?, {closed}, NULL) {part.sql}"
        " AND received_at <= ? AND NOT is_direct",
        (seen_from, *part.parameters, seen_from),
    )
    counted = Counter(map(tuple[str, int, int | None], rows))
    found = [
        IntervalCount(name, moment(received), None if end is None else moment(end), number)
        for (name, received, end), number in counted.items()
    ]
    return Intervals(found, {"later": later, "direct_answer": direct})
