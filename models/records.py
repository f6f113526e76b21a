"""What an event log holds: records on the partitions of topics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple


class TopicPartition(NamedTuple):
    """One partition of a topic; partitions are numbered from 0."""

    topic: str
    partition: int


class Position(NamedTuple):
    """Where a record lies; offsets of a partition grow and are never used twice."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}-{self.partition}-{self.offset}"


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic as it is to be created; ``retention`` None keeps every record for ever."""

    name: str
    partitions: int
    retention: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A record to append; records with one key keep their order, on one partition."""

    topic: str
    key: str
    value: bytes
    headers: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record as read back; ``timestamp`` is when the log took it."""

    position: Position
    key: str
    value: bytes
    headers: Mapping[str, bytes]
    timestamp: datetime
