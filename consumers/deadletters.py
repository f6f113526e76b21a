"""Where unreadable records go: the original bytes, sealed, where they came from, and why."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from consumers.stage import Rejected
from dispatcher.vault.raw import open_record, seal_record
from dispatcher.vault.vault import Vault
from models.errors import CorrectInput, Problem
from models.records import Record, StoredRecord
from models.topics import DEADLETTER

_ORIGINAL = "original."


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record that a stage could not read, as it is kept."""

    offset: int
    at: datetime
    stage: str
    source: str
    topic: str
    problems: tuple[Problem, ...]
    original: Record
    """Sealed, as it is kept."""

    def opened(self, vault: Vault) -> Record:
        """The record as it was, byte for byte. Raises ``BrokenSeal``."""
        return open_record(vault, self.original)


def letter(stage: str, rejected: Rejected, vault: Vault) -> Record:
    """The dead letter of a record. Its value is the original's, byte for byte, sealed: nobody knows whose it may be."""
    found = rejected.record
    record = seal_record(vault, Record(found.position.topic, found.key, found.value, found.headers))
    reasons = [{"field": problem.field, "reason": problem.reason} for problem in rejected.error.problems]
    headers = {
        "stage": stage.encode(),
        "source": str(found.position).encode(),
        "topic": record.topic.encode(),
        "problems": json.dumps(reasons, ensure_ascii=False).encode(),
    }
    headers |= {f"{_ORIGINAL}{name}": value for name, value in record.headers.items()}
    return Record(DEADLETTER, record.key, record.value, headers)


def read_letter(record: StoredRecord) -> DeadLetter:
    """A dead letter as it was kept. Raises ``CorrectInput`` for a record that is none."""
    try:
        headers = {name: value for name, value in record.headers.items() if not name.startswith(_ORIGINAL)}
        topic = headers["topic"].decode()
        problems = tuple(Problem(item["field"], item["reason"]) for item in json.loads(headers["problems"]))
        original = {
            name.removeprefix(_ORIGINAL): value for name, value in record.headers.items() if name not in headers
        }
        return DeadLetter(
            record.position.offset,
            record.timestamp,
            headers["stage"].decode(),
            headers["source"].decode(),
            topic,
            problems,
            Record(topic, record.key, record.value, original),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise CorrectInput.one("headers", f"no dead letter: {error}") from error


class Budget:
    """How many records in a row may be unreadable before going on would empty a topic into the dead letters."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._run = 0

    def after(self, records: list[StoredRecord], rejected: list[Rejected]) -> int:
        """The longest run of failures, those before this batch included; does not count the batch yet."""
        return max(self._runs(records, rejected), default=self._run)

    def count(self, records: list[StoredRecord], rejected: list[Rejected]) -> None:
        """The batch is committed: remember how it ended."""
        self._run = self._runs(records, rejected)[-1] if records else self._run

    def _runs(self, records: list[StoredRecord], rejected: list[Rejected]) -> list[int]:
        bad = {item.record.position for item in rejected}
        run, runs = self._run, []
        for record in records:
            run = run + 1 if record.position in bad else 0
            runs.append(run)
        return runs
