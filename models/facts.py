"""What can happen to an order.

A fact holds what the ledger worked out (moments from the calendar, the units that it concerns), so that ``apply``
and the stages that read facts need no second source.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from models.base import Instant, Value
from models.kinds import AlarmKind, DecisionMode, RejectReason, ReturnReason, Urgency
from models.moves import SplitPart
from models.order import HandedIn
from models.parts import Limit, Routing, Visit


class Received(HandedIn):
    """The order came in, with all that the requester said."""

    type: Literal["received"] = "received"
    limit: Limit
    dispatch_due_at: Instant | None = None


class Routed(Value):
    """The router gave its suggestions and its decision: the receipt."""

    type: Literal["routed"] = "routed"
    routing: Routing


class Accepted(Value):
    """The order was taken in."""

    type: Literal["accepted"] = "accepted"


class Rejected(Value):
    """It was not taken in."""

    type: Literal["rejected"] = "rejected"
    reason: RejectReason
    basis: str
    reply_public: str | None = None
    followers: tuple[str, ...] = ()
    """Orders that end with this one."""
    parent: str | None = None
    """The order that this one is a part of."""


class Reconsidered(Value):
    """It was taken in after all."""

    type: Literal["reconsidered"] = "reconsidered"
    reason: str
    dispatch_due_at: Instant | None = None


class Amended(Value):
    """What is known of it was corrected; None: as before.

    A new street without a community means that the community is not known. ``limit`` where another one counts now.
    """

    type: Literal["amended"] = "amended"
    reason: str
    content: str | None = None
    request_type: str | None = None
    urgency: Urgency | None = None
    street: str | None = None
    community: str | None = None
    address_text: str | None = None
    category: str | None = None
    item_code: str | None = None
    limit: Limit | None = None
    dispatch_due_at: Instant | None = None


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
    co_units: tuple[str, ...] = ()
    mode: DecisionMode
    override_reason: str | None = None
    dispatch_no: int
    by_ruling: bool = False
    """裁决: no return is possible."""
    basis: str | None = None
    is_fallback: bool = False
    sign_due_at: Instant | None = None
    contact_due_at: Instant | None = None
    return_until: Instant | None = None
    notify: bool = True
    notice: Notice


class Recalled(Value):
    """The hotline took the dispatch back."""

    type: Literal["recalled"] = "recalled"
    unit: str
    co_units: tuple[str, ...] = ()
    reason: str
    dispatch_due_at: Instant | None = None


class Referred(Value):
    """It waits for a ruling on who is responsible."""

    type: Literal["referred"] = "referred"
    reason: str


class Signed(Value):
    """The unit took the order on."""

    type: Literal["signed"] = "signed"


class Returned(Value):
    """The unit sent the order back."""

    type: Literal["returned"] = "returned"
    unit: str
    reason: ReturnReason
    basis: str | None = None
    dispatch_due_at: Instant | None = None


class ReturnRefused(Value):
    """The unit keeps it."""

    type: Literal["return_refused"] = "return_refused"
    unit: str
    reason: str
    sign_due_at: Instant | None = None
    contact_due_at: Instant | None = None


class Transferred(Value):
    """Inside the unit it went to a section or a person."""

    type: Literal["transferred"] = "transferred"
    section: str | None = None
    handler: str | None = None
    note: str | None = None


class Contacted(Value):
    """The unit spoke with the requester, or tried to."""

    type: Literal["contacted"] = "contacted"
    reached: bool
    note: str | None = None


class Requested(Value):
    """The unit asks for more time (延期), or to put the order aside (挂账)."""

    type: Literal["requested"] = "requested"
    kind: Literal["extension", "suspension"]
    reason: str
    days: int | None = None


class Extended(Value):
    """The limit ends later."""

    type: Literal["extended"] = "extended"
    unit: str | None = None
    days: int
    due_at: Instant
    warn_at: Instant | None = None
    red_at: Instant | None = None


class Denied(Value):
    """What the unit asked for is not granted."""

    type: Literal["denied"] = "denied"
    unit: str | None = None
    kind: Literal["extension", "suspension"]
    reason: str


class Suspended(Value):
    """It is put aside."""

    type: Literal["suspended"] = "suspended"
    unit: str | None = None
    reason: str


class Resumed(Value):
    """It is taken up again; the limit ends as much later."""

    type: Literal["resumed"] = "resumed"
    unit: str | None = None
    reason: str | None = None
    due_at: Instant | None = None
    warn_at: Instant | None = None
    red_at: Instant | None = None
    rework_due_at: Instant | None = None


class CoReplied(Value):
    """A co-handling unit has done its part."""

    type: Literal["co_replied"] = "co_replied"
    unit: str
    reply_internal: str


class Replied(Value):
    """The unit has handled the matter."""

    type: Literal["replied"] = "replied"
    unit: str | None = None
    reply_public: str | None = None
    reply_internal: str | None = None
    is_true: bool | None = None
    is_solved: bool | None = None


class SentBack(Value):
    """The reply does not do."""

    type: Literal["sent_back"] = "sent_back"
    unit: str | None = None
    reason: str


class Approved(Value):
    """The reply does: handled, as far as the unit is concerned.

    ``recorded``: by another system's archive, which may have skipped the steps before.
    """

    type: Literal["approved"] = "approved"
    unit: str | None = None
    recorded: bool = False
    reply_public: str | None = None
    """Where it comes with the approval."""


class Visited(Value):
    """The requester was called. What follows from it is a fact of its own."""

    type: Literal["visited"] = "visited"
    visit: Visit


class Reworked(Value):
    """The unit has to do it again: after a visit, or because the requester complains (``reopened``)."""

    type: Literal["reworked"] = "reworked"
    unit: str
    cause: Literal["visit", "reopened"]
    reason: str | None = None
    rework_due_at: Instant | None = None


class Closed(Value):
    """The matter was handled or answered.

    ``how``: ``reviewed`` (the reply was approved, nobody called), ``visited``, ``direct`` (the hotline answered),
    ``recorded`` (by another system's archive), ``followed`` (with the order it was merged into), ``parts`` (with the
    last of the orders it was split into).
    """

    type: Literal["closed"] = "closed"
    how: Literal["reviewed", "visited", "direct", "recorded", "followed", "parts"]
    unit: str | None = None
    reply_public: str | None = None
    reopen_until: Instant | None = None
    followers: tuple[str, ...] = ()
    """Orders that end with this one."""
    parent: str | None = None
    """The order that this one is a part of."""


class Archived(Value):
    """Nothing follows any more."""

    type: Literal["archived"] = "archived"


class Merged(Value):
    """It follows another order."""

    type: Literal["merged"] = "merged"
    into: str


class Unmerged(Value):
    """It goes its own way again."""

    type: Literal["unmerged"] = "unmerged"
    left: str
    reason: str
    dispatch_due_at: Instant | None = None


class Adopted(Value):
    """Another order follows this one, or (``leaves``) does so no longer.

    ``ended`` with what a late follower has to know of an order that is closed already.
    """

    type: Literal["adopted"] = "adopted"
    follower: str
    leaves: bool = False
    ended: bool = False
    unit: str | None = None
    reply_public: str | None = None


class WasSplit(Value):
    """Each of its matters is an order of its own; ``children`` are their numbers."""

    type: Literal["split"] = "split"
    parts: tuple[SplitPart, ...]
    children: tuple[str, ...]


class ChildDone(Value):
    """One of its parts has ended."""

    type: Literal["child_done"] = "child_done"
    child: str


class Urged(Value):
    """The requester asks again."""

    type: Literal["urged"] = "urged"
    unit: str | None = None
    note: str | None = None


class Supervised(Value):
    """It is watched from above."""

    type: Literal["supervised"] = "supervised"
    unit: str | None = None
    level: int
    reason: str


class Revealed(Value):
    """Somebody has seen the personal data: an entry of the view log."""

    type: Literal["revealed"] = "revealed"
    reason: str


class Alarmed(Value):
    """A limit came near or was over."""

    type: Literal["alarmed"] = "alarmed"
    unit: str | None = None
    kind: AlarmKind
    due_at: Instant


Fact = Annotated[
    Received | Routed | Accepted | Rejected | Reconsidered | Amended | Dispatched | Recalled | Referred | Signed
    | Returned | ReturnRefused | Transferred | Contacted | Requested | Extended | Denied | Suspended | Resumed
    | CoReplied | Replied | SentBack | Approved | Visited | Reworked | Closed | Archived | Merged | Unmerged | Adopted
    | WasSplit | ChildDone | Urged | Supervised | Revealed | Alarmed,
    Field(discriminator="type"),
]  # fmt: skip
