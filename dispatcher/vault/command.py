"""A move without personal data in clear: its free texts masked, their originals sealed in its command."""

from __future__ import annotations

from typing import Any

from dispatcher.vault.intake import place_of
from dispatcher.vault.vault import Vault
from dispatcher.vault.words import Known, known_of
from models.base import Value
from models.commands import Command
from models.events import Event
from models.moves import Register
from models.order import Order

TEXTS = frozenset(
    {
        "title", "content", "address_text", "basis", "reason", "note", "comment", "override_reason",
        "reply_public", "reply_internal", "section", "handler",
    }
)  # fmt: skip
"""Fields of moves that people write freely (where they are text: a return's ``reason`` is one of six codes)."""


def place_of_move(command: Command | Event) -> tuple[str, str, str]:
    """What a move's seal is bound to."""
    return ("move", command.order_no, command.command_id)


def seal_command(vault: Vault, command: Command, order: Order | None) -> Command:
    """The command as it may be kept; ``order`` is what it is about: its requester's name and numbers are looked for.

    A sealed command stays as it is, and so does a registration: ``seal_intake`` has seen to that. Raises
    ``BrokenSeal`` when the order's own seal does not open.
    """
    if command.sealed is not None or isinstance(command.do, Register):
        return command
    found: dict[str, str] = {}
    if not any(_texts(command.do)):
        return command
    do = _masked(command.do, _known(vault, order), "", found)
    if not found:
        return command
    return command.model_copy(update={"do": do, "sealed": vault.sealer.seal(found, place_of_move(command))})


def _known(vault: Vault, order: Order | None) -> Known:
    if order is None or order.requester.sealed is None:
        return known_of({}, hide=False)
    hide = order.requester.is_anonymous or order.requester.is_confidential
    return known_of(vault.sealer.open(order.requester.sealed, place_of(order)), hide)


def _texts(value: Value) -> list[str]:
    """Every free text of a move and its parts."""
    found = [text for name, text in value if name in TEXTS and type(text) is str and text]
    for _, part in value:
        if isinstance(part, tuple):
            found += [text for one in part if isinstance(one, Value) for text in _texts(one)]
    return found


def _masked(value: Value, known: Known, path: str, found: dict[str, str]) -> Value:
    """The value with its texts masked; ``found`` gets the originals of those that changed."""
    change: dict[str, Any] = {}
    for name, said in value:
        if isinstance(said, tuple) and said and isinstance(said[0], Value):
            change[name] = tuple(_masked(one, known, f"{path}{name}.{n}.", found) for n, one in enumerate(said))
        elif name in TEXTS and type(said) is str:  # not one of the kinds, which are str as well
            shown = known.masked_address(said) if name == "address_text" else known.masked(said)
            if shown != said:
                change[name], found[f"{path}{name}"] = shown, said
    return value.model_copy(update=change)
