"""Questions to the order store and their answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from models.base import Instant, Value
from models.kinds import State, Urgency
from models.order import Order

FacetField = Literal[
    "state", "unit", "street", "community", "category", "request_type", "channel", "urgency", "decision_mode"
]
SortField = Literal["received_at", "closed_at", "due_at", "updated_at"]
GroupField = Literal[
    "unit", "street", "community", "category", "item_code", "request_type", "channel", "requester_kind",
    "decision_mode", "received_month",
]  # fmt: skip


class Conditions(Value):
    """Which orders: every condition given must hold; several values of one condition are alternatives.

    ``text`` is found as a substring of the title, content, address or reply, whatever the case and width of Latin
    letters, each run of white space counting as one space; phone and identity-card numbers in these texts are not
    found. Four or more letters and digits are also found in the order number. ``unit`` is the unit that has
    the order or, once closed, closed it. ``overdue``: the limit ended before now (open orders) or before the
    closing.
    """

    text: Annotated[str, Field(max_length=200)] | None = None
    state: tuple[State, ...] = ()
    unit: tuple[str, ...] = ()
    street: tuple[str, ...] = ()
    community: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    request_type: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    urgency: tuple[Urgency, ...] = ()
    decision_mode: tuple[str, ...] = ()
    source_system: tuple[str, ...] = ()
    overdue: bool | None = None


class OrderQuery(Conditions):
    """The conditions, and ranges of time: they include their start and exclude their end."""

    received_from: Instant | None = None
    received_to: Instant | None = None
    closed_from: Instant | None = None
    closed_to: Instant | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Orders in the order asked for; ``cursor`` leads to the next page, None on the last."""

    orders: list[Order]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class IntervalCount:
    """``count`` orders of ``group`` with these times; ``closed_at`` None while open."""

    group: str
    received_at: datetime
    closed_at: datetime | None
    count: int


@dataclass(frozen=True, slots=True)
class Intervals:
    """Times of orders for closure statistics, and how many were left out and why."""

    rows: list[IntervalCount]
    excluded: dict[str, int]
