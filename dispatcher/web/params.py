"""A query in the address of a request, beside what the route itself asks for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from models.base import Instant, Value
from models.kinds import Card, RequesterKind, Satisfaction, State, Urgency
from models.query import OrderQuery

_Number = Annotated[str, Field(min_length=1, max_length=128)]
_AtLeast = Annotated[int, Field(ge=0, le=10_000)]


class QueryParams(Value):
    """Base of a route's parameters: the conditions that somebody may set, then the route's own.

    Several values of one condition are alternatives. Ranges of time include their start and exclude their end.
    What a requester is found by is no parameter: it would stand in addresses.
    """

    text: (
        Annotated[str, Field(max_length=200, description="标题、内容、地址、答复中的文字，或工单编号的一部分")] | None
    ) = None
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
    merged_into: _Number | None = None
    parent_order_no: _Number | None = None
    received_from: Instant | None = None
    received_to: Instant | None = None
    closed_from: Instant | None = None
    closed_to: Instant | None = None

    def query(self) -> OrderQuery:
        """The query alone."""
        return OrderQuery.model_construct(**{name: getattr(self, name) for name in QueryParams.model_fields})
