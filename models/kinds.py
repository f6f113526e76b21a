"""The closed lists of the vocabulary: states, kinds, reasons; their values are what is stored and sent."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where an order stands in its life."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    RETURN_REVIEW = "return_review"
    ARBITRATION = "arbitration"
    HANDLING = "handling"
    SUSPENDED = "suspended"
    REPLY_REVIEW = "reply_review"
    VISITING = "visiting"
    REWORK = "rework"
    CLOSED = "closed"
    ARCHIVED = "archived"
    MERGED = "merged"
    SPLIT = "split"
    REJECTED = "rejected"


ENDED_STATES = (State.CLOSED, State.ARCHIVED, State.REJECTED)
LINKED_STATES = (State.MERGED, State.SPLIT)
"""Nobody works on it: it ends with its master, or with the last of its parts."""
OPEN_STATES = tuple(state for state in State if state not in ENDED_STATES + LINKED_STATES)
"""It is somebody's work."""


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


class RejectReason(StrEnum):
    """不予受理原因."""

    OUT_OF_SCOPE = "out_of_scope"
    STATUTORY_ROUTE = "statutory_route"
    NO_FACTS = "no_facts"
    SETTLED = "settled"
    ABUSE = "abuse"


class Satisfaction(StrEnum):
    """满意度, in five steps."""

    VERY_SATISFIED = "very_satisfied"
    SATISFIED = "satisfied"
    FAIR = "fair"
    DISSATISFIED = "dissatisfied"
    VERY_DISSATISFIED = "very_dissatisfied"


PLEASED = (Satisfaction.VERY_SATISFIED, Satisfaction.SATISFIED, Satisfaction.FAIR)
"""What counts as satisfied (满意率)."""


class Card(StrEnum):
    """A unit's mark for an order beyond its limit: 黄牌, 红牌."""

    YELLOW = "yellow"
    RED = "red"


class AlarmKind(StrEnum):
    """What the clock tells of an order: limits that come near, and limits that are over."""

    UNDISPATCHED = "undispatched"
    UNSIGNED = "unsigned"
    UNCONTACTED = "uncontacted"
    WARNING = "warning"
    OVERDUE = "overdue"
    """The limit is over: yellow card."""
    FAR_OVERDUE = "far_overdue"
    """Red card."""
    REWORK_OVERDUE = "rework_overdue"


class LimitUnit(StrEnum):
    """What a limit counts: elapsed time, working days, or the hours in which offices are open."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WORKING_HOUR = "working_hour"
    WORKING_DAY = "working_day"
