"""The orders that an order is split into, as they are handed in. Pure but for the keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dispatcher.vault.command import place_of_move
from dispatcher.vault.intake import place_of, seal_intake
from dispatcher.vault.vault import Vault
from dispatcher.vault.words import IDENTITY
from models.catalogue import Catalogue
from models.events import Event
from models.facts import WasSplit
from models.intake import Intake, SealedIntake
from models.moves import SplitPart
from models.order import Order
from models.rules.case import SPLIT_SOURCE
from models.rules.desk import child_id

_WHOLE = ("channel", "request_type", "urgency", "received_at", "occurred_at", "agent_id", "prev_order_no")
"""What is true of the parts because it was true of the whole."""
_REQUESTER = (*IDENTITY, "is_anonymous", "is_confidential", "reply_required", "liaison_unit")
_PLACE = ("street", "community", "address_text", "latitude", "longitude")


def part_intakes(vault: Vault, catalogue: Catalogue, parent: Order, event: Event) -> Iterator[SealedIntake]:
    """The parts in their order, each sealed for itself; what a part leaves out is the parent's.

    Raises ``BrokenSeal`` where the parent's or the event's seal does not open.
    """
    assert isinstance(event.fact, WasSplit)  # nothing else has parts
    seal = parent.requester.sealed
    opened = vault.sealer.open(seal, place_of(parent)) if seal is not None else {}
    words = vault.sealer.open(event.sealed, place_of_move(event)) if event.sealed is not None else {}
    whole = {name: opened.get(name, getattr(parent, name)) for name in _WHOLE}
    whole |= {name: opened.get(name, getattr(parent.requester, name)) for name in _REQUESTER}
    whole |= {"requester_kind": parent.requester.kind}
    place = {name: opened.get(name, getattr(parent, name)) for name in _PLACE}
    for n, part in enumerate(event.fact.parts):
        intake = Intake(
            source_system=SPLIT_SOURCE,
            external_id=child_id(parent.order_no, n + 1),
            parent_order_no=parent.order_no,
            title=words.get(f"parts.{n}.title", part.title),
            content=words.get(f"parts.{n}.content", part.content),
            **whole,
            **_place(place, part),
            **_item(catalogue, parent, part),
        )
        yield seal_intake(vault, intake)


def _place(whole: dict[str, Any], part: SplitPart) -> dict[str, Any]:
    """Where the part is: another street or community leaves the parent's address behind."""
    street = part.street or whole["street"]
    if street == whole["street"] and part.community in (None, whole["community"]):
        return whole
    return {"street": street, "community": part.community}


def _item(catalogue: Catalogue, parent: Order, part: SplitPart) -> dict[str, Any]:
    """The item and its category; without one the words of the part tell its category."""
    item = catalogue.item_by_code.get(part.item_code or parent.item_code or "")
    return {"item_code": item.code, "category": item.category} if item is not None else {}
