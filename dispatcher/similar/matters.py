"""Which matters orders are about, learnt from the city's own orders and the items that people gave them.

Two callers rarely use the same words: 电动车被盗 and 电池被人剪线偷走 have no pair of characters in common. Both are
near what other orders of the item say. An item's centre is the mean of its orders' words, each pair of characters
weighted by how rare it is; how near an order is to each centre gives its shares of the items.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from dispatcher.similar.sketch import GRAMS
from models.alike import Sketch

Floats = NDArray[np.float32]
_SHARPNESS = 20.0
"""How much nearer to one centre than to another an order must be: cosines that differ by 0.05 are shares that differ
by a factor of e."""
_KNOWN = 0.2
"""Cosine to the nearest centre: 99 of 100 orders whose item it finds are nearer, most others are further."""
_LIKELIEST = 3
_TYPICAL_DOCUMENTS = 1000
"""How many orders the weights of words rest on before what was learnt decides."""


@dataclass(frozen=True, slots=True)
class Matters:
    """``weights`` (float32, GRAMS): the rarity of each pair of characters. ``centres``: one column
    for each of ``items``, of length 1; no columns where nothing was learnt."""

    weights: Floats
    items: tuple[str, ...]
    centres: sparse.csr_matrix

    def vectors(self, sketches: Sequence[Sketch]) -> sparse.csr_matrix:
        """One row of length 1 for each sketch (0 for one without words)."""
        return _unit(_counts(sketches), self.weights)

    def nearness(self, needle: Sketch, pool: Sequence[Sketch]) -> Floats:
        """For each of many how much its words are the needle's, or those of the needle's likeliest items; roughly,
        and fast enough for ten thousand."""
        mine = self.vectors([needle])
        target = mine.toarray()[0]
        if self.items:
            likeliest = np.argsort(-self.shares(mine)[0])[:_LIKELIEST]
            target = np.maximum(target, self.centres[:, likeliest].max(axis=1).toarray()[:, 0])
        counts = _counts(pool)
        sums, squares = (counts @ np.column_stack([target * self.weights, self.weights**2])).T
        return np.asarray(sums / np.sqrt(np.maximum(squares, 1e-9)), dtype=np.float32)

    def knows(self, sketch: Sketch) -> bool:
        """Whether its item was chosen, or its words are near enough to some item's to tell which it may be."""
        if not self.items or sketch.item_code is not None:
            return bool(self.items)
        return bool((self.vectors([sketch]) @ self.centres).max() >= _KNOWN)

    def shares(self, vectors: sparse.csr_matrix) -> Floats:
        """The share of each item in each row; rows sum to 1."""
        if not self.items:
            return np.zeros((vectors.shape[0], 0), dtype=np.float32)
        near = (vectors @ self.centres).toarray() * _SHARPNESS
        shares = np.exp(near - near.max(axis=1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True), dtype=np.float32)


def learn(lessons: Sequence[Sketch]) -> Matters:
    """Weights from all ``lessons``, centres from those that have an item."""
    counts = _counts(lessons)
    seen = np.bincount(counts.indices, minlength=GRAMS)
    weights = np.log((len(lessons) + _TYPICAL_DOCUMENTS) / (seen + 1.0)).astype(np.float32)
    named = [(row, one.item_code) for row, one in enumerate(lessons) if one.item_code is not None]
    items = tuple(sorted({item for _, item in named}))
    place = {item: row for row, item in enumerate(items)}
    rows = [row for row, _ in named]
    sums = sparse.csr_matrix(
        (np.ones(len(named), dtype=np.float32), ([place[item] for _, item in named], range(len(named)))),
        shape=(len(items), len(named)),
    ) @ _unit(counts[rows], weights)
    return Matters(weights, items, _unit(sums, np.ones(GRAMS, dtype=np.float32)).T.tocsr())


def _counts(sketches: Sequence[Sketch]) -> sparse.csr_matrix:
    indices = np.frombuffer(b"".join(one.grams for one in sketches), dtype="<u2").astype(np.int32)
    ends = np.cumsum([0, *(len(one.grams) // 2 for one in sketches)])
    ones = np.ones(len(indices), dtype=np.float32)
    return sparse.csr_matrix((ones, indices, ends), shape=(len(sketches), GRAMS))


def _unit(rows: sparse.csr_matrix, weights: Floats) -> sparse.csr_matrix:
    """The rows, each column weighted, each row brought to length 1."""
    data = rows.data * weights[rows.indices]
    row_of = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    length = np.sqrt(np.bincount(row_of, weights=data**2, minlength=rows.shape[0]))
    data = (data / np.maximum(length[row_of], 1e-9)).astype(np.float32)
    return sparse.csr_matrix((data, rows.indices, rows.indptr), shape=rows.shape)
