"""The parts of a work order that are values of their own."""

from __future__ import annotations

from typing import Literal

from models.base import Instant, Value
from models.kinds import PLEASED, LimitUnit, RequesterKind, Satisfaction


class Requester(Value):
    """The person or enterprise that asks: personal data, kept apart from the rest of the order.

    ``name``, ``phone`` and ``id_number`` are the masked forms (王*, 138****5678). The originals, and those of texts
    that personal numbers were taken out of, are in ``sealed`` (see ``dispatcher.vault``) and nowhere else; the hashes
    are keyed, so that the same requester is found again by who holds the key.
    """

    kind: RequesterKind = RequesterKind.CITIZEN
    name: str | None = None
    phone: str | None = None
    id_number: str | None = None
    is_anonymous: bool = False
    is_confidential: bool = False
    reply_required: bool = True
    enterprise_name: str | None = None
    uscc: str | None = None
    liaison_unit: str | None = None
    phone_hashes: tuple[str, ...] = ()
    id_hash: str | None = None
    sealed: str | None = None


class Limit(Value):
    """办理时限: how long, the moment it ends, and those of the warning before and the red card after it."""

    value: int
    unit: LimitUnit
    due_at: Instant
    warn_at: Instant | None = None
    red_at: Instant | None = None


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


class Request(Value):
    """What a unit has asked for and nobody has decided yet: 延期 or 挂账."""

    kind: Literal["extension", "suspension"]
    reason: str
    days: int | None = None
    """Working days of the extension."""
    asked_at: Instant


class CoReply(Value):
    """What a co-handling unit (协办) has done."""

    unit: str
    reply: str
    at: Instant


class Visit(Value):
    """回访: whether the requester was reached, and what he or she says of the result."""

    contacted: bool
    solved: bool | None = None
    satisfaction: Satisfaction | None = None
    comment: str | None = None

    @property
    def is_pleased(self) -> bool:
        """Nothing that asks for a rework was said."""
        return self.solved is not False and self.satisfaction in (None, *PLEASED)


class Spent(Value):
    """Seconds of an order's life by stage (环节用时); they add up to the time from receipt to the last change of state.

    What a dispatch that came to nothing took, from there to the return and on to the next dispatch, is a return loop;
    so is what a return took that was refused.
    """

    dispatch_wait: float = 0.0
    sign_wait: float = 0.0
    return_loop: float = 0.0
    handling: float = 0.0
    suspended: float = 0.0
    review: float = 0.0
    visit: float = 0.0
    rework: float = 0.0
    idle: float = 0.0
    """Merged, split or rejected; or closed, and reopened later."""
