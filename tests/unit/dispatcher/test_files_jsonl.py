from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatcher.files import Row, RowError, open_table
from models.errors import CorrectInput


def read(folder: Path, content: str | bytes, name: str = "a.jsonl") -> list[Row | RowError]:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(open_table(file))


def test_one_object_per_line(tmp_path: Path) -> None:
    rows = read(tmp_path, '{"标题": "路灯", "n": 1}\n\n{"标题": "井盖", "n": null}\r\n')
    assert rows == [Row(1, {"标题": "路灯", "n": 1}), Row(3, {"标题": "井盖", "n": None})]


def test_broken_lines_are_errors_with_their_position(tmp_path: Path) -> None:
    rows = read(tmp_path, b'{"a": 1}\n{"a": 1,}\n[1]\n{"a": "\xff"}\n{"a": "x\x00"}\n{"a": ' + b"[" * 200_000 + b"\n{}")
    reasons = {row.number: row.reason for row in rows if isinstance(row, RowError)}
    assert re.match("broken JSON at character [89]", reasons[2])  # Python 3.13 points at the comma itself
    assert reasons[3] == "not an object but list"
    assert "no UTF-8" in reasons[4]
    assert "NUL" in reasons[5]
    assert reasons[6] == "broken JSON: nested too deeply"
    assert [row.number for row in rows if isinstance(row, Row)] == [1, 7]


def test_a_number_with_too_many_digits_is_an_error(tmp_path: Path) -> None:
    rows = read(tmp_path, '{"a": 1}\n{"a": ' + "9" * 5000 + "}\n")
    assert isinstance(rows[1], RowError)


def test_a_file_without_any_object_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorrectInput, match="no JSON objects in it; line 1"):
        read(tmp_path, "{broken\n")


def test_a_column_that_only_late_rows_have_is_found(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"a": 1}\n' * 3000 + '{"a": 1, "late": 2}\n', encoding="utf-8")
    table = open_table(file)
    assert table.columns == ("a",)
    assert table.lacking(["late", "a", "never"]) == ["never"]


def test_a_broken_element_of_an_array_ends_it_with_an_error(tmp_path: Path) -> None:
    rows = read(tmp_path, '[{"a": 1}, {"a": 2}, {"a": }, {"a": 4}]', "a.json")
    assert rows[:2] == [Row(1, {"a": 1}), Row(2, {"a": 2})]
    assert isinstance(rows[2], RowError)
    assert rows[2].number == 3
    assert "rest of the array is not read" in rows[2].reason
    assert len(rows) == 3


@pytest.mark.parametrize("content", ['[{"a": 1}', '[{"a": 1},', '[{"a": 1} {"a": 2}]'])
def test_an_array_that_is_cut_short_says_so(tmp_path: Path, content: str) -> None:
    first, last = read(tmp_path, content, "a.json")
    assert first == Row(1, {"a": 1})
    assert isinstance(last, RowError)
    assert last.number == 2


def test_an_element_that_is_no_object_does_not_end_the_array(tmp_path: Path) -> None:
    rows = read(tmp_path, '[{"a": 1}, 12, {"a": 3}]', "a.json")
    assert [type(row) for row in rows] == [Row, RowError, Row]


def test_an_empty_array_has_no_rows(tmp_path: Path) -> None:
    assert read(tmp_path, " [ ] ", "a.json") == []


values = st.dictionaries(st.text(max_size=8), st.text() | st.integers() | st.none() | st.booleans(), max_size=4)


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(values, min_size=1, max_size=6), filler=st.integers(0, 140_000), indent=st.sampled_from([None, 2]))
def test_lines_and_arrays_hold_the_same(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, object]], filler: int, indent: int | None
) -> None:
    folder = tmp_path_factory.getbasetemp()
    rows = [{"filler": "x" * filler}, *rows]  # moves the elements across the ends of the chunks that are read
    array = read(folder, json.dumps(rows, indent=indent), "a.json")
    lined = read(folder, "\n".join(json.dumps(row) for row in rows))
    assert [row.values for row in array if isinstance(row, Row)] == rows
    assert array == lined
