"""Opening a file as a table: its content decides how it is read, and must be what its name says."""

from __future__ import annotations

import codecs
from pathlib import Path

from dispatcher.files.csv_table import CsvTable
from dispatcher.files.jsonl_table import JsonlTable
from dispatcher.files.parquet_table import ParquetTable
from dispatcher.files.table import Table
from dispatcher.files.xlsx_table import XlsxTable
from models.errors import CorrectInput

_START = 4096
_MAGIC = {
    b"PK\x03\x04": "spreadsheet",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "spreadsheet",
    b"PAR1": "Parquet file",
    b"%PDF": "PDF document",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"\x1f\x8b": "gzip archive",
    b"7z\xbc\xaf": "7z archive",
    b"Rar!": "rar archive",
}
_TEXT = {"CSV text", "JSON lines", "JSON array"}
_SUFFIXES = {
    ".xlsx": {"spreadsheet"},
    ".xlsm": {"spreadsheet"},
    ".xlsb": {"spreadsheet"},
    ".xls": {"spreadsheet"},
    ".ods": {"spreadsheet"},
    ".parquet": {"Parquet file"},
    ".pq": {"Parquet file"},
    ".jsonl": {"JSON lines", "JSON array"},
    ".ndjson": {"JSON lines", "JSON array"},
    ".json": {"JSON lines", "JSON array"},
    ".csv": _TEXT,
    ".tsv": _TEXT,
    ".txt": _TEXT,
}
_KNOWN = {"spreadsheet", "Parquet file"} | _TEXT


def open_table(path: Path, sheet: str | None = None) -> Table:
    """The table that ``path`` holds; ``sheet`` names the sheet of a spreadsheet (default: the first visible one).

    Raises ``CorrectInput``, its field the file's name, for whatever cannot be read as a table.
    """
    kind = _kind(path)
    expected = _SUFFIXES.get(path.suffix.lower(), _KNOWN)
    if kind not in expected:
        if path.suffix.lower() in _SUFFIXES:
            raise CorrectInput.one(path.name, f"the name says {path.suffix}, but the content is a {kind}")
        raise CorrectInput.one(path.name, f"a {kind} cannot be read; use xlsx, csv, jsonl or parquet")
    if kind == "spreadsheet":
        return XlsxTable(path, sheet)
    if kind == "Parquet file":
        return ParquetTable(path)
    if path.suffix.lower() in (".csv", ".tsv") or kind == "CSV text":
        return CsvTable(path)
    return JsonlTable(path, array=kind == "JSON array")


def _kind(path: Path) -> str:
    """What the first bytes show."""
    try:
        with path.open("rb") as stream:
            start = stream.read(_START)
    except FileNotFoundError as error:
        raise CorrectInput.one(path.name, "there is no such file") from error
    except IsADirectoryError as error:
        raise CorrectInput.one(path.name, "is a folder, not a file") from error
    except OSError as error:
        raise CorrectInput.one(path.name, f"cannot be opened: {error.strerror}") from error
    for magic, kind in _MAGIC.items():
        if start.startswith(magic):
            return kind
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = start.decode("utf-16", "ignore")
    else:
        text = start.removeprefix(codecs.BOM_UTF8).decode("latin-1")
        controls = sum(character < " " and character not in "\t\r\n\f\x1a" for character in text)
        if controls * 10 > len(text):
            return "binary file"
    text = text.lstrip()
    if not text:
        raise CorrectInput.one(path.name, "the file is empty")
    if text[:200].lower().startswith(("<html", "<!doctype", "<?xml", "<table", "<head", "<meta")):
        return "web page or XML text"
    return {"{": "JSON lines", "[": "JSON array"}.get(text[0], "CSV text")
