"""The life of a work order as one table: which move leads from which state to which."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from models.order import State


class Move(StrEnum):
    """What can be done with an order; each command is one move."""

    REGISTER = "register"
    ACCEPT = "accept"
    DISPATCH = "dispatch"
    SIGN = "sign"
    RETURN = "return"
    CLOSE = "close"
    ANSWER_DIRECTLY = "answer_directly"
    RECORD_CLOSURE = "record_closure"


S, M = State, Move

TABLE: Mapping[tuple[State | None, Move], State] = MappingProxyType(
    {
        (None, M.REGISTER): S.RECEIVED,
        (S.RECEIVED, M.ACCEPT): S.ACCEPTED,
        (S.RECEIVED, M.ANSWER_DIRECTLY): S.CLOSED,
        (S.ACCEPTED, M.ANSWER_DIRECTLY): S.CLOSED,
        (S.ACCEPTED, M.DISPATCH): S.DISPATCHED,
        (S.DISPATCHED, M.SIGN): S.HANDLING,
        (S.DISPATCHED, M.RETURN): S.RETURN_REVIEW,
        (S.HANDLING, M.RETURN): S.RETURN_REVIEW,
        (S.RETURN_REVIEW, M.DISPATCH): S.DISPATCHED,
        (S.HANDLING, M.CLOSE): S.CLOSED,
        # Another system's archive may know the closure and not the steps before it.
        (S.RECEIVED, M.RECORD_CLOSURE): S.CLOSED,
        (S.ACCEPTED, M.RECORD_CLOSURE): S.CLOSED,
        (S.DISPATCHED, M.RECORD_CLOSURE): S.CLOSED,
        (S.RETURN_REVIEW, M.RECORD_CLOSURE): S.CLOSED,
        (S.HANDLING, M.RECORD_CLOSURE): S.CLOSED,
    }
)


def allowed_moves(state: State | None) -> tuple[Move, ...]:
    """The moves that somebody can make from ``state``, in the table's order; None is "not registered yet".

    ``record_closure`` is not among them: it comes with a registration only.
    """
    return tuple(move for start, move in TABLE if start is state and move is not Move.RECORD_CLOSURE)


def next_state(state: State | None, move: Move) -> State | None:
    """Where ``move`` leads from ``state``; None where the table forbids it."""
    return TABLE.get((state, move))
