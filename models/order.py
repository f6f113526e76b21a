"""The work order (工单) as it stands after its last event; terms of the 12345 hotline."""

from __future__ import annotations

from datetime import datetime

from models.base import Instant, Value
from models.kinds import AlarmKind, Card, DecisionMode, RejectReason, ReturnReason, State, Urgency
from models.parts import CoReply, Limit, Request, Requester, Routing, Spent, Visit

DEMO_SOURCE = "demo"
"""``source_system`` of the demonstration city; whatever carries it is shown as 演示数据."""


class HandedIn(Value):
    """What was handed in, in the catalogue's codes: the part that a registration, its fact and the order share."""

    source_system: str
    external_id: str

    channel: str
    request_type: str
    urgency: Urgency
    title: str
    content: str
    occurred_at: Instant | None = None
    agent_id: str | None = None
    requester: Requester = Requester()

    street: str | None = None
    community: str | None = None
    address_text: str | None = None
    latitude: float | None = None
    longitude: float | None = None

    category: str | None = None
    item_code: str | None = None

    parent_order_no: str | None = None
    """母单: the order that this one was split from."""
    prev_order_no: str | None = None
    """关联旧单: an earlier order about the same."""


class Order(HandedIn):
    """One sub-request (诉求件). ``version`` is the ``seq`` of the last event that was applied."""

    order_no: str
    version: int
    revision: int
    """The version after the last change that a person should have seen; views and alarms do not count."""
    state: State
    updated_at: Instant
    entered_at: Instant
    """Since when it has been in this state."""
    spent: Spent = Spent()

    routing: Routing | None = None
    first_decision_mode: DecisionMode | None = None
    """How the first dispatch was decided: what the promise of automatic dispatch is judged by."""
    decision_mode: DecisionMode | None = None
    decided_by: str | None = None
    override_reason: str | None = None

    lead_department: str | None = None
    co_departments: tuple[str, ...] = ()
    co_replies: tuple[CoReply, ...] = ()
    first_department: str | None = None
    closing_department: str | None = None
    dispatch_count: int = 0
    is_final: bool = False
    """Dispatched by a ruling (裁决): no return is possible."""
    is_told: bool = True
    """False: the unit knows of it from another system only, and is told nothing by this one."""
    is_fallback: bool = False
    """With the unit that takes what nobody is responsible for (兜底)."""
    section: str | None = None
    """Inside the unit: 科室."""
    handler: str | None = None
    """Inside the unit: 经办人."""

    received_at: Instant
    accepted_at: Instant | None = None
    first_dispatched_at: Instant | None = None
    dispatched_at: Instant | None = None
    signed_at: Instant | None = None
    first_contact_at: Instant | None = None
    replied_at: Instant | None = None
    first_closed_at: Instant | None = None
    """办结: the reply was approved, or the order closed without one; what the gross clock stops at."""
    visited_at: Instant | None = None
    closed_at: Instant | None = None
    """Closed for good, after the visit; None again while it is reworked."""

    limit: Limit | None = None
    """As it was set at first; what may be extended is below."""
    due_at: Instant | None = None
    warn_at: Instant | None = None
    red_at: Instant | None = None
    dispatch_due_at: Instant | None = None
    sign_due_at: Instant | None = None
    contact_due_at: Instant | None = None
    return_until: Instant | None = None
    rework_due_at: Instant | None = None
    reopen_until: Instant | None = None
    request: Request | None = None
    extension_count: int = 0

    return_count: int = 0
    return_reason: ReturnReason | None = None
    return_basis: str | None = None
    reject_reason: RejectReason | None = None
    reject_basis: str | None = None

    alarms: tuple[AlarmKind, ...] = ()
    """Given for the limits that count now, each once."""
    urge_count: int = 0
    supervise_level: int = 0
    """督办: 1 督办, 2 通报督办, 3 挂牌督办."""
    card: Card | None = None
    """For the limit as it stands."""

    is_direct_answer: bool = False
    is_true: bool | None = None
    """属实, as the unit found."""
    is_solved: bool | None = None
    """解决, as the unit says."""
    reply_internal: str | None = None
    reply_public: str | None = None

    visit: Visit | None = None
    """The last one that reached the requester, else the last attempt."""
    visit_attempts: int = 0
    """Since the reply was approved."""
    dissatisfied_count: int = 0
    rework_count: int = 0

    merged_into: str | None = None
    merged_from: tuple[str, ...] = ()
    """Orders that end with this one."""
    children: tuple[str, ...] = ()
    children_ended: tuple[str, ...] = ()

    @property
    def is_demo(self) -> bool:
        return self.source_system == DEMO_SOURCE

    @property
    def units(self) -> frozenset[str]:
        """The units that may see it."""
        return frozenset(filter(None, (self.lead_department, self.closing_department, *self.co_departments)))

    @property
    def first_due_at(self) -> datetime | None:
        """原时限: before any extension or suspension."""
        return self.limit.due_at if self.limit is not None else None
