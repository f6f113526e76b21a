"""Versions of an order as entity tags (RFC 9110): ``"7"`` is the order after its seventh event."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header

from models.errors import CorrectInput

_STRONG = re.compile(r'"(\d{1,9})"')

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The version that was seen, as its ETag: the command counts for no later one.",
        json_schema_extra={"pattern": r'^(\*|"\d{1,9}")$'},
    ),
]
IfNoneMatch = Annotated[
    str | None, Header(alias="If-None-Match", description="ETags that are at hand: 304 where one of them still holds.")
]
PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
"""An order's answer is one person's, and is asked for again each time."""


def etag(version: int) -> str:
    """The version as an entity tag."""
    return f'"{version}"'


def is_known(version: int, said: str | None) -> bool:
    """Whether ``If-None-Match`` names this version (weak comparison)."""
    if said is None:
        return False
    return said.strip() == "*" or etag(version) in {tag.strip().removeprefix("W/") for tag in said.split(",")}


def seen_version(said: str | None, expected: int | None) -> int | None:
    """The version that a command was made for, from ``If-Match`` or the body.

    Raises ``CorrectInput`` for a tag that is none of ours, and where the two differ.
    """
    if said is None or said.strip() == "*":
        return expected
    found = _STRONG.fullmatch(said.strip())
    if found is None:
        raise CorrectInput.one("If-Match", 'is the ETag of an order, like "7"')
    version = int(found[1])
    if expected is not None and expected != version:
        raise CorrectInput.one("expected_version", "differs from If-Match")
    return version
