"""One member alone: ``models.ports.Consumer`` sentence by sentence."""

from __future__ import annotations

import threading
import time

import pytest

from models.errors import CorrectInput
from models.ports import EventLog
from models.records import Position, Record, TopicPartition, TopicSpec
from tests.contracts.event_log_fixtures import EventLogFixtures
from tests.contracts.event_log_steps import (
    PARTITIONS,
    PATIENCE_S,
    poll_records,
    read_all,
    records,
    settle,
    take,
    values,
)


class ConsumerContract(EventLogFixtures):
    """Poll, commit, rewind, close."""

    def test_a_new_group_starts_at_the_first_record_and_is_assigned_everything_first(
        self, log: EventLog, topic: str, group: str
    ) -> None:
        log.append(records(topic, 20))
        consumer = log.subscribe(group, [topic])
        assigned: set[TopicPartition] = set()
        deadline = time.monotonic() + PATIENCE_S
        while not (batch := consumer.poll(500, 1.0)).records and time.monotonic() < deadline:
            assigned |= batch.assigned
        assert assigned == {TopicPartition(topic, n) for n in range(PARTITIONS)}
        assert not batch.assigned and not batch.revoked
        consumer.rewind()
        assert sorted(values(take(consumer, 20))) == list(range(20))

    def test_poll_keeps_the_order_of_each_partition(self, log: EventLog, topic: str, group: str) -> None:
        log.append(records(topic, 400))
        found = take(log.subscribe(group, [topic]), 400, max_records=37)
        for number in range(PARTITIONS):
            offsets = [record.position.offset for record in found if record.position.partition == number]
            assert offsets == list(range(len(offsets)))
        for key in {record.key for record in found}:
            mine = values(record for record in found if record.key == key)
            assert mine == sorted(mine)

    def test_poll_brings_at_most_so_many(self, log: EventLog, topic: str, group: str) -> None:
        log.append(records(topic, 100))
        consumer = log.subscribe(group, [topic])
        sizes: list[int] = []
        while sum(sizes) < 100:
            sizes.append(len(poll_records(consumer, 7)))
            consumer.commit([])
        assert max(sizes) <= 7

    def test_a_backlog_on_one_partition_starves_no_other(self, log: EventLog, topic: str, group: str) -> None:
        [big, *_] = log.append([Record(topic, "big", b"0")] * 3000)
        keys = [f"k{n}" for n in range(40)]
        small = log.append([Record(topic, key, b"1") for key in keys])
        others = {position for position in small if position.partition != big.partition}
        consumer = log.subscribe(group, [topic])
        seen: set[Position] = set()
        polls = 0
        while not others <= seen and polls < 60:
            polls += 1
            seen |= {record.position for record in poll_records(consumer, 50)}
            consumer.commit([])
        assert others <= seen
        assert len(seen) < 3000

    def test_few_at_a_time_starve_no_partition(self, log: EventLog, topic: str, group: str) -> None:
        log.append(records(topic, 200))
        consumer = log.subscribe(group, [topic])
        first = [record for _ in range(2 * PARTITIONS) for record in take(consumer, 1, max_records=1)]
        assert {record.position.partition for record in first} == set(range(PARTITIONS))

    def test_poll_waits_for_the_first_record_and_returns_at_once(self, log: EventLog, topic: str, group: str) -> None:
        consumer = log.subscribe(group, [topic])
        settle([consumer])
        timer = threading.Timer(0.3, lambda: log.append(records(topic, 1)))
        timer.start()
        started = time.monotonic()
        found = poll_records(consumer)
        took = time.monotonic() - started
        timer.join()
        assert values(found) == [0]
        assert 0.25 < took < 5

    def test_poll_returns_empty_after_its_timeout(self, log: EventLog, topic: str, group: str) -> None:
        consumer = log.subscribe(group, [topic])
        settle([consumer])
        started, used = time.monotonic(), time.thread_time()
        assert consumer.poll(10, 0.6).records == []
        assert 0.5 < time.monotonic() - started < 5
        assert time.thread_time() - used < 0.2, "it waits without spinning"

    def test_a_poll_with_uncommitted_records_is_refused(self, log: EventLog, topic: str, group: str) -> None:
        log.append(records(topic, 3))
        consumer = log.subscribe(group, [topic])
        assert poll_records(consumer)
        with pytest.raises(RuntimeError, match="commit or rewind"):
            consumer.poll(1, 0)

    def test_rewind_brings_the_same_again(self, log: EventLog, topic: str, group: str) -> None:
        log.append(records(topic, 30))
        consumer = log.subscribe(group, [topic])
        done = poll_records(consumer, 10)
        consumer.commit([])
        seen = poll_records(consumer, 500)
        while len(seen) < 20:
            consumer.rewind()
            seen = poll_records(consumer, 500)
        consumer.rewind()
        again = take(consumer, 20)
        assert sorted(values(again)) == sorted(values(seen)) == sorted(set(range(30)) - set(values(done)))

    def test_commit_appends_outputs_and_marks_inputs_done(self, log: EventLog, topic: str, group: str) -> None:
        log.create_topics([TopicSpec(f"{topic}.out", 2)])
        log.append(records(topic, 10))
        consumer = log.subscribe(group, [topic])
        copied = 0
        while copied < 10:
            found = poll_records(consumer)
            outputs = [Record(f"{topic}.out", record.key, record.value, {"from": b"x"}) for record in found]
            positions = consumer.commit(outputs)
            assert [position.topic for position in positions] == [f"{topic}.out"] * len(found)
            for output, position in zip(outputs, positions, strict=True):
                [stored] = log.read(TopicPartition(position.topic, position.partition), position.offset, 1)
                assert (stored.key, stored.value) == (output.key, output.value)
            copied += len(found)
        assert sorted(values(read_all(log, f"{topic}.out"))) == list(range(10))
        assert sum(log.lag(group).values()) == 0
        consumer.close()
        assert poll_records(log.subscribe(group, [topic]), patience=1) == []

    def test_a_refused_commit_writes_nothing_and_can_be_done_again(self, log: EventLog, topic: str, group: str) -> None:
        log.append([Record(topic, "k", b"1"), Record(topic, "k", b"2")])
        consumer = log.subscribe(group, [topic])
        assert len(poll_records(consumer)) == 2
        with pytest.raises(CorrectInput, match=f"{topic}[.]missing"):
            consumer.commit([Record(topic, "out", b"3"), Record(f"{topic}.missing", "k", b"")])
        assert len(read_all(log, topic)) == 2
        assert sum(log.lag(group).values()) == 2
        consumer.commit([])
        assert sum(log.lag(group).values()) == 0

    def test_commit_without_inputs_appends(self, log: EventLog, topic: str, group: str) -> None:
        consumer = log.subscribe(group, [topic])
        assert consumer.commit([]) == []
        [position] = consumer.commit([Record(topic, "k", b"7")])
        assert position.offset == 0
        assert values(take(consumer, 1)) == [7]

    def test_groups_are_independent(self, log: EventLog, topic: str, group: str) -> None:
        log.append(records(topic, 10))
        one, two = log.subscribe(group, [topic]), log.subscribe(f"{group}.b", [topic])
        assert sorted(values(take(one, 10))) == sorted(values(take(two, 10))) == list(range(10))

    def test_several_topics_in_one_group(self, log: EventLog, topic: str, group: str) -> None:
        log.create_topics([TopicSpec(f"{topic}.b", 1)])
        log.append([*records(topic, 10), *records(f"{topic}.b", 5, start=10)])
        consumer = log.subscribe(group, [topic, f"{topic}.b"])
        assert sorted(values(take(consumer, 15))) == list(range(15))
