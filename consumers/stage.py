"""What a stage is to the loop."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from models.errors import CorrectInput
from models.records import Position, Record, StoredRecord, TopicPartition


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that no retry will mend, and why."""

    record: StoredRecord
    error: CorrectInput


@dataclass(slots=True)
class Step:
    """What a batch leads to: records to append, and records for the dead letters."""

    outputs: list[Record] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


class Stage(Protocol):
    """One step of the flow. Called by one thread, in the order ``prepare``, ``handle``, ``committed``, …"""

    @property
    def name(self) -> str:
        """Also the consumer group's name."""
        ...

    @property
    def topics(self) -> tuple[str, ...]: ...

    def prepare(self, partitions: Collection[TopicPartition]) -> None:
        """These partitions are (again) this instance's: make what it knows of them current. Repeatable."""
        ...

    def handle(self, records: Sequence[StoredRecord]) -> Step:
        """Compute; nothing is visible outside yet. A record that cannot be read goes to ``rejected``.

        Raises ``RetryLater`` when an engine is needed and does not answer. The same records may come again.
        """
        ...

    def committed(self, positions: Sequence[Position]) -> None:
        """The last step's outputs are on the log, at these positions. If this raises ``RetryLater`` the loop
        calls ``prepare`` until it succeeds, before the next ``handle``."""
        ...
