"""The forms that an order's page offers to who looks at it: what is allowed and makes sense now, the usual first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dispatcher.web.pages.move_fields import FIELDS, Input
from dispatcher.web.pages.words import SUPERVISE_LEVELS
from models.accounts import Principal
from models.lifecycle import Move
from models.order import Order
from models.rights import Role
from models.rules.access import moves_of

_FIRST = (
    Move.ACCEPT, Move.DISPATCH, Move.ARBITRATE, Move.SIGN, Move.REPLY, Move.CO_REPLY, Move.GRANT_EXTENSION,
    Move.GRANT_SUSPENSION, Move.APPROVE_REPLY, Move.CLOSE, Move.VISIT, Move.CONTACT, Move.RETURN, Move.REFUSE_RETURN,
)  # fmt: skip
"""The usual next steps, in this order; the others follow in the table's."""
_OPEN = (Move.DISPATCH, Move.ARBITRATE, Move.REPLY, Move.CO_REPLY, Move.VISIT)
"""Unfolded from the start."""
_DANGER = (Move.RETURN, Move.REJECT, Move.SEND_BACK, Move.DENY_EXTENSION, Move.DENY_SUSPENSION)
_DECIDES = {
    Move.GRANT_EXTENSION: "extension",
    Move.DENY_EXTENSION: "extension",
    Move.GRANT_SUSPENSION: "suspension",
    Move.DENY_SUSPENSION: "suspension",
}
_ASKS = (Move.REQUEST_EXTENSION, Move.REQUEST_SUSPENSION)


@dataclass(frozen=True, slots=True)
class MoveForm:
    """One move with its fields; without fields it is a button."""

    move: Move
    fields: Sequence[Input]
    is_open: bool
    is_dangerous: bool


def move_forms(order: Order, who: Principal) -> list[MoveForm]:
    """The forms for ``who``; what the rules would refuse as things stand is not offered."""
    moves = [move for move in moves_of(who.actor(), order) if _makes_sense(order, who, move)]
    ranked = [move for move in _FIRST if move in moves] + [move for move in moves if move not in _FIRST]
    return [
        MoveForm(move, FIELDS[move], place == 0 and move in _OPEN, move in _DANGER) for place, move in enumerate(ranked)
    ]


def _makes_sense(order: Order, who: Principal, move: Move) -> bool:
    if move in _DECIDES:
        return order.request is not None and order.request.kind == _DECIDES[move]
    if move in _ASKS:
        return order.request is None and order.first_closed_at is None
    match move:
        case Move.REVEAL:
            sealed = order.requester.sealed is not None
            return sealed and not (who.role is Role.DEPARTMENT and order.requester.is_confidential)
        case Move.RETURN:
            return not order.is_final and order.first_closed_at is None
        case Move.REFUSE_RETURN:
            return order.lead_department is not None
        case Move.REOPEN:
            return order.closing_department is not None
        case Move.SUPERVISE:
            return order.supervise_level < max(SUPERVISE_LEVELS)
    return True
