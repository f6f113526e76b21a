"""Counts and times over all orders that match."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from dispatcher.adapters.sqlite.store_query import Part, matching, needle_of
from dispatcher.adapters.sqlite.store_schema import EXCLUSIONS, PROFILED, micros, moment
from dispatcher.adapters.sqlite.store_text import match_expression
from models.query import FacetField, GroupField, IntervalCount, Intervals, OrderQuery, Scope

# China has had one offset and no summer time since September 1991, years before any order here.
_MONTH = "strftime('%Y-%m', received_at / 1000000 + 28800, 'unixepoch')"


def group_sql(by: GroupField | None) -> str:
    """The name of the group that a row of ``orders`` belongs to."""
    return {None: "''", "received_month": _MONTH}.get(by, f"coalesce({by}, '')")


def count(connection: sqlite3.Connection, query: OrderQuery, now: datetime, within: Scope | None) -> int:
    """How many orders match."""
    part = matching(query, now, within)
    needle = needle_of(query)
    if needle and within is None and query == OrderQuery(text=query.text):
        # Nothing but the text: no need to look at the orders.
        part = Part("FROM text_index WHERE text_index MATCH ?", (match_expression(needle),))
    (number,) = connection.execute(f"SELECT count(*) {part.sql}", part.parameters).fetchone()
    return int(number)


def facets(
    connection: sqlite3.Connection,
    query: OrderQuery,
    fields: Sequence[FacetField],
    now: datetime,
    within: Scope | None,
) -> dict[FacetField, dict[str, int]]:
    """How many orders have which value: orders by profile, then each field's values by profile."""
    part = matching(query, now, within)
    counters: dict[FacetField, Counter[str]] = {field: Counter() for field in fields}
    if profiled := [field for field in fields if field in PROFILED]:
        rows = connection.execute(
            f"WITH counted AS MATERIALIZED (SELECT profile, count(*) AS number {part.sql} GROUP BY profile)"
            f" SELECT number, {', '.join(profiled)} FROM counted JOIN profiles ON profiles.id = counted.profile",
            part.parameters,
        )
        for number, *values in rows:
            for field, value in zip(profiled, values, strict=True):
                if value is not None:
                    counters[field][value] += number
    for field in counters.keys() - {*profiled}:
        sql = f"SELECT {field}, count(*) {part.sql} AND {field} IS NOT NULL GROUP BY {field}"
        counters[field].update(dict(connection.execute(sql, part.parameters)))
    return {field: dict(counter.most_common()) for field, counter in counters.items()}


def intervals(
    connection: sqlite3.Connection,
    query: OrderQuery,
    observed_at: datetime,
    within: Scope | None,
    by: GroupField | None,
    final: bool,
) -> Intervals:
    """Received and closed times by group, seen from ``observed_at``."""
    part = matching(query, observed_at, within)
    seen_from = micros(observed_at)
    group = group_sql(by)
    closed = "closed_at" if final else "first_closed_at"
    excluded = connection.execute(
        f"SELECT iif(received_at > ?, 'later', excluded) AS why, count(*) {part.sql}"
        " AND (received_at > ? OR excluded IS NOT NULL) GROUP BY why",
        (seen_from, *part.parameters, seen_from),
    )
    counts = dict.fromkeys(("later", *EXCLUSIONS), 0) | dict(excluded)
    rows = connection.execute(
        f"SELECT {group}, received_at, iif({closed} <= ?, {closed}, NULL) {part.sql}"
        " AND received_at <= ? AND excluded IS NULL",
        (seen_from, *part.parameters, seen_from),
    )
    counted = Counter(map(tuple[str, int, int | None], rows))
    found = [
        IntervalCount(name, moment(received), None if end is None else moment(end), number)
        for (name, received, end), number in counted.items()
    ]
    return Intervals(found, counts)
