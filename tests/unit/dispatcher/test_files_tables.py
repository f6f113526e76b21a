from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dispatcher.files import Row, RowError, open_table
from models.errors import CorrectInput


def test_parquet_rows_in_several_batches(tmp_path: Path) -> None:
    pq.write_table(pa.table({"n": list(range(10_000)), "标题": ["路灯"] * 10_000}), tmp_path / "a.parquet")
    table = open_table(tmp_path / "a.parquet")
    assert (table.columns, table.rows) == (("n", "标题"), 10_000)
    rows = list(table)
    assert [row.number for row in rows] == list(range(1, 10_001))
    assert rows[9_999] == Row(10_000, {"n": 9_999, "标题": "路灯"})


def test_parquet_times_of_every_unit_are_python_datetimes(tmp_path: Path) -> None:
    moment = dt.datetime(2022, 12, 28, 5, 10, 1)
    columns = {unit: pa.array([moment, None], pa.timestamp(unit)) for unit in ("s", "ms", "us", "ns")}
    columns["zoned"] = pa.array([moment, None], pa.timestamp("ns", "Asia/Shanghai"))
    columns["odd"] = pa.array([1_672_204_201_000_000_001, None], pa.timestamp("ns"))
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    first, second = (row.values for row in open_table(tmp_path / "a.parquet") if isinstance(row, Row))
    assert all(type(value) is dt.datetime for value in first.values())
    assert {first[unit] for unit in ("s", "ms", "us", "ns")} == {moment}
    assert first["zoned"] == moment.replace(tzinfo=dt.UTC)
    assert set(second.values()) == {None}


def test_parquet_values_that_python_cannot_hold_are_row_errors(tmp_path: Path) -> None:
    far = pa.array([0, 10**18, 0], pa.int64()).cast(pa.timestamp("us"))
    pq.write_table(pa.table({"t": far, "n": [1, 2, 3]}), tmp_path / "a.parquet")
    rows = list(open_table(tmp_path / "a.parquet"))
    assert [type(row) for row in rows] == [Row, RowError, Row]
    assert [row.number for row in rows] == [1, 2, 3]


def test_parquet_cut_short(tmp_path: Path) -> None:
    pq.write_table(pa.table({"n": [1]}), tmp_path / "a.parquet")
    (tmp_path / "b.parquet").write_bytes((tmp_path / "a.parquet").read_bytes()[:-9])
    with pytest.raises(CorrectInput, match=r"^b.parquet: the Parquet file is damaged or cut short"):
        open_table(tmp_path / "b.parquet")


def test_parquet_damaged_inside_reports_the_rest(tmp_path: Path) -> None:
    table = pa.table({"n": [f"{n:09}" for n in range(50_000)]})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=10_000, use_dictionary=False, compression="zstd")
    content = bytearray((tmp_path / "a.parquet").read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2000] = b"\xff" * 2000
    (tmp_path / "a.parquet").write_bytes(content)
    rows = list(open_table(tmp_path / "a.parquet"))
    assert isinstance(rows[0], Row)
    assert isinstance(rows[-1], RowError)
    assert "the rest is not read" in rows[-1].reason


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.xlsx", b"a,b\n1,2\n", "the name says .xlsx, but the content is a CSV text"),
        ("a.xls", b"<html><table>", "the name says .xls, but the content is a web page"),
        ("a.csv", b"PK\x03\x04xxxx", "the name says .csv, but the content is a spreadsheet"),
        ("a.csv", bytes(range(256)), "the content is a binary file"),
        ("a.jsonl", b"a,b\n1,2\n", "the name says .jsonl, but the content is a CSV text"),
        ("a.parquet", b"%PDF-1.7", "the content is a PDF document"),
        ("a.dat", b"\x1f\x8b\x08", "a gzip archive cannot be read"),
        ("a.csv", b"", "the file is empty"),
        ("a.xlsx", b"", "the file is empty"),
        ("a.csv", b"\xef\xbb\xbf \r\n", "the file is empty"),
        ("a.parquet", b"PAR1", "the Parquet file is damaged or cut short"),
    ],
)
def test_files_that_are_not_what_they_seem(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CorrectInput) as caught:
        list(open_table(tmp_path / name))
    assert caught.value.problems[0].field == name
    assert reason in caught.value.problems[0].reason


def test_a_file_without_a_suffix_is_read_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "orders").write_text('{"a": 1}\n', encoding="utf-8")
    assert list(open_table(tmp_path / "orders")) == [Row(1, {"a": 1})]


def test_missing_files_and_folders(tmp_path: Path) -> None:
    with pytest.raises(CorrectInput, match=r"^a.csv: there is no such file"):
        open_table(tmp_path / "a.csv")
    with pytest.raises(CorrectInput, match="is a folder"):
        open_table(tmp_path)
