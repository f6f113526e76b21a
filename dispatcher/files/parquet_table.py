"""Parquet files, read batch by batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from dispatcher.files.table import Row, RowError, column_names
from models.errors import CorrectInput

_BATCH = 4096
_BUFFER = 1 << 20


class ParquetTable:
    """A Parquet file; a value that Python cannot hold (a year beyond 9999, text that is no UTF-8) is a row error."""

    def __init__(self, path: Path) -> None:
        """Raises ``CorrectInput`` for a damaged file."""
        from pyarrow import ArrowException

        self.path = path
        try:
            with self._open() as file:
                self.columns = column_names(file.schema_arrow.names)
                self.rows: int | None = file.metadata.num_rows
        except (ArrowException, OSError) as error:
            raise CorrectInput.one(path.name, f"the Parquet file is damaged or cut short: {_said(error)}") from error

    def lacking(self, names: Iterable[str]) -> list[str]:
        return [name for name in names if name not in self.columns]

    def __iter__(self) -> Iterator[Row | RowError]:
        from pyarrow import ArrowException

        number = 1
        with self._open() as file:
            batches = file.iter_batches(batch_size=_BATCH, use_threads=False)
            while True:
                try:
                    batch = next(batches, None)
                except (ArrowException, OSError) as error:
                    yield RowError(number, f"damaged from here on, the rest is not read: {_said(error)}", b"")
                    return
                if batch is None:
                    return
                yield from self._rows(_microseconds(batch).rename_columns(list(self.columns)), number)
                number += batch.num_rows

    def _rows(self, batch: Any, number: int) -> Iterator[Row | RowError]:
        try:
            found = batch.to_pylist()
        except (ValueError, OverflowError) as error:
            if batch.num_rows == 1:
                yield RowError(number, f"a value cannot be read: {_said(error)}", b"")
                return
            for place in range(batch.num_rows):
                yield from self._rows(batch.slice(place, 1), number + place)
            return
        for place, values in enumerate(found):
            yield Row(number + place, values)

    def _open(self) -> Any:
        from pyarrow.parquet import ParquetFile

        return ParquetFile(self.path, pre_buffer=False, buffer_size=_BUFFER)


def _microseconds(batch: Any) -> Any:
    """Nanosecond times as microseconds: the finest that Python has."""
    import pyarrow as pa

    for place, field in enumerate(batch.schema):
        if pa.types.is_timestamp(field.type) and field.type.unit == "ns":
            coarse = pa.timestamp("us", field.type.tz)
            batch = batch.set_column(place, field.name, batch.column(place).cast(coarse, safe=False))
    return batch


def _said(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
