"""What comparing orders needs: their sketches, and how many there were of what where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Sketch(NamedTuple):  # thousands of them are made for one lookup, and a tuple is made fastest
    """An order reduced to numbers that can be compared; no text and nothing of a person can be read from it.

    ``grams`` are the hashed pairs of characters of its words (ascending, little-endian uint16), ``places`` the hashed
    names of its places by kind (ascending, little-endian uint32); see ``dispatcher.similar.sketch``.
    """

    order_no: str
    received_at: datetime
    item_code: str | None
    category: str | None
    grams: bytes
    places: bytes


@dataclass(frozen=True, slots=True)
class Tally:
    """How many orders of one kind were received in one stretch of 24 hours; ``days_ago`` 0 is the last one."""

    days_ago: int
    street: str
    community: str | None
    category: str | None
    item_code: str | None
    count: int


class Group(NamedTuple):
    """The orders of a street, narrowed by what is not None."""

    street: str
    community: str | None = None
    category: str | None = None
    item_code: str | None = None
