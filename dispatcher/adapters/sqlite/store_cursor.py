"""Where a page ended, as an opaque text that fits into a URL."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from models.errors import CorrectInput
from models.query import JournalKind, SortField

_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Place:
    """The last order shown: its sort key (microseconds, None without one) and its number."""

    key: int | None
    order_no: str


@dataclass(frozen=True, slots=True)
class Entry:
    """The last fact shown: its moment (microseconds), its order and its number there."""

    at: int
    order_no: str
    seq: int


def to_cursor(sort: SortField, descending: bool, place: Place) -> str:
    """The cursor that leads on from ``place``."""
    return _packed([sort, descending, place.key, place.order_no])


def from_cursor(cursor: str, sort: SortField, descending: bool) -> Place:
    """The place that ``cursor`` stands for; raises ``CorrectInput`` for none or for one of another sort."""
    match document := _unpacked(cursor):
        case [str(), bool(), int() | None as key, str(order_no)] if _is_key(key) and order_no.isprintable():
            if document[:2] == [sort, descending]:
                return Place(key, order_no)
            raise CorrectInput.one("cursor", "belongs to another sort")
        case _:
            raise _none()


def to_facts_cursor(kind: JournalKind, entry: Entry) -> str:
    """The cursor that leads on from ``entry``."""
    return _packed([kind, entry.at, entry.order_no, entry.seq])


def from_facts_cursor(cursor: str, kind: JournalKind) -> Entry:
    """The entry that ``cursor`` stands for; raises ``CorrectInput`` for none or for one of another kind."""
    match _unpacked(cursor):
        case [str(of), int(at), str(order_no), int(seq)] if _is_key(at) and _is_key(seq) and order_no.isprintable():
            if of == kind:
                return Entry(at, order_no, seq)
            raise CorrectInput.one("cursor", "belongs to another kind of facts")
        case _:
            raise _none()


def _packed(document: list[Any]) -> str:
    text = json.dumps(document, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _unpacked(cursor: str) -> Any:
    if len(cursor) > _LONGEST:
        raise _none()
    try:
        return json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise _none() from error


def _none() -> CorrectInput:
    return CorrectInput.one("cursor", "is no cursor of this search")


def _is_key(key: int | None) -> bool:
    """Whether SQLite can compare with it."""
    return key is None or (not isinstance(key, bool) and -(2**63) <= key < 2**63)
