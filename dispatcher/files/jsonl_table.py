"""JSON files: one object per line (jsonl), or one array of objects; read as a stream."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from dispatcher.files.table import RAW_MAX, Row, RowError
from dispatcher.files.text import LINE_MAX, encoding_of, flaw, lines, open_text, raw_of
from models.errors import CorrectInput

_SAMPLE = 1000
_CHUNK = 1 << 16
_SPACE = " \t\r\n"


class JsonlTable:
    """Objects, one per line, or the elements of one array. ``columns`` are the keys of the first 1,000."""

    rows: int | None = None

    def __init__(self, path: Path, array: bool) -> None:
        """Raises ``CorrectInput`` when none of the first rows is an object."""
        self.path = path
        self._array = array
        self._encoding = encoding_of(path)
        first = list(islice(iter(self), _SAMPLE))
        good = [row for row in first if isinstance(row, Row)]
        if not good and first:
            error = first[0]
            assert isinstance(error, RowError)
            where = "element" if array else "line"
            raise CorrectInput.one(path.name, f"no JSON objects in it; {where} {error.number}: {error.reason}")
        self.columns = tuple(dict.fromkeys(key for row in good for key in row.values))

    def lacking(self, names: Iterable[str]) -> list[str]:
        missing = dict.fromkeys(name for name in names if name not in self.columns)
        for row in self if missing else ():
            if isinstance(row, Row):
                for name in missing.keys() & row.values.keys():
                    del missing[name]
                if not missing:
                    break
        return list(missing)

    def __iter__(self) -> Iterator[Row | RowError]:
        with open_text(self.path, self._encoding) as stream:
            yield from self._elements(stream) if self._array else self._objects(stream)

    def _objects(self, stream: TextIO) -> Iterator[Row | RowError]:
        for number, line in enumerate(lines(stream), start=1):
            if line.isspace():
                continue
            reason = flaw(line, self._encoding)
            if reason is None:
                try:
                    yield _row(number, json.loads(line), line)
                    continue
                except (ValueError, RecursionError) as error:
                    reason = _said(error)
            yield RowError(number, reason, raw_of(line[:RAW_MAX], self._encoding))

    def _elements(self, stream: TextIO) -> Iterator[Row | RowError]:
        """The array's elements; after a broken one the rest cannot be told apart, so it ends with an error."""
        decoder = json.JSONDecoder()
        buffer, number, more = stream.read(_CHUNK), 1, True
        start = _after_space(buffer, 0) + 1
        while True:
            start = _after_space(buffer, start)
            if buffer.startswith("]", start):
                return
            end, error = len(buffer), None
            try:
                found, end = decoder.raw_decode(buffer, start)
                end = _after_space(buffer, end)
            except (ValueError, RecursionError) as caught:
                error = caught
            if end == len(buffer) and more and end - start < LINE_MAX:
                chunk = stream.read(max(_CHUNK, end - start))
                buffer, start, more = buffer[start:] + chunk, 0, bool(chunk)
                continue
            raw = buffer[start : start + RAW_MAX]
            if error is not None:
                said = flaw(buffer[start:end], self._encoding) or _said(error)
                yield RowError(number, f"{said}; the rest of the array is not read", raw_of(raw, self._encoding))
                return
            reason = flaw(buffer[start:end], self._encoding)
            yield RowError(number, reason, raw_of(raw, self._encoding)) if reason else _row(number, found, raw)
            number += 1
            if buffer[end : end + 1] not in (",", "]"):
                raw = buffer[end : end + RAW_MAX]
                yield RowError(number, "the array does not go on with , or ] and is not read further", raw)
                return
            start = end + 1 if buffer[end] == "," else end


def _after_space(text: str, start: int) -> int:
    while start < len(text) and text[start] in _SPACE:
        start += 1
    return start


def _row(number: int, found: object, raw: str) -> Row | RowError:
    if not isinstance(found, dict):
        return RowError(number, f"not an object but {type(found).__name__}", raw[:RAW_MAX])
    return Row(number, found)


def _said(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"broken JSON at character {error.pos + 1}: {error.msg}"
    if isinstance(error, RecursionError):
        return "broken JSON: nested too deeply"
    return f"broken JSON: {str(error)[:200]}"
