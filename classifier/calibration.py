"""From scores to probabilities that mean what they say, and from a promised precision to a threshold."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

CONFIDENCE = 0.95
MIN_COUNT = 50
"""No threshold is promised on fewer development rows than this: a lucky prefix is no evidence."""
MIN_THRESHOLD = 0.25
"""No threshold lies below this: a text without a single known n-gram gets the prior, and must stay under it."""
PRECISIONS = tuple(round(0.50 + step / 100, 2) for step in range(50))


def probabilities(scores: NDArray[np.float32], temperature: float) -> NDArray[np.float64]:
    """Softmax of (rows, classes) scores divided by ``temperature``."""
    scaled = scores.astype(np.float64) / temperature
    scaled -= scaled.max(axis=1, keepdims=True)
    exponentials = np.exp(scaled)
    result: NDArray[np.float64] = exponentials / exponentials.sum(axis=1, keepdims=True)
    return result


def log_loss(scores: NDArray[np.float32], labels: NDArray[np.int64], temperature: float) -> float:
    """Mean negative log-likelihood of the labels (class indices)."""
    chosen = probabilities(scores, temperature)[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(chosen, 1e-12)).mean())


def fit_temperature(scores: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """The temperature in [0.2, 20] with the smallest log loss."""
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(
        lambda log_t: log_loss(scores, labels, math.exp(log_t)), bounds=(math.log(0.2), math.log(20)), method="bounded"
    )
    return float(math.exp(found.x))


def expected_calibration_error(confidence: NDArray[np.float64], correct: NDArray[np.bool_], bins: int = 15) -> float:
    """Mean gap between confidence and accuracy over ``bins`` equal bins of confidence, weighted by their rows."""
    place = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    gaps = np.bincount(place, weights=confidence - correct, minlength=bins)
    return float(np.abs(gaps).sum() / max(len(confidence), 1))


def lower_bound(correct: NDArray[np.int64], count: NDArray[np.int64]) -> NDArray[np.float64]:
    """One-sided Clopper-Pearson lower bound of a proportion with ``CONFIDENCE``."""
    from scipy.stats import beta

    bound: NDArray[np.float64] = beta.ppf(1 - CONFIDENCE, np.maximum(correct, 1e-9), count - correct + 1)
    return np.where(correct == 0, 0.0, bound)


def threshold_table(
    confidence: NDArray[np.float64], correct: NDArray[np.bool_], min_count: int = MIN_COUNT
) -> dict[str, float | None]:
    """For each of ``PRECISIONS`` the smallest confidence t such that the rows at or above t, ``min_count`` at least,
    have a precision whose lower bound reaches it; None where there is no such t. It never falls
    as precision rises, and never lies below ``MIN_THRESHOLD``."""
    order = np.argsort(-confidence, kind="stable")
    ordered = confidence[order]
    count = np.arange(1, len(order) + 1)
    bound = lower_bound(np.cumsum(correct[order]), count) if len(order) else np.zeros(0)
    last_of_ties = np.append(ordered[1:] != ordered[:-1], True) if len(order) else np.zeros(0, dtype=bool)
    eligible = last_of_ties & (count >= min_count)
    table: dict[str, float | None] = {}
    for precision in PRECISIONS:
        held = np.flatnonzero(eligible & (bound >= precision))
        table[f"{precision:.2f}"] = max(float(ordered[held[-1]]), MIN_THRESHOLD) if len(held) else None
    return table


def threshold_for(table: Mapping[str, float | None], precision: float) -> float | None:
    """The threshold of the smallest tabled precision that is at least ``precision``; None above the last one."""
    for tabled in sorted(table, key=float):
        if float(tabled) >= precision - 1e-9:
            return table[tabled]
    return None
