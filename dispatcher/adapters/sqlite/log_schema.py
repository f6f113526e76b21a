"""The tables of the log, and the topics that are on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dispatcher.adapters.sqlite.database import Database
from models.errors import CorrectInput, Problem
from models.records import TopicPartition, TopicSpec

# Offsets come from partitions.next_offset, not from the records, so that none is used again after retention.
# A share is one partition as a group sees it: who owns it (a member, or nobody) and what is done.
# AUTOINCREMENT: the number of a member that was taken for dead must never be given to another one.
SCHEMA = """
CREATE TABLE IF NOT EXISTS topics (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, partitions INTEGER NOT NULL, retention_s REAL
);
CREATE TABLE IF NOT EXISTS partitions (
  topic_id INTEGER NOT NULL, partition INTEGER NOT NULL, next_offset INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (topic_id, partition)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS records (
  topic_id INTEGER NOT NULL, partition INTEGER NOT NULL, offset INTEGER NOT NULL,
  timestamp_us INTEGER NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, headers TEXT,
  PRIMARY KEY (topic_id, partition, offset)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS groups (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, version INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS members (
  id INTEGER PRIMARY KEY AUTOINCREMENT, group_id INTEGER NOT NULL, topic_ids TEXT NOT NULL,
  beat REAL NOT NULL, patience_s REAL NOT NULL,
  boot TEXT NOT NULL, namespace INTEGER NOT NULL, pid INTEGER NOT NULL, started INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS members_of_group ON members (group_id);
CREATE TABLE IF NOT EXISTS shares (
  group_id INTEGER NOT NULL, topic_id INTEGER NOT NULL, partition INTEGER NOT NULL,
  owner INTEGER, committed INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (group_id, topic_id, partition)
) WITHOUT ROWID
"""


class Topic(NamedTuple):
    """A topic as stored."""

    id: int
    name: str
    partitions: int


class Topics:
    """The topics by name. What was seen once is remembered: topics are never dropped and never change."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, Topic] = {}

    def create(self, specs: Sequence[TopicSpec]) -> None:
        """Create what is missing; raises ``CorrectInput`` for a topic without a name or without partitions."""
        problems = [Problem(spec.name, "needs a name and at least one partition") for spec in specs if not _valid(spec)]
        if problems:
            raise CorrectInput(problems)
        with self._database.write() as connection:
            for spec in specs:
                retention = None if spec.retention is None else spec.retention.total_seconds()
                row = connection.execute(
                    "INSERT INTO topics (name, partitions, retention_s) VALUES (?, ?, ?)"
                    " ON CONFLICT (name) DO NOTHING RETURNING id",
                    (spec.name, spec.partitions, retention),
                ).fetchone()
                if row is not None:
                    connection.executemany(
                        "INSERT INTO partitions (topic_id, partition) VALUES (?, ?)",
                        [(row[0], number) for number in range(spec.partitions)],
                    )

    def all(self) -> dict[str, Topic]:
        """Every topic, by name."""
        with self._database.snapshot() as connection:
            self._read(connection)
        return dict(self._known)

    def get(self, names: Iterable[str]) -> dict[str, Topic]:
        """The topics of these names; raises ``CorrectInput`` that names each unknown one."""
        wanted = set(names)
        if wanted - self._known.keys():
            self.all()
        if unknown := sorted(wanted - self._known.keys()):
            raise CorrectInput([Problem(name, "there is no such topic") for name in unknown])
        return {name: self._known[name] for name in wanted}

    def of(self, partition: TopicPartition) -> Topic:
        """The topic of a partition; raises ``CorrectInput`` when either is unknown."""
        topic = self.get([partition.topic])[partition.topic]
        if not 0 <= partition.partition < topic.partitions:
            raise CorrectInput.one(topic.name, f"has {topic.partitions} partitions, there is no {partition.partition}")
        return topic

    def _read(self, connection: sqlite3.Connection) -> None:
        for row in connection.execute("SELECT id, name, partitions FROM topics ORDER BY name"):
            topic = Topic(*row)
            self._known[topic.name] = topic


def _valid(spec: TopicSpec) -> bool:
    return bool(spec.name) and spec.partitions >= 1
