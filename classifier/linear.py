"""The classifier at run time: hashed character n-grams, one sparse product for all heads, calibrated softmax."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier import ngrams
from classifier.calibration import probabilities, threshold_for
from classifier.explain import Explainer
from classifier.ngrams import Grams
from classifier.text import Characters, read
from classifier.weights import HEADS, Manifest, Weights, load
from models.classification import Classification, OrderText, UnitGuess

_CHUNK = 256


def default_folder() -> Path:
    """Where the built-in weights lie."""
    return Path(__file__).parent / "weights"


def row_lookup(buckets: NDArray[np.uint32]) -> NDArray[np.int32]:
    """The row of each bucket, -1 where it has none; one entry more for "no n-gram"."""
    lookup = np.full(ngrams.BUCKETS + 1, -1, dtype=np.int32)
    lookup[buckets] = np.arange(len(buckets), dtype=np.int32)
    return lookup


class LinearClassifier:
    """The ``Classifier`` port on the linear model. Holds only arrays that are never written: safe in any thread."""

    def __init__(self, manifest: Manifest, weights: Weights) -> None:
        self._manifest = manifest
        self._weights = weights
        self._lookup = row_lookup(weights.buckets)
        ends = np.cumsum([0, *(len(manifest.heads[head].classes) for head in HEADS)])
        self._columns = {head: slice(ends[i], ends[i + 1]) for i, head in enumerate(HEADS)}
        units = weights.matrix[:, self._columns["unit"]]
        self._mean_unit = units.mean(axis=1)

    @property
    def model_version(self) -> str:
        return self._manifest.model_version

    @property
    def manifest(self) -> Manifest:
        """What the weights were trained on and are worth."""
        return self._manifest

    def threshold(self, precision: float) -> float | None:
        return threshold_for(self._manifest.thresholds, precision)

    def classify(self, texts: Sequence[OrderText], top_k: int, reasons: bool = True) -> list[Classification]:
        answers: list[Classification] = []
        for start in range(0, len(texts), _CHUNK):
            answers += self._classify(texts[start : start + _CHUNK], top_k, reasons)
        return answers

    def _read(self, texts: Sequence[OrderText]) -> tuple[Characters, Grams]:
        characters = read(texts, self._manifest.max_content)
        return characters, ngrams.count(characters, self._manifest.order, self._lookup, self._manifest.title_weight)

    def _scores(self, characters: Characters, grams: Grams) -> NDArray[np.float32]:
        features = feature_matrix(
            characters, grams, self._weights.idf, self._manifest.norm_floor, len(self._weights.buckets)
        )
        scores: NDArray[np.float32] = features @ self._weights.matrix
        return scores + self._weights.bias

    def _probabilities(self, scores: NDArray[np.float32], head: str) -> NDArray[np.float64]:
        return probabilities(scores[:, self._columns[head]], self._manifest.heads[head].temperature)

    def _classify(self, texts: Sequence[OrderText], top_k: int, reasons: bool) -> list[Classification]:
        characters, grams = self._read(texts)
        scores = self._scores(characters, grams)
        by_head = {head: self._probabilities(scores, head) for head in HEADS}
        units, categories, types = (self._manifest.heads[head].classes for head in HEADS)
        top = np.argsort(-by_head["unit"], axis=1, kind="stable")[:, : max(top_k, 0)]
        words = self._words(characters, grams, top) if reasons else None
        unit_probability = np.take_along_axis(by_head["unit"], top, axis=1).tolist()
        category = by_head["category"].argmax(axis=1).tolist()
        category_rows = by_head["category"].tolist()
        request = by_head["request_type"].argmax(axis=1).tolist()
        request_rows = by_head["request_type"].tolist()
        return [
            Classification(
                units=tuple(
                    UnitGuess(units[unit], unit_probability[i][k], words[i][k] if words else ())
                    for k, unit in enumerate(chosen)
                ),
                category=categories[category[i]],
                category_probabilities=dict(zip(categories, category_rows[i], strict=True)),
                request_type=types[request[i]],
                request_type_probability=request_rows[i][request[i]],
                model_version=self._manifest.model_version,
            )
            for i, chosen in enumerate(top.tolist())
        ]

    def _words(self, characters: Characters, grams: Grams, top: NDArray[np.int64]) -> list[list[tuple[str, ...]]]:
        idf = self._weights.idf[grams.columns]
        value = ngrams.term_weights(grams.counts) * idf
        first_unit = self._columns["unit"].start
        explainer = Explainer(characters, grams, idf)
        per_rank = []
        for rank in range(top.shape[1]):
            weight = self._weights.matrix[grams.columns, first_unit + top[grams.rows, rank]]
            contribution = value * (weight - self._mean_unit[grams.columns])
            per_rank.append(explainer.best_words(contribution))
        return [list(ranks) for ranks in zip(*per_rank, strict=True)] if per_rank else [[] for _ in top]


def feature_matrix(
    characters: Characters, grams: Grams, idf: NDArray[np.float32], norm_floor: float, features: int
) -> Any:
    """tf-idf as a (documents, features) float32 CSR matrix, each row of length 1.

    A row shorter than ``norm_floor`` before scaling stays shorter than 1: a text of a few characters must not
    speak as loudly as a whole one.
    """
    from scipy.sparse import csr_matrix

    pointers = ngrams.row_pointers(grams, characters.documents)
    values = ngrams.term_weights(grams.counts) * idf[grams.columns]
    squares = np.bincount(grams.rows, weights=values.astype(np.float64) ** 2, minlength=characters.documents)
    scale = (1 / np.maximum(np.sqrt(squares), norm_floor)).astype(np.float32)
    return csr_matrix((values * scale[grams.rows], grams.columns, pointers), shape=(characters.documents, features))


def load_folder(folder: Path) -> LinearClassifier:
    """A classifier from a run folder; raises ``ConfigureFirst`` when its files are missing or damaged."""
    classifier = LinearClassifier(*load(folder))
    classifier.classify([OrderText("", "")], 1)  # loads what is loaded once, so that no caller waits for it later
    return classifier


def load_default() -> LinearClassifier:
    """The classifier with the built-in weights."""
    return load_folder(default_folder())
