"""Phone and identity-card numbers inside what people write: shown to nobody in full."""

from __future__ import annotations

import re

# Mainland mobile numbers, spaced or hyphenated, with or without the country code.
_MOBILE = re.compile(r"(?<!\d)((?:\+?86[- ]?)?[1１][3-9３-９]\d)[- ]?\d{4}[- ]?(\d{4})(?!\d)")
# 18 characters: six of the place, the birthday from 1900 on, three of the sequence, a check digit (GB 11643).
_IDENTITY = re.compile(r"(?<!\d)(\d{6})(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dXx])")


def mask_numbers(text: str) -> str:
    """The text with the middle of each such number as stars; everything else stays as it is."""
    return _MOBILE.sub(r"\1****\2", _IDENTITY.sub(r"\1************", text))


def mask_personal(text: str, name: str | None) -> str:
    """The same, and of the name that the requester gave only its first character (李某)."""
    if name and len(name) > 1:
        text = text.replace(name, name[0] + "某")
    return mask_numbers(text)


def mask_name(name: str) -> str:
    """The first character, the rest as stars."""
    return name[:1] + "*" * max(1, len(name) - 1)


def mask_phone(phone: str) -> str:
    """The first three and the last four digits where enough stay hidden, else only stars."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "*" * len(phone)
