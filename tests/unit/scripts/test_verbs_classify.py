"""``minsheng classify``: one stable line for each row of any file."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from openpyxl import Workbook
from pyarrow import parquet

from classifier.linear import load_default
from scripts.verbs.classify import classify

ROWS: list[dict[str, Any]] = [
    {"id": 7, "title": "路灯不亮", "detail": "公明街道路灯坏了三天"},
    {"id": 8, "title": "拖欠工资", "detail": "工地拖欠农民工工资两个月"},
    {"id": 9, "title": "", "detail": ""},
]
KEYS = {"id", "category", "category_probabilities", "request_type", "suggestions", "decision", "model_version"}


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    names = list(rows[0])
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rows), "utf-8")
    elif path.suffix == ".csv":
        with path.open("w", encoding="gb18030", newline="") as stream:
            writer = csv.DictWriter(stream, names)
            writer.writeheader()
            writer.writerows(rows)
    elif path.suffix == ".parquet":
        parquet.write_table(pa.table({name: [row[name] for row in rows] for name in names}), path)
    else:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(names)
        for row in rows:
            sheet.append([row[name] for name in names])
        book.save(path)
    return path


def lines(path: Path, top: int = 3) -> list[dict[str, Any]]:
    out = path.with_suffix(".out")
    classify(path, top, out)
    return [json.loads(line) for line in out.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "xlsx", "parquet"])
@pytest.mark.parametrize("content", ["detail", "content"])
def test_the_stable_form(tmp_path: Path, suffix: str, content: str) -> None:
    rows = [{"id": row["id"], "title": row["title"], content: row["detail"]} for row in ROWS]
    found = lines(write(tmp_path / f"a.{suffix}", rows))
    assert [int(one["id"]) for one in found] == [7, 8, 9]
    for one in found:
        assert one.keys() == KEYS
        assert sum(one["category_probabilities"].values()) == pytest.approx(1, abs=1e-4)
        assert one["category"] == max(one["category_probabilities"], key=one["category_probabilities"].get)
        probabilities = [guess["probability"] for guess in one["suggestions"]]
        assert (len(probabilities), probabilities) == (3, sorted(probabilities, reverse=True))
        assert all(guess.keys() == {"unit", "probability", "reason"} for guess in one["suggestions"])
        decision = one["decision"]
        assert decision.keys() == {"mode", "unit", "threshold"}
        if decision["mode"] == "auto":
            assert decision["unit"] == one["suggestions"][0]["unit"]
            assert probabilities[0] >= decision["threshold"]
        else:
            assert (decision["mode"], decision["unit"]) == ("suggest", None)
        assert one["model_version"] == load_default().model_version
    assert found[1]["suggestions"][0]["unit"] == "hr_social"
    assert found[2]["decision"]["mode"] == "suggest"


def test_every_format_gives_the_same(tmp_path: Path) -> None:
    found = [lines(write(tmp_path / f"{suffix}.{suffix}", ROWS)) for suffix in ("jsonl", "csv", "xlsx", "parquet")]
    for one in found:
        for line in one:
            line["id"] = int(line["id"])
    assert found[0] == found[1] == found[2] == found[3]


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "xlsx", "parquet"])
def test_without_an_id_the_row_number_stands_in(tmp_path: Path, suffix: str) -> None:
    rows = [{"title": row["title"], "content": row["detail"] or "无"} for row in ROWS]
    found = [one["id"] for one in lines(write(tmp_path / f"a.{suffix}", rows))]
    assert found == list(range(found[0], found[0] + 3))
    gaps = [{"id": None if n == 1 else f"x{n}", **row} for n, row in enumerate(rows)]
    named = [one["id"] for one in lines(write(tmp_path / f"b.{suffix}", gaps))]
    assert named == ["x0", found[1], "x2"]


def test_ids_of_any_kind(tmp_path: Path) -> None:
    at = datetime(2026, 1, 5, 8)
    rows = [{"id": at, "title": "路灯", "content": "坏了"}]
    for suffix in ("xlsx", "parquet"):
        assert lines(write(tmp_path / f"t.{suffix}", rows))[0]["id"] == str(at)
    path = tmp_path / "odd.jsonl"
    path.write_text('{"id": "\\ud800", "title": "\\ud83d", "content": "x"}\n{"id": [1], "title": 5, "content": null}\n')
    assert [one["id"] for one in lines(path)] == ["\ud800", [1]]
    numbers = pa.table({"id": pa.array([1.0, float("nan")]), "title": ["a", "b"], "content": ["a", "b"]})
    parquet.write_table(numbers, tmp_path / "nan.parquet")
    assert [one["id"] for one in lines(tmp_path / "nan.parquet")] == [1.0, 2]


@pytest.mark.parametrize("top", [1, 5, 30])
def test_how_many_units(tmp_path: Path, top: int) -> None:
    found = lines(write(tmp_path / "a.jsonl", ROWS), top)
    assert {len(one["suggestions"]) for one in found} == {min(top, len(load_default().manifest.heads["unit"].classes))}
