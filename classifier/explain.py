"""Reasons: the words of a text without which the model would have thought less of a unit.

Every n-gram has a contribution to the unit against the average of all units. A span's worth is the sum of the
n-grams that lie wholly in it, added in the same order wherever it stands, so that a text gets the same words alone
and in a batch. Of all spans those are preferred that read like words: not cut out of a pair of characters that
usually stand together, and neither starting nor ending with a particle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.ngrams import Grams
from classifier.text import BOUNDARY, Characters

SHORTEST, LONGEST, MOST = 2, 6, 3

_STRONG_LINK = 2.5
"""Pointwise mutual information (nats) from which on two neighbours belong to one word."""
_TORN = np.float32(0.4)
"""What remains of a span's worth for each end at which it tears such a pair."""
_LENGTH_POWER = -0.6
"""Worth grows with length for no other reason than that there is more of it; this takes most of that back."""
_WEAKEST = 0.3
"""A word worth less than this share of the strongest is not worth showing."""
_NO_EDGE = (
    "的了是在我你您他她它们这那就都也和与及把被对从到为以而且但或很又还再着过吗呢吧啊呀嘛么之其有没不个于向让给请由等所并会能要可将已该本此某各每"
    "0"
)
_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class _Frame:
    """What holds for every unit: factors for starting and ending at a character, and, for each length from
    ``SHORTEST`` on, whether the span that starts at a character is unbroken in the source."""

    start: NDArray[np.float32]
    end: NDArray[np.float32]
    unbroken: list[NDArray[np.bool_]]


class Explainer:
    """Finds the words of one batch; ``idf`` has one entry per (document, feature) pair of ``grams``."""

    def __init__(self, characters: Characters, grams: Grams, idf: NDArray[np.float32]) -> None:
        self._characters = characters
        self._grams = grams
        self._orders = max(3, int(grams.occurrence.max(initial=0)) // max(len(characters.codes), 1) + 1)
        self._frame = self._framed(idf)

    def best_words(self, contribution: NDArray[np.float32]) -> list[tuple[str, ...]]:
        """Up to ``MOST`` words of each text, strongest first, not overlapping, none a part of another.

        ``contribution``: one entry per (document, feature) pair.
        """
        worth, length = self._best_span_at_each_place(contribution)
        peak = worth > 0
        peak[1:] &= worth[1:] > worth[:-1]
        peak[:-1] &= worth[:-1] >= worth[1:]
        places = np.flatnonzero(peak)
        document = self._characters.document[places]
        ranking = np.lexsort((-worth[places], document))
        places = places[ranking]
        ends = np.searchsorted(document[ranking], np.arange(self._characters.documents + 1)).tolist()
        result: list[tuple[str, ...]] = []
        begins, lengths, worths = (
            self._characters.place[places].tolist(),
            length[places].tolist(),
            worth[places].tolist(),
        )
        for i in range(self._characters.documents):
            few = slice(ends[i], min(ends[i + 1], ends[i] + _CANDIDATES))
            result.append(_pick(self._characters.source, begins[few], lengths[few], worths[few]))
        return result

    def _best_span_at_each_place(
        self, contribution: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
        """The worth and the length of the best span that starts at each character; worth 0 where there is none."""
        size = len(self._characters.codes)
        one, two, three = self._spread(contribution)
        ending = one.copy()
        ending[1:] += two[:-1]
        ending[2:] += three[:-2]
        best = np.zeros(size, dtype=np.float32)
        length = np.zeros(size, dtype=np.int8)
        total = one
        for span, unbroken in enumerate(self._frame.unbroken, SHORTEST):
            last, count = span - 1, size - span + 1
            total = total[:count] + (one[last:] + two[:count] if span == SHORTEST else ending[last:])
            worth = total * self._frame.start[:count]
            worth *= self._frame.end[last:]
            worth *= np.float32(span**_LENGTH_POWER)
            better = worth > best[:count]
            better &= unbroken
            np.copyto(best[:count], worth, where=better)
            np.copyto(length[:count], np.int8(span), where=better)
        return best, length

    def _spread(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """(3, characters): each pair's value wherever its 1-, 2- or 3-gram starts."""
        size = len(self._characters.codes)
        spread = np.zeros(self._orders * size, dtype=np.float32)
        spread[self._grams.occurrence] = values[self._grams.group]
        return spread.reshape(self._orders, size)[:3]

    def _framed(self, idf: NDArray[np.float32]) -> _Frame:
        codes, place = self._characters.codes, self._characters.place
        size = len(codes)
        one, two, _ = self._spread(idf)
        latin = (codes >= ord("a")) & (codes <= ord("z"))
        linked = (two[:-1] > 0) & (one[:-1] + one[1:] - two[:-1] > _STRONG_LINK)
        linked |= latin[:-1] & latin[1:]
        kept = np.where(linked, _TORN, np.float32(1))
        may = np.where(np.isin(codes, _no_edge_codes()), np.float32(0), np.float32(1))
        start, end = may.copy(), may.copy()
        start[1:] *= kept
        end[:-1] *= kept
        joined = (np.diff(place) == 1) & (codes[:-1] != BOUNDARY) & (codes[1:] != BOUNDARY)
        unbroken: list[NDArray[np.bool_]] = []
        for span in range(SHORTEST, min(LONGEST, size) + 1):
            unbroken.append(joined if not unbroken else unbroken[-1][:-1] & joined[span - SHORTEST :])
        return _Frame(start, end, unbroken)


def _no_edge_codes() -> NDArray[np.uint32]:
    return np.fromiter(map(ord, _NO_EDGE), dtype=np.uint32)


def _pick(source: str, begins: list[int], lengths: list[int], worths: list[float]) -> tuple[str, ...]:
    words: list[str] = []
    taken: list[tuple[int, int]] = []
    for begin, length, worth in zip(begins, lengths, worths, strict=True):
        if len(words) == MOST or worth < _WEAKEST * worths[0]:
            break
        end = begin + length
        word = source[begin:end]
        if any(begin < other_end and other < end for other, other_end in taken):
            continue
        if any(word in other or other in word for other in words):
            continue
        words.append(word)
        taken.append((begin, end))
    return tuple(words)
