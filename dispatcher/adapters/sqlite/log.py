"""The embedded event log: Kafka's topics, partitions and consumer groups in one SQLite file."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from dispatcher.adapters.sqlite import log_groups, log_records
from dispatcher.adapters.sqlite.database import Database
from dispatcher.adapters.sqlite.doorbell import Doorbell
from dispatcher.adapters.sqlite.log_consumer import SqliteConsumer
from dispatcher.adapters.sqlite.log_membership import Membership
from dispatcher.adapters.sqlite.log_process import this_process
from dispatcher.adapters.sqlite.log_schema import SCHEMA, Topics
from dispatcher.clock import SystemClock
from models.errors import RetryLater
from models.ports import Clock
from models.records import Position, Record, StoredRecord, TopicPartition, TopicSpec

_DROPPED_AT_ONCE = 1000


class SqliteEventLog:
    """See ``models.ports.EventLog``. Threads and processes of one machine share the file at ``path``."""

    def __init__(self, path: Path, *, clock: Clock | None = None, session_timeout: float = 10.0) -> None:
        """``session_timeout``: seconds after which a consumer that does not poll is taken for dead."""
        self._clock = clock or SystemClock()
        self._session_timeout = session_timeout
        self._database = Database(path, SCHEMA, durable=True)
        self._bell = Doorbell(path)
        self._topics = Topics(self._database)
        self._consumers: list[SqliteConsumer] = []

    def create_topics(self, specs: Sequence[TopicSpec]) -> None:
        self._topics.create(specs)

    def topics(self) -> dict[str, int]:
        return {name: topic.partitions for name, topic in self._topics.all().items()}

    def append(self, records: Sequence[Record]) -> list[Position]:
        """See the port. Raises ``CorrectInput`` that names the topics that do not exist."""
        if not records:
            return []
        topics = self._topics.get({record.topic for record in records})
        with self._database.write() as connection:
            positions = log_records.append(connection, topics, records, self._clock.now())
        self._bell.ring()
        return positions

    def read(self, partition: TopicPartition, offset: int, limit: int) -> list[StoredRecord]:
        """See the port. Raises ``CorrectInput`` for a partition that does not exist."""
        topic = self._topics.of(partition)
        with self._database.snapshot() as connection:
            return log_records.fetch(connection, topic.id, partition, offset, limit)

    def end_offsets(self, topic: str) -> dict[TopicPartition, int]:
        """See the port. Raises ``CorrectInput`` for a topic that does not exist."""
        found = self._topics.get([topic])[topic]
        with self._database.snapshot() as connection:
            ends = log_records.ends(connection, found.id)
        return {TopicPartition(topic, number): end for number, end in ends.items()}

    def subscribe(self, group: str, topics: Sequence[str]) -> SqliteConsumer:
        """See the port. Raises ``CorrectInput`` that names the topics that do not exist."""
        found = self._topics.get(topics)
        membership = Membership(self._database, group, found.values(), self._session_timeout)
        names = {topic.id: topic.name for topic in found.values()}
        consumer = SqliteConsumer(self._database, self._bell, self._topics, self._clock, membership, names)
        self._consumers = [*(open_ for open_ in self._consumers if not open_.closed), consumer]
        self._bell.ring()
        return consumer

    def lag(self, group: str) -> dict[TopicPartition, int]:
        """See the port; empty for a group that nobody ever joined."""
        with self._database.snapshot() as connection:
            group_id = log_groups.find_group(connection, group)
            return {} if group_id is None else log_groups.lag(connection, group_id)

    def members(self, group: str) -> int:
        with self._database.snapshot() as connection:
            group_id = log_groups.find_group(connection, group)
            found = [] if group_id is None else log_groups.members(connection, group_id)
        now, here = time.monotonic(), this_process()
        return sum(member.is_live(now, here) for member in found)

    def expire(self, now: datetime) -> int:
        total = 0
        with self._database.snapshot() as connection:
            perishable = log_records.perishable(connection)
        for topic_id, partition, retention in perishable:
            before = now - retention
            while True:
                started = time.monotonic()
                with self._database.write() as connection:
                    dropped = log_records.drop_older(connection, topic_id, partition, before, _DROPPED_AT_ONCE)
                total += dropped
                if dropped < _DROPPED_AT_ONCE:
                    break
                # As long a pause as the writers of other processes had to wait: SQLite has no queue for them.
                time.sleep(time.monotonic() - started)
        return total

    def close(self) -> None:
        """See the port. Its consumers leave their groups."""
        for consumer in self._consumers:
            with contextlib.suppress(RetryLater):  # then the end of its session frees what it owned
                consumer.close()
        self._bell.close()
        self._database.close()
