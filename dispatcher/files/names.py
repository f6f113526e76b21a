"""Helping with names that are written wrong."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``; did you mean X?`` with the nearest of ``known``, else what there is (up to ten), ready to append."""
    known = list(known)
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {near[0]}?"
    some = ", ".join(known[:10]) + (" …" if len(known) > 10 else "")
    return f"; there is: {some}" if known else ""
