"""One training run: measure on later orders, calibrate, refit on everything, write the run folder."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier import calibration
from classifier.text import MAX_CONTENT
from classifier.training import card, fit
from classifier.training.data import Corpus, Sources, describe, read_corpus, rows_of, text_of
from classifier.training.fit import Progress, fit_all
from classifier.training.measure import DEVELOPMENT_SHARE, WINDOWS, judge_windows, measure, score_windows
from classifier.weights import (
    HEADS,
    MANIFEST_FILE,
    WEIGHTS_FILE,
    Head,
    Manifest,
    Source,
    encode,
)
from models.classification import OrderText

CARD_FILE, SCORES_FILE, CONFIG_FILE = "MODEL_CARD.md", "scores.json", "config.json"


@dataclass(frozen=True, slots=True)
class Report:
    """What a run produced."""

    folder: Path
    manifest: Manifest
    scores: dict[str, Any]


def train(
    sources: Sources, out_dir: Path, *, seed: int = 0, version: str = "linear", progress: Progress = lambda _: None
) -> Report:
    """Train, measure and write ``out_dir`` (weights, manifest, card, scores, config); ``ConfigureFirst`` for a file
    that is missing or lacks columns. The same files and seed give the same weights."""
    progress("reading the labelled sets")
    corpus, files = read_corpus(sources)
    held, held_truth, held_source = _category_development(sources, corpus)
    judged = judge_windows(corpus, seed, progress)
    temperature = {"unit": calibration.fit_temperature(judged.scores, judged.truth)}
    scores, measured, dev_temperature = measure(corpus, held, held_truth, judged, seed, progress)
    temperature |= dev_temperature
    confidence = calibration.probabilities(judged.scores, temperature["unit"]).max(axis=1)
    right = judged.scores.argmax(axis=1) == judged.truth
    scores["unit_windows"] = score_windows(judged, confidence, right)
    progress("refitting on everything")
    final = fit_all(corpus.texts, corpus.targets, np.arange(len(corpus.texts)), seed, progress)
    data = encode(final)
    digest = hashlib.sha256(data).hexdigest()
    manifest = Manifest(
        model_version=f"{version}-{digest[:8]}",
        weights_sha256=digest,
        created_from=files + ([held_source] if held_source else []),
        seed=seed,
        order=fit.ORDER,
        title_weight=fit.TITLE_WEIGHT,
        max_content=MAX_CONTENT,
        norm_floor=fit.NORM_FLOOR,
        features=len(final.buckets),
        heads={
            head: Head(classes=corpus.targets[head].classes, temperature=round(temperature[head], 6)) for head in HEADS
        },
        thresholds=calibration.threshold_table(confidence, right),
        threshold_note=_THRESHOLD_NOTE,
        scores=scores | {"measured_on": measured},
        notes=[_REFIT_NOTE],
    )
    _write(out_dir, data, manifest)
    return Report(out_dir, manifest, manifest.scores)


_THRESHOLD_NOTE = (
    f"Smallest top-1 probability from which on the one-sided {calibration.CONFIDENCE:.0%} Clopper-Pearson lower bound "
    f"of precision, over all rows at or above it and at least {calibration.MIN_COUNT} of them, reaches the precision; "
    f"rows: the last {WINDOWS} windows of {DEVELOPMENT_SHARE:.0%} of the dispatch set by time, each judged by a model "
    "that saw earlier orders only; null: no such threshold."
)
_REFIT_NOTE = (
    "The shipped weights were refitted on all rows, the development rows included; scores, temperatures and "
    "thresholds are those of the models that saw earlier orders only."
)


def _category_development(sources: Sources, corpus: Corpus) -> tuple[list[OrderText], NDArray[np.int64], Source | None]:
    if sources.category_dev is None:
        return [], np.zeros(0, dtype=np.int64), None
    rows = rows_of(sources.category_dev, ("title", "detail", "posted_at", "label"))
    index = {name: i for i, name in enumerate(corpus.targets["category"].classes)}
    rows = [row for row in rows if row["label"] in index]
    truth = np.array([index[row["label"]] for row in rows], dtype=np.int64)
    source = describe(sources.category_dev, len(rows), 0, [row["posted_at"] for row in rows])
    return [text_of(row) for row in rows], truth, source


def _write(out_dir: Path, data: bytes, manifest: Manifest) -> None:
    out_dir.mkdir(parents=True, exist_ok=True)
    (out_dir / WEIGHTS_FILE).write_bytes(data)
    (out_dir / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
    (out_dir / SCORES_FILE).write_text(json.dumps(manifest.scores, indent=1) + "\n", encoding="utf-8")
    (out_dir / CARD_FILE).write_text(card.render(manifest), encoding="utf-8")
    config = {
        "seed": manifest.seed,
        "order": fit.ORDER,
        "title_weight": fit.TITLE_WEIGHT,
        "min_documents": fit.MIN_DOCUMENTS,
        "max_features": fit.MAX_FEATURES,
        "inverse_regularisation": fit.INVERSE_REGULARISATION,
        "files": [source.name for source in manifest.created_from],
    }
    (out_dir / CONFIG_FILE).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
