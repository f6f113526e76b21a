"""Spreadsheets (xlsx, xlsm, xlsb, xls, ods) through calamine; nothing in a cell is ever evaluated."""

from __future__ import annotations

import mmap
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from dispatcher.files.names import did_you_mean
from dispatcher.files.table import CellError, Row, RowError, column_names
from dispatcher.files.xlsx_errors import ZIP_ERRORS, error_cells
from models.errors import CorrectInput

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

UNPACKED_MAX = 4 << 30
"""Bytes that a spreadsheet may unpack to; real ones of a million rows stay below 1 GB."""

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class XlsxTable:
    """One sheet, held in memory. The first row that is not blank is the header; blank rows are skipped.

    Cells are str, bool, float, datetime, date, time or timedelta; a formula gives the value that was saved with
    it; an empty cell is ``""``; an error is a ``CellError`` (xlsx only: of xls and ods the library hides errors).
    """

    def __init__(self, path: Path, sheet: str | None) -> None:
        """Raises ``CorrectInput`` for a protected or damaged file, an unknown sheet, or an empty one."""
        from python_calamine import CalamineError, CalamineWorkbook, PasswordError

        self.path = path
        _check_container(path)
        try:
            with path.open("rb") as stream, CalamineWorkbook.from_filelike(stream) as workbook:
                name = _sheet_name(path, workbook, sheet)
                self._sheet = workbook.get_sheet_by_name(name)
            self._errors = error_cells(path, name)
        except PasswordError as error:
            raise CorrectInput.one(path.name, "the file is protected by a password; save it without one") from error
        except (CalamineError, *ZIP_ERRORS) as error:
            said = (str(error).splitlines() or [type(error).__name__])[0][:200]
            raise CorrectInput.one(path.name, f"the spreadsheet is damaged or cut short: {said}") from error
        header = next(_filled(self._sheet), None)
        if header is None:
            raise CorrectInput.one(path.name, f"sheet {name} is empty")
        self._header_row = header[0]
        self.columns = column_names([_whole(cell) for cell in header[1]])
        self.rows: int | None = (self._sheet.end or (0, 0))[0] + 1 - self._header_row

    def lacking(self, names: Iterable[str]) -> list[str]:
        return [name for name in names if name not in self.columns]

    def __iter__(self) -> Iterator[Row | RowError]:
        first_column = (self._sheet.start or (0, 0))[1]
        broken: dict[int, dict[int, str]] = {}
        for (row, column), code in self._errors.items():
            broken.setdefault(row, {})[column - first_column] = code
        for number, cells in _filled(self._sheet, also=broken.keys()):
            if number > self._header_row:
                values = dict(zip(self.columns, cells, strict=True))
                for column, code in broken.get(number, {}).items():
                    values[self.columns[column]] = CellError(code)
                yield Row(number, values)


def _check_container(path: Path) -> None:
    """What the library would take for damage, or unpack without a limit."""
    with path.open("rb") as stream:
        if stream.read(4) != b"PK\x03\x04":
            with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
                if content.find(_ENCRYPTED) >= 0:
                    raise CorrectInput.one(path.name, "the file is protected by a password; save it without one")
            return
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except ZIP_ERRORS as error:
        raise CorrectInput.one(path.name, "the spreadsheet is damaged or cut short") from error
    if size > UNPACKED_MAX:
        raise CorrectInput.one(path.name, f"the spreadsheet unpacks to {size / (1 << 30):.1f} GB; split it")


def _sheet_name(path: Path, workbook: CalamineWorkbook, wanted: str | None) -> str:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if wanted is not None:
        if wanted not in [sheet.name for sheet in sheets]:
            hint = did_you_mean(wanted, [sheet.name for sheet in sheets])
            raise CorrectInput.one("sheet", f"{path.name} has no sheet {wanted}{hint}")
        return wanted
    if not sheets:
        raise CorrectInput.one(path.name, "the spreadsheet has no sheet with cells")
    return next((sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible), sheets[0].name)


def _filled(sheet: CalamineSheet, also: Iterable[int] = ()) -> Iterator[tuple[int, list[object]]]:
    """Row number from 1 and cells of each row that is not blank or is among ``also``."""
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if any(cell != "" for cell in cells) or number in also:
            yield number, list(cells)


def _whole(cell: object) -> object:
    """A header cell 2022.0 as 2022."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell
