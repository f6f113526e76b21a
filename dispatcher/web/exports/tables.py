"""Tables as files: CSV that a spreadsheet opens in Chinese, and xlsx; rows are written as they come."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

import xlsxwriter

from dispatcher.web.exports.columns import Cell

BOM = "\ufeff"
"""Without it a spreadsheet takes UTF-8 for something else."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TIME = "yyyy-mm-dd hh:mm"
_CELL_MAX = 32_767
"""Characters that an xlsx cell holds."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table with its header."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def csv_lines(sheet: Sheet) -> Iterator[bytes]:
    """The table as CSV (RFC 4180, UTF-8), line by line."""
    yield BOM.encode()
    yield _line(sheet.header)
    for row in sheet.rows:
        yield _line([_plain(cell) for cell in row])


def write_xlsx(sheets: Sequence[Sheet], to: IO[bytes]) -> None:
    """The tables as one workbook. Texts are texts: nothing that somebody wrote becomes a formula or a link."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    with xlsxwriter.Workbook(to, options) as book:
        bold, time = book.add_format({"bold": True}), book.add_format({"num_format": _TIME})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            page.freeze_panes(1, 0)
            page.set_column(0, len(sheet.header) - 1, 18)
            page.write_row(0, 0, sheet.header, bold)
            for number, row in enumerate(sheet.rows, 1):
                for place, cell in enumerate(row):
                    if isinstance(cell, datetime):
                        page.write_datetime(number, place, cell, time)
                    elif isinstance(cell, str):
                        page.write_string(number, place, cell[:_CELL_MAX])
                    elif cell is not None:
                        page.write_number(number, place, cell)


def _line(cells: Sequence[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()


def _plain(cell: Cell) -> str:
    """The cell as text; what a spreadsheet would take for a formula is marked as text (CWE-1236)."""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return "'" + cell
    return "" if cell is None else str(cell)
