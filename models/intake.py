"""What another system, a person or a file hands in: the intake message, flat, in the field's own names."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from models.base import TEXT_MAX, Clean, Code, FreeText, Instant, OrderNumber, Value
from models.identity import fault
from models.kinds import DecisionMode, RequesterKind, ReturnReason, Satisfaction, Urgency

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


def _identity(text: str) -> str:
    wrong = fault(text)
    if wrong:
        raise ValueError(wrong)
    return text


IdNumber = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[0-9A-Za-z*()（）\-]{1,32}$"),
    AfterValidator(_identity),
]
"""A resident's number, which must be a possible one (GB 11643), or the code of another document as it is written."""

KeyedHash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Uscc = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{18}$")]


class RecordedReturn(Value):
    """A return (退单) that the source system recorded, and the unit that was tried next."""

    department: Code
    dispatched_at: Instant
    returned_at: Instant
    reason: ReturnReason = ReturnReason.NOT_MY_DUTY
    basis: FreeText | None = None


class RecordedVisit(Value):
    """回访: what the source system recorded of the last call, whether the requester was reached and what was said."""

    visited_at: Instant
    contacted: bool
    solved: bool | None = None
    satisfaction: Satisfaction | None = None

    @model_validator(mode="after")
    def _said_by_somebody(self) -> Self:
        if not self.contacted and (self.solved is not None or self.satisfaction is not None):
            raise ValueError("contacted: who was not reached has said nothing")
        return self


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
    id_number: IdNumber | None = None
    is_anonymous: bool = False
    is_confidential: bool = False
    reply_required: bool = True
    enterprise_name: Line | None = None
    uscc: Uscc | None = None
    liaison_unit: Code | None = None

    street: Code | None = None
    community: Code | None = None
    address_text: Line | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None

    category: Code | None = None
    item_code: Code | None = None

    parent_order_no: OrderNumber | None = None
    """母单."""
    prev_order_no: OrderNumber | None = None
    """关联旧单."""

    is_archive: bool = False
    """Taken over from another system's archive: while it is open it waits for a person, and no unit is told."""
    lead_department: Code | None = None
    decision_mode: DecisionMode = DecisionMode.MANUAL
    returns: tuple[RecordedReturn, ...] = ()
    dispatched_at: Instant | None = None
    signed_at: Instant | None = None
    first_contact_at: Instant | None = None
    replied_at: Instant | None = None
    visit: RecordedVisit | None = None
    closed_at: Instant | None = None
    is_direct_answer: bool = False
    reply_public: FreeText | None = None


class SealedIntake(Intake):
    """The same without anybody's personal data in clear: what goes onto the log (see ``dispatcher.vault``).

    ``sealed`` holds the originals of all that was masked; None where there was nothing to mask.
    """

    uscc: Annotated[str, StringConstraints(pattern=r"^(?:[0-9A-Z]{18}|[0-9]{6}\*{12}|\*{3})$")] | None = None
    phone_hashes: Annotated[tuple[KeyedHash, ...], Field(max_length=40)] = ()
    id_hash: KeyedHash | None = None
    sealed: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z._=\-]+$")] | None = None

    @model_validator(mode="after")
    def _hashes_are_sealed(self) -> Self:
        for name in ("phone_hashes", "id_hash"):
            if self.sealed is None and getattr(self, name):
                raise ValueError(f"{name}: only a sealed message has it")
        return self
