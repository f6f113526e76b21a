"""Pure ``apply(order, event) -> order``: how a fact changes what is known of an order."""

from __future__ import annotations

from collections.abc import Iterable

from models.base import blank
from models.changes import changes
from models.events import Event
from models.facts import Received
from models.lifecycle import next_states
from models.order import Order
from models.spent import spent_after
from models.transitions import move_of, target_of

UNSEEN = frozenset({"revealed", "alarmed", "adopted", "urged"})
"""Facts that do not make what a person was about to do wrong."""

_BLANK = blank(Order)
SAID = tuple(name for name in Received.model_fields if name not in ("type", "limit", "dispatch_due_at"))
"""What was handed in: the fields that a registration, its first fact and the order have by one name."""


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
    move = move_of(event.fact)
    target = target_of(event.fact) or state
    if (move is not None and target not in next_states(state, move)) or target is None:
        raise ValueError(f"{event.order_no}: {event.fact.type} is no fact of an order in state {state}")
    if order is None:
        return _first(event)
    change = changes(order, event)
    change |= {"version": event.seq, "updated_at": event.at}
    if event.fact.type not in UNSEEN:
        change["revision"] = event.seq
    if target is not state:
        change |= {"state": target, "entered_at": event.at, "spent": spent_after(order, event)}
    return order.model_copy(update=change)


def replay(events: Iterable[Event]) -> Order | None:
    """The order after all ``events``, None for none."""
    order: Order | None = None
    for event in events:
        order = apply(order, event)
    return order


def _first(event: Event) -> Order:
    fact = event.fact
    assert isinstance(fact, Received)  # the table lets nothing else start a life
    change = {name: getattr(fact, name) for name in SAID}
    change |= {"order_no": event.order_no, "version": event.seq, "revision": event.seq, "state": target_of(fact)}
    change |= {"received_at": event.at, "updated_at": event.at, "entered_at": event.at}
    change |= {"limit": fact.limit, "due_at": fact.limit.due_at, "warn_at": fact.limit.warn_at}
    change |= {"red_at": fact.limit.red_at, "dispatch_due_at": fact.dispatch_due_at}
    return _BLANK.model_copy(update=change)
