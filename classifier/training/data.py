"""The labelled sets as one corpus: texts, times and, for each head, soft labels with weights."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.weights import Source
from models.classification import OrderText
from models.errors import ConfigureFirst

EVIDENCE_WEIGHT: Mapping[str, float] = {"E": 3.0, "I": 2.0}
"""A reply that shows the unit, or from which it was inferred."""
CERTAINTY_WEIGHT: Mapping[str, float] = {"H": 1.0, "M": 0.7, "L": 0.3}
"""A label by duty, from the text alone."""
SECOND_SHARE: Mapping[str, float] = {"E": 0.1, "I": 0.1, "H": 0.125, "M": 0.25, "L": 0.25}
"""Share of the label that goes to the second unit named."""
OWN_CATEGORY_WEIGHT = 0.1
"""Weight of a category label of the dispatch sets against 1 of the official one."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The files to train on; see the model card for their columns. Only the dispatch set is a must."""

    dispatch: Path
    duty: Path | None = None
    category: Path | None = None
    category_dev: Path | None = None

    @classmethod
    def in_folder(cls, folder: Path) -> Sources:
        """The files under their usual names; those that are missing are left out."""

        def there(name: str) -> Path | None:
            return folder / name if (folder / name).is_file() else None

        dispatch = there("dispatch_train.parquet")
        if dispatch is None:
            raise ConfigureFirst(f"training: {folder / 'dispatch_train.parquet'} is missing")
        return cls(
            dispatch,
            there("dispatch_duty.parquet"),
            there("category_train_segmented.parquet"),
            there("category_dev.parquet"),
        )


@dataclass(frozen=True, slots=True)
class Targets:
    """Labels of one head for all rows of a corpus (N): class index ``first`` (-1: no label) and ``second`` (-1: none)
    with its share, the weight of the row, and which classes the row says anything about (N, classes)."""

    classes: list[str]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    share: NDArray[np.float64]
    weight: NDArray[np.float64]
    allowed: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Corpus:
    """All rows; ``origin`` is the set's name, ``posted`` NaT where unknown."""

    texts: list[OrderText]
    origin: NDArray[np.str_]
    posted: NDArray[np.datetime64]
    targets: dict[str, Targets]


def rows_of(path: Path, columns: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of a parquet file; ``ConfigureFirst`` when it is none or lacks a column."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise ConfigureFirst(f"training: {path} cannot be read as parquet") from error
    missing = [name for name in columns if name not in table.column_names]
    if missing:
        raise ConfigureFirst(f"training: {path} lacks the columns {', '.join(missing)}")
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def text_of(row: Mapping[str, Any]) -> OrderText:
    """Title and detail of a row; what is missing is empty."""
    return OrderText(row.get("title") or "", row.get("detail") or "")


def describe(path: Path, rows: int, rows_used: int, posted: Sequence[datetime]) -> Source:
    """The manifest's line on a file."""
    return Source(
        name=path.name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        rows=rows,
        rows_used=rows_used,
        posted_from=min(posted).date().isoformat() if posted else None,
        posted_to=max(posted).date().isoformat() if posted else None,
    )


_DISPATCH_COLUMNS = ("title", "detail", "posted_at", "handler", "co_handler", "request_type", "category")


def read_corpus(sources: Sources) -> tuple[Corpus, list[Source]]:
    """Everything that may be trained on (the category development set is no part of it)."""
    parts: list[tuple[str, list[dict[str, Any]]]] = [
        ("dispatch", rows_of(sources.dispatch, (*_DISPATCH_COLUMNS, "evidence")))
    ]
    if sources.duty is not None:
        parts.append(("duty", rows_of(sources.duty, (*_DISPATCH_COLUMNS, "certainty"))))
    files = [sources.dispatch, *([sources.duty] if sources.duty else [])]
    described = [
        describe(path, len(rows), len(rows), [row["posted_at"] for row in rows])
        for path, (_, rows) in zip(files, parts, strict=True)
    ]
    if sources.category is not None:
        segmented = rows_of(sources.category, ("text_segmented", "label"))
        described.append(describe(sources.category, len(segmented), len(segmented), []))
        parts.append(
            ("category", [{"detail": r["text_segmented"].replace(" ", ""), "category": r["label"]} for r in segmented])
        )
    rows = [row for _, part in parts for row in part]
    origin = np.repeat([name for name, _ in parts], [len(part) for _, part in parts])
    corpus = Corpus(
        texts=[text_of(row) for row in rows],
        origin=origin,
        posted=np.array([row.get("posted_at") or np.datetime64("NaT", "s") for row in rows], dtype="datetime64[s]"),
        targets={
            "unit": _unit_targets(rows),
            "category": _category_targets(rows, origin),
            "request_type": _targets(rows, "request_type", np.ones(len(rows))),
        },
    )
    return corpus, described


def _targets(rows: Sequence[Mapping[str, Any]], column: str, weight: NDArray[np.float64]) -> Targets:
    classes = sorted({row[column] for row in rows if row.get(column)})
    index = {name: i for i, name in enumerate(classes)}
    first = np.array([index.get(row.get(column) or "", -1) for row in rows], dtype=np.int64)
    none = np.full(len(rows), -1, dtype=np.int64)
    allowed = np.ones((len(rows), len(classes)), dtype=bool)
    return Targets(classes, first, none, np.zeros(len(rows)), weight, allowed)


def _unit_targets(rows: Sequence[Mapping[str, Any]]) -> Targets:
    grade = [row.get("evidence") or row.get("certainty") or "L" for row in rows]
    weight = np.array([EVIDENCE_WEIGHT.get(g) or CERTAINTY_WEIGHT.get(g, CERTAINTY_WEIGHT["L"]) for g in grade])
    plain = _targets(rows, "handler", weight)
    index = {name: i for i, name in enumerate(plain.classes)}
    second = np.array([index.get(row.get("co_handler") or "", -1) for row in rows], dtype=np.int64)
    second[second == plain.first] = -1
    share = np.where(second >= 0, np.array([SECOND_SHARE.get(g, 0.25) for g in grade]), 0.0)
    return Targets(plain.classes, plain.first, second, share, weight, plain.allowed)


def _category_targets(rows: Sequence[Mapping[str, Any]], origin: NDArray[np.str_]) -> Targets:
    official = origin == "category"
    weight = np.where(official | ~official.any(), 1.0, OWN_CATEGORY_WEIGHT)
    plain = _targets(rows, "category", weight)
    # The official set knows some of the classes only: it says nothing about the others.
    known = np.zeros(len(plain.classes), dtype=bool)
    known[np.unique(plain.first[official])] = True
    allowed = plain.allowed.copy()
    allowed[official] = known
    return Targets(plain.classes, plain.first, plain.second, plain.share, weight, allowed)
