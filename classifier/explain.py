"""Reasons: the words of a text without which the model would have thought less of a unit.

Every n-gram has a contribution to the unit against the average of all units. A span's worth is the sum of the
n-grams that lie wholly in it, summed in the same order wherever it stands, so that a text gets the same words alone
and in a batch.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from classifier.ngrams import Grams
from classifier.text import BOUNDARY, Characters

SHORTEST, LONGEST, MOST = 2, 6, 3

_TORN = np.float32(0.5)
_STRONG_LINK = 3.0
"""Pointwise mutual information (nats) from which on two neighbours belong to one word; a span that tears such a pair
at its edge counts only ``_TORN`` of its worth."""
_WEAKEST = 0.25
"""A word worth less than this share of the strongest is not worth showing."""
_EDGE = "的了是在我你您他她它们这那就都也和与及把被对从到为以而且但或很又还再着过吗呢吧啊呀嘛么之其有没不个于向让给请由等所并会能要可将已"
_CANDIDATES = 8


def best_words(
    characters: Characters,
    grams: Grams,
    contribution: NDArray[np.float32],
    idf: NDArray[np.float32],
) -> list[tuple[str, ...]]:
    """Up to ``MOST`` spans of each text, strongest first, not overlapping.

    ``contribution`` and ``idf`` have one entry per (document, feature) pair of ``grams``.
    """
    worth, length = _best_span_at_each_place(characters, grams, contribution, idf)
    peak = worth > 0
    peak[1:] &= worth[1:] > worth[:-1]
    peak[:-1] &= worth[:-1] >= worth[1:]
    places = np.flatnonzero(peak)
    document = characters.document[places]
    ranking = np.lexsort((places, -worth[places], document))
    places, document = places[ranking], document[ranking]
    starts = np.searchsorted(document, np.arange(characters.documents + 1)).tolist()
    result: list[tuple[str, ...]] = []
    for i in range(characters.documents):
        chosen = places[starts[i] : min(starts[i + 1], starts[i] + _CANDIDATES)]
        begin = characters.place[chosen].tolist()
        result.append(_pick(characters.source, begin, length[chosen].tolist(), worth[chosen].tolist()))
    return result


def _pick(source: str, begins: list[int], lengths: list[int], worths: list[float]) -> tuple[str, ...]:
    words: list[str] = []
    taken: list[tuple[int, int]] = []
    for begin, length, worth in zip(begins, lengths, worths, strict=True):
        end = begin + length
        word = source[begin:end]
        if worth < _WEAKEST * worths[0] or len(words) == MOST:
            break
        if any(begin < other_end and other < end for other, other_end in taken):
            continue
        if any(word in other or other in word for other in words):
            continue
        words.append(word)
        taken.append((begin, end))
    return tuple(words)


def _best_span_at_each_place(
    characters: Characters, grams: Grams, contribution: NDArray[np.float32], idf: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """The worth and the length of the best span that starts at each character; worth 0 where there is none."""
    size = len(characters.codes)
    one, two, three = _spread(grams, contribution, size)
    edge = _is_edge(characters.codes)
    torn = _torn_after(grams, idf, size)
    left = np.where(edge, np.float32(0), np.float32(1))
    left[1:] *= np.where(torn[:-1], _TORN, np.float32(1))
    right = np.where(edge, np.float32(0), np.float32(1)) * np.where(torn, _TORN, np.float32(1))
    inside = characters.codes != BOUNDARY
    ending = one.copy()
    ending[1:] += two[:-1]
    ending[2:] += three[:-2]
    total = one.copy()
    best = np.zeros(size, dtype=np.float32)
    length = np.zeros(size, dtype=np.int8)
    whole = inside.copy()
    for span in range(SHORTEST, LONGEST + 1):
        if size < span:
            break
        last = span - 1
        total = total[: size - last] + (one[last:] + two[last - 1 : size - 1] if span == 2 else ending[last:])
        whole = (
            whole[: size - last]
            & inside[last:]
            & (characters.place[last:] - characters.place[: size - last] == last)
        )
        worth = total * left[: size - last] * right[last:] * np.float32(span**-0.5)
        better = whole & (worth > best[: size - last])
        best[: size - last][better] = worth[better]
        length[: size - last][better] = span
    return best, length


def _spread(grams: Grams, values: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """(orders, characters): each pair's value at every place where its n-gram starts; at least three orders."""
    orders = max(3, int(grams.occurrence.max(initial=0)) // max(size, 1) + 1)
    spread = np.zeros(orders * size, dtype=np.float32)
    spread[grams.occurrence] = values[grams.group]
    return spread.reshape(orders, size)[:3]


def _torn_after(grams: Grams, idf: NDArray[np.float32], size: int) -> NDArray[np.bool_]:
    """Whether a cut after the character would tear a word."""
    one, two, _ = _spread(grams, idf, size)
    torn = np.zeros(size, dtype=bool)
    torn[:-1] = (two[:-1] > 0) & (one[:-1] + one[1:] - two[:-1] > _STRONG_LINK)
    return torn


def _is_edge(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Characters that no word of a reason starts or ends with: particles, pronouns, digits."""
    function_words = np.fromiter(map(ord, _EDGE), dtype=np.uint32)
    return np.isin(codes, function_words) | (codes < 128)
