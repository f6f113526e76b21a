"""Text files as cities have them: UTF-8, UTF-16 with its mark, or GB18030."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

LINE_MAX = 4 << 20
"""Characters of one line that are read; the rest of a longer line is dropped, and its row is an error."""

_CHUNK = 1 << 20
_WINDOW = 32 << 10
_BAD = re.compile("[\x00\udc80-\udcff]")
_BAD_UTF16 = re.compile("[\x00\ufffd]")


def encoding_of(path: Path) -> str:
    """``utf-8-sig``, ``utf-16``, ``utf-8`` or ``gb18030``; the file is read up to its first byte that is no UTF-8."""
    with path.open("rb") as stream:
        start = stream.read(3)
        if start.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        stream.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        done = 0
        while True:
            chunk = stream.read(_CHUNK)
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                stream.seek(max(0, done + error.start - _WINDOW))
                return _likelier(stream.read(2 * _WINDOW))
            if not chunk:
                return "utf-8"
            done += len(chunk)


def _likelier(sample: bytes) -> str:
    """UTF-8 with a few broken bytes, or GB18030? The latter's text is nowhere near valid UTF-8."""
    as_utf8 = sample.decode("utf-8", "replace")
    broken = as_utf8.count("\ufffd")
    whole = sum(character > "\x7f" for character in as_utf8) - broken
    as_gb = sample.decode("gb18030", "replace").count("\ufffd")
    return "gb18030" if broken >= whole and as_gb < broken else "utf-8"


def open_text(path: Path, encoding: str) -> TextIO:
    """The file as text; bytes that are none of the encoding become marks that ``flaw`` finds."""
    errors = "replace" if encoding == "utf-16" else "surrogateescape"
    return path.open(encoding=encoding, errors=errors, newline="")


def lines(stream: TextIO) -> Iterator[str]:
    """Lines with their ends; one longer than ``LINE_MAX`` is cut there, whatever its length in the file."""
    while line := stream.readline(LINE_MAX):
        yield line
        while len(line) >= LINE_MAX and not line.endswith(("\n", "\r")):
            line = stream.readline(LINE_MAX)


def flaw(text: str, encoding: str) -> str | None:
    """Why ``text`` cannot be taken as it is, or None."""
    if len(text) >= LINE_MAX:
        return f"longer than {LINE_MAX:,} characters"
    if encoding == "utf-16":
        found = _BAD_UTF16.search(text)
    else:
        found = None if "\x00" not in text and _encodes(text) else _BAD.search(text)
    if found is None:
        return None
    name = encoding.removesuffix("-sig").upper()
    what = "a NUL byte" if found.group() == "\x00" else f"bytes that are no {name}"
    return f"{what} at character {found.start() + 1} of the row"


def _encodes(text: str) -> bool:
    """Without the marks of ``surrogateescape``; ten times as fast as looking for them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def raw_of(text: str, encoding: str) -> str | bytes:
    """What stood in the file: the text itself, or the original bytes where they are no text."""
    if encoding == "utf-16" or not flaw(text, encoding):
        return text
    return text.encode(encoding.removesuffix("-sig"), "surrogateescape")
