"""The orders of a group by what they say, each part named by the words that it shares."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.cluster import hierarchy

from dispatcher.similar.matters import Matters
from dispatcher.similar.sketch import gram_ids, words_of
from models.alike import Sketch

_APART = 0.85
"""Orders whose words are further from each other (1 - cosine, on average) are two clusters."""
_SHARED = 0.5
_WORDS = 3
_LENGTHS = range(2, 7)
_ENDS = re.compile(r"[^一-鿿A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Cluster:
    """``words``: up to three that half of the orders have, the most telling first; ``order_nos``: central first."""

    words: tuple[str, ...]
    order_nos: tuple[str, ...]


def clusters(members: Sequence[Sketch], texts: Sequence[str], matters: Matters) -> list[Cluster]:
    """The members by likeness of their words, the largest part first; ``texts`` are theirs, in order."""
    if not members:
        return []
    vectors = matters.vectors(members).toarray()
    likeness = np.clip(vectors @ vectors.T, 0, 1)
    labels = np.ones(len(members), dtype=np.int64)
    if len(members) > 1:
        rows, columns = np.triu_indices(len(members), 1)
        tree = hierarchy.linkage(1 - likeness[rows, columns], "average")
        labels = hierarchy.fcluster(tree, _APART, "distance")
    found = []
    for label in np.unique(labels):
        part = [int(row) for row in np.flatnonzero(labels == label)]
        central = sorted(part, key=(-likeness[:, part].sum(axis=1)).__getitem__)
        words = shared_words([texts[row] for row in part], matters)
        found.append(Cluster(words, tuple(members[row].order_no for row in central)))
    return sorted(found, key=lambda cluster: -len(cluster.order_nos))


def shared_words(texts: Sequence[str], matters: Matters) -> tuple[str, ...]:
    """The stretches of two to six characters that at least half of the texts have, by how much they tell."""
    seen: Counter[str] = Counter()
    for text in texts:
        parts = _ENDS.split(words_of(text))
        seen.update({part[at : at + n] for part in parts for n in _LENGTHS for at in range(len(part) - n + 1)})
    often = {word: count for word, count in seen.items() if count >= max(2, _SHARED * len(texts))}
    telling = {word: count * float(matters.weights[gram_ids(word)].sum()) for word, count in often.items()}
    kept: list[str] = []
    for word in sorted(telling, key=lambda word: (-telling[word], word)):
        if len(kept) < _WORDS and not any(_touch(word, other) for other in kept):
            kept.append(word)
    return tuple(kept)


def _touch(word: str, other: str) -> bool:
    """Whether they are pieces of one stretch."""
    return any(word[at : at + 2] in other for at in range(len(word) - 1))
