"""Several members: who owns what, and what happens to those that are gone."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest

from models.errors import RejoinGroup
from models.ports import EventLog
from models.records import Record, TopicPartition, TopicSpec
from tests.contracts.event_log_fixtures import EventLogFixtures
from tests.contracts.event_log_steps import (
    PARTITIONS,
    PATIENCE_S,
    drain,
    poll_records,
    read_all,
    records,
    settle,
    take,
    values,
)


class GroupContract(EventLogFixtures):
    """Membership and ownership."""

    def test_each_partition_has_one_owner_and_members_share_evenly(
        self, log: EventLog, another_log: Callable[[], EventLog], topic: str, group: str
    ) -> None:
        log.append(records(topic, 100))
        one, two = log.subscribe(group, [topic]), another_log().subscribe(group, [topic])
        owned = settle([one, two])
        assert [len(mine) for mine in owned] == [2, 2]
        three = another_log().subscribe(group, [topic])
        owned = settle([one, two, three], owned)
        assert sorted(len(mine) for mine in owned) == [1, 1, 2]
        assert log.members(group) == 3
        found = [record for consumer, mine in zip((one, two, three), owned, strict=True) for record in drain(consumer)]
        assert sorted(values(found)) == list(range(100))

    def test_more_members_than_partitions(self, log: EventLog, topic: str, group: str) -> None:
        consumers = [log.subscribe(group, [topic]) for _ in range(PARTITIONS + 1)]
        owned = settle(consumers)
        assert sorted(map(len, owned)) == [0, *[1] * PARTITIONS]

    def test_a_partition_moves_only_if_it_has_to(self, log: EventLog, topic: str, group: str) -> None:
        one, two = log.subscribe(group, [topic]), log.subscribe(group, [topic])
        before = settle([one, two])
        three = log.subscribe(group, [topic])
        after = settle([one, two, three], before)
        assert sum(len(old - new) for old, new in zip(before, after, strict=False)) == 1
        three.close()
        last = settle([one, two], after[:2])
        assert all(old <= new for old, new in zip(after[:2], last, strict=True))

    def test_a_batch_of_a_changed_assignment_carries_no_records(self, log: EventLog, topic: str, group: str) -> None:
        log.append(records(topic, 200))
        one = log.subscribe(group, [topic])
        take(one, 1, max_records=1)
        two = log.subscribe(group, [topic])
        changes = 0
        deadline = time.monotonic() + PATIENCE_S
        while changes < 2 and time.monotonic() < deadline:
            for consumer in (one, two):
                batch = consumer.poll(1, 0.05)
                if batch.assigned or batch.revoked:
                    changes += 1
                    assert batch.records == []
                consumer.commit([])
        assert changes >= 2

    def test_a_waiting_member_returns_at_once_when_its_assignment_changes(
        self, log: EventLog, topic: str, group: str
    ) -> None:
        one, two = log.subscribe(group, [topic]), log.subscribe(group, [topic])
        settle([one, two])
        timer = threading.Timer(0.3, one.close)
        timer.start()
        started = time.monotonic()
        batch = two.poll(10, PATIENCE_S)
        took = time.monotonic() - started
        timer.join()
        assert batch.assigned and not batch.records
        assert took < PATIENCE_S / 2

    def test_uncommitted_records_are_not_taken_from_a_live_member(self, log: EventLog, topic: str, group: str) -> None:
        log.append(records(topic, 100))
        one = log.subscribe(group, [topic])
        everything = settle([one])
        held = poll_records(one, 500)
        while len(held) < 100:
            one.rewind()
            held = poll_records(one, 500)
        two = log.subscribe(group, [topic])
        assert poll_records(two, patience=self.session_timeout / 4) == []
        one.commit([])
        settle([one, two], everything)
        assert poll_records(one, patience=0.5) == poll_records(two, patience=0.5) == []

    def test_close_frees_at_once_and_uncommitted_records_come_to_the_next_owner(
        self, log: EventLog, another_log: Callable[[], EventLog], topic: str, group: str
    ) -> None:
        log.append(records(topic, 20))
        one = log.subscribe(group, [topic])
        take(one, 1, max_records=1)
        assert poll_records(one)
        one.close()
        one.close()
        assert log.members(group) == 0
        started = time.monotonic()
        assert len(take(another_log().subscribe(group, [topic]), 19)) == 19
        assert time.monotonic() - started < self.session_timeout + 5

    def test_closing_the_log_leaves_its_groups(
        self, log: EventLog, another_log: Callable[[], EventLog], topic: str, group: str
    ) -> None:
        other = another_log()
        settle([other.subscribe(group, [topic])])
        assert log.members(group) == 1
        other.close()
        other.close()
        assert log.members(group) == 0

    def test_a_silent_member_is_taken_for_dead_and_fenced(
        self, log: EventLog, another_log: Callable[[], EventLog], topic: str, group: str
    ) -> None:
        log.create_topics([TopicSpec(f"{topic}.out", 1)])
        log.append([Record(topic, "k", str(n).encode()) for n in range(10)])
        silent = log.subscribe(group, [topic])
        mine = settle([silent])[0]
        assert len(poll_records(silent)) == 10
        other = another_log().subscribe(group, [topic])
        assert sorted(values(take(other, 10))) == list(range(10))
        with pytest.raises(RejoinGroup):
            silent.commit([Record(f"{topic}.out", "k", b"doubled")])
        assert read_all(log, f"{topic}.out") == []
        assert sum(log.lag(group).values()) == 0
        lost = silent.poll(10, PATIENCE_S)
        assert lost.revoked == mine and not lost.records
        assert sorted(map(len, settle([silent, other], [set(), mine]))) == [2, 2]
        log.append([Record(topic, f"k{n}", str(n).encode()) for n in range(10, 30)])
        found = [*drain(silent), *drain(other)]
        assert sorted(values(found)) == list(range(10, 30))

    def test_lag_counts_what_is_not_committed(self, log: EventLog, topic: str, group: str) -> None:
        assert log.lag(group) == {}
        assert log.members(group) == 0
        positions = log.append(records(topic, 40))
        counts = Counter(position.partition for position in positions)
        consumer = log.subscribe(group, [topic])
        poll_records(consumer, 5)
        assert log.lag(group) == {TopicPartition(topic, n): counts[n] for n in range(PARTITIONS)}
        consumer.commit([])
        assert sum(log.lag(group).values()) == 35
        take(consumer, 35)
        assert log.lag(group) == {TopicPartition(topic, n): 0 for n in range(PARTITIONS)}
