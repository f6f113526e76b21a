"""What of an order is shown: everything but the requester's identity, which is masked."""

from __future__ import annotations

from typing import Any

from models.events import Event
from models.masking import mask_numbers
from models.order import Order
from models.parts import Requester

_TEXTS = ("title", "content", "address_text", "reply_public", "return_basis", "basis", "override_reason")

HIDDEN = "***"
"""Stands for what was given and is shown to nobody; its length tells nothing."""
_IDENTITY = ("name", "phone", "enterprise_name", "uscc")


def mask_name(name: str) -> str:
    """The first character, the rest as stars."""
    return name[:1] + "*" * max(1, len(name) - 1)


def mask_phone(phone: str) -> str:
    """The first three and the last four digits where enough stay hidden, else only stars."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "*" * len(phone)


def masked(requester: Requester) -> Requester:
    """The requester as everybody may see it; of who wants to stay unknown only that something was given."""
    if requester.is_anonymous or requester.is_confidential:
        hidden = {name: HIDDEN for name in _IDENTITY if getattr(requester, name)}
        return requester.model_copy(update=dict.fromkeys(_IDENTITY) | hidden)
    return requester.model_copy(
        update={
            "name": mask_name(requester.name) if requester.name else None,
            "phone": mask_phone(requester.phone) if requester.phone else None,
        }
    )


def shown(order: Order) -> Order:
    """The order as everybody may see it: the requester masked, and personal numbers in its texts."""
    texts = {name: mask_numbers(text) for name in _TEXTS if (text := getattr(order, name, None))}
    return order.model_copy(update={"requester": masked(order.requester), **texts})


def order_view(order: Order) -> dict[str, Any]:
    """The order as JSON, as everybody may see it."""
    return {**shown(order).model_dump(mode="json"), "is_demo": order.is_demo}


def event_view(event: Event) -> dict[str, Any]:
    """The event as JSON: nothing of the requester, and no personal numbers in its texts."""
    document = event.model_dump(mode="json", exclude={"fact": {"requester": True}})
    fact = document["fact"]
    fact.update({name: mask_numbers(fact[name]) for name in _TEXTS if fact.get(name)})
    return document
