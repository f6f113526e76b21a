"""Scores on a development set, each with its uncertainty."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.calibration import expected_calibration_error, probabilities

RESAMPLES = 1000
NEAR = 0.5
"""Cosine of two texts' features from which on they count as the same text told twice."""


def near_duplicates(features: Any, held: Any) -> NDArray[np.bool_]:
    """Which rows of ``features`` nearly repeat a row of ``held`` (both CSR, features in the same order)."""
    if not held.shape[0] or not features.shape[0]:
        return np.zeros(features.shape[0], dtype=bool)
    near = (_of_length_one(features) @ _of_length_one(held).T) > NEAR
    return np.asarray(near.sum(axis=1)).ravel() > 0


def _of_length_one(features: Any) -> Any:
    from scipy.sparse import diags_array
    from scipy.sparse.linalg import norm

    lengths = norm(features, axis=1)
    return diags_array(1 / np.where(lengths > 0, lengths, 1)) @ features


def interval(score: Callable[[NDArray[np.int64]], float], rows: int, seed: int) -> dict[str, Any]:
    """The score of all rows with its 95 % percentile bootstrap interval; ``score`` takes row indices."""
    generator = np.random.default_rng(seed)
    samples = [score(generator.integers(0, rows, rows)) for _ in range(RESAMPLES)]
    low, high = np.percentile(samples, [2.5, 97.5])
    return {"value": round(score(np.arange(rows)), 4), "ci95": [round(float(low), 4), round(float(high), 4)]}


def macro_f1(truth: NDArray[np.int64], guess: NDArray[np.int64], classes: int) -> float:
    """Mean F1 over the classes that occur in ``truth``."""
    hits = np.bincount(truth[truth == guess], minlength=classes)
    occurs = np.bincount(truth, minlength=classes)
    total = occurs + np.bincount(guess, minlength=classes)
    present = occurs > 0
    return float((2 * hits[present] / total[present]).mean())


def score_head(scores: NDArray[np.float32], truth: NDArray[np.int64], temperature: float, seed: int) -> dict[str, Any]:
    """Accuracy, top-3, macro-F1, calibration error at ``temperature`` and at 1, and shares decidable."""
    order = np.argsort(-scores, axis=1, kind="stable")
    guess = order[:, 0]
    right = guess == truth
    in_three = (order[:, :3] == truth[:, None]).any(axis=1)
    classes = scores.shape[1]
    before, after = probabilities(scores, 1.0).max(axis=1), probabilities(scores, temperature).max(axis=1)
    rows = len(truth)
    return {
        "rows": rows,
        "top1": interval(lambda i: float(right[i].mean()), rows, seed),
        "top3": interval(lambda i: float(in_three[i].mean()), rows, seed),
        "macro_f1": interval(lambda i: macro_f1(truth[i], guess[i], classes), rows, seed),
        "ece_before": round(expected_calibration_error(before, right), 4),
        "ece_after": round(expected_calibration_error(after, right), 4),
        "decidable": {str(p): round(decidable(after, right, p), 4) for p in (0.8, 0.9, 0.95)},
    }


def decidable(confidence: NDArray[np.float64], right: NDArray[np.bool_], precision: float) -> float:
    """The largest share of rows, most confident first, of which ``precision`` were right (a point estimate)."""
    order = np.argsort(-confidence, kind="stable")
    reached = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(reached >= precision)
    return float((good[-1] + 1) / len(order)) if len(good) else 0.0
