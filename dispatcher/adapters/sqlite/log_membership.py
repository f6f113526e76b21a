"""One member's standing in its group: it shows signs of life, notices changes, gives up and takes partitions."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection, Mapping
from typing import NamedTuple

from dispatcher.adapters.sqlite import log_groups as groups
from dispatcher.adapters.sqlite.database import Database
from dispatcher.adapters.sqlite.log_assignment import Share, assign
from dispatcher.adapters.sqlite.log_process import this_process
from dispatcher.adapters.sqlite.log_schema import Topic

# How often a member looks whether the others' processes live: a killed one is replaced within this time.
LOOK_S = 0.25
_BEATS_PER_SESSION = 5


class Change(NamedTuple):
    """What a look at the group brought: shares that came, with the offset to go on from, and shares that went."""

    assigned: dict[Share, int]
    revoked: frozenset[Share]


class Membership:
    """Joins on construction. Used by one thread at a time; its own state changes after the commit only."""

    def __init__(self, database: Database, group: str, topics: Collection[Topic], session_timeout: float) -> None:
        self._database = database
        self._topics = topics
        self._process = this_process()
        self._beat_every = session_timeout / _BEATS_PER_SESSION
        # A poll just before a beat is due shows no sign of life, and yet the session runs from it.
        self._patience = session_timeout + self._beat_every
        self._owned: frozenset[Share] = frozenset()
        self._version = -1
        self._look_due = 0.0
        with database.write() as connection:
            self.group_id = groups.open_group(connection, group, topics)
            member_id = self._enter(connection)
        self.member_id = member_id
        self._beat_due = time.monotonic() + self._beat_every

    def due_in(self) -> float:
        """Seconds until the member has to look at the group again, if nothing rings before."""
        return max(0.0, min(self._look_due, self._beat_due) - time.monotonic())

    def must_sync(self) -> bool:
        """Whether the group changed, somebody in it died, or a sign of life is due."""
        now = time.monotonic()
        if now >= self._beat_due:
            return True
        with self._database.snapshot() as connection:
            if groups.version(connection, self.group_id) != self._version:
                return True
            if now < self._look_due:
                return False
            others = groups.members(connection, self.group_id)
        self._look_due = now + LOOK_S
        return not all(member.is_live(now, self._process) for member in others)

    def sync(self) -> Change:
        """Show a sign of life, remove who died, give up what should be another's, take what is free and due.

        A member that was taken for dead itself loses everything, and gets its new shares from the next call.
        """
        with self._database.write() as connection:
            if groups.beat(connection, self.member_id):
                member_id, change = self.member_id, self._share_out(connection)
                seen = groups.version(connection, self.group_id)
            else:
                member_id, change, seen = self._enter(connection), Change({}, self._owned), -1
        self.member_id, self._version = member_id, seen
        self._owned = self._owned - change.revoked | change.assigned.keys()
        self._beat_due = time.monotonic() + self._beat_every
        return change

    def commit(self, connection: sqlite3.Connection, offsets: Mapping[Share, int]) -> bool:
        """Inside the caller's transaction: how far shares are done; False when one is another member's by now."""
        if not groups.commit(connection, self.group_id, self.member_id, offsets):
            return False
        if time.monotonic() >= self._beat_due and groups.beat(connection, self.member_id):
            self._beat_due = time.monotonic() + self._beat_every
        return True

    def leave(self) -> None:
        """Free everything at once. Idempotent."""
        with self._database.write() as connection:
            groups.remove(connection, self.group_id, self.member_id)

    def _enter(self, connection: sqlite3.Connection) -> int:
        return groups.enter(connection, self.group_id, self._topics, self._patience, self._process)

    def _share_out(self, connection: sqlite3.Connection) -> Change:
        now = time.monotonic()
        live: dict[int, frozenset[int]] = {}
        for member in groups.members(connection, self.group_id):
            if member.is_live(now, self._process):
                live[member.id] = member.topic_ids
            else:
                groups.remove(connection, self.group_id, member.id)
        owners = groups.owners(connection, self.group_id)
        target = assign(live, owners)
        mine = {share for share, member_id in target.items() if member_id == self.member_id}
        taken = {share for share in mine if owners[share] is None}
        given_up = self._owned - mine
        if taken or given_up:
            groups.set_owner(connection, self.group_id, given_up, None)
            groups.set_owner(connection, self.group_id, taken, self.member_id)
            groups.changed(connection, self.group_id)
        return Change(groups.committed(connection, self.group_id, taken), given_up)
