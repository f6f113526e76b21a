"""What every kind of file looks like once it is open: named columns and a stream of rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Row:
    """A row that could be read.

    ``number`` is how a person finds it: the line where the record starts (csv, jsonl), the sheet's own row
    number (xlsx, xls, ods), the position from 1 (parquet, a JSON array).
    """

    number: int
    values: dict[str, object]


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that cannot be read: its number as in ``Row``, why, and what stands there (up to ``RAW_MAX``)."""

    number: int
    reason: str
    raw: str | bytes


@dataclass(frozen=True, slots=True)
class CellError:
    """A spreadsheet cell that holds an error such as ``#REF!`` instead of a value."""

    code: str

    def __str__(self) -> str:
        return self.code


class Table(Protocol):
    """An open table. It can be iterated more than once; every iteration starts at the first row."""

    @property
    def path(self) -> Path: ...

    @property
    def columns(self) -> tuple[str, ...]:
        """The column names, unique; of a JSON file those of the first rows, for its rows may differ."""
        ...

    @property
    def rows(self) -> int | None:
        """About how many rows there are (for a progress bar), None where only reading all would tell."""
        ...

    def lacking(self, names: Iterable[str]) -> list[str]:
        """Those of ``names`` that no row has as a column."""
        ...

    def __iter__(self) -> Iterator[Row | RowError]: ...


RAW_MAX = 1 << 20
"""Characters or bytes of a bad row that a ``RowError`` keeps."""


def column_names(header: Sequence[object]) -> tuple[str, ...]:
    """Unique names from header cells: trimmed; ``#3`` for an empty third one; ``备注 (1)``, ``备注 (2)`` where
    a name stands twice, so that a map that says 备注 alone is an error and not a silent choice."""
    names = [str(cell).strip() if cell is not None else "" for cell in header]
    names = [name or f"#{place}" for place, name in enumerate(names, start=1)]
    total, seen = Counter(names), Counter[str]()
    unique = []
    for name in names:
        seen[name] += 1
        unique.append(name if total[name] == 1 else f"{name} ({seen[name]})")
    return tuple(unique)
