"""What the seals of an order hold. Call it only after the ledger has kept who looks, and why (``Move.REVEAL``)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from dispatcher.vault.command import place_of_move
from dispatcher.vault.intake import place_of
from dispatcher.vault.vault import Vault
from models.events import Event
from models.order import Order


@dataclass(frozen=True, slots=True)
class Revealed:
    """Original words by field. Not to be logged, kept, or sent anywhere but to who asked."""

    handed_in: dict[str, str] = field(repr=False)
    """Of the message: ``name``, ``phone``, ``title`` … where they are shown otherwise."""
    moves: dict[int, dict[str, str]] = field(repr=False)
    """Of later moves, by their event's ``seq``; ``parts.0.content`` for a part."""


def reveal(vault: Vault, order: Order, events: Iterable[Event]) -> Revealed:
    """What was masked of ``order`` and of ``events``, which are its own.

    Raises ``BrokenSeal`` naming the order when a seal was changed or comes from another order, ``ConfigureFirst`` when
    the key file lacks its key.
    """
    sealed = order.requester.sealed
    return Revealed(
        vault.sealer.open(sealed, place_of(order)) if sealed is not None else {},
        {
            event.seq: vault.sealer.open(event.sealed, place_of_move(event))
            for event in events
            if event.sealed is not None
        },
    )
