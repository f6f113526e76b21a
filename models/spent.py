"""How long each stage of an order's life took (环节用时), kept up to date by every change of state."""

from __future__ import annotations

from models.events import Event
from models.kinds import State
from models.order import Order
from models.parts import Spent

_OF_STATE = {
    State.RETURN_REVIEW: "return_loop",
    State.DISPATCHED: "sign_wait",
    State.SUSPENDED: "suspended",
    State.REPLY_REVIEW: "review",
    State.VISITING: "visit",
    State.REWORK: "rework",
    State.CLOSED: "idle",
    State.ARCHIVED: "idle",
    State.MERGED: "idle",
    State.SPLIT: "idle",
    State.REJECTED: "idle",
}
_IN_VAIN = frozenset({"returned", "recalled"})


def stage_of(order: Order) -> str:
    """The field of ``Spent`` that the order's present state counts for."""
    if order.state is State.HANDLING:
        return "handling" if order.first_closed_at is None else "rework"
    if order.state in (State.RECEIVED, State.ACCEPTED, State.ARBITRATION):
        return "return_loop" if order.dispatch_count else "dispatch_wait"
    return _OF_STATE[order.state]


def spent_after(order: Order, event: Event) -> Spent:
    """What was spent until ``event``, which ends the state that ``order`` is in."""
    spent, stage = order.spent, stage_of(order)
    passed = (event.at - order.entered_at).total_seconds()
    in_vain = event.fact.type in _IN_VAIN
    if not passed and not in_vain:
        return spent
    change = {stage: getattr(spent, stage) + passed}
    if in_vain:
        done = spent.model_copy(update=change)
        change = {"sign_wait": 0.0, "handling": 0.0}
        change["return_loop"] = done.return_loop + done.sign_wait + done.handling
    return spent.model_copy(update=change)
