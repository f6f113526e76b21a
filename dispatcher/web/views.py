"""What of an order is shown to whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from dispatcher.vault.command import TEXTS as MOVE_TEXTS
from models.accounts import Principal
from models.alarms import dues
from models.base import Value
from models.events import Event
from models.facts import Received, Revealed, Transferred
from models.masking import HIDDEN, mask_numbers
from models.order import Order
from models.parts import Requester
from models.rights import TASKS, Role, Task
from models.rules.access import moves_of

V = TypeVar("V", bound=Value)

TEXTS = MOVE_TEXTS | {"reply", "return_basis", "reject_basis"}
"""Fields that hold what people wrote. Personal numbers were taken out of them at intake; what an earlier version of
the program wrote is masked here."""
_IDENTITY = ("name", "phone", "id_number", "enterprise_name", "uscc")
_NEVER_SHOWN = {"requester": {"sealed", "phone_hashes", "id_hash"}}
_DISCREET = (Role.DEPARTMENT, Role.ANALYST)


def shown_to(order: Order, who: Principal) -> Order:
    """The order as ``who`` may see it: who wants to stay unknown is hidden from units and analysts, all else of the
    requester is masked; an analyst sees nobody at all."""
    change: dict[str, Any] = {"requester": _requester(order.requester, who)}
    if who.role is Role.ANALYST:
        change |= {name: HIDDEN for name in ("agent_id", "decided_by", "handler") if getattr(order, name)}
    return without_numbers(order).model_copy(update=change)


def _requester(requester: Requester, who: Principal) -> Requester:
    if who.role is Role.ANALYST:
        return Requester(kind=requester.kind)
    change: dict[str, Any] = {"sealed": None, "phone_hashes": (), "id_hash": None}
    if who.role in _DISCREET and (requester.is_anonymous or requester.is_confidential):
        change |= {name: HIDDEN for name in _IDENTITY if getattr(requester, name)}
    return requester.model_copy(update=change)


def order_view(order: Order, who: Principal) -> dict[str, Any]:
    """The order as JSON: what ``who`` may see of it, and the moves that it allows to them."""
    document = shown_to(order, who).model_dump(mode="json", exclude=_NEVER_SHOWN)
    if who.role is Role.ANALYST:
        document["requester"] = None
    document |= {
        "is_demo": order.is_demo,
        "units": sorted(order.units),
        "allowed": moves_of(who.actor(), order),
        "dues": [{"at": due.at.isoformat(), "kind": due.kind} for due in dues(order)],
    }
    return document


def facts_for(events: Iterable[Event], who: Principal) -> list[Event]:
    """The facts as ``who`` may see them; who has looked at personal data is for those who watch over it."""
    watches = who.role in TASKS[Task.READ_VIEWS]
    return [_event(event, who) for event in events if watches or not isinstance(event.fact, Revealed)]


def _event(event: Event, who: Principal) -> Event:
    fact = without_numbers(event.fact)
    if isinstance(fact, Received):
        hidden = {"agent_id": HIDDEN} if who.role is Role.ANALYST and fact.agent_id else {}
        fact = fact.model_copy(update={"requester": Requester(kind=fact.requester.kind)} | hidden)
    if isinstance(fact, Transferred) and who.role is Role.ANALYST and fact.handler:
        fact = fact.model_copy(update={"handler": HIDDEN})
    change: dict[str, Any] = {"fact": fact, "sealed": None, "digest": None}
    if who.role is Role.ANALYST and event.actor.role is not Role.SYSTEM:
        change |= {"actor": event.actor.model_copy(update={"id": HIDDEN}), "command_id": HIDDEN, "event_id": HIDDEN}
    return event.model_copy(update=change)


def event_view(event: Event) -> dict[str, Any]:
    """A fact of ``facts_for`` as JSON; nothing of the requester."""
    return event.model_dump(mode="json", exclude={"sealed": True, "digest": True, "fact": {"requester"}})


def without_numbers(value: V) -> V:
    """The same with personal numbers masked in every text that it holds, however deep."""
    change: dict[str, Any] = {}
    for name, held in value.__dict__.items():
        if held is None:
            continue
        if isinstance(held, str):
            if name in TEXTS and (said := mask_numbers(held)) != held:
                change[name] = said
        elif isinstance(held, Value):
            if (masked := without_numbers(held)) is not held:
                change[name] = masked
        elif isinstance(held, tuple) and held and isinstance(held[0], Value):
            parts = tuple(map(without_numbers, held))
            if any(new is not old for new, old in zip(parts, held, strict=True)):
                change[name] = parts
    return value.model_copy(update=change) if change else value
