"""What has become of everything that was received: counts that add up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dispatcher.backlog import backlog
from dispatcher.wiring import Services
from models.codec import from_record
from models.commands import Command, Outcome, RefusalCode
from models.errors import CorrectInput
from models.lifecycle import Move
from models.moves import Register
from models.ports import EventLog, OrderReader
from models.query import OrderQuery
from models.records import StoredRecord, TopicPartition
from models.topics import COMMANDS, DEADLETTER, INTAKE, REFUSALS


@dataclass(frozen=True, slots=True)
class Summary:
    """``received`` = ``orders`` + ``duplicates`` + ``dead_letters`` + ``waiting``.

    All four count intake messages: a dead letter that came from elsewhere, a command that waits for the ledger
    and is no registration, and a registration that was refused once and mended, are none of them.
    """

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
    waiting = {command.command_id for command in _waiting_registrations(log)}
    duplicates, refused = _refused_registrations(log, store)
    unread = sum(1 for record in every_record(log, DEADLETTER) if record.headers.get("topic") == INTAKE.encode())
    facets = store.facets(OrderQuery(), ("state", "decision_mode"), now=now)
    return Summary(
        received=sum(log.end_offsets(INTAKE).values()),
        orders=store.count(OrderQuery(), now=now),
        duplicates=duplicates,
        dead_letters=unread + len(refused - waiting),
        waiting=sum(backlog(log, "dispatch", INTAKE).values()) + len(waiting),
        states=facets["state"],
        modes=facets["decision_mode"],
    )


def _refused_registrations(log: EventLog, store: OrderReader) -> tuple[int, set[str]]:
    """How many were there before, and the ids of those that could not be registered and still are not."""
    duplicates: set[str] = set()
    refused: dict[str, Outcome] = {}
    for record in every_record(log, REFUSALS):
        outcome = from_record(Outcome, record)
        if outcome.refusal is None or outcome.refusal.move is not Move.REGISTER:
            continue
        if outcome.refusal.code is RefusalCode.DUPLICATE:
            duplicates.add(outcome.command_id)
        else:
            refused[outcome.command_id] = outcome
    mended = {one for one, outcome in refused.items() if _mended(store, outcome)}
    return len(duplicates - mended), refused.keys() - duplicates - mended


def _mended(store: OrderReader, outcome: Outcome) -> bool:
    """The same registration was sent again and made the order."""
    history = store.history(outcome.order_no)
    return bool(history) and history[0].command_id == outcome.command_id


def _waiting_registrations(log: EventLog) -> Iterator[Command]:
    ends = log.end_offsets(COMMANDS)
    for partition, lag in backlog(log, "ledger", COMMANDS).items():
        offset = ends[partition] - lag
        while records := log.read(partition, offset, 2000):
            offset = records[-1].position.offset + 1
            for record in records:
                try:
                    command = from_record(Command, record)
                except CorrectInput:
                    continue
                if isinstance(command.do, Register):
                    yield command


def every_record(log: EventLog, topic: str, chunk: int = 2000) -> Iterator[StoredRecord]:
    """All retained records of a topic, partition by partition."""
    for number in range(log.topics()[topic]):
        partition, offset = TopicPartition(topic, number), 0
        while records := log.read(partition, offset, chunk):
            yield from records
            offset = records[-1].position.offset + 1
