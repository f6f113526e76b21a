"""The ports: what the program needs from a log, a store and a classifier. The docstrings are the specification.

Every adapter passes the same conformance suite (``tests/contracts``). Unless said otherwise a method may be
called from any thread, raises ``RetryLater`` when its engine does not answer, and may then have done nothing
or everything: calling it again is safe where the docstring says "idempotent".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from models.alike import Group, Sketch, Tally
from models.classification import Classification, OrderText
from models.commands import Outcome
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
from models.records import Position, Record, StoredRecord, TopicPartition, TopicSpec


@dataclass(frozen=True, slots=True)
class Batch:
    """What a poll brought; ``assigned`` are partitions that came to this member since the last poll."""

    records: list[StoredRecord]
    assigned: frozenset[TopicPartition] = frozenset()
    revoked: frozenset[TopicPartition] = frozenset()


class Consumer(Protocol):
    """One member of a consumer group. Used by one thread.

    Each partition of the subscribed topics belongs to at most one live member. A member that does not poll
    for longer than the session timeout is taken for dead, and its partitions go to the others.
    """

    def poll(self, max_records: int, timeout: float) -> Batch:
        """The next records of the partitions owned, in offset order per partition; waits up to ``timeout``
        seconds for the first and returns at once when there is one, or when the assignment changed.

        A batch with ``assigned`` or ``revoked`` partitions carries no records, so that the caller can prepare.
        Must not be called with uncommitted records at hand: ``commit`` or ``rewind`` first.
        """
        ...

    def commit(self, outputs: Sequence[Record]) -> list[Position]:
        """Append ``outputs`` and mark everything polled as done, in one transaction: all of it or nothing.

        Returns the position of each output. Raises ``RejoinGroup`` when a polled partition belongs to another
        member by now; nothing was written then, and the records will be, or were, handled by that member.
        """
        ...

    def rewind(self) -> None:
        """Forget what was polled since the last commit; the next poll brings it again."""
        ...

    def close(self) -> None:
        """Leave the group; the partitions are free at once. Uncommitted records come to their next owner."""
        ...


class EventLog(Protocol):
    """Topics of records, as Apache Kafka defines them."""

    def create_topics(self, specs: Sequence[TopicSpec]) -> None:
        """Create what is missing. Idempotent; an existing topic keeps its partitions."""
        ...

    def topics(self) -> dict[str, int]:
        """Every topic with its number of partitions."""
        ...

    def append(self, records: Sequence[Record]) -> list[Position]:
        """Append durably, all or nothing; the position of each record, in order.

        A record's partition is ``murmur2(key) & 0x7fffffff mod partitions`` (Kafka's default partitioner).
        Not idempotent: appending again after ``RetryLater`` may store twice, so records carry their own key.
        """
        ...

    def read(self, partition: TopicPartition, offset: int, limit: int) -> list[StoredRecord]:
        """Up to ``limit`` committed records from ``offset`` on, outside any group; empty at the end.

        An offset before the first retained record reads from that one.
        """
        ...

    def end_offsets(self, topic: str) -> dict[TopicPartition, int]:
        """The offset that the next record of each partition will get; committed records only."""
        ...

    def subscribe(self, group: str, topics: Sequence[str]) -> Consumer:
        """Join a consumer group; a new group starts at the first retained record."""
        ...

    def lag(self, group: str) -> dict[TopicPartition, int]:
        """Records that the group has not committed, for each partition of the topics it has subscribed to."""
        ...

    def members(self, group: str) -> int:
        """How many live members the group has."""
        ...

    def expire(self, now: datetime) -> int:
        """Drop what is older than its topic's retention; how many records. A log that does so itself returns 0."""
        ...

    def close(self) -> None:
        """Free what this process holds. Idempotent."""
        ...


class OrderReader(Protocol):
    """What was projected. It may lag behind the log by moments; it never shows what the log does not hold.

    ``within`` a scope a search, a count, facets, intervals and figures are those of a store that holds nothing but the
    orders which the scope shows, cursors included. ``get``, ``mget``, ``history``, ``due``, ``facts`` and ``orders``
    and those on sketches know no scope: whoever hands their answers on asks ``Scope.shows`` first.
    """

    def get(self, order_no: str) -> Order | None: ...

    def mget(self, order_nos: Sequence[str]) -> dict[str, Order]:
        """The orders that exist among ``order_nos``, by number."""
        ...

    def history(self, order_no: str) -> list[Event]:
        """The order's events by ``seq``; empty for an unknown order."""
        ...

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
        """Orders that match, sorted; ties by ascending order number. Orders without the sort field come last.

        Paging by cursor shows each order that matches throughout, and whose sort field stays, exactly once.
        Raises ``CorrectInput`` for a cursor that is none, or that belongs to another sort.
        """
        ...

    def count(self, query: OrderQuery, *, now: datetime, within: Scope | None = None) -> int: ...

    def facets(
        self, query: OrderQuery, fields: Sequence[FacetField], *, now: datetime, within: Scope | None = None
    ) -> dict[FacetField, dict[str, int]]:
        """For each field how many matching orders have which value; orders without a value are left out."""
        ...

    def intervals(
        self,
        query: OrderQuery,
        *,
        observed_at: datetime,
        within: Scope | None = None,
        by: GroupField | None = None,
        final: bool = False,
    ) -> Intervals:
        """Received and closed times for closure statistics, seen from ``observed_at``.

        ``closed_at`` is ``first_closed_at``, with ``final`` the order's ``closed_at`` (None again while it is
        reworked). A closing after ``observed_at`` has not happened yet; in all else an order is taken as it stands.

        ``excluded`` counts, under the first of these keys that fits, the orders that are no interval; each key is
        always there: ``later`` (received after that moment), ``direct_answer``, ``merged`` (follows another order,
        also once it has ended with it), ``split`` (its parts are counted instead), ``rejected``.

        ``by`` None, or no value: the group ``""``; ``received_month`` is ``YYYY-MM`` in Asia/Shanghai.
        """
        ...

    def figures(
        self, query: OrderQuery, *, observed_at: datetime, within: Scope | None = None, by: GroupField | None = None
    ) -> dict[str, Counts]:
        """What the service's figures are counted from, by group as ``intervals`` names them, seen from
        ``observed_at``. A group without orders is left out."""
        ...

    def misroutes(self, query: OrderQuery, *, observed_at: datetime, within: Scope | None = None) -> list[Misroute]:
        """Returned and closed orders by the unit that had them first and the one that closed them; the pair whose
        return loops took longest in all comes first."""
        ...

    def sketches(self, keys: Sequence[int], *, since: datetime, limit: int = 10_000) -> list[Sketch]:
        """The open orders received from ``since`` on that hold any of the place ``keys`` (see
        ``dispatcher.similar.sketch``), each once, newest first; where there are more than ``limit``, the newest."""
        ...

    def lessons(self, limit: int) -> list[Sketch]:
        """The newest ``limit`` orders in any state, and of each item at least its newest one, newest first."""
        ...

    def tallies(self, *, until: datetime, days: int) -> list[Tally]:
        """How many orders with a street were received in each of the last ``days`` stretches of 24 hours before
        ``until``, by street, community, category and item; in any state."""
        ...

    def members(self, group: Group, *, since: datetime, until: datetime, limit: int = 1000) -> list[Sketch]:
        """The newest orders of the group received in [since, until), in any state, newest first."""
        ...

    def due(self, before: datetime, limit: int, *, after: Order | None = None) -> list[Order]:
        """Up to ``limit`` orders whose ``models.alarms.alarm_at`` is not later than ``before``: earliest first, ties
        by ascending order number; with ``after`` those that follow that order.

        At least once: an order stays due until what was done about it is projected, so the same order may be
        named again after it was dealt with. Whoever acts on it sends a command whose id follows from the order,
        the alarm and its moment. Takes time for the orders that are due, not for those that are watched.
        """
        ...

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
        """Facts of one kind across orders, by ``at`` newest first, ties by descending order number and ``seq``.

        ``since`` is included and ``until`` is not; ``actor`` and ``unit`` are those of the event's actor. Raises
        ``CorrectInput`` for a cursor that is none, or that belongs to another kind.
        """
        ...

    def outcome(self, command_id: str) -> Outcome | None:
        """What became of a command; None: not decided yet, or unknown."""
        ...

    def wait_outcomes(self, command_ids: Sequence[str], timeout: float) -> dict[str, Outcome]:
        """The outcomes that are there within ``timeout`` seconds; returns as soon as all are."""
        ...

    def orders(self) -> Iterator[Order]:
        """Every order, by order number, as of one moment."""
        ...


class OrderStore(OrderReader, Protocol):
    """The projection that can be rebuilt from the log at any time. One ledger writes each order."""

    def project(
        self,
        orders: Sequence[Order],
        events: Sequence[Event],
        outcomes: Sequence[Outcome],
        positions: Mapping[TopicPartition, int],
    ) -> None:
        """Take over what the ledger committed. Idempotent, and an older version never replaces a newer one.

        ``positions`` are the next offsets to project; they are kept last, so that what is not recorded as
        projected is projected again and never lost. A position never goes back.
        """
        ...

    def projected(self) -> dict[TopicPartition, int]:
        """The next offset to project of each partition ever projected."""
        ...

    def expire_outcomes(self, before: datetime) -> int:
        """Forget outcomes decided before; how many."""
        ...

    def close(self) -> None:
        """Free what this process holds. Idempotent."""
        ...


class Classifier(Protocol):
    """Chinese text in, calibrated probabilities and reasons out. Thread-safe, deterministic, no network."""

    @property
    def model_version(self) -> str: ...

    def classify(self, texts: Sequence[OrderText], top_k: int, reasons: bool = True) -> list[Classification]:
        """One answer per text, in order; never raises for any text, the empty one included."""
        ...

    def threshold(self, precision: float) -> float | None:
        """The top-1 probability from which on at least ``precision`` of the later-in-time development set was
        right, with 95 % confidence; None where no threshold keeps that promise."""
        ...


class Clock(Protocol):
    """What time it is; an argument wherever time matters, so that tests can set it."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        ...
