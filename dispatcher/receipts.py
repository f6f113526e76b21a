"""决定凭据: why an order went where it went, each dispatch with what it was decided on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel

from models.events import Event
from models.facts import Dispatched, Routed
from models.kinds import DecisionMode
from models.parts import Suggestion


class Receipt(BaseModel):
    """One decision: what was suggested on which model, list and threshold, and what was decided by whom."""

    dispatch_no: int
    decided_at: datetime
    decided_by: str
    role: str
    mode: DecisionMode
    unit: str
    co_units: tuple[str, ...] = ()
    override_reason: str | None = None
    by_ruling: bool = False
    basis: str | None = None

    rule: str | None = None
    """The router's rule that decided, or kept the order for a person."""
    reason: str | None = None
    threshold: float | None = None
    model_version: str | None = None
    list_version: str | None = None
    suggestions: tuple[Suggestion, ...] = ()
    probability: float | None = None
    """Of the unit that was decided on; None where it was not among the suggestions."""


def receipts(events: Sequence[Event]) -> list[Receipt]:
    """The decisions of an order's history, in their order."""
    found: list[Receipt] = []
    routing = None
    for event in events:
        if isinstance(event.fact, Routed):
            routing = event.fact.routing
        if not isinstance(event.fact, Dispatched):
            continue
        fact = event.fact
        known = (
            routing.model_dump(include={"rule", "reason", "threshold", "model_version", "list_version"})
            if routing
            else {}
        )
        suggestions = routing.suggestions if routing else ()
        found.append(
            Receipt(
                dispatch_no=fact.dispatch_no,
                decided_at=event.at,
                decided_by=event.actor.id,
                role=event.actor.role,
                mode=fact.mode,
                unit=fact.unit,
                co_units=fact.co_units,
                override_reason=fact.override_reason,
                by_ruling=fact.by_ruling,
                basis=fact.basis,
                suggestions=suggestions,
                probability=next((one.probability for one in suggestions if one.unit == fact.unit), None),
                **known,
            )
        )
    return found
