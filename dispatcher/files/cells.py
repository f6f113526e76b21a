"""Single cells as the intake message wants them; ``None`` is absent, ``ValueError`` carries the reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, tzinfo
from decimal import Decimal

from dispatcher.files.fields import FLAGS, LISTS, NUMBERS, TIMES
from dispatcher.files.table import CellError
from dispatcher.files.times import parse_time, shown

FLOAT_DIGITS_MAX = 10**15
"""Excel keeps 15 digits of a number; a longer id that was stored as a number has lost its last ones."""

_NOTHING = {"", "nan", "nat", "none", "null"}
_FLAGS = {"是": True, "否": False}

Converter = Callable[[object], object]


def text(value: object) -> str | None:
    """Trimmed text; 12.0 is ``12``, for spreadsheets know no whole numbers."""
    if isinstance(value, str):
        return value.strip() or None
    if value is None or value != value:  # only NaN and NaT differ from themselves
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if abs(value) >= FLOAT_DIGITS_MAX:
            raise ValueError("a number of over 15 digits has lost its last ones; store the column as text")
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, int | Decimal | date | time):
        return value.isoformat(" ") if isinstance(value, datetime) else str(value)
    if isinstance(value, bytes):
        try:
            return value.decode().strip() or None
        except UnicodeDecodeError as error:
            raise ValueError("bytes that are no UTF-8") from error
    if isinstance(value, CellError):
        raise ValueError(f"the cell holds the error {value}")
    raise ValueError(f"{type(value).__name__} where text is wanted")


def flag(value: object) -> object:
    """True, False, 是, 否, or text for the intake message to judge."""
    found = text(value)
    return found if found is None else _FLAGS.get(found, found)


def number(value: object) -> float | None:
    """A finite number."""
    found = text(value)
    if found is None or found.lower() in _NOTHING:
        return None
    try:
        read = float(found)
    except ValueError as error:
        raise ValueError(f"no number: {shown(found)}") from error
    if read - read != 0:
        raise ValueError("not a finite number")
    return read


def moment(value: object, zone: tzinfo) -> datetime | None:
    """A moment in UTC; what ``parse_time`` reads."""
    if isinstance(value, CellError):
        raise ValueError(f"the cell holds the error {value}")
    if value is None or value != value or (isinstance(value, str) and value.strip().lower() in _NOTHING):
        return None
    return parse_time(value, zone)


def past_returns(value: object, zone: tzinfo) -> object:
    """The recorded returns of a JSON or Parquet row: a list of objects, their times with a zone."""
    if not value:
        return None
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ValueError("not a list of objects")
    return [
        {key: moment(part, zone) if str(key).endswith("_at") else part for key, part in item.items()} for item in value
    ]


def converter(field: str, zone: tzinfo) -> Converter:
    """How values of ``field`` are read."""
    if field in TIMES:
        return lambda value: moment(value, zone)
    if field in LISTS:
        return lambda value: past_returns(value, zone)
    if field in FLAGS:
        return flag
    return number if field in NUMBERS else text
