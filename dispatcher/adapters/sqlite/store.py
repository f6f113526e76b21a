"""The order store on one SQLite file: the port's methods, each a few lines on what the ``store_`` files do."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from dispatcher.adapters.sqlite import store_figures, store_lists, store_similar, store_statistics
from dispatcher.adapters.sqlite.database import BUSY_TIMEOUT_S, Database
from dispatcher.adapters.sqlite.doorbell import Doorbell
from dispatcher.adapters.sqlite.store_cursor import (
    Place,
    from_cursor,
    from_facts_cursor,
    to_cursor,
    to_facts_cursor,
)
from dispatcher.adapters.sqlite.store_projection import Projection
from dispatcher.adapters.sqlite.store_query import matching
from dispatcher.adapters.sqlite.store_schema import SCHEMA, SCHEMA_VERSION, micros
from dispatcher.adapters.sqlite.store_search import Search
from dispatcher.adapters.sqlite.store_statistics import group_sql
from models.alike import Group, Sketch, Tally
from models.commands import Outcome
from models.errors import ConfigureFirst, RetryLater
from models.events import Event
from models.figures import Counts, Misroute
from models.order import Order
from models.query import (
    FacetField,
    FactPage,
    GroupField,
    Intervals,
    JournalKind,
    OrderQuery,
    Page,
    Scope,
    SortField,
)
from models.records import TopicPartition

_TABLES = ";".join((store_figures.SCHEMA, store_similar.SCHEMA, SCHEMA))


class SqliteOrderStore:
    """``OrderStore`` and ``OrderReader`` for all threads and processes of one machine.

    Raises ``ConfigureFirst`` for a file that is none of ours or that another version of this program wrote.
    """

    def __init__(self, path: Path) -> None:
        found = schema_of(path)
        if found not in (None, SCHEMA_VERSION):
            said = f"{path}: has schema {found}, this program needs {SCHEMA_VERSION}"
            raise ConfigureFirst(f"{said}; rebuild the store from the log (`minsheng rebuild`)")
        # Not durable: what a power cut takes is projected from the log again.
        self._database = Database(path, _TABLES, durable=False)
        self._bell = Doorbell(path)
        self._closed = False

    def get(self, order_no: str) -> Order | None:
        return self.mget([order_no]).get(order_no)

    def mget(self, order_nos: Sequence[str]) -> dict[str, Order]:
        sql = (
            "SELECT order_no, doc FROM orders JOIN documents USING (id)"
            " WHERE order_no IN (SELECT value FROM json_each(?))"
        )
        with self._database.snapshot() as connection:
            rows = connection.execute(sql, (json.dumps(order_nos),)).fetchall()
        return {order_no: Order.model_validate_json(doc) for order_no, doc in rows}

    def history(self, order_no: str) -> list[Event]:
        with self._database.snapshot() as connection:
            rows = connection.execute("SELECT doc FROM events WHERE order_no = ? ORDER BY seq", (order_no,)).fetchall()
        return [Event.model_validate_json(doc) for (doc,) in rows]

    def search(
        self,
        query: OrderQuery,
        *,
        now: datetime,
        within: Scope | None = None,
        sort: SortField = "received_at",
        descending: bool = True,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page:
        after = None if cursor is None else from_cursor(cursor, sort, descending)
        with self._database.snapshot() as connection:
            search = Search(connection, query, now=now, within=within, sort=sort, descending=descending, after=after)
            hits = search.hits(limit + 1)
            more, hits = len(hits) > limit, hits[:limit]
            sql = "SELECT id, doc FROM documents WHERE id IN (SELECT value FROM json_each(?))"
            docs = dict(connection.execute(sql, (json.dumps([hit.id for hit in hits]),)).fetchall())
        orders = [Order.model_validate_json(docs[hit.id]) for hit in hits]
        following = to_cursor(sort, descending, Place(hits[-1].key, hits[-1].order_no)) if more and hits else None
        return Page(orders, following)

    def count(self, query: OrderQuery, *, now: datetime, within: Scope | None = None) -> int:
        with self._database.snapshot() as connection:
            return store_statistics.count(connection, query, now, within)

    def facets(
        self, query: OrderQuery, fields: Sequence[FacetField], *, now: datetime, within: Scope | None = None
    ) -> dict[FacetField, dict[str, int]]:
        with self._database.snapshot() as connection:
            return store_statistics.facets(connection, query, fields, now, within)

    def intervals(
        self,
        query: OrderQuery,
        *,
        observed_at: datetime,
        within: Scope | None = None,
        by: GroupField | None = None,
        final: bool = False,
    ) -> Intervals:
        with self._database.snapshot() as connection:
            return store_statistics.intervals(connection, query, observed_at, within, by, final)

    def figures(
        self, query: OrderQuery, *, observed_at: datetime, within: Scope | None = None, by: GroupField | None = None
    ) -> dict[str, Counts]:
        part = matching(query, observed_at, within)
        with self._database.snapshot() as connection:
            return store_figures.counts(connection, part, observed_at, group_sql(by))

    def misroutes(self, query: OrderQuery, *, observed_at: datetime, within: Scope | None = None) -> list[Misroute]:
        part = matching(query, observed_at, within)
        with self._database.snapshot() as connection:
            return store_figures.misroutes(connection, part, observed_at)

    def sketches(self, keys: Sequence[int], *, since: datetime, limit: int = 10_000) -> list[Sketch]:
        with self._database.snapshot() as connection:
            return store_similar.sketches(connection, keys, since, limit)

    def lessons(self, limit: int) -> list[Sketch]:
        with self._database.snapshot() as connection:
            return store_similar.lessons(connection, limit)

    def tallies(self, *, until: datetime, days: int) -> list[Tally]:
        with self._database.snapshot() as connection:
            return store_similar.tallies(connection, until, days)

    def members(self, group: Group, *, since: datetime, until: datetime, limit: int = 1000) -> list[Sketch]:
        with self._database.snapshot() as connection:
            return store_similar.members(connection, group, since, until, limit)

    def due(self, before: datetime, limit: int, *, after: Order | None = None) -> list[Order]:
        with self._database.snapshot() as connection:
            docs = store_lists.due(connection, before, limit, after)
        return [Order.model_validate_json(doc) for doc in docs]

    def facts(
        self,
        kind: JournalKind,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        actor: str | None = None,
        unit: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> FactPage:
        after = None if cursor is None else from_facts_cursor(cursor, kind)
        with self._database.snapshot() as connection:
            found = store_lists.facts(
                connection, kind, since=since, until=until, actor=actor, unit=unit, limit=limit + 1, after=after
            )
        more, found = len(found) > limit, found[:limit]
        events = [Event.model_validate_json(doc) for _, doc in found]
        return FactPage(events, to_facts_cursor(kind, found[-1][0]) if more and found else None)

    def outcome(self, command_id: str) -> Outcome | None:
        return self._outcomes([command_id]).get(command_id)

    def wait_outcomes(self, command_ids: Sequence[str], timeout: float) -> dict[str, Outcome]:
        deadline = time.monotonic() + timeout
        while True:
            rung = self._bell.count()
            found = self._outcomes(command_ids)
            left = max(0.0, deadline - time.monotonic())
            if len(found) == len(set(command_ids)) or not self._bell.wait(rung, left) or self._closed:
                return found

    def _outcomes(self, command_ids: Sequence[str]) -> dict[str, Outcome]:
        sql = "SELECT command_id, doc FROM outcomes WHERE command_id IN (SELECT value FROM json_each(?))"
        with self._database.snapshot() as connection:
            rows = connection.execute(sql, (json.dumps(command_ids),)).fetchall()
        return {command_id: Outcome.model_validate_json(doc) for command_id, doc in rows}

    def orders(self) -> Iterator[Order]:
        # A connection of its own: the snapshot lasts as long as the caller takes, whatever else the thread reads.
        try:
            with closing(
                sqlite3.connect(self._database.path, timeout=BUSY_TIMEOUT_S, check_same_thread=False)
            ) as connection:
                sql = "SELECT doc FROM orders JOIN documents USING (id) ORDER BY order_no"
                for (doc,) in connection.execute(sql):
                    yield Order.model_validate_json(doc)
        except sqlite3.OperationalError as error:
            raise RetryLater(f"{self._database.path.name}: {error}") from error

    def project(
        self,
        orders: Sequence[Order],
        events: Sequence[Event],
        outcomes: Sequence[Outcome],
        positions: Mapping[TopicPartition, int],
    ) -> None:
        projection = Projection(orders, events, outcomes, positions)
        with self._database.write() as connection:
            projection.write(connection)
        if outcomes:
            self._bell.ring()

    def projected(self) -> dict[TopicPartition, int]:
        with self._database.snapshot() as connection:
            rows = connection.execute("SELECT topic, partition, next_offset FROM positions").fetchall()
        return {TopicPartition(topic, partition): offset for topic, partition, offset in rows}

    def expire_outcomes(self, before: datetime) -> int:
        with self._database.write() as connection:
            return connection.execute("DELETE FROM outcomes WHERE decided_at < ?", (micros(before),)).rowcount

    def close(self) -> None:
        self._closed = True
        self._bell.close()
        self._database.close()


def schema_of(path: Path) -> int | None:
    """The schema of the store file at ``path``; None where there is none yet. Raises ``ConfigureFirst``."""
    if not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)) as connection:
            (found,) = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise ConfigureFirst(f"{path}: {error}") from error
    return found or None
