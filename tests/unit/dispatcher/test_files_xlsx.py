from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dispatcher.files import Row, open_table
from dispatcher.files.table import CellError
from models.errors import CorrectInput


def write(path: Path, rows: list[list[Any]], title: str = "工单", **cells: Any) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for place, (value, kind) in cells.items():
        sheet[place] = value
        sheet[place].data_type = kind
    book.save(path)
    return path


def test_cells_keep_their_kind(tmp_path: Path) -> None:
    moment = dt.datetime(2022, 12, 28, 5, 10)
    file = write(
        tmp_path / "a.xlsx", [["编号", "时间", "日期", "是否", 2022], [1700001, moment, moment.date(), True, "x"]]
    )
    table = open_table(file)
    assert table.columns == ("编号", "时间", "日期", "是否", "2022")
    assert table.rows == 1
    assert list(table) == [
        Row(2, {"编号": 1700001.0, "时间": moment, "日期": moment.date(), "是否": True, "2022": "x"})
    ]


def test_text_that_looks_like_a_formula_stays_text_and_a_formula_gives_its_saved_value(tmp_path: Path) -> None:
    file = write(tmp_path / "a.xlsx", [["a", "b"], [None, None]], A2=('=HYPERLINK("x")', "s"), B2=("=1+1", "f"))
    saved = _edit(file, b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>", b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
    assert [row.values for row in open_table(saved) if isinstance(row, Row)] == [{"a": '=HYPERLINK("x")', "b": 2.0}]


def test_error_cells_are_told_from_empty_ones(tmp_path: Path) -> None:
    rows = [["a", "b"], ["x", None], [None, None], ["y", None], [None, None]]
    file = write(tmp_path / "a.xlsx", rows, B2=("#REF!", "e"), A5=("#N/A", "e"))
    assert list(open_table(file)) == [
        Row(2, {"a": "x", "b": CellError("#REF!")}),
        Row(4, {"a": "y", "b": ""}),
        Row(5, {"a": CellError("#N/A"), "b": ""}),
    ]


def test_a_table_that_does_not_start_in_the_first_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["C3"], book.active["D3"], book.active["C6"] = "a", "b", "x"
    book.active["D6"] = "#DIV/0!"
    book.active["D6"].data_type = "e"
    book.save(tmp_path / "a.xlsx")
    table = open_table(tmp_path / "a.xlsx")
    assert table.columns == ("a", "b")
    assert list(table) == [Row(6, {"a": "x", "b": CellError("#DIV/0!")})]


def test_the_first_visible_sheet_or_the_one_that_is_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["hidden"])
    book.active.sheet_state = "hidden"
    for name in ("七月", "八月"):
        book.create_sheet(name).append([name])
    book.save(tmp_path / "a.xlsx")
    assert open_table(tmp_path / "a.xlsx").columns == ("七月",)
    assert open_table(tmp_path / "a.xlsx", "八月").columns == ("八月",)
    with pytest.raises(CorrectInput, match=r"^sheet: a.xlsx has no sheet 八月份; did you mean"):
        open_table(tmp_path / "a.xlsx", "八月份")


@pytest.mark.parametrize("keep", [10, 600, -40])
def test_a_file_that_is_cut_short(tmp_path: Path, keep: int) -> None:
    whole = write(tmp_path / "a.xlsx", [["a"], [1]]).read_bytes()
    (tmp_path / "b.xlsx").write_bytes(whole[:keep])
    with pytest.raises(CorrectInput, match=r"^b.xlsx: the spreadsheet is damaged or cut short"):
        open_table(tmp_path / "b.xlsx")


def test_a_damaged_sheet(tmp_path: Path) -> None:
    file = write(tmp_path / "a.xlsx", [["a"], [1]])
    damaged = _edit(file, b"</sheetData>", b"")
    with pytest.raises(CorrectInput, match="damaged"):
        list(open_table(damaged))


def test_a_zip_that_is_no_spreadsheet(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("x.txt", "x")
    with pytest.raises(CorrectInput, match="damaged"):
        open_table(tmp_path / "a.xlsx")


def test_a_protected_file(tmp_path: Path) -> None:
    # Office wraps an encrypted workbook in an OLE container with a stream of this name.
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(480)
    (tmp_path / "a.xlsx").write_bytes(container)
    with pytest.raises(CorrectInput, match=r"^a.xlsx: the file is protected by a password"):
        open_table(tmp_path / "a.xlsx")


def test_an_empty_sheet(tmp_path: Path) -> None:
    with pytest.raises(CorrectInput, match="sheet 空 is empty"):
        open_table(write(tmp_path / "a.xlsx", [], title="空"))


def test_a_spreadsheet_that_would_unpack_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dispatcher.files.xlsx_table.UNPACKED_MAX", 1000)
    with pytest.raises(CorrectInput, match="unpacks to"):
        open_table(write(tmp_path / "a.xlsx", [["a"], [1]]))


def _edit(file: Path, *swaps: bytes) -> Path:
    """The same workbook with parts of its XML replaced; fails when nothing was."""
    out = io.BytesIO()
    changed = False
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            for old, new in zip(swaps[::2], swaps[1::2], strict=True):
                changed |= old in content
                content = content.replace(old, new)
            target.writestr(name, content)
    assert changed
    path = file.with_stem("edited")
    path.write_bytes(out.getvalue())
    return path
