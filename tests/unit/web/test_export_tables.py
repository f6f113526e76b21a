"""Exported files as a spreadsheet reads them."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from zoneinfo import ZoneInfo

import openpyxl

from dispatcher.web.exports.tables import BOM, Sheet, csv_lines, write_xlsx

AT = datetime(2026, 3, 2, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
ROWS = [
    ("路灯,不亮", '=HYPERLINK("http://x")', 3, AT, None),
    ("第二行\n换行", "+86", 0.25, AT, "@SUM(A1)"),
]
HEADER = ("标题", "内容", "次数", "时间", "备注")


def test_csv_opens_in_chinese_and_holds_no_formula() -> None:
    raw = b"".join(csv_lines(Sheet("工单", HEADER, ROWS)))
    assert raw.startswith(BOM.encode())
    read = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert read == [
        list(HEADER),
        ["路灯,不亮", '\'=HYPERLINK("http://x")', "3", "2026-03-02 08:30:00", ""],
        ["第二行\n换行", "'+86", "0.25", "2026-03-02 08:30:00", "'@SUM(A1)"],
    ]


def test_xlsx_keeps_numbers_and_times_and_takes_texts_for_texts() -> None:
    file = io.BytesIO()
    write_xlsx([Sheet("工单", HEADER, ROWS), Sheet("空", ("甲",), [])], file)
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["工单", "空"]
    first, second, third = book["工单"].iter_rows()
    assert [cell.value for cell in first] == list(HEADER)
    assert [cell.value for cell in second] == [
        "路灯,不亮",
        '=HYPERLINK("http://x")',
        3,
        datetime(2026, 3, 2, 8, 30),
        None,
    ]
    assert second[1].data_type == "s"
    assert second[1].hyperlink is None
    assert [third[2].value, third[4].value, third[4].data_type] == [0.25, "@SUM(A1)", "s"]


def test_a_text_too_long_for_a_cell_is_cut_and_the_file_opens() -> None:
    file = io.BytesIO()
    write_xlsx([Sheet("工单", ("内容",), [("长" * 40_000,)])], file)
    value = openpyxl.load_workbook(file)["工单"]["A2"].value
    assert isinstance(value, str)
    assert len(value) == 32_767
