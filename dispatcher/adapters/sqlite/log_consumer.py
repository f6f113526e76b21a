"""One member of a consumer group: poll, then commit outputs and offsets in one SQLite transaction."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping, Sequence

from dispatcher.adapters.sqlite import log_records
from dispatcher.adapters.sqlite.database import Database
from dispatcher.adapters.sqlite.doorbell import Doorbell
from dispatcher.adapters.sqlite.log_assignment import Share
from dispatcher.adapters.sqlite.log_membership import Change, Membership
from dispatcher.adapters.sqlite.log_schema import Topics
from models.errors import RejoinGroup
from models.ports import Batch, Clock
from models.records import Position, Record, StoredRecord, TopicPartition


class SqliteConsumer:
    """See ``models.ports.Consumer``. ``close`` may also be called from another thread, and ends a waiting poll."""

    def __init__(
        self,
        database: Database,
        bell: Doorbell,
        topics: Topics,
        clock: Clock,
        membership: Membership,
        names: Mapping[int, str],
    ) -> None:
        self._database = database
        self._bell = bell
        self._topics = topics
        self._clock = clock
        self._membership = membership
        self._names = names
        self._next: dict[Share, int] = {}
        self._polled: dict[Share, int] = {}
        self._turn = 0
        self._lock = threading.Lock()
        self.closed = False

    def poll(self, max_records: int, timeout: float) -> Batch:
        """See the port. Raises ``RuntimeError`` with uncommitted records at hand; a closed consumer gets nothing."""
        if self._polled:
            raise RuntimeError("uncommitted records: commit or rewind before the next poll")
        deadline = time.monotonic() + timeout
        while True:
            heard = self._bell.count()
            with self._lock:
                batch = Batch([]) if self.closed else self._step(max_records)
                pause = min(deadline - time.monotonic(), self._membership.due_in())
            if batch is not None:
                return batch
            if time.monotonic() >= deadline:
                return Batch([])
            self._bell.wait(heard, pause)

    def commit(self, outputs: Sequence[Record]) -> list[Position]:
        """See the port. ``RejoinGroup`` forgets what was polled; after any other error it can be committed again."""
        if not self._polled and not outputs:
            return []
        topics = self._topics.get({record.topic for record in outputs})
        with self._lock:
            if self.closed:
                raise RejoinGroup("this consumer was closed; what it polled comes to the next owner")
            try:
                with self._database.write() as connection:
                    if not self._membership.commit(connection, self._polled):
                        raise RejoinGroup("this member was taken for dead, its partitions are free or another's")
                    positions = log_records.append(connection, topics, outputs, self._clock.now())
            except RejoinGroup:
                self._polled = {}
                raise
            self._next |= self._polled
            self._polled = {}
        if outputs:
            self._bell.ring()
        return positions

    def rewind(self) -> None:
        self._polled = {}

    def close(self) -> None:
        with self._lock:
            if self.closed:
                return
            self._membership.leave()
            self.closed = True
            self._polled = {}
        self._bell.ring()

    def _step(self, max_records: int) -> Batch | None:
        """A change of the assignment, else records, else None."""
        if self._membership.must_sync():
            change = self._membership.sync()
            if change.assigned or change.revoked:
                return self._take_over(change)
        records = self._fetch(max_records)
        return Batch(records) if records else None

    def _take_over(self, change: Change) -> Batch:
        for share in change.revoked:
            del self._next[share]
        self._next |= change.assigned
        self._bell.ring()
        return Batch([], self._partitions(change.assigned), self._partitions(change.revoked))

    def _fetch(self, max_records: int) -> list[StoredRecord]:
        """An equal part of every partition first, then what is left from those that have more.

        Each call starts after the partition where the last one ended, so none starves however few it may take.
        """
        shares = list(self._next)
        if not shares or max_records <= 0:
            return []
        start = self._turn % len(shares)
        waiting = shares[start:] + shares[:start]
        part = max(1, max_records // len(shares))
        self._turn = start + (max_records if max_records < len(shares) else 1)
        records: list[StoredRecord] = []
        polled: dict[Share, int] = {}
        with self._database.snapshot() as connection:
            for limit in (part, max_records):
                having_more = []
                for share in waiting:
                    wanted = min(limit, max_records - len(records))
                    if not wanted:
                        break
                    at = polled.get(share, self._next[share])
                    got = log_records.fetch(connection, share.topic_id, self._partition(share), at, wanted)
                    if got:
                        records += got
                        polled[share] = got[-1].position.offset + 1
                    if len(got) == wanted:
                        having_more.append(share)
                waiting = having_more if len(records) < max_records else []
        self._polled = polled
        return records

    def _partition(self, share: Share) -> TopicPartition:
        return TopicPartition(self._names[share.topic_id], share.partition)

    def _partitions(self, shares: Iterable[Share]) -> frozenset[TopicPartition]:
        return frozenset(map(self._partition, shares))
