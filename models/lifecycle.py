"""The life of a work order as one table: which move leads from which states to which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from models.kinds import State


class Move(StrEnum):
    """What can be done with an order; each command is one move."""

    REGISTER = "register"
    ACCEPT = "accept"
    REJECT = "reject"
    RECONSIDER = "reconsider"
    AMEND = "amend"
    ANSWER_DIRECTLY = "answer_directly"

    DISPATCH = "dispatch"
    RECALL = "recall"
    REFER = "refer"
    ARBITRATE = "arbitrate"
    MERGE = "merge"
    UNMERGE = "unmerge"
    SPLIT = "split"

    SIGN = "sign"
    RETURN = "return"
    REFUSE_RETURN = "refuse_return"
    TRANSFER = "transfer"
    CONTACT = "contact"
    REQUEST_EXTENSION = "request_extension"
    GRANT_EXTENSION = "grant_extension"
    DENY_EXTENSION = "deny_extension"
    REQUEST_SUSPENSION = "request_suspension"
    GRANT_SUSPENSION = "grant_suspension"
    DENY_SUSPENSION = "deny_suspension"
    RESUME = "resume"
    CO_REPLY = "co_reply"
    REPLY = "reply"

    SEND_BACK = "send_back"
    APPROVE_REPLY = "approve_reply"
    CLOSE = "close"
    VISIT = "visit"
    REOPEN = "reopen"
    ARCHIVE = "archive"

    URGE = "urge"
    SUPERVISE = "supervise"
    REVEAL = "reveal"

    ALARM = "alarm"
    ADOPT = "adopt"
    FOLLOW = "follow"
    CHILD_ENDED = "child_ended"
    RECORD_CLOSURE = "record_closure"


SYSTEM_MOVES = frozenset({Move.ALARM, Move.ADOPT, Move.FOLLOW, Move.CHILD_ENDED, Move.RECORD_CLOSURE})
"""What nobody asks for: the clock, orders that are linked to another, another system's archive."""

S, M = State, Move
_WITH_UNIT = (S.DISPATCHED, S.HANDLING, S.SUSPENDED, S.REWORK)
_ROUTED = (*_WITH_UNIT, S.RETURN_REVIEW, S.ARBITRATION, S.REPLY_REVIEW)
_LIVE = (S.RECEIVED, S.ACCEPTED, *_ROUTED, S.VISITING)
_WATCHED = tuple(state for state in _LIVE if state not in (S.SUSPENDED, S.VISITING))
"""While it is put aside, or the requester is called, no limit of a unit runs."""
_ALL = tuple(State)


@dataclass(frozen=True, slots=True)
class Transition:
    """A move, the states that it may be made in and those that it may lead to; none: the state stays."""

    move: Move
    start: tuple[State | None, ...]
    to: tuple[State, ...] = ()


TRANSITIONS = (
    Transition(M.REGISTER, (None,), (S.RECEIVED,)),
    Transition(M.ACCEPT, (S.RECEIVED,), (S.ACCEPTED,)),
    Transition(M.DISPATCH, (S.ACCEPTED, S.RETURN_REVIEW), (S.DISPATCHED,)),
    Transition(M.SIGN, (S.DISPATCHED,), (S.HANDLING,)),
    Transition(M.CONTACT, _WITH_UNIT),
    Transition(M.REPLY, (S.HANDLING, S.REWORK), (S.REPLY_REVIEW,)),
    Transition(M.APPROVE_REPLY, (S.REPLY_REVIEW,), (S.VISITING,)),
    Transition(M.CLOSE, (S.REPLY_REVIEW,), (S.CLOSED,)),
    Transition(M.SEND_BACK, (S.REPLY_REVIEW,), (S.HANDLING,)),
    # Nobody reached: again later. Dissatisfied: reworked; an archive's visit closes.
    Transition(M.VISIT, (S.VISITING,), (S.VISITING, S.CLOSED, S.REWORK)),
    Transition(M.REOPEN, (S.CLOSED,), (S.REWORK,)),
    Transition(M.ARCHIVE, (S.CLOSED,), (S.ARCHIVED,)),
    # The hotline, before and instead of a dispatch
    Transition(M.AMEND, (S.RECEIVED, S.ACCEPTED, S.RETURN_REVIEW, S.ARBITRATION)),
    Transition(M.ANSWER_DIRECTLY, (S.RECEIVED, S.ACCEPTED), (S.CLOSED,)),
    Transition(M.REJECT, (S.RECEIVED, S.ACCEPTED, S.RETURN_REVIEW), (S.REJECTED,)),
    Transition(M.RECONSIDER, (S.REJECTED,), (S.ACCEPTED,)),
    Transition(M.MERGE, (S.ACCEPTED, S.RETURN_REVIEW), (S.MERGED,)),
    Transition(M.UNMERGE, (S.MERGED,), (S.ACCEPTED,)),
    Transition(M.SPLIT, (S.ACCEPTED,), (S.SPLIT,)),
    # Who is responsible
    Transition(M.RETURN, (S.DISPATCHED, S.HANDLING), (S.RETURN_REVIEW,)),
    Transition(M.REFUSE_RETURN, (S.RETURN_REVIEW,), (S.DISPATCHED,)),
    Transition(M.RECALL, (S.DISPATCHED,), (S.ACCEPTED,)),
    Transition(M.REFER, (S.ACCEPTED, S.RETURN_REVIEW), (S.ARBITRATION,)),
    Transition(M.ARBITRATE, (S.ARBITRATION,), (S.DISPATCHED,)),
    # While a unit has it
    Transition(M.TRANSFER, _WITH_UNIT),
    Transition(M.CO_REPLY, (*_WITH_UNIT, S.REPLY_REVIEW)),
    Transition(M.REQUEST_EXTENSION, (S.HANDLING,)),
    Transition(M.GRANT_EXTENSION, (S.HANDLING,)),
    Transition(M.DENY_EXTENSION, (S.HANDLING,)),
    Transition(M.REQUEST_SUSPENSION, (S.HANDLING, S.REWORK)),
    Transition(M.GRANT_SUSPENSION, (S.HANDLING, S.REWORK), (S.SUSPENDED,)),
    Transition(M.DENY_SUSPENSION, (S.HANDLING, S.REWORK)),
    Transition(M.RESUME, (S.SUSPENDED,), (S.HANDLING,)),
    Transition(M.URGE, _ROUTED),
    Transition(M.SUPERVISE, (*_ROUTED, S.VISITING)),
    Transition(M.REVEAL, _ALL),
    # The system's own
    Transition(M.ALARM, _WATCHED),
    Transition(M.ADOPT, _ALL),
    Transition(M.FOLLOW, (S.MERGED,), (S.CLOSED,)),
    Transition(M.CHILD_ENDED, (S.SPLIT,), (S.SPLIT, S.CLOSED)),
    # Another system's archive may know the closure and not the steps before it; where a visit follows, that closes.
    Transition(M.RECORD_CLOSURE, _LIVE, (S.VISITING, S.CLOSED)),
)

TABLE: Mapping[tuple[State | None, Move], tuple[State | None, ...]] = MappingProxyType(
    {(start, row.move): row.to or (start,) for row in TRANSITIONS for start in row.start}
)
"""(state, move) → the states that the move may lead to from there."""


def allowed_moves(state: State | None) -> tuple[Move, ...]:
    """The moves that somebody can make from ``state``, in the table's order; None is "not registered yet"."""
    return tuple(move for start, move in TABLE if start is state and move not in SYSTEM_MOVES)


def next_states(state: State | None, move: Move) -> tuple[State | None, ...]:
    """Where ``move`` may lead from ``state``; empty where the table forbids it."""
    return TABLE.get((state, move), ())
