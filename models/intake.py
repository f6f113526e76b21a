"""What another system, a person or a file hands in: the intake message, flat, in the field's own names."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from models.base import TEXT_MAX, Clean, Code, FreeText, Instant, Value
from models.kinds import DecisionMode, RequesterKind, ReturnReason, Urgency

CONTENT_MAX = TEXT_MAX
TITLE_MAX = 200

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Clean]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TITLE_MAX), Clean]
Content = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=CONTENT_MAX), Clean]
_PHONE = re.compile(r"[0-9+*\-\s()（）,，;；/、.转extEXT]*")


def _phone(text: str) -> str:
    if not _PHONE.fullmatch(text):
        raise ValueError("is no phone number: digits, spaces, + * - ( ), several numbers, extensions such as 转801")
    return text


Phone = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3, max_length=60), Clean, AfterValidator(_phone)
]
"""One number or several, with extensions; whatever else somebody said of it belongs in the content."""


class RecordedReturn(Value):
    """A return (退单) that the source system recorded, and the unit that was tried next."""

    department: Code
    dispatched_at: Instant
    returned_at: Instant
    reason: ReturnReason = ReturnReason.NOT_MY_DUTY
    basis: FreeText | None = None


class Intake(Value):
    """One work order as it is handed in; idempotent on (``source_system``, ``external_id``).

    The times after ``received_at`` are for orders with a past in another system: they become the
    order's own events, checked by the same table as live ones. Codes (channel, street, category, unit …)
    are those of the catalogue or its Chinese names. Times carry their zone (RFC 3339).
    """

    source_system: Code
    external_id: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128), Clean]
    title: Title
    content: Content
    channel: Code = "hotline"
    request_type: Code | None = None
    urgency: Urgency = Urgency.NORMAL
    received_at: Instant | None = None
    occurred_at: Instant | None = None
    agent_id: Code | None = None

    requester_kind: RequesterKind = RequesterKind.CITIZEN
    name: Line | None = None
    phone: Phone | None = None
    is_anonymous: bool = False
    is_confidential: bool = False
    reply_required: bool = True
    enterprise_name: Line | None = None
    uscc: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{18}$")] | None = None
    liaison_unit: Code | None = None

    street: Code | None = None
    community: Code | None = None
    address_text: Line | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None

    category: Code | None = None
    item_code: Code | None = None

    is_archive: bool = False
    """Taken over from another system's archive: while it is open it waits for a person, and no unit is told."""
    lead_department: Code | None = None
    decision_mode: DecisionMode = DecisionMode.MANUAL
    returns: tuple[RecordedReturn, ...] = ()
    dispatched_at: Instant | None = None
    signed_at: Instant | None = None
    closed_at: Instant | None = None
    is_direct_answer: bool = False
    reply_public: FreeText | None = None
