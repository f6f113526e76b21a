"""What a model of the past is worth on later orders: the figures of the manifest and the model card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier import calibration
from classifier.training import fit
from classifier.training.data import Corpus
from classifier.training.evaluate import decidable, interval, macro_f1, near_duplicates, score_head
from classifier.training.fit import Progress, fit_all, fit_head, learn_space, take, transform
from classifier.weights import HEADS, Weights, quantise, restore
from models.classification import OrderText

DEVELOPMENT_SHARE = 0.2
WINDOWS = 3
"""Windows of ``DEVELOPMENT_SHARE`` each, the last being the development set; every window is judged by a model that
saw only what was posted before it. Calibration and thresholds pool them: one window alone has too few orders
to promise a high precision, and the earlier models saw less, which errs on the safe side."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Scores (rows, classes) that a model gave to later rows, with the true classes and their window."""

    scores: NDArray[np.float32]
    truth: NDArray[np.int64]
    window: NDArray[np.int64]


def judge_windows(corpus: Corpus, seed: int, progress: Progress) -> Judged:
    """Let models of the past judge the units of each later window of the dispatch set."""
    parts: list[tuple[NDArray[np.float32], NDArray[np.int64], int]] = []
    for window in range(WINDOWS):
        start = 1 - (WINDOWS - window) * DEVELOPMENT_SHARE
        held, past = split(corpus, start, start + DEVELOPMENT_SHARE)
        texts = [corpus.texts[i] for i in past]
        space = learn_space(texts)
        features, held_features = transform(texts, space), transform([corpus.texts[i] for i in held], space)
        kept = np.flatnonzero(~near_duplicates(features, held_features))
        progress(f"window {window + 1} of {WINDOWS}: {len(kept):,} earlier orders judge {len(held):,} later ones")
        targets = corpus.targets["unit"]
        matrix, bias = fit_head(features, take(targets, past), kept, fit.INVERSE_REGULARISATION["unit"], seed)
        parts.append((held_features @ matrix + bias, targets.first[held], window))
    return Judged(
        np.concatenate([scores for scores, _, _ in parts]),
        np.concatenate([truth for _, truth, _ in parts]),
        np.concatenate([np.full(len(truth), window) for _, truth, window in parts]),
    )


def split(corpus: Corpus, start: float, end: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the dispatch set between two shares of its time, and all dispatch and duty rows posted before."""
    dispatch = np.flatnonzero(corpus.origin == "dispatch")
    ordered = dispatch[np.argsort(corpus.posted[dispatch], kind="stable")]
    held = ordered[round(start * len(ordered)) : round(end * len(ordered))]
    past = np.flatnonzero((corpus.origin != "category") & (corpus.posted < corpus.posted[held].min()))
    return held, past


def measure(
    corpus: Corpus,
    held_texts: Sequence[OrderText],
    held_truth: NDArray[np.int64],
    judged: Judged,
    seed: int,
    progress: Progress,
) -> tuple[dict[str, Any], str, dict[str, float]]:
    """Scores of a full model of the past, as it would be shipped (pruned, quantised), and its temperatures."""
    held, past = split(corpus, 1 - DEVELOPMENT_SHARE, 1.0)
    rows = np.concatenate([past, np.flatnonzero(corpus.origin == "category")])
    texts = [corpus.texts[i] for i in held]
    space = learn_space([corpus.texts[i] for i in rows])
    features = transform([corpus.texts[i] for i in rows], space)
    rows = rows[~near_duplicates(features, transform([*texts, *held_texts], space))]
    exact = fit_all(corpus.texts, corpus.targets, rows, seed, progress)
    shipped = restore(quantise(exact))
    ends = np.cumsum([0, *(len(corpus.targets[head].classes) for head in HEADS)])
    columns = {head: slice(ends[i], ends[i + 1]) for i, head in enumerate(HEADS)}
    later, exact_later = linear_scores(shipped, texts), linear_scores(exact, texts)
    truth = {head: corpus.targets[head].first[held] for head in HEADS}
    result: dict[str, Any] = {}
    temperature: dict[str, float] = {}

    earlier = judged.window < WINDOWS - 1
    past_temperature = calibration.fit_temperature(judged.scores[earlier], judged.truth[earlier])
    result["unit"] = score_head(later[:, columns["unit"]], truth["unit"], past_temperature, seed)
    result["unit"]["quantisation"] = _compare(later, exact_later, columns["unit"], truth["unit"])

    kinds = later[:, columns["request_type"]]
    temperature["request_type"] = calibration.fit_temperature(kinds, truth["request_type"])
    result["request_type"] = score_head(kinds, truth["request_type"], temperature["request_type"], seed)

    own = later[:, columns["category"]]
    temperature["category"] = calibration.fit_temperature(own, truth["category"])
    if len(held_texts):
        official = linear_scores(shipped, held_texts)[:, columns["category"]]
        known = np.unique(held_truth)
        restricted = known[official[:, known].argmax(axis=1)]
        temperature["category"] = calibration.fit_temperature(official, held_truth)
        result["category"] = score_head(official, held_truth, temperature["category"], seed)
        result["category"]["macro_f1_restricted"] = interval(
            lambda i: macro_f1(held_truth[i], restricted[i], official.shape[1]), len(held_truth), seed
        )
    result["category_dispatch"] = score_head(own, truth["category"], temperature["category"], seed)
    since = str(corpus.posted[held].min())[:10]
    measured = (
        f"dispatch rows from {since} on, by a model of {len(rows):,} rows "
        "(dispatch and duty posted before, and the official category set)"
    )
    return result, measured, temperature


def _compare(
    shipped: NDArray[np.float32], exact: NDArray[np.float32], columns: slice, truth: NDArray[np.int64]
) -> dict[str, float]:
    low, high = shipped[:, columns], exact[:, columns]
    return {
        "top1_before": round(float((high.argmax(axis=1) == truth).mean()), 4),
        "top1_after": round(float((low.argmax(axis=1) == truth).mean()), 4),
        "largest_score_change": round(float(np.abs(low - high).max()), 4),
    }


def linear_scores(weights: Weights, texts: Sequence[OrderText]) -> NDArray[np.float32]:
    """Raw scores (texts, classes of all heads)."""
    scores: NDArray[np.float32] = transform(texts, fit.Space(weights.buckets, weights.idf)) @ weights.matrix
    return scores + weights.bias


def score_windows(judged: Judged, confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> dict[str, Any]:
    """How the pooled windows fared: what temperature and thresholds were taken from."""
    return {
        "rows": len(right),
        "top1_by_window": [round(float(right[judged.window == w].mean()), 4) for w in range(WINDOWS)],
        "ece": round(calibration.expected_calibration_error(confidence, right), 4),
        "decidable": {str(p): round(decidable(confidence, right, p), 4) for p in (0.8, 0.9, 0.95)},
    }
