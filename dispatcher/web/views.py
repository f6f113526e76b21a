"""What of an order is shown: everything but the requester's identity, which is masked."""

from __future__ import annotations

from typing import Any

from models.order import Order, Requester


def mask_name(name: str) -> str:
    """The first character, the rest as stars."""
    return name[:1] + "*" * max(1, len(name) - 1)


def mask_phone(phone: str) -> str:
    """The first three and the last four digits where enough stay hidden, else only stars."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "*" * len(phone)


def masked(requester: Requester) -> Requester:
    """The requester as everybody may see it; who wants to stay unknown is not named at all."""
    unknown = requester.is_anonymous or requester.is_confidential
    return requester.model_copy(
        update={
            "name": mask_name(requester.name) if requester.name and not unknown else None,
            "phone": mask_phone(requester.phone) if requester.phone and not unknown else None,
            "enterprise_name": None if unknown else requester.enterprise_name,
            "uscc": None if unknown else requester.uscc,
        }
    )


def order_view(order: Order) -> dict[str, Any]:
    """The order as JSON, the requester masked."""
    shown = order.model_copy(update={"requester": masked(order.requester)})
    return {**shown.model_dump(mode="json"), "is_demo": order.is_demo}
