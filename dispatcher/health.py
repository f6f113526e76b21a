"""How each part of this process is doing, in one sentence each."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Condition(StrEnum):
    """``waiting``: an engine does not answer, work goes on by itself later; ``stopped``: a person is needed."""

    STARTING = "starting"
    RUNNING = "running"
    WAITING = "waiting"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Report:
    """The condition of one part since a moment, and why."""

    condition: Condition
    sentence: str
    since: datetime


class Health:
    """The reports of all parts; written by the stages, read by ``/readyz``."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reports: dict[str, Report] = {}

    def tell(self, part: str, condition: Condition, sentence: str, at: datetime) -> bool:
        """Keep the report; True when it changes what was known, so that it is worth a line in the log."""
        with self._lock:
            known = self._reports.get(part)
            if known is not None and (known.condition, known.sentence) == (condition, sentence):
                return False
            self._reports[part] = Report(condition, sentence, at)
            return True

    def reports(self) -> dict[str, Report]:
        with self._lock:
            return dict(self._reports)

    def ready(self) -> bool:
        """All parts that told something are running."""
        return all(report.condition is Condition.RUNNING for report in self.reports().values())
