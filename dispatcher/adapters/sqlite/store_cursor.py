"""Where a page ended, as an opaque text that fits into a URL."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass

from models.errors import CorrectInput
from models.query import SortField

_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Place:
    """The last order shown: its sort key (microseconds, None without one) and its number."""

    key: int | None
    order_no: str


def to_cursor(sort: SortField, descending: bool, place: Place) -> str:
    """The cursor that leads on from ``place``."""
    document = json.dumps([sort, descending, place.key, place.order_no], separators=(",", ":"))
    return base64.urlsafe_b64encode(document.encode()).decode().rstrip("=")


def from_cursor(cursor: str, sort: SortField, descending: bool) -> Place:
    """The place that ``cursor`` stands for; raises ``CorrectInput`` for none or for one of another sort."""
    if len(cursor) > _LONGEST:
        raise CorrectInput.one("cursor", "is no cursor of this search")
    try:
        document = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise CorrectInput.one("cursor", "is no cursor of this search") from error
    match document:
        case [str(), bool(), int() | None as key, str(order_no)] if _is_key(key) and order_no.isprintable():
            if document[:2] == [sort, descending]:
                return Place(key, order_no)
            raise CorrectInput.one("cursor", "belongs to another sort")
        case _:
            raise CorrectInput.one("cursor", "is no cursor of this search")


def _is_key(key: int | None) -> bool:
    """Whether SQLite can compare with it."""
    return key is None or (not isinstance(key, bool) and -(2**63) <= key < 2**63)
