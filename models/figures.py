"""What the service's figures (指标) are counted from; the definitions are those of each field."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

STAGES = ("dispatch_wait", "sign_wait", "return_loop", "handling", "suspended", "review", "visit", "rework", "idle")
"""The fields of ``models.parts.Spent``."""


@dataclass(slots=True)
class Counts:
    """Counts over the orders of one group, as seen from one moment.

    Direct answers, merged, split and rejected orders are in ``excluded`` and in nothing else. "Closed" is the first
    closing (办结), not after that moment.
    """

    orders: int = 0
    excluded: int = 0
    closed: int = 0

    due: int = 0
    """Closed, or open with the limit over."""
    on_time: int = 0
    """Of those, closed within the limit."""
    strictly_due: int = 0
    strictly_on_time: int = 0
    """The same on the limit as it was set at first, before any extension or suspension."""

    must_contact: int = 0
    """Contacted, or to be contacted by then."""
    contacted_in_time: int = 0
    visited: int = 0
    """The requester was reached and said whether it is solved."""
    solved: int = 0
    rated: int = 0
    satisfied: int = 0

    dispatched: int = 0
    dispatched_and_closed: int = 0
    first_right: int = 0
    """Dispatched, never returned, and closed by the unit that had it first."""
    never_returned: int = 0
    """Of the dispatched ones."""
    hops: int = 0
    """Dispatches in all."""
    auto: int = 0
    accepted: int = 0
    overridden: int = 0
    manual: int = 0
    """How the first dispatch was decided."""

    ended: int = 0
    """Closed for good: those whose stages are added up."""
    stage_seconds: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STAGES, 0))

    def add(self, other: Counts) -> None:
        """Take over what ``other`` counts."""
        for each in fields(self):
            if each.name != "stage_seconds":
                setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))
        for stage, seconds in other.stage_seconds.items():
            self.stage_seconds[stage] += seconds


@dataclass(frozen=True, slots=True)
class Misroute:
    """Orders that came back: first sent to ``first``, closed by ``closing``, and how long their return loops took."""

    first: str
    closing: str
    orders: int
    lost_seconds: int
