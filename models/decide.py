"""Pure ``decide(order, command, terms, now)``: the only place where a wish becomes facts or a refusal."""

from __future__ import annotations

from datetime import datetime, timedelta

from models.apply import SAID, apply
from models.base import blank
from models.catalogue import Step
from models.commands import Actor, Command, Refusal, RefusalCode
from models.events import Event
from models.facts import Dispatched, Fact, Received, Routed
from models.kinds import DecisionMode
from models.lifecycle import Move
from models.moves import Accept, Contact, CoReply, Dispatch, LaterMove, Register, Sign, Supervise, Transfer, Urge
from models.order import Order
from models.rights import Role
from models.rules import facts_of
from models.rules.access import may_know, may_make
from models.rules.case import Case, refuse, unknown
from models.terms import Terms

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far another system's clock may run ahead of ours before its times count as the future."""
_STILL_WITH_IT = (Sign, Contact, Transfer, CoReply, Urge, Supervise)
"""Recorded steps after which a unit still has to do what it was sent."""
_EVENT, _RECEIVED = blank(Event), blank(Received)
_ROUTER = Actor(id="router", role=Role.SYSTEM)


def decide(order: Order | None, command: Command, terms: Terms, now: datetime) -> list[Event] | Refusal:
    """The events that ``command`` makes of ``order`` (None: not registered), or why it is refused.

    Pure: no clock, no store, no randomness. Never raises for anything that a client can send.
    """
    try:
        return _decide(order, command, terms, now)
    except OverflowError:
        said = f"{command.do.move}: a limit would end outside the years 1 to 9999"
        return refuse(order, command, RefusalCode.IMPOSSIBLE_TIME, said)


def _decide(order: Order | None, command: Command, terms: Terms, now: datetime) -> list[Event] | Refusal:
    if isinstance(command.do, Register):
        return _register(order, command, command.do, terms, now)
    if order is None or not may_know(command.actor, order):
        return unknown(command)
    at = max(now, order.updated_at)  # a clock that was set back does not turn the order of the facts
    if command.expected_version is not None and not order.revision <= command.expected_version <= order.version:
        said = f"the order has version {order.version} by now, not {command.expected_version}"
        return refuse(order, command, RefusalCode.STALE_VERSION, said)
    facts = facts_of(Case(order, command, command.actor, terms, at, now), command.do)
    if isinstance(facts, Refusal):
        return facts
    return [_event(command, order.version + n, n, fact, at, now, command.actor) for n, fact in enumerate(facts, 1)]


def _register(
    order: Order | None, command: Command, do: Register, terms: Terms, now: datetime
) -> list[Event] | Refusal:
    if not may_make(command.actor, None, Move.REGISTER):
        # Whether the number is taken is none of this actor's business.
        return refuse(None, command, RefusalCode.NOT_ALLOWED, f"register is not for the role {command.actor.role}")
    if order is not None:
        same = (order.source_system, order.external_id) == (do.source_system, do.external_id)
        said = "registered before" if same else f"number taken by {order.source_system}/{order.external_id}"
        return refuse(order, command, RefusalCode.DUPLICATE, said)
    if do.received_at > now + CLOCK_TOLERANCE:
        return refuse(None, command, RefusalCode.IMPOSSIBLE_TIME, "received_at: lies in the future")
    events = [_event(command, 1, 1, _received(do, terms), do.received_at, now, command.actor)]
    current = apply(None, events[0])

    def add(fact: Fact, at: datetime, actor: Actor) -> None:
        n = len(events) + 1
        events.append(_event(command, n, n, fact, at, now, actor))

    live_at = max(now, do.received_at)
    add(Routed(routing=do.routing), live_at if not do.steps else do.received_at, _ROUTER)
    for place, (wish, at, actor) in enumerate(steps := _steps(command, do, terms, live_at)):
        for event in events[current.version :]:
            current = apply(current, event)
        if at < current.updated_at:
            said = f"{wish.move}: {at.isoformat()} lies before the step that precedes it"
            return refuse(None, command, RefusalCode.IMPOSSIBLE_TIME, said)
        if at > now + CLOCK_TOLERANCE:
            said = f"{wish.move}: {at.isoformat()} lies in the future"
            return refuse(None, command, RefusalCode.IMPOSSIBLE_TIME, said)
        facts = facts_of(Case(current, command, actor, terms, at, now), wish)
        if isinstance(facts, Refusal):
            # The order that the steps have built so far is not stored: nothing is known of it, nothing allowed.
            return refuse(None, command, facts.code, f"{wish.move}: {facts.reason}")
        done = any(not isinstance(later, _STILL_WITH_IT) for later, _, _ in steps[place + 1 :])
        for fact in facts:
            add(fact.model_copy(update={"notify": False}) if done and isinstance(fact, Dispatched) else fact, at, actor)
    return events


def _received(do: Register, terms: Terms) -> Received:
    said = {name: getattr(do, name) for name in SAID}
    said["limit"] = terms.with_marks(do.limit, do.received_at)
    said["dispatch_due_at"] = terms.step_due(Step.DISPATCH, do.urgency, do.requester.kind, do.received_at)
    return _RECEIVED.model_copy(update=said)


def _steps(command: Command, do: Register, terms: Terms, live_at: datetime) -> list[tuple[LaterMove, datetime, Actor]]:
    """What follows the registration: an archive's record, or what the router decides."""
    if do.steps:
        return [(step.do, step.at, command.actor) for step in do.steps]
    steps: list[tuple[LaterMove, datetime, Actor]] = [(Accept(), live_at, _ROUTER)]
    # A unit that has left the catalogue since it was routed keeps the order for an operator, and loses nothing.
    if do.routing.mode == "auto" and do.routing.unit is not None and terms.catalogue.has_unit(do.routing.unit):
        steps.append((Dispatch(unit=do.routing.unit, mode=DecisionMode.AUTO), live_at, _ROUTER))
    return steps


def _event(
    command: Command, seq: int, place: int, fact: Fact, at: datetime, recorded_at: datetime, actor: Actor
) -> Event:
    # Unchecked: every part was validated when the command was read.
    envelope = {
        "event_id": f"{command.command_id}/{place}",
        "order_no": command.order_no,
        "seq": seq,
        "at": at,
        "recorded_at": recorded_at,
        "actor": actor,
        "command_id": command.command_id,
        "sealed": command.sealed if place == 1 else None,
        "digest": command.digest,
        "fact": fact,
    }
    return _EVENT.model_copy(update=envelope)
