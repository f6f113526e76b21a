"""Pure ``apply(order, event) -> order``: how a fact changes what is known of an order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, assert_never

from models.events import Accepted, Closed, Dispatched, Event, Received, Returned, Routed, Signed
from models.lifecycle import Move, next_state
from models.order import Order, State

_MOVE_OF = {
    "received": Move.REGISTER,
    "accepted": Move.ACCEPT,
    "dispatched": Move.DISPATCH,
    "signed": Move.SIGN,
    "returned": Move.RETURN,
}
_CLOSE_MOVE_OF = {"handled": Move.CLOSE, "direct": Move.ANSWER_DIRECTLY, "recorded": Move.RECORD_CLOSURE}

# Every field in its place, so that a first event costs one copy: constructing an order looks up each default anew.
_BLANK = Order.model_construct(
    **dict.fromkeys(name for name, field in Order.model_fields.items() if field.is_required())
)


def move_of(event: Event) -> Move | None:
    """The move that an event records; None for a fact that moves nothing (a receipt)."""
    if isinstance(event.fact, Closed):
        return _CLOSE_MOVE_OF[event.fact.how]
    return _MOVE_OF.get(event.fact.type)


def apply(order: Order | None, event: Event) -> Order:
    """The order after ``event``; an event that was applied before changes nothing.

    Raises ``ValueError`` when the event does not follow: another order's, a gap in ``seq``, or a move that the
    table forbids.
    """
    if order is not None and event.order_no != order.order_no:
        raise ValueError(f"{event.event_id} is a fact about {event.order_no}, not about {order.order_no}")
    seen = order.version if order is not None else 0
    if order is not None and event.seq <= seen:
        return order
    if event.seq != seen + 1:
        raise ValueError(f"{event.order_no}: event {event.seq} after {seen} leaves a gap")
    state = order.state if order is not None else None
    move = move_of(event)
    target = state if move is None else next_state(state, move)
    if target is None:
        raise ValueError(f"{event.order_no}: {event.fact.type} is no fact of an order in state {state}")
    if order is None:
        return _first(event, target)
    change = _changes(order, event) | {"state": target, "version": event.seq, "updated_at": event.at}
    return order.model_copy(update=change)


def replay(events: Iterable[Event]) -> Order | None:
    """The order after all ``events``, None for none."""
    order: Order | None = None
    for event in events:
        order = apply(order, event)
    return order


def _first(event: Event, state: State) -> Order:
    fact = event.fact
    assert isinstance(fact, Received)  # the table lets nothing else start a life
    said = {name: getattr(fact, name) for name in Received.model_fields if name != "type"}
    change = {"order_no": event.order_no, "version": event.seq, "state": state, "received_at": event.at}
    return _BLANK.model_copy(update=said | change | {"updated_at": event.at})


def _changes(order: Order, event: Event) -> dict[str, Any]:
    """The fields that this fact sets, besides state and version."""
    fact, at = event.fact, event.at
    match fact:
        case Routed():
            return {"routing": fact.routing}
        case Dispatched():
            return {
                "lead_department": fact.unit,
                "first_department": order.first_department or fact.unit,
                "dispatch_count": fact.dispatch_no,
                "first_decision_mode": order.first_decision_mode or fact.mode,
                "decision_mode": fact.mode,
                "decided_by": event.actor.id,
                "override_reason": fact.override_reason,
                "first_dispatched_at": order.first_dispatched_at or at,
                "dispatched_at": at,
                "signed_at": None,
            }
        case Returned():
            return {
                "lead_department": None,
                "return_count": order.return_count + 1,
                "return_reason": fact.reason,
                "return_basis": fact.basis,
                "signed_at": None,
            }
        case Closed():
            return {
                "lead_department": order.lead_department or fact.unit,
                "closing_department": fact.unit,
                "is_direct_answer": fact.how == "direct",
                "reply_public": fact.reply_public,
                "first_closed_at": order.first_closed_at or at,
                "closed_at": at,
            }
        case Accepted():
            return {"accepted_at": at}
        case Signed():
            return {"signed_at": at}
        case Received():
            return {}  # starts a life and never follows
        case _:
            assert_never(fact)
