"""Questions to the order store and their answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from models.base import Instant, Value
from models.events import Event
from models.kinds import Card, RequesterKind, Satisfaction, State, Urgency
from models.order import Order

FacetField = Literal[
    "state", "unit", "street", "community", "category", "request_type", "channel", "urgency", "decision_mode", "card",
    "item_code",
]  # fmt: skip
SortField = Literal["received_at", "closed_at", "due_at", "updated_at"]
GroupField = Literal[
    "unit", "street", "community", "category", "item_code", "request_type", "channel", "requester_kind",
    "decision_mode", "received_month",
]  # fmt: skip
JournalKind = Literal["revealed", "supervised"]
"""Facts that can be read across orders: 查看个人信息 (the view log), 督办."""

_Key = Annotated[str, Field(min_length=1, max_length=128)]
_AtLeast = Annotated[int, Field(ge=0, le=10_000)]


@dataclass(frozen=True, slots=True)
class Scope:
    """The orders that a reader may know of at all: those that concern ``unit``.

    It comes from who asks and is never read from a request; that is why it is no condition of a query.
    """

    unit: str

    def shows(self, order: Order) -> bool:
        """Whether the reader may know of this order."""
        return self.unit in order.units


class Conditions(Value):
    """Which orders: every condition given must hold; several values of one condition are alternatives.

    ``text`` is found as a substring of the title, content, address or reply, whatever the case and width of Latin
    letters, each run of white space counting as one space; phone and identity-card numbers in these texts are not
    found. Four or more letters and digits are also found in the order number. ``unit`` is the unit that has
    the order or, once closed, closed it. ``overdue``: the limit, as it stands, ended before the reply was approved
    or, while that has not happened and the order is somebody's work, before now. ``has_request``: the unit asked for
    that, and nobody has decided yet. ``supervised``: 督办 on any level. ``satisfaction`` is that of the last visit.
    ``phone_hash`` finds the orders of one requester (one of ``requester.phone_hashes``), ``merged_into`` the
    followers of an order, ``parent_order_no`` its parts.
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
    item_code: tuple[str, ...] = ()
    requester_kind: tuple[RequesterKind, ...] = ()
    satisfaction: tuple[Satisfaction, ...] = ()
    card: tuple[Card, ...] = ()
    has_request: tuple[Literal["extension", "suspension"], ...] = ()
    supervised: bool | None = None
    overdue: bool | None = None
    min_returns: _AtLeast | None = None
    min_urges: _AtLeast | None = None
    phone_hash: Annotated[tuple[_Key, ...], Field(max_length=50)] = ()
    merged_into: _Key | None = None
    parent_order_no: _Key | None = None


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
class FactPage:
    """Facts, newest first; ``cursor`` leads to the next page, None on the last."""

    events: list[Event]
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
