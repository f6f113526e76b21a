"""Exact substring search: the normal form of texts, and FTS5 over overlapping pairs of characters.

At each position of a text stands the token of that character and the next (at the end, of the last one alone).
A needle of n >= 2 characters is the phrase of its n-1 pairs, a single character is the prefix of a token: both
hold exactly where the needle is a substring, in any script, with no word list and no shortest length.
"""

from __future__ import annotations

import re

from models.masking import mask_numbers
from models.order import Order

# FTS5's ``ascii`` tokenizer takes every character for a token's but ASCII punctuation, blanks and controls. Those
# go to the last private-use characters of Unicode, which ``normalise`` keeps out of texts; one more, beyond
# ASCII's 128, stands between fields.
_RESERVED = 0x10FF00
_BETWEEN_FIELDS = chr(_RESERVED + 0x80)
# The order's own number is written in an alphabet of its own, so that a digit or two of a needle do not hit it.
_NUMBERS = 0x10FE00
_TO_NUMBER = {n: chr(_NUMBERS + n) for n in range(0x80)}
NUMBER_PART = 4
"""From this length on a needle of Latin letters and digits may also be a part of an order number."""
_UNUSABLE = (*range(0xD800, 0xE000), *range(_NUMBERS, _NUMBERS + 0x80), *range(_RESERVED, _RESERVED + 0x81))

_FULL_WIDTH = {0xFF00 + n: 0x20 + n for n in range(1, 0x5F) if chr(0x20 + n).isalnum()}
_NORMAL: dict[int, int] = {**_FULL_WIDTH, **dict.fromkeys(_UNUSABLE, 0xFFFD)}
_TO_TOKEN = str.maketrans({n: chr(_RESERVED + n) for n in range(0x80) if not chr(n).isalnum()})
_WHITE = re.compile(r"\s+")


def normalise(text: str) -> str:
    """The form in which texts and needles are compared: Latin letters and digits in half width and without
    case, each run of white space as one space. Character by character, so it keeps substrings substrings."""
    return _WHITE.sub(" ", text.translate(_NORMAL).casefold())


def searchable(order: Order) -> str:
    """All that a search looks into, in normal form; the requester is no part of it, nor are phone and identity-card
    numbers that people write.

    No needle holds the character between the fields, so none matches across two of them.
    """
    fields = (order.title, order.content, order.address_text, order.reply_public)
    texts = [normalise(mask_numbers(field)) for field in fields if field]
    return _BETWEEN_FIELDS.join([*texts, normalise(order.order_no).translate(_TO_NUMBER)])


def forms(needle: str) -> tuple[str, ...]:
    """What a needle (in normal form) may stand for in ``searchable``: a part of a text, or of an order number."""
    if len(needle) >= NUMBER_PART and needle.isascii() and needle.isalnum():
        return needle, needle.translate(_TO_NUMBER)
    return (needle,)


def tokens(text: str) -> str:
    """What is indexed for a text in normal form."""
    characters = text.translate(_TO_TOKEN)
    return " ".join(map(str.__add__, characters, characters[1:] + " "))


def match_expression(needle: str) -> str:
    """The FTS5 query that finds the texts which ``needle`` (in normal form, not empty) is a substring of."""
    return " OR ".join(_phrase(form.translate(_TO_TOKEN)) for form in forms(needle))


def _phrase(characters: str) -> str:
    if len(characters) == 1:
        return f'"{characters}" *'
    return '"' + " ".join(map(str.__add__, characters, characters[1:])) + '"'
