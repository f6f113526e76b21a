"""Character n-grams as hashed features, computed for a whole batch at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.text import BOUNDARY, Characters

BUCKET_BITS = 22
BUCKETS = 1 << BUCKET_BITS
"""Buckets that n-grams are hashed into; only the buckets that training kept have a row of weights."""

_PLACE_BITS = 24
_PLACE_MASK = (1 << _PLACE_BITS) - 1
_MULTIPLIERS = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F)


@dataclass(frozen=True, slots=True)
class Grams:
    """Every n-gram of a batch that is a known feature, sorted by document and feature.

    The first three arrays have one entry per occurrence: ``occurrence`` = (n - 1) * characters + the index of its
    first character; ``feature`` its row; ``group`` the entry of the sparse matrix that it counts for. The others have
    one entry per (document, feature) pair: ``columns``, ``rows`` and ``counts`` (title occurrences weighted).
    """

    occurrence: NDArray[np.int64]
    group: NDArray[np.int64]
    columns: NDArray[np.int32]
    rows: NDArray[np.int64]
    counts: NDArray[np.int64]


def buckets(characters: Characters, order: int) -> list[NDArray[np.uint32]]:
    """For n = 1 … ``order``: the bucket of the n-gram that starts at each character.

    An n-gram across a boundary or past the end gets ``BUCKETS``, which stands for "none".
    """
    codes = characters.codes
    inside = codes != BOUNDARY
    mixed = np.zeros_like(codes)
    result = []
    for n in range(1, order + 1):
        length = max(len(codes) - n + 1, 0)
        mixed = (mixed[:length] ^ codes[n - 1 :]) * np.uint32(_MULTIPLIERS[n - 1])
        mixed ^= mixed >> np.uint32(15)
        inside = inside[:length] & (codes[n - 1 :] != BOUNDARY)
        final = mixed * np.uint32(0x2C1B3C6D)
        final ^= final >> np.uint32(13)
        found = np.full(len(codes), BUCKETS, dtype=np.uint32)
        found[:length] = np.where(inside, final & np.uint32(BUCKETS - 1), np.uint32(BUCKETS))
        result.append(found)
    return result


def count(characters: Characters, order: int, row_of_bucket: NDArray[np.int32], title_weight: int) -> Grams:
    """Look up and count the n-grams of a batch.

    ``row_of_bucket`` (BUCKETS + 1 entries) is -1 for what is no feature. A batch may hold up to 2 ** 24 / order
    characters and 2 ** 16 texts.
    """
    rows = row_of_bucket[np.concatenate(buckets(characters, order))]
    occurrence = np.flatnonzero(rows >= 0)
    feature = rows[occurrence].astype(np.int64)
    document = np.tile(characters.document, order)[occurrence].astype(np.int64)
    # One sort of packed integers groups equal features and carries along where each of them stood.
    packed = ((document << (BUCKET_BITS + 1)) | feature) << _PLACE_BITS | occurrence
    packed.sort()
    occurrence = packed & _PLACE_MASK
    pair = packed >> _PLACE_BITS
    first = np.ones(len(pair), dtype=bool)
    np.not_equal(pair[1:], pair[:-1], out=first[1:])
    starts = np.flatnonzero(first)
    counts = np.diff(starts, append=len(pair))
    if title_weight != 1:
        group = np.cumsum(first) - 1
        in_title = np.tile(characters.in_title, order)[occurrence]
        counts = counts + (title_weight - 1) * np.bincount(group[in_title], minlength=len(starts))
    return Grams(
        occurrence=occurrence,
        group=np.cumsum(first) - 1,
        columns=(pair[starts] & ((1 << (BUCKET_BITS + 1)) - 1)).astype(np.int32),
        rows=pair[starts] >> (BUCKET_BITS + 1),
        counts=counts,
    )


def term_weights(counts: NDArray[np.int64]) -> NDArray[np.float32]:
    """Sublinear term frequency, 1 + ln(count); from a table, so that a value never depends on its neighbours."""
    table = (1 + np.log(np.arange(1, max(int(counts.max(initial=1)), 1) + 1))).astype(np.float32)
    return table[counts - 1]


def row_pointers(grams: Grams, documents: int) -> NDArray[np.int64]:
    """The ``indptr`` of the batch as a compressed sparse row matrix."""
    return np.searchsorted(grams.rows, np.arange(documents + 1))
