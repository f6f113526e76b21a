"""Which cells of an xlsx sheet hold an error (#REF!, #N/A …).

calamine returns such a cell as an empty one; taken so, an order whose closing time is ``#REF!`` would count as
open. The sheet's XML says so plainly: ``<c r="D2" t="e"><v>#REF!</v></c>``.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from pathlib import Path
from xml.etree import ElementTree

ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError)
"""What zipfile raises for a damaged archive; RuntimeError for unknown versions, methods and encrypted members."""

_CHUNK = 1 << 20
_OVERLAP = 64 << 10  # longer than any cell with an error: a formula has at most 8,192 characters
_ERROR = re.compile(
    rb'<(?:\w+:)?c\s(?=[^>]*\br="([A-Z]+)(\d+)")[^>]*\bt="e"[^>]*>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<', re.S
)


def error_cells(path: Path, sheet: str) -> dict[tuple[int, int], str]:
    """(row from 1, column from 0) → the error's text; empty for a file that is no xlsx."""
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as archive:
        part = _part(archive, sheet)
        if part is None:
            return {}
        found: dict[tuple[int, int], str] = {}
        with archive.open(part) as stream:
            tail = b""
            while chunk := stream.read(_CHUNK):
                window = tail + chunk
                if b't="e"' in window:
                    for column, row, code in _ERROR.findall(window):
                        found[int(row), _index(column)] = code.decode("utf-8", "replace")
                tail = window[-_OVERLAP:]
        return found


def _part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The archive member that holds ``sheet``."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    try:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except ElementTree.ParseError:
        return None
    target_of = {item.get("Id"): item.get("Target", "") for item in relations}
    for item in book.iterfind(".//{*}sheet"):
        if item.get("name") == sheet:
            relation = next((value for key, value in item.attrib.items() if key.endswith("}id")), None)
            part = posixpath.normpath(posixpath.join("/xl", target_of.get(relation, ""))).lstrip("/")
            return part if part in names else None
    return None


def _index(letters: bytes) -> int:
    """A → 0, Z → 25, AA → 26."""
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1
