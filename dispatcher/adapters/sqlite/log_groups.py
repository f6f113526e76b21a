"""Consumer groups: who is a member, who owns which partition, and how far each partition is done."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Collection, Mapping
from typing import NamedTuple

from dispatcher.adapters.sqlite.log_assignment import Share
from dispatcher.adapters.sqlite.log_process import Process, is_dead
from dispatcher.adapters.sqlite.log_schema import Topic
from models.records import TopicPartition


class Member(NamedTuple):
    """A member as stored; ``beat`` is on the monotonic clock, which all processes of a machine share."""

    id: int
    topic_ids: frozenset[int]
    beat: float
    patience_s: float
    process: Process

    def is_live(self, now: float, seen_from: Process) -> bool:
        """Whether it was heard of in time and its process lives. A beat to come is from before a restart."""
        return 0 <= now - self.beat <= self.patience_s and not is_dead(self.process, seen_from)


def open_group(connection: sqlite3.Connection, name: str, topics: Collection[Topic]) -> int:
    """The number of a group, which gets a share of every partition of ``topics``. Idempotent."""
    connection.execute("INSERT INTO groups (name) VALUES (?) ON CONFLICT (name) DO NOTHING", (name,))
    group_id = find_group(connection, name)
    assert group_id is not None
    connection.executemany(
        "INSERT OR IGNORE INTO shares (group_id, topic_id, partition) VALUES (?, ?, ?)",
        [(group_id, topic.id, number) for topic in topics for number in range(topic.partitions)],
    )
    return group_id


def find_group(connection: sqlite3.Connection, name: str) -> int | None:
    """The number of a group; None when nobody ever subscribed."""
    row = connection.execute("SELECT id FROM groups WHERE name = ?", (name,)).fetchone()
    return None if row is None else int(row[0])


def version(connection: sqlite3.Connection, group_id: int) -> int:
    """Grows with every change of members or owners."""
    return int(connection.execute("SELECT version FROM groups WHERE id = ?", (group_id,)).fetchone()[0])


def changed(connection: sqlite3.Connection, group_id: int) -> None:
    """Let the other members look at the group again."""
    connection.execute("UPDATE groups SET version = version + 1 WHERE id = ?", (group_id,))


def members(connection: sqlite3.Connection, group_id: int) -> list[Member]:
    """All members, live or not."""
    rows = connection.execute(
        "SELECT id, topic_ids, beat, patience_s, boot, namespace, pid, started FROM members WHERE group_id = ?",
        (group_id,),
    )
    return [Member(row[0], frozenset(json.loads(row[1])), row[2], row[3], Process(*row[4:])) for row in rows]


def enter(
    connection: sqlite3.Connection, group_id: int, topics: Collection[Topic], patience_s: float, process: Process
) -> int:
    """A new member; its number."""
    cursor = connection.execute(
        "INSERT INTO members (group_id, topic_ids, beat, patience_s, boot, namespace, pid, started)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (group_id, json.dumps([topic.id for topic in topics]), time.monotonic(), patience_s, *process),
    )
    changed(connection, group_id)
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def beat(connection: sqlite3.Connection, member_id: int) -> bool:
    """Say that the member lives; False when it was taken for dead before."""
    cursor = connection.execute("UPDATE members SET beat = ? WHERE id = ?", (time.monotonic(), member_id))
    return cursor.rowcount == 1


def remove(connection: sqlite3.Connection, group_id: int, member_id: int) -> None:
    """Take a member out and free what it owned."""
    connection.execute("UPDATE shares SET owner = NULL WHERE group_id = ? AND owner = ?", (group_id, member_id))
    connection.execute("DELETE FROM members WHERE id = ?", (member_id,))
    changed(connection, group_id)


def owners(connection: sqlite3.Connection, group_id: int) -> dict[Share, int | None]:
    """Who owns each share of the group; None: nobody."""
    rows = connection.execute("SELECT topic_id, partition, owner FROM shares WHERE group_id = ?", (group_id,))
    return {Share(topic_id, partition): owner for topic_id, partition, owner in rows}


def set_owner(connection: sqlite3.Connection, group_id: int, shares: Collection[Share], owner: int | None) -> None:
    """Give free shares to a member, or free those of the calling member."""
    connection.executemany(
        "UPDATE shares SET owner = ? WHERE group_id = ? AND topic_id = ? AND partition = ?",
        [(owner, group_id, *share) for share in shares],
    )


def committed(connection: sqlite3.Connection, group_id: int, shares: Collection[Share]) -> dict[Share, int]:
    """The first offset of each share that is not done."""
    found: dict[Share, int] = {}
    for share in shares:
        row = connection.execute(
            "SELECT committed FROM shares WHERE group_id = ? AND topic_id = ? AND partition = ?", (group_id, *share)
        ).fetchone()
        found[share] = row[0]
    return found


def commit(connection: sqlite3.Connection, group_id: int, member_id: int, offsets: Mapping[Share, int]) -> bool:
    """Set how far shares are done; False when one of them belongs to another member by now."""
    cursor = connection.executemany(
        "UPDATE shares SET committed = ? WHERE group_id = ? AND topic_id = ? AND partition = ? AND owner = ?",
        [(offset, group_id, *share, member_id) for share, offset in offsets.items()],
    )
    return cursor.rowcount == len(offsets)


def lag(connection: sqlite3.Connection, group_id: int) -> dict[TopicPartition, int]:
    """How many retained records of each partition are not done."""
    rows = connection.execute(
        "SELECT t.name, s.partition, p.next_offset, s.committed,"
        " (SELECT r.offset FROM records r WHERE r.topic_id = s.topic_id AND r.partition = s.partition"
        "  ORDER BY r.offset LIMIT 1)"
        " FROM shares s JOIN topics t ON t.id = s.topic_id"
        " JOIN partitions p ON p.topic_id = s.topic_id AND p.partition = s.partition WHERE s.group_id = ?",
        (group_id,),
    )
    return {
        TopicPartition(name, number): end - max(done, end if first is None else first)
        for name, number, end, done, first in rows
    }
