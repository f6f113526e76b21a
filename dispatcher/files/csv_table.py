"""CSV files: comma, semicolon or tab; read as a stream, so the file may be larger than memory."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, TextIO

from dispatcher.files.table import RAW_MAX, Row, RowError, column_names
from dispatcher.files.text import encoding_of, flaw, lines, open_text, raw_of
from models.errors import CorrectInput

FIELD_MAX = 2 << 20
_DELIMITERS = ",;\t"
_HEAD = 64 << 10
_REREAD_MAX = 64 << 20
"""Characters that may be read a second time after broken quotes; keeps a hostile file from costing quadratic time."""


class _Record(NamedTuple):
    line: int
    fields: list[str]
    reason: str | None
    raw: str


class _Feed:
    """The lines for ``csv.reader``; remembers those of the present record and takes lines back."""

    def __init__(self, stream: TextIO) -> None:
        self._lines = lines(stream)
        self._back: deque[str] = deque()
        self._reread_left = _REREAD_MAX
        self.taken: list[str] = []

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else next(self._lines)
        self.taken.append(line)
        return line

    def keep_first(self) -> None:
        """Take back all lines of the present record but its first: an open quote may have swallowed good rows."""
        rest = self.taken[1:]
        self._reread_left -= sum(map(len, rest))
        if self._reread_left >= 0:
            self._back.extendleft(reversed(rest))
            del self.taken[1:]


class CsvTable:
    """A CSV file with a header. Rows with too few or too many fields, or broken quotes, are errors."""

    rows: int | None = None

    def __init__(self, path: Path) -> None:
        """Raises ``CorrectInput`` when there is no header that can be read."""
        self.path = path
        self._encoding = encoding_of(path)
        with open_text(path, self._encoding) as stream:
            self._delimiter = _delimiter(stream.read(_HEAD))
        with open_text(path, self._encoding) as stream:
            header = next(self._records(stream), None)
        if header is None:
            raise CorrectInput.one(path.name, "the file is empty")
        if header.reason:
            raise CorrectInput.one(path.name, f"the header cannot be read: {header.reason}")
        self.columns = column_names(header.fields)

    def lacking(self, names: Iterable[str]) -> list[str]:
        return [name for name in names if name not in self.columns]

    def __iter__(self) -> Iterator[Row | RowError]:
        columns = self.columns
        with open_text(self.path, self._encoding) as stream:
            records = self._records(stream)
            next(records)
            for line, fields, reason, raw in records:
                if reason is None and len(fields) != len(columns):
                    reason = f"{len(fields)} fields where the header has {len(columns)}"
                if reason is not None:
                    yield RowError(line, reason, raw_of(raw[:RAW_MAX], self._encoding))
                else:
                    yield Row(line, dict(zip(columns, fields, strict=True)))

    def _records(self, stream: TextIO) -> Iterator[_Record]:
        """Every record that is not blank, the header included."""
        csv.field_size_limit(max(csv.field_size_limit(), FIELD_MAX))  # the csv module knows one limit per process
        feed = _Feed(stream)
        reader = csv.reader(feed, delimiter=self._delimiter, strict=True)
        line = 1
        while True:
            fields: list[str] = []
            reason = None
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                reason = f"broken CSV: {error}"
                feed.keep_first()
            raw = "".join(feed.taken)
            if reason or any(fields):
                yield _Record(line, fields, flaw(raw, self._encoding) or reason, raw)
            line += len(feed.taken)
            feed.taken.clear()


def _delimiter(head: str) -> str:
    """The separator that splits the header into the most fields; the comma where none does."""
    return max(_DELIMITERS, key=lambda delimiter: _width(head.lstrip("\r\n"), delimiter))


def _width(head: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), []))
    except csv.Error:
        return 0
