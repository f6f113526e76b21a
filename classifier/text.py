"""Order texts as one flat array of folded characters, every one of which still knows its place in the text."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.classification import OrderText

MAX_TITLE = 100
MAX_CONTENT = 1000
"""Characters read of each field. Longer contents repeat themselves: on the development set more than this changed
no score by more than its interval, and the few texts of ten thousand characters would set the pace."""

DROPPED = 0
"""Folded code of what says nothing: punctuation, spaces, controls, emoji."""
BOUNDARY = 1
"""Folded code of a field's end; no n-gram reaches across it."""

_BMP = 0x10000
_IDEOGRAPHS_BEYOND_BMP = (0x20000, 0x33480)


@dataclass(frozen=True, slots=True)
class Characters:
    """The characters of a batch, dropped ones left out; all arrays have one entry per character but ``ends``.

    ``source`` is the batch as one string, ``place`` (int32) the character's index in it, ``codes`` (uint32) its
    folded code, ``document`` (int32) the text it belongs to, ``in_title`` (bool) whether it stands in the title.
    """

    source: str
    codes: NDArray[np.uint32]
    place: NDArray[np.int32]
    document: NDArray[np.int32]
    in_title: NDArray[np.bool_]
    documents: int


@cache
def _fold_table() -> NDArray[np.uint32]:
    """Folded code of every character of the basic plane: full width to half, upper case to lower, any digit to 0."""
    table = np.full(_BMP, DROPPED, dtype=np.uint32)
    for code in range(_BMP):
        character = chr(code)
        kind = unicodedata.category(character)
        if kind[0] == "N":
            table[code] = ord("0") if kind == "Nd" else code
        elif kind[0] == "L":
            single = unicodedata.normalize("NFKC", character).lower()
            table[code] = ord(single) if len(single) == 1 else code
    return table


def _fold(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    beyond = codes >= _BMP
    if not beyond.any():
        return _fold_table()[codes]
    folded = _fold_table()[np.where(beyond, 0, codes)]
    low, high = _IDEOGRAPHS_BEYOND_BMP
    keep = beyond & (codes >= low) & (codes < high)
    folded[keep] = codes[keep]
    return folded


def read(texts: Sequence[OrderText], max_content: int = MAX_CONTENT) -> Characters:
    """Fold a batch; never raises, lone surrogates included."""
    pieces: list[str] = []
    for text in texts:
        pieces += (text.title[:MAX_TITLE], "\n", text.content[:max_content], "\n")
    source = "".join(pieces)
    codes = _fold(np.frombuffer(source.encode("utf-32-le", "surrogatepass"), dtype="<u4"))
    lengths = np.fromiter(map(len, pieces), dtype=np.int64, count=len(pieces)).reshape(-1, 4)
    field_ends = np.cumsum(lengths.reshape(-1, 2).sum(axis=1)) - 1
    codes[field_ends] = BOUNDARY
    field = np.repeat(np.arange(2 * len(texts), dtype=np.int32), lengths.reshape(-1, 2).sum(axis=1))
    place = np.flatnonzero(codes).astype(np.int32)
    field = field[place]
    return Characters(source, codes[place], place, field >> 1, (field & 1) == 0, len(texts))
