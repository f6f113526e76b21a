"""Pure ``decide(order, command, catalogue, now)``: the only place where a wish becomes facts or a refusal."""

from __future__ import annotations

from datetime import datetime, timedelta

from models.apply import apply
from models.catalogue import Catalogue
from models.commands import Accept, Actor, Command, Dispatch, LaterMove, Refusal, RefusalCode, Register, Role, Sign
from models.events import Dispatched, Event, Fact, Received, Routed
from models.order import DecisionMode, Order
from models.rules import facts_of, refuse

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far another system's clock may run ahead of ours before its times count as the future."""


def decide(order: Order | None, command: Command, catalogue: Catalogue, now: datetime) -> list[Event] | Refusal:
    """The events that ``command`` makes of ``order`` (None: not registered), or why it is refused.

    Pure: no clock, no store, no randomness. Never raises for anything that a client can send.
    """
    if isinstance(command.do, Register):
        return _register(order, command, command.do, catalogue, now)
    if order is None:
        return refuse(None, command, RefusalCode.UNKNOWN_ORDER, f"no order {command.order_no}")
    if command.expected_version is not None and command.expected_version != order.version:
        said = f"the order has version {order.version} by now, not {command.expected_version}"
        return refuse(order, command, RefusalCode.STALE_VERSION, said)
    facts = facts_of(order, command, command.do, catalogue, command.actor)
    if isinstance(facts, Refusal):
        return facts
    at = max(now, order.updated_at)  # a clock that was set back does not turn the order of the facts
    return [_event(command, order.version + n, n, fact, at, now, command.actor) for n, fact in enumerate(facts, 1)]


def _register(
    order: Order | None, command: Command, do: Register, catalogue: Catalogue, now: datetime
) -> list[Event] | Refusal:
    if order is not None:
        same = (order.source_system, order.external_id) == (do.source_system, do.external_id)
        said = "registered before" if same else f"number taken by {order.source_system}/{order.external_id}"
        return refuse(order, command, RefusalCode.DUPLICATE, said)
    if do.received_at > now + CLOCK_TOLERANCE:
        return refuse(None, command, RefusalCode.IMPOSSIBLE_TIME, "received_at: lies in the future")
    said_fields = {name: getattr(do, name) for name in Received.model_fields if name != "type"}
    events = [_event(command, 1, 1, Received.model_construct(**said_fields), do.received_at, now, command.actor)]
    current = apply(None, events[0])

    def add(fact: Fact, at: datetime, actor: Actor) -> None:
        nonlocal current
        n = len(events) + 1
        events.append(_event(command, n, n, fact, at, now, actor))
        current = apply(current, events[-1])

    router = Actor(id="router", role=Role.SYSTEM)
    live_at = max(now, do.received_at)
    add(Routed(routing=do.routing), live_at if not do.steps else do.received_at, router)
    steps: list[tuple[LaterMove, datetime, Actor]] = [(step.do, step.at, command.actor) for step in do.steps]
    if not steps:
        steps.append((Accept(), live_at, router))
        # A unit that has left the catalogue since it was routed keeps the order for an operator, and loses nothing.
        if do.routing.mode == "auto" and do.routing.unit is not None and catalogue.has_unit(do.routing.unit):
            steps.append((Dispatch(unit=do.routing.unit, mode=DecisionMode.AUTO), live_at, router))
    for place, (wish, at, actor) in enumerate(steps):
        if at < current.updated_at:
            said = f"{wish.move}: {at.isoformat()} lies before the step that precedes it"
            return refuse(None, command, RefusalCode.IMPOSSIBLE_TIME, said)
        if at > now + CLOCK_TOLERANCE:
            said = f"{wish.move}: {at.isoformat()} lies in the future"
            return refuse(None, command, RefusalCode.IMPOSSIBLE_TIME, said)
        facts = facts_of(current, command, wish, catalogue, actor)
        if isinstance(facts, Refusal):
            # The order that the steps have built so far is not stored: nothing is known of it, nothing allowed.
            return refuse(None, command, facts.code, f"{wish.move}: {facts.reason}")
        done = any(not isinstance(later, Sign) for later, _, _ in steps[place + 1 :])
        for fact in facts:
            add(fact.model_copy(update={"notify": False}) if done and isinstance(fact, Dispatched) else fact, at, actor)
    return events


def _event(
    command: Command, seq: int, place: int, fact: Fact, at: datetime, recorded_at: datetime, actor: Actor
) -> Event:
    # model_construct: every part was validated when the command was read.
    return Event.model_construct(
        event_id=f"{command.command_id}/{place}",
        order_no=command.order_no,
        seq=seq,
        at=at,
        recorded_at=recorded_at,
        actor=actor,
        command_id=command.command_id,
        fact=fact,
    )
