"""The work order (工单) as it stands after its last event; terms of the 12345 hotline."""

from __future__ import annotations

from enum import StrEnum

from models.base import Instant, Value

DEMO_SOURCE = "demo"
"""``source_system`` of the demonstration city; whatever carries it is shown as 演示数据."""


class State(StrEnum):
    """Where an order stands in its life."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    RETURN_REVIEW = "return_review"
    HANDLING = "handling"
    CLOSED = "closed"


OPEN_STATES = tuple(state for state in State if state is not State.CLOSED)


class Urgency(StrEnum):
    """紧急程度."""

    NORMAL = "normal"
    URGENT = "urgent"
    CRITICAL = "critical"


class RequesterKind(StrEnum):
    """Who asks."""

    CITIZEN = "citizen"
    ENTERPRISE = "enterprise"


class DecisionMode(StrEnum):
    """派单方式: by the rule alone, the first suggestion taken, another unit chosen, or without suggestions."""

    AUTO = "auto"
    ACCEPTED = "accepted"
    OVERRIDDEN = "overridden"
    MANUAL = "manual"


class ReturnReason(StrEnum):
    """退单原因."""

    NOT_MY_DUTY = "not_my_duty"
    WRONG_AREA = "wrong_area"
    UNCLEAR = "unclear"
    DUPLICATE = "duplicate"
    STATUTORY_ROUTE = "statutory_route"
    OUT_OF_SCOPE = "out_of_scope"


class LimitUnit(StrEnum):
    """What a limit counts."""

    HOUR = "hour"
    DAY = "day"
    WORKING_DAY = "working_day"


class Requester(Value):
    """The person or enterprise that asks: personal data, kept apart from the rest of the order."""

    kind: RequesterKind = RequesterKind.CITIZEN
    name: str | None = None
    phone: str | None = None
    is_anonymous: bool = False
    is_confidential: bool = False
    reply_required: bool = True
    enterprise_name: str | None = None
    uscc: str | None = None
    liaison_unit: str | None = None


class Limit(Value):
    """办理时限: how long, and the moment it ends."""

    value: int
    unit: LimitUnit
    due_at: Instant


class Suggestion(Value):
    """A unit that may be responsible, how probable that is (0..1, calibrated) and what spoke for it."""

    unit: str
    probability: float
    reason: str


class Routing(Value):
    """The router's receipt: what it decided, by which rule, and on which model, list and threshold."""

    mode: str
    """``auto`` or ``suggest``."""
    unit: str | None = None
    rule: str
    reason: str
    threshold: float | None = None
    model_version: str
    list_version: str
    suggestions: tuple[Suggestion, ...] = ()
    category_probability: float | None = None


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


class Order(HandedIn):
    """One sub-request (诉求件). ``version`` is the ``seq`` of the last event that was applied."""

    order_no: str
    version: int
    state: State
    updated_at: Instant

    routing: Routing | None = None
    first_decision_mode: DecisionMode | None = None
    """How the first dispatch was decided: what the promise of automatic dispatch is judged by."""
    decision_mode: DecisionMode | None = None
    decided_by: str | None = None
    override_reason: str | None = None

    lead_department: str | None = None
    first_department: str | None = None
    closing_department: str | None = None
    dispatch_count: int = 0

    received_at: Instant
    accepted_at: Instant | None = None
    first_dispatched_at: Instant | None = None
    dispatched_at: Instant | None = None
    signed_at: Instant | None = None
    first_closed_at: Instant | None = None
    closed_at: Instant | None = None

    limit: Limit | None = None

    return_count: int = 0
    return_reason: ReturnReason | None = None
    return_basis: str | None = None

    is_direct_answer: bool = False
    reply_public: str | None = None

    @property
    def is_demo(self) -> bool:
        return self.source_system == DEMO_SOURCE
