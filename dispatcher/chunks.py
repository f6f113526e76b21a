"""A stream in pieces (``itertools.batched`` is not in Python 3.11)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def chunks(stream: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of ``size`` and a last one of what is left; nothing for an empty stream."""
    rest = iter(stream)
    while chunk := list(islice(rest, size)):
        yield chunk
