"""Which orders somebody may know of, and which moves they may make on one: for the ledger and for who asks it."""

from __future__ import annotations

from models.commands import Actor
from models.lifecycle import Move, allowed_moves
from models.order import Order
from models.rights import MAY, Role

_OF_EACH_UNIT = (Move.CONTACT, Move.REVEAL)
"""What a co-handling unit does as the leading one does."""


def may_know(actor: Actor, order: Order) -> bool:
    """Whether the order exists for ``actor``: a department knows of those that it has or co-handles."""
    if actor.role is Role.DEPARTMENT:
        return actor.unit in order.units
    return actor.role is not Role.ADMINISTRATOR


def is_its_move(order: Order, unit: str | None, move: Move) -> bool:
    """Whether ``move`` on this order is for this unit, among the moves of departments."""
    if move in _OF_EACH_UNIT:
        return unit in order.units
    return unit in order.co_departments if move is Move.CO_REPLY else unit == order.lead_department


def may_make(actor: Actor, order: Order | None, move: Move) -> bool:
    """Whether ``move`` is for ``actor``, whatever the state; None: a new order."""
    if actor.role is Role.SYSTEM:
        return True
    if actor.role not in MAY[move]:
        return False
    return actor.role is not Role.DEPARTMENT or (order is not None and is_its_move(order, actor.unit, move))


def moves_of(actor: Actor, order: Order | None) -> tuple[Move, ...]:
    """The moves that the table allows now and that are for ``actor``, in the table's order; none of a foreign order."""
    if order is not None and not may_know(actor, order):
        return ()
    state = order.state if order is not None else None
    return tuple(move for move in allowed_moves(state) if may_make(actor, order, move))
