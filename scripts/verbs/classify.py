"""``minsheng classify``: units and category for the texts of a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from dispatcher.chunks import chunks
from dispatcher.files import Row, RowError, Table, open_table
from dispatcher.routing import REQUEST_TYPE_OF
from dispatcher.wiring import Services
from models.classification import Classification, OrderText
from models.errors import CorrectInput
from scripts.common import errors, progress_bar, services
from scripts.verbs.json_line import json_line

CONTENT_COLUMNS = ("content", "detail")
BATCH = 512


def classify(
    file: Annotated[
        Path, typer.Argument(help="JSONL, CSV, xlsx or parquet with columns title and content (or detail).")
    ],
    top: Annotated[int, typer.Option(min=1, max=30, help="Units to suggest for each text.")] = 3,
    out: Annotated[Path | None, typer.Option(help="Write here instead of to standard output.")] = None,
) -> None:
    """Write one JSON line per row: id, category, request type, suggested units, and what would be dispatched."""
    table = open_table(file)
    content = next((name for name in CONTENT_COLUMNS if name in table.columns), None)
    missing = [name for name in ("title",) if name not in table.columns]
    if missing or content is None:
        lacking = missing + ([] if content else ["content (or detail)"])
        raise CorrectInput.one(file.name, f"has no column {', '.join(lacking)}; it has {', '.join(table.columns)}")
    with services() as found, _opened(out) as stream, progress_bar() as bar:
        task = bar.add_task(file.name, total=table.rows)
        for rows in chunks(_readable(table), BATCH):
            for line in _lines(found, rows, content, top):
                stream.write(json_line(line) + "\n")
            bar.advance(task, len(rows))


def _lines(found: Services, rows: Sequence[Row], content: str, top: int) -> Iterator[dict[str, Any]]:
    texts = [OrderText(_text(row, "title"), _text(row, content)) for row in rows]
    answers = found.classifier.classify(texts, max(top, 1))
    for row, answer in zip(rows, answers, strict=True):
        given = row.values.get("id")
        unnamed = given is None or given == "" or given != given  # an empty cell, or parquet's NaN
        yield {"id": row.number if unnamed else given} | _line(found, answer)


def _line(found: Services, answer: Classification) -> dict[str, Any]:
    """The stable form: ``unit`` is the handler code, ``auto`` what the router would do for an order with a place."""
    threshold = found.threshold()
    best = answer.units[0]
    auto_dispatch = found.catalogue.auto_dispatch
    allowed = auto_dispatch.enabled and best.unit not in auto_dispatch.never
    auto = allowed and threshold is not None and best.probability >= threshold
    return {
        "category": answer.category,
        "category_probabilities": {name: round(p, 6) for name, p in answer.category_probabilities.items()},
        "request_type": REQUEST_TYPE_OF.get(answer.request_type, answer.request_type),
        "suggestions": [
            {"unit": guess.unit, "probability": round(guess.probability, 6), "reason": "、".join(guess.words)}
            for guess in answer.units
        ],
        "decision": {
            "mode": "auto" if auto else "suggest",
            "unit": best.unit if auto else None,
            "threshold": threshold,
        },
        "model_version": answer.model_version,
    }


def _text(row: Row, column: str) -> str:
    value = row.values.get(column)
    return "" if value is None or value != value else str(value)


def _readable(table: Table) -> Iterator[Row]:
    """The rows that can be read; of the others a line each on standard error."""
    for row in table:
        if isinstance(row, RowError):
            errors.print(f"row {row.number}: {row.reason}", markup=False, soft_wrap=True)
        else:
            yield row


@contextmanager
def _opened(out: Path | None) -> Iterator[IO[str]]:
    if out is None:
        yield sys.stdout
        return
    try:
        with out.open("w", encoding="utf-8") as stream:
            yield stream
    except OSError as error:
        raise CorrectInput.one("--out", f"{out}: {error.strerror}") from error
