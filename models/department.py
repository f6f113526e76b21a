"""What a unit's own systems are told: the published form of a dispatch."""

from __future__ import annotations

from pydantic import BaseModel

from models.base import Instant
from models.events import Notice
from models.order import DecisionMode


class DepartmentMessage(BaseModel):
    """What a unit's own systems read; ``event_id`` tells a message that is read twice."""

    event_id: str
    order_no: str
    unit: str
    dispatch_no: int
    dispatched_at: Instant
    decision_mode: DecisionMode
    order: Notice
