"""One page of a search, by whichever way is short: along the sort, or by the text index.

A frequent text is found soonest by reading along the sort and looking into each text; a rare one by the text
index, whose hits must all be sorted. The walk is therefore tried first, and given up after ``WALK`` orders.
"""

from __future__ import annotations

import heapq
import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from dispatcher.adapters.sqlite.store_cursor import Place
from dispatcher.adapters.sqlite.store_query import Part, conditions, found_by_text, needle_of, walks
from dispatcher.adapters.sqlite.store_text import forms
from models.query import OrderQuery, Scope, SortField

WALK = 2000
_CHUNK = 250
_ALWAYS_SET = frozenset({"received_at", "updated_at"})


class Hit(NamedTuple):
    """An order that matches: its row, its sort key and its number."""

    id: int
    key: int | None
    order_no: str


class Search:
    """The hits of one query on one snapshot, sorted, after ``after``."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        query: OrderQuery,
        *,
        now: datetime,
        within: Scope | None,
        sort: SortField,
        descending: bool,
        after: Place | None,
    ) -> None:
        self._connection = connection
        self._query = query
        self._within = within
        self._conditions = conditions(query, now, within)
        self._sort = sort
        self._descending = descending
        self._after = after

    def hits(self, limit: int) -> list[Hit]:
        """The first ``limit`` hits."""
        along = self._sorted(walks(self._query, self._sort, self._within))
        needle = needle_of(self._query)
        if not needle:
            return list(islice(along, limit))
        found: list[Hit] = []
        for _ in range(WALK // _CHUNK):
            chunk = list(islice(along, _CHUNK))
            inside = self._holding(needle, chunk)
            found += (hit for hit in chunk if hit.id in inside)
            if len(found) >= limit or len(chunk) < _CHUNK:
                return found[:limit]
        return list(islice(self._sorted([found_by_text(needle) + Part("AND")]), limit))

    def _sorted(self, sources: Sequence[Part]) -> Iterator[Hit]:
        """The orders of ``sources`` that fulfil the conditions, as they are to be shown, read as far as needed."""
        sign = -1 if self._descending else 1
        yield from heapq.merge(*map(self._with_key, sources), key=lambda hit: (sign * (hit.key or 0), hit.order_no))
        if self._sort not in _ALWAYS_SET:
            yield from heapq.merge(*map(self._without_key, sources), key=lambda hit: hit.order_no)

    def _with_key(self, source: Part) -> Iterator[Hit]:
        sort, after = self._sort, self._after
        place = Part("")
        if after is not None:
            if after.key is None:
                return iter(())
            sign = "<" if self._descending else ">"
            place = Part(f"AND {sort} {sign}= ? AND ({sort} {sign} ? OR order_no > ?)", (after.key,) * 2)
            place += Part("", (after.order_no,))
        order = Part(f"AND {sort} IS NOT NULL ORDER BY {sort} {'DESC' if self._descending else 'ASC'}, order_no")
        return self._read(source + self._conditions + place + order)

    def _without_key(self, source: Part) -> Iterator[Hit]:
        place = Part("")
        if self._after is not None and self._after.key is None:
            place = Part("AND order_no > ?", (self._after.order_no,))
        # A sort's index leaves out the orders without that time.
        source = Part(source.sql.replace(f"INDEXED BY orders_{self._sort}", ""), source.parameters)
        return self._read(source + self._conditions + place + Part(f"AND {self._sort} IS NULL ORDER BY order_no"))

    def _read(self, part: Part) -> Iterator[Hit]:
        rows = self._connection.execute(f"SELECT id, {self._sort}, order_no {part.sql}", part.parameters)
        return map(Hit._make, rows)

    def _holding(self, needle: str, hits: list[Hit]) -> set[int]:
        wanted = forms(needle)
        found = " OR ".join(["instr(text, ?)"] * len(wanted))
        sql = f"SELECT id FROM texts WHERE id IN (SELECT value FROM json_each(?)) AND ({found})"
        return {row[0] for row in self._connection.execute(sql, (json.dumps([hit.id for hit in hits]), *wanted))}
