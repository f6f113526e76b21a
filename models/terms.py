"""The conditions under which the ledger decides: the catalogue, and how time is counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from models.catalogue import Catalogue, Step
from models.kinds import LimitUnit, RequesterKind, Urgency
from models.parts import Limit


class WorkingTime(Protocol):
    """Working days and office hours. Pure: the same arguments always give the same moment."""

    def after(self, start: datetime, amount: float, unit: LimitUnit) -> datetime:
        """The moment ``amount`` of ``unit`` after ``start``; working days count from the day after it."""
        ...

    def paused(self, due_at: datetime, start: datetime, end: datetime, unit: LimitUnit) -> datetime:
        """When a limit that would have ended at ``due_at`` ends after a pause from ``start`` to ``end``."""
        ...

    def limit_for(
        self,
        catalogue: Catalogue,
        urgency: Urgency,
        requester_kind: RequesterKind,
        request_type: str,
        item_code: str | None,
        received_at: datetime,
    ) -> Limit:
        """The limit by the first rule of ``catalogue`` that fits."""
        ...


@dataclass(frozen=True, slots=True)
class Terms:
    """A city's conditions and its calendar."""

    catalogue: Catalogue
    calendar: WorkingTime

    def step_due(self, step: Step, urgency: Urgency, kind: RequesterKind, start: datetime) -> datetime:
        """When a step that began at ``start`` should be done."""
        rule = self.catalogue.step_rule(step, urgency, kind)
        return self.calendar.after(start, rule.value, rule.unit)

    def with_marks(self, limit: Limit, start: datetime) -> Limit:
        """The limit with its warning and its red card."""
        process = self.catalogue.process
        return limit.model_copy(
            update={
                "warn_at": self.calendar.after(start, limit.value * process.warning_share, limit.unit),
                "red_at": self.red_at(limit.due_at),
            }
        )

    def red_at(self, due_at: datetime) -> datetime:
        """When the yellow card becomes a red one."""
        return self.calendar.after(due_at, self.catalogue.process.red_after, LimitUnit.WORKING_DAY)
