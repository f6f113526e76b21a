"""Facts about an order; they are only ever appended, and every figure is computed from them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from models.base import Instant, Value
from models.commands import Actor
from models.order import DecisionMode, HandedIn, Limit, ReturnReason, Routing, Urgency


class Received(HandedIn):
    """The order came in, with all that the requester said."""

    type: Literal["received"] = "received"
    limit: Limit


class Routed(Value):
    """The router gave its suggestions and its decision: the receipt."""

    type: Literal["routed"] = "routed"
    routing: Routing


class Accepted(Value):
    """The order was taken in."""

    type: Literal["accepted"] = "accepted"


class Notice(Value):
    """What a unit is told of an order: need-to-know only, never the requester."""

    channel: str
    request_type: str
    urgency: Urgency
    title: str
    content: str
    street: str | None = None
    community: str | None = None
    address_text: str | None = None
    category: str | None = None
    item_code: str | None = None
    received_at: Instant
    due_at: Instant | None = None
    is_demo: bool = False


class Dispatched(Value):
    """The order was sent to a unit. The notice is kept as it was sent, so that delivery needs no second source.

    ``notify`` is False for a dispatch of the past that another system had already brought to an end.
    """

    type: Literal["dispatched"] = "dispatched"
    unit: str
    mode: DecisionMode
    override_reason: str | None = None
    dispatch_no: int
    notify: bool = True
    notice: Notice


class Signed(Value):
    """The unit took the order on."""

    type: Literal["signed"] = "signed"


class Returned(Value):
    """The unit sent the order back."""

    type: Literal["returned"] = "returned"
    unit: str
    reason: ReturnReason
    basis: str | None = None


class Closed(Value):
    """The matter was handled or answered; ``how`` is ``handled``, ``direct`` or ``recorded``."""

    type: Literal["closed"] = "closed"
    how: Literal["handled", "direct", "recorded"]
    unit: str | None = None
    reply_public: str | None = None


Fact = Annotated[Received | Routed | Accepted | Dispatched | Signed | Returned | Closed, Field(discriminator="type")]


class Event(Value):
    """A fact with its envelope.

    ``seq`` counts from 1 without a gap per order; ``at`` is when it happened, ``recorded_at`` when the
    ledger wrote it (they differ for orders with a past in another system). ``event_id`` follows from the
    command and the place among its events, so writing the same command again gives the same ids.
    """

    event_id: str
    order_no: str
    seq: int
    at: Instant
    recorded_at: Instant
    actor: Actor
    command_id: str
    fact: Fact
