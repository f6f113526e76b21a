"""What a unit's own systems are told: the published form of a dispatch."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from models.base import Instant
from models.facts import Notice
from models.kinds import AlarmKind, DecisionMode


class DepartmentMessage(BaseModel):
    """What a unit's own systems read; ``event_id`` with ``unit`` tells a message that is read twice.

    ``kind`` is the type of the fact: ``dispatched`` carries the order, the others (``recalled``, ``return_refused``,
    ``urged``, ``supervised``, ``sent_back``, ``reworked``, ``extended``, ``denied``, ``suspended``, ``resumed``,
    ``alarmed``, ``approved``, ``closed``) tell what became of it.
    """

    event_id: str
    order_no: str
    unit: str
    role: Literal["lead", "co"] = "lead"
    """主办 or 协办."""
    kind: str
    at: Instant
    dispatch_no: int | None = None
    decision_mode: DecisionMode | None = None
    reason: str | None = None
    due_at: Instant | None = None
    """The limit that counts from now on, or that an alarm tells of."""
    alarm: AlarmKind | None = None
    level: int | None = None
    """Of a supervision."""
    order: Notice | None = None
