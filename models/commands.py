"""What somebody wants done with an order. A command is a wish; only the ledger turns it into facts."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from models.base import Code, FreeText, Instant, Value
from models.lifecycle import Move
from models.order import DecisionMode, HandedIn, Limit, ReturnReason, Routing


class Role(StrEnum):
    """Who may act."""

    SYSTEM = "system"
    OPERATOR = "operator"
    DEPARTMENT = "department"


class Actor(Value):
    """Who acts; ``unit`` is set for a department's people and systems."""

    id: Code
    role: Role
    unit: Code | None = None


class Accept(Value):
    """Take the order in (受理)."""

    move: Literal[Move.ACCEPT] = Move.ACCEPT


class Dispatch(Value):
    """Send the order to a unit (派单), for the first time or after a return."""

    move: Literal[Move.DISPATCH] = Move.DISPATCH
    unit: Code
    override_reason: FreeText | None = None
    mode: DecisionMode | None = None
    """How it was decided, where the system knows (the router, an archive); a person's choice is judged
    by the suggestions that the order carried."""
    notify: bool = True
    """False where the unit has known of the order from another system."""


class Sign(Value):
    """The unit takes the order on (签收)."""

    move: Literal[Move.SIGN] = Move.SIGN


class Return(Value):
    """The unit sends the order back (退单)."""

    move: Literal[Move.RETURN] = Move.RETURN
    reason: ReturnReason
    basis: FreeText | None = None


class Close(Value):
    """The unit has handled the matter (办结)."""

    move: Literal[Move.CLOSE] = Move.CLOSE
    reply_public: FreeText | None = None


class AnswerDirectly(Value):
    """The hotline answers on the spot (直接答复)."""

    move: Literal[Move.ANSWER_DIRECTLY] = Move.ANSWER_DIRECTLY
    reply_public: FreeText | None = None


class RecordClosure(Value):
    """Another system's archive says that the order is closed; who closed it may be unknown."""

    move: Literal[Move.RECORD_CLOSURE] = Move.RECORD_CLOSURE
    unit: Code | None = None
    reply_public: FreeText | None = None


_People = Accept | Dispatch | Sign | Return | Close | AnswerDirectly
PersonsMove = Annotated[_People, Field(discriminator="move")]
"""What a person or a department's system may ask for."""

LaterMove = Annotated[_People | RecordClosure, Field(discriminator="move")]
"""What can follow a registration, an archive's records included."""


class RecordedStep(Value):
    """A move that another system recorded, and when."""

    at: Instant
    do: LaterMove


class Register(HandedIn):
    """Take up a new order, with the router's receipt and, for an archived one, its recorded past."""

    move: Literal[Move.REGISTER] = Move.REGISTER
    received_at: Instant
    limit: Limit
    routing: Routing
    steps: tuple[RecordedStep, ...] = ()
    """Empty for a live order: then ``routing`` decides whether it is dispatched at once."""


AnyMove = Annotated[Register | _People | RecordClosure, Field(discriminator="move")]


class Command(Value):
    """A move with its envelope. The same ``command_id`` twice is the same command, answered the same."""

    command_id: str
    order_no: str
    actor: Actor
    do: AnyMove
    expected_version: int | None = None
    """The version that the actor saw; a different one is answered with ``stale_version``."""


class RefusalCode(StrEnum):
    """Why a command was not carried out."""

    DUPLICATE = "duplicate"
    UNKNOWN_ORDER = "unknown_order"
    FORBIDDEN_MOVE = "forbidden_move"
    STALE_VERSION = "stale_version"
    NOT_YOUR_ORDER = "not_your_order"
    UNKNOWN_UNIT = "unknown_unit"
    IMPOSSIBLE_TIME = "impossible_time"
    REPLY_MISSING = "reply_missing"


class Refusal(Value):
    """A command that was not carried out: the reason, the order's state and the moves it allows."""

    code: RefusalCode
    reason: str
    state: str | None = None
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
