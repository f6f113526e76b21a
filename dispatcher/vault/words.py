"""How words that somebody wrote about an order are masked: with what is known of its requester. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.masking import HIDDEN, mask_address, mask_identity, mask_name, mask_numbers, mask_personal, mask_phone
from models.phones import bare_number, phone_numbers

IDENTITY = ("name", "phone", "id_number", "enterprise_name", "uscc")
"""Who asks; of who wants to stay unknown nothing of it is shown."""
_ROOM = 3
_SHORT = 200
"""A mask may be longer than what it stands for; every text that may be so long has no smaller limit."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is looked for in texts: the name that is shortened, and words that are hidden whole."""

    name: str | None
    hidden: tuple[str, ...]

    def masked(self, text: str) -> str:
        return _cut(mask_personal(text, self.name, self.hidden), text)

    def masked_address(self, text: str) -> str:
        return _cut(mask_address(mask_personal(text, self.name, self.hidden)), text)


def known_of(said: Mapping[str, str | None], hide: bool) -> Known:
    """What the identity that was given (fields of ``IDENTITY``) means for texts; ``hide`` for who is anonymous or
    confidential. The own landline and the own document are hidden as well, which nobody could tell otherwise."""
    phone, document = said.get("phone"), said.get("id_number")
    words: list[str | None] = [document]
    if phone:
        words += [form for number in phone_numbers(phone) for form in (number.strip(), bare_number(number))]
    words = [word for word in words if word and len(word) > 6 and "*" not in word]
    if hide:
        words += [said.get(name) for name in ("enterprise_name", "uscc", "name")]
    hidden = sorted({word for word in words if word and len(word) > 1 and word != HIDDEN}, key=len, reverse=True)
    return Known(None if hide else said.get("name"), tuple(hidden))


def room_of(address: str) -> str | None:
    """The part of an address that ``mask_address`` takes out; None where that is nothing, too short to be looked for in
    a text, or more than one part."""
    shown = mask_address(address)
    before, hidden, after = shown.partition(HIDDEN)
    room = address[len(before) : len(address) - len(after)]
    whole = hidden and HIDDEN not in after and address == before + room + after
    return room if whole and len(room) >= _ROOM else None


def shown_identity(said: Mapping[str, str | None], hide: bool) -> dict[str, str]:
    """How each field of the identity that was given is shown."""
    given = {name: value for name in IDENTITY if (value := said.get(name))}
    if hide:
        return dict.fromkeys(given, HIDDEN)
    return {name: _MASKS[name](value) for name, value in given.items()}


_MASKS = {
    "name": mask_name,
    "phone": lambda phone: mask_phone(phone).ljust(3, "*"),
    "id_number": mask_identity,
    "enterprise_name": mask_numbers,
    "uscc": mask_numbers,  # a trader's code may be the ID number
}


def _cut(shown: str, said: str) -> str:
    return shown[: max(_SHORT, len(said))]
