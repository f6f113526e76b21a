"""Topics, appending and reading: ``models.ports.EventLog`` sentence by sentence."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from models.errors import CorrectInput
from models.ports import EventLog
from models.records import Record, TopicPartition, TopicSpec
from tests.contracts.event_log_fixtures import EventLogFixtures
from tests.contracts.event_log_steps import (
    PARTITIONS,
    read_all,
    records,
    values,
)


class RecordsContract(EventLogFixtures):
    """Outside any group."""

    def test_creating_topics_is_idempotent_and_keeps_partitions(self, log: EventLog, name: str) -> None:
        log.create_topics([TopicSpec(name, 3), TopicSpec(f"{name}.b", 1)])
        log.append(records(name, 10))
        log.create_topics([TopicSpec(name, 5), TopicSpec(f"{name}.c", 2)])
        found = log.topics()
        assert [found[name], found[f"{name}.b"], found[f"{name}.c"]] == [3, 1, 2]
        assert len(read_all(log, name)) == 10

    def test_another_client_sees_topics_and_records(
        self, log: EventLog, another_log: Callable[[], EventLog], name: str
    ) -> None:
        other = another_log()
        log.create_topics([TopicSpec(name, 3)])
        positions = log.append(records(name, 5))
        assert other.topics()[name] == 3
        assert {record.position for record in read_all(other, name)} == set(positions)

    def test_a_topic_without_partitions_is_refused(self, log: EventLog, name: str) -> None:
        with pytest.raises(CorrectInput, match=name):
            log.create_topics([TopicSpec(name, 0)])
        assert name not in log.topics()

    def test_records_come_back_as_they_were(self, log: EventLog, topic: str) -> None:
        before = datetime.now(UTC) - timedelta(milliseconds=2)
        headers = {"schema": b"1", "原因": bytes(range(256))}
        sent = [
            Record(topic, "工单一", "深圳市光明区".encode(), headers),
            Record(topic, "", b""),
            Record(topic, "k", bytes(range(256)) * 200),
        ]
        positions = log.append(sent)
        after = datetime.now(UTC) + timedelta(milliseconds=2)
        for record, position in zip(sent, positions, strict=True):
            [found] = log.read(TopicPartition(position.topic, position.partition), position.offset, 1)
            assert found.position == position
            assert (found.key, found.value, dict(found.headers)) == (record.key, record.value, dict(record.headers))
            assert before <= found.timestamp <= after
            assert found.timestamp.tzinfo is not None

    def test_the_partition_is_that_of_kafkas_partitioner(self, log: EventLog, topic: str) -> None:
        # murmur2 of these keys, from Kafka's own tests: -973932308, -790332482, -985981536, -1486304829
        keys = ["21", "foobar", "a-little-bit-long-string", "a-little-bit-longer-string"]
        positions = log.append([Record(topic, key, b"") for key in keys])
        hashes = [-973932308, -790332482, -985981536, -1486304829]
        assert [position.partition for position in positions] == [(h & 0x7FFFFFFF) % PARTITIONS for h in hashes]

    def test_positions_are_in_order_and_offsets_without_gaps(self, log: EventLog, topic: str) -> None:
        sent = records(topic, 300)
        positions = log.append(sent[:1]) + log.append(sent[1:200]) + log.append(sent[200:])
        found = {record.position: record for record in read_all(log, topic)}
        assert [found[position].value for position in positions] == [record.value for record in sent]
        for partition, end in log.end_offsets(topic).items():
            mine = [position.offset for position in positions if position.partition == partition.partition]
            assert mine == list(range(end))

    def test_several_topics_in_one_append(self, log: EventLog, topic: str) -> None:
        log.create_topics([TopicSpec(f"{topic}.b", 1)])
        positions = log.append([Record(topic, "a", b"1"), Record(f"{topic}.b", "a", b"2"), Record(topic, "a", b"3")])
        assert [(position.topic, position.offset) for position in positions] == [
            (topic, 0),
            (f"{topic}.b", 0),
            (topic, 1),
        ]

    def test_append_is_all_or_nothing(self, log: EventLog, topic: str) -> None:
        with pytest.raises(CorrectInput, match=f"{topic}[.]missing"):
            log.append([*records(topic, 5), Record(f"{topic}.missing", "a", b"")])
        assert read_all(log, topic) == []
        assert f"{topic}.missing" not in log.topics()

    def test_nothing_to_append(self, log: EventLog) -> None:
        assert log.append([]) == []

    def test_unknown_names_are_named(self, log: EventLog, topic: str, group: str) -> None:
        missing = f"{topic}.missing"
        for call in (
            lambda: log.end_offsets(missing),
            lambda: log.read(TopicPartition(missing, 0), 0, 1),
            lambda: log.read(TopicPartition(topic, PARTITIONS), 0, 1),
            lambda: log.subscribe(group, [topic, missing]),
        ):
            with pytest.raises(CorrectInput, match=topic):
                call()

    def test_read_is_limited_and_empty_at_the_end(self, log: EventLog, topic: str) -> None:
        [first, *_] = log.append([Record(topic, "k", str(n).encode()) for n in range(10)])
        partition = TopicPartition(first.topic, first.partition)
        assert values(log.read(partition, 0, 4)) == [0, 1, 2, 3]
        assert values(log.read(partition, 7, 100)) == [7, 8, 9]
        assert log.read(partition, 10, 100) == []
        assert log.read(partition, 10_000, 100) == []

    def test_end_offsets_name_every_partition(self, log: EventLog, topic: str) -> None:
        assert log.end_offsets(topic) == {TopicPartition(topic, n): 0 for n in range(PARTITIONS)}
        positions = log.append(records(topic, 100))
        counts = Counter(position.partition for position in positions)
        assert log.end_offsets(topic) == {TopicPartition(topic, n): counts[n] for n in range(PARTITIONS)}

    def test_threads_append_at_once(self, log: EventLog, topic: str) -> None:
        def produce(worker: int) -> None:
            for n in range(20):
                log.append([Record(topic, f"{worker}", str(worker * 1000 + n * 10 + m).encode()) for m in range(10)])

        workers = [threading.Thread(target=produce, args=(worker,)) for worker in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        found = read_all(log, topic)
        assert sorted(values(found)) == sorted(w * 1000 + n for w in range(4) for n in range(200))
        for key in map(str, range(4)):
            mine = values(record for record in found if record.key == key)
            assert mine == sorted(mine)
