"""Records in and out of the log's tables. Each function runs inside its caller's transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType

from dispatcher.adapters.sqlite.log_schema import Topic
from dispatcher.adapters.sqlite.partitioner import partition_for
from models.records import Position, Record, StoredRecord, TopicPartition

_Row = tuple[int, int, int, int, str, bytes, str | None]


def append(
    connection: sqlite3.Connection, topics: Mapping[str, Topic], records: Sequence[Record], now: datetime
) -> list[Position]:
    """Append ``records``, whose topics are all in ``topics``; the position of each, in order."""
    timestamp = _microseconds(now)
    ends: dict[tuple[int, int], int] = {}
    rows: list[_Row] = []
    positions: list[Position] = []
    for record in records:
        topic = topics[record.topic]
        number = partition_for(record.key, topic.partitions)
        place = (topic.id, number)
        offset = ends.get(place)
        if offset is None:
            offset = _end(connection, place)
        ends[place] = offset + 1
        headers = _pack(record.headers) if record.headers else None
        rows.append((topic.id, number, offset, timestamp, record.key, record.value, headers))
        positions.append(Position(topic.name, number, offset))
    # In the order of the tree its pages are touched once each; the first three columns are unique.
    rows.sort()
    connection.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    connection.executemany(
        "UPDATE partitions SET next_offset = ? WHERE topic_id = ? AND partition = ?",
        [(end, *place) for place, end in ends.items()],
    )
    return positions


def fetch(
    connection: sqlite3.Connection, topic_id: int, partition: TopicPartition, offset: int, limit: int
) -> list[StoredRecord]:
    """Up to ``limit`` records from ``offset`` on, or from the first retained one."""
    rows = connection.execute(
        "SELECT offset, timestamp_us, key, value, headers FROM records"
        " WHERE topic_id = ? AND partition = ? AND offset >= ? ORDER BY offset LIMIT ?",
        (topic_id, partition.partition, offset, limit),
    )
    name, number = partition
    found: list[StoredRecord] = []
    last, timestamp = None, datetime.fromtimestamp(0, UTC)
    for at, microseconds, key, value, headers in rows:
        if microseconds != last:
            last, timestamp = microseconds, datetime.fromtimestamp(microseconds / 1e6, UTC)
        found.append(
            StoredRecord(Position(name, number, at), key, value, _unpack(headers) if headers else {}, timestamp)
        )
    return found


def drop_older(connection: sqlite3.Connection, topic_id: int, partition: int, before: datetime, limit: int) -> int:
    """Drop up to ``limit`` of a partition's first records, as far as they were taken ``before``; how many."""
    cutoff = _microseconds(before)
    rows = connection.execute(
        "SELECT offset, timestamp_us FROM records WHERE topic_id = ? AND partition = ? ORDER BY offset LIMIT ?",
        (topic_id, partition, limit),
    )
    last = None
    for offset, timestamp in rows.fetchall():
        if timestamp >= cutoff:
            break
        last = offset
    if last is None:
        return 0
    return connection.execute(
        "DELETE FROM records WHERE topic_id = ? AND partition = ? AND offset <= ?", (topic_id, partition, last)
    ).rowcount


def ends(connection: sqlite3.Connection, topic_id: int) -> dict[int, int]:
    """The next offset of each partition of a topic."""
    rows = connection.execute("SELECT partition, next_offset FROM partitions WHERE topic_id = ?", (topic_id,))
    return dict(rows.fetchall())


def perishable(connection: sqlite3.Connection) -> list[tuple[int, int, timedelta]]:
    """Topic, partition and retention wherever records are not kept for ever."""
    rows = connection.execute(
        "SELECT t.id, p.partition, t.retention_s FROM topics t JOIN partitions p ON p.topic_id = t.id"
        " WHERE t.retention_s IS NOT NULL"
    )
    return [(topic_id, partition, timedelta(seconds=seconds)) for topic_id, partition, seconds in rows]


def _end(connection: sqlite3.Connection, place: tuple[int, int]) -> int:
    row = connection.execute(
        "SELECT next_offset FROM partitions WHERE topic_id = ? AND partition = ?", place
    ).fetchone()
    return int(row[0])


def _microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1e6)


def _pack(headers: Mapping[str, bytes]) -> str:
    # Latin-1 maps every byte to one character and back, which keeps the column readable in any SQLite shell.
    return json.dumps({name: value.decode("latin-1") for name, value in headers.items()}, separators=(",", ":"))


@lru_cache(maxsize=256)  # a topic's headers are of a few kinds: schema and type
def _unpack(text: str) -> Mapping[str, bytes]:
    return MappingProxyType({name: value.encode("latin-1") for name, value in json.loads(text).items()})
