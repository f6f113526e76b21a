"""The envelope of a move, and what becomes of it."""

from __future__ import annotations

from enum import StrEnum

from models.base import Code, Instant, Value
from models.kinds import State
from models.lifecycle import Move
from models.moves import AnyMove
from models.rights import Role


class Actor(Value):
    """Who acts; ``unit`` is set for a department's people and systems."""

    id: Code
    role: Role
    unit: Code | None = None


class Command(Value):
    """A move with its envelope. The same ``command_id`` twice is the same command, answered the same."""

    command_id: str
    order_no: str
    actor: Actor
    do: AnyMove
    expected_version: int | None = None
    """The version that the actor saw; where the order has changed since, the answer is ``stale_version``."""
    digest: str | None = None
    """Fingerprint of the request, so that another request under the same id can be told."""
    sealed: str | None = None
    """The originals of texts that personal numbers were taken out of (see ``dispatcher.vault``)."""


class RefusalCode(StrEnum):
    """Why a command was not carried out."""

    DUPLICATE = "duplicate"
    UNKNOWN_ORDER = "unknown_order"
    FORBIDDEN_MOVE = "forbidden_move"
    STALE_VERSION = "stale_version"
    NOT_ALLOWED = "not_allowed"
    """The role does not make this move, or not on this order."""
    UNKNOWN_CODE = "unknown_code"
    IMPOSSIBLE_TIME = "impossible_time"
    MISSING = "missing"
    """A text or a value that this move needs in this case."""
    TOO_LATE = "too_late"
    TOO_MUCH = "too_much"
    NOTHING_TO_DO = "nothing_to_do"


class Refusal(Value):
    """A command that was not carried out: the reason, the order's state and the moves it allows."""

    code: RefusalCode
    reason: str
    state: State | None = None
    version: int | None = None
    move: Move
    allowed: tuple[Move, ...] = ()


class Outcome(Value):
    """What became of a command: ``version`` after it, or the refusal."""

    command_id: str
    order_no: str
    decided_at: Instant
    version: int | None = None
    refusal: Refusal | None = None
    digest: str | None = None
    """The command's."""
