"""Fit the heads: one logistic regression per class on shared tf-idf features.

One against the rest rather than one multinomial model, because liblinear's dual solver reaches the optimum in
seconds where L-BFGS on the multinomial loss is far from it after minutes, and because a row that says nothing about
a class is simply left out of that class's problem.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier import ngrams
from classifier.linear import feature_matrix, row_lookup
from classifier.text import MAX_CONTENT, read
from classifier.training.data import Targets
from classifier.weights import HEADS, Weights
from models.classification import OrderText

ORDER = 2
"""On the later windows 1- and 2-grams had a lower log loss than 1- to 3- or 1- to 4-grams, at half the cost."""
TITLE_WEIGHT = 4
"""A title says in a few words what the content says in hundreds."""
MIN_DOCUMENTS = 5
MAX_FEATURES = 1 << 17
NORM_FLOOR = 40.0
INVERSE_REGULARISATION = {"unit": 60.0, "category": 20.0, "request_type": 20.0}
_NEVER_SEEN = -8.0
_CHUNK = 512

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Space:
    """A feature space learned on some rows: the buckets kept (ascending) and their inverse document frequency."""

    buckets: NDArray[np.uint32]
    idf: NDArray[np.float32]


def learn_space(texts: Sequence[OrderText], min_documents: int = MIN_DOCUMENTS) -> Space:
    """Keep every bucket that ``min_documents`` texts have."""
    everything = np.append(np.arange(ngrams.BUCKETS, dtype=np.int32), np.int32(-1))
    frequency = np.zeros(ngrams.BUCKETS, dtype=np.int64)
    for start in range(0, len(texts), _CHUNK):
        characters = read(texts[start : start + _CHUNK], MAX_CONTENT)
        columns = ngrams.count(characters, ORDER, everything, TITLE_WEIGHT).columns
        frequency += np.bincount(columns, minlength=ngrams.BUCKETS)
    kept = np.flatnonzero(frequency >= min_documents)
    idf = np.log((1 + len(texts)) / (1 + frequency[kept])) + 1
    # The file holds half precision: train on what will be used.
    return Space(kept.astype(np.uint32), idf.astype(np.float16).astype(np.float32))


def transform(texts: Sequence[OrderText], space: Space) -> Any:
    """(texts, features) float32 CSR, exactly as the classifier computes it."""
    from scipy.sparse import csr_matrix, vstack

    lookup = row_lookup(space.buckets)
    parts = [csr_matrix((0, len(space.buckets)), dtype=np.float32)]
    for start in range(0, len(texts), _CHUNK):
        characters = read(texts[start : start + _CHUNK], MAX_CONTENT)
        grams = ngrams.count(characters, ORDER, lookup, TITLE_WEIGHT)
        parts.append(feature_matrix(characters, grams, space.idf, NORM_FLOOR, len(space.buckets)))
    return vstack(parts).tocsr()


def fit_head(
    features: Any, targets: Targets, rows: NDArray[np.int64], inverse_regularisation: float, seed: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights (features, classes) and biases (classes); ``rows`` index both ``features`` and ``targets``.

    A soft label is two weighted examples: one for the class, one against it.
    """
    rows = rows[targets.first[rows] >= 0]
    matrix = np.zeros((features.shape[1], len(targets.classes)), dtype=np.float32)
    bias = np.full(len(targets.classes), _NEVER_SEEN, dtype=np.float32)
    for k in range(len(targets.classes)):
        used = rows[targets.allowed[rows, k]]
        share = np.where(targets.first[used] == k, 1 - targets.share[used], 0.0)
        share += np.where(targets.second[used] == k, targets.share[used], 0.0)
        positive, negative = np.flatnonzero(share > 0), np.flatnonzero(share < 1)
        if not len(positive) or not len(negative):
            continue
        examples = np.concatenate([used[positive], used[negative]])
        label = np.repeat([1, 0], [len(positive), len(negative)])
        weight = targets.weight[examples] * np.concatenate([share[positive], 1 - share[negative]])
        matrix[:, k], bias[k] = _fit_one(features[examples], label, weight, inverse_regularisation, seed)
    return matrix, bias


def _fit_one(
    features: Any, label: NDArray[np.int64], weight: NDArray[np.float64], inverse_regularisation: float, seed: int
) -> tuple[NDArray[np.float64], float]:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=inverse_regularisation, solver="liblinear", dual=True, random_state=seed, max_iter=300)
    with warnings.catch_warnings():
        # The last digits of the dual do not matter to a calibrated ranking.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(features, label, sample_weight=weight)
    return model.coef_[0], float(model.intercept_[0])


def fit_all(
    texts: Sequence[OrderText],
    targets: dict[str, Targets],
    rows: NDArray[np.int64],
    seed: int,
    progress: Progress,
    max_features: int = MAX_FEATURES,
) -> Weights:
    """All heads on the same features, cut to the ``max_features`` that matter most."""
    chosen = [texts[i] for i in rows]
    space = learn_space(chosen)
    features = transform(chosen, space)
    matrices, biases = [], []
    for head in HEADS:
        progress(f"fitting {head} on {len(rows):,} texts, {len(space.buckets):,} features")
        matrix, bias = fit_head(features, take(targets[head], rows), np.arange(len(rows)), _strength(head), seed)
        matrices.append(matrix)
        biases.append(bias)
    weights = Weights(space.buckets, space.idf, np.hstack(matrices), np.concatenate(biases))
    return prune(weights, np.diff(features.tocsc().indptr), max_features)


def take(targets: Targets, rows: NDArray[np.int64]) -> Targets:
    """The labels of some rows."""
    return Targets(
        targets.classes,
        targets.first[rows],
        targets.second[rows],
        targets.share[rows],
        targets.weight[rows],
        targets.allowed[rows],
    )


def prune(weights: Weights, frequency: NDArray[np.int64], max_features: int) -> Weights:
    """Keep the features with the largest expected squared contribution; ``frequency`` in documents."""
    if len(weights.buckets) <= max_features:
        return weights
    importance = frequency * weights.idf**2 * (weights.matrix.astype(np.float64) ** 2).sum(axis=1)
    kept = np.sort(np.argsort(-importance, kind="stable")[:max_features])
    return Weights(weights.buckets[kept], weights.idf[kept], weights.matrix[kept], weights.bias)


def _strength(head: str) -> float:
    return INVERSE_REGULARISATION[head]
