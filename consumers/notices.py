"""Which units a fact concerns, and what each is told. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from models.department import DepartmentMessage
from models.events import Event
from models.facts import (
    Alarmed,
    Closed,
    Dispatched,
    Extended,
    Fact,
    Resumed,
    Reworked,
    Supervised,
    Urged,
)

TOLD = frozenset(
    (
        "dispatched", "recalled", "return_refused", "urged", "supervised", "sent_back", "reworked", "extended",
        "denied", "suspended", "resumed", "alarmed", "approved", "closed",
    )
)  # fmt: skip
"""The types of the facts that a unit may be told of."""
_OWN_CLOSINGS = ("reviewed", "visited")
"""How an order closes that the unit has handled itself: not with another one, and not in another system."""


def notices(event: Event) -> Iterator[DepartmentMessage]:
    """What the units are told of ``event``, each at most once.

    Nobody is told of a past that another system recorded (``at`` lies before ``recorded_at``); whether a dispatch
    of that past is news is said by its ``notify``.
    """
    fact = event.fact
    if isinstance(fact, Dispatched):
        if fact.notify:
            told: dict[str, Any] = {"dispatch_no": fact.dispatch_no, "decision_mode": fact.mode}
            told |= {"order": fact.notice, "due_at": fact.notice.due_at}
            yield _message(event, fact.unit, **told)
            for co_unit in fact.co_units:
                yield _message(event, co_unit, role="co", **told)
        return
    unit: str | None = getattr(fact, "unit", None)
    if unit is None or event.at < event.recorded_at:
        return
    if isinstance(fact, Closed) and fact.how not in _OWN_CLOSINGS:
        return
    yield _message(event, unit, **_said(fact))
    for co_unit in getattr(fact, "co_units", ()):
        yield _message(event, co_unit, role="co", **_said(fact))


def _message(event: Event, unit: str, **said: Any) -> DepartmentMessage:
    return DepartmentMessage(
        event_id=event.event_id, order_no=event.order_no, unit=unit, kind=event.fact.type, at=event.at, **said
    )


def _said(fact: Fact) -> dict[str, Any]:
    """What a message says besides that it happened."""
    match fact:
        case Urged():
            return {"reason": fact.note}
        case Supervised():
            return {"reason": fact.reason, "level": fact.level}
        case Alarmed():
            return {"alarm": fact.kind, "due_at": fact.due_at}
        case Extended():
            return {"due_at": fact.due_at}
        case Resumed():
            return {"reason": fact.reason, "due_at": fact.due_at or fact.rework_due_at}
        case Reworked():
            return {"reason": fact.reason, "due_at": fact.rework_due_at}
    return {"reason": getattr(fact, "reason", None)}
