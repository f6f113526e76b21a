"""What has become of everything that was received: counts that add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from dispatcher.wiring import Services
from models.codec import from_record
from models.commands import Outcome, RefusalCode
from models.lifecycle import Move
from models.ports import EventLog
from models.query import OrderQuery
from models.records import StoredRecord, TopicPartition
from models.topics import DEADLETTER, INTAKE, REFUSALS


@dataclass(frozen=True, slots=True)
class Summary:
    """``received`` = ``orders`` + ``duplicates`` + ``dead_letters`` + ``waiting``."""

    received: int
    orders: int
    duplicates: int
    dead_letters: int
    waiting: int
    states: dict[str, int]
    modes: dict[str, int]

    @property
    def adds_up(self) -> bool:
        return self.received == self.orders + self.duplicates + self.dead_letters + self.waiting


def summarise(services: Services) -> Summary:
    """Count on the log and in the store. While the stages work the figures are of slightly different moments."""
    log, store, now = services.log, services.store, services.clock.now()
    duplicates = Counter(
        outcome.refusal.code
        for record in every_record(log, REFUSALS)
        if (outcome := from_record(Outcome, record)).refusal is not None and outcome.refusal.move is Move.REGISTER
    )[RefusalCode.DUPLICATE]
    letters = sum(
        1 for record in every_record(log, DEADLETTER) if record.headers.get("stage") in (b"dispatch", b"ledger")
    )
    facets = store.facets(OrderQuery(), ("state", "decision_mode"), now=now)
    return Summary(
        received=sum(log.end_offsets(INTAKE).values()),
        orders=store.count(OrderQuery(), now=now),
        duplicates=duplicates,
        dead_letters=letters,
        waiting=sum(log.lag("dispatch").values()) + sum(log.lag("ledger").values()),
        states=facets["state"],
        modes=facets["decision_mode"],
    )


def every_record(log: EventLog, topic: str, chunk: int = 2000) -> Iterator[StoredRecord]:
    """All retained records of a topic, partition by partition."""
    for number in range(log.topics()[topic]):
        partition, offset = TopicPartition(topic, number), 0
        while records := log.read(partition, offset, chunk):
            yield from records
            offset = records[-1].position.offset + 1
