"""Moments as files write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, tzinfo

_YEARS = range(1900, 2200)
_EXCEL_DAY_0 = datetime(1899, 12, 30)
_EXCEL_DAYS = (20_000, 80_000)  # 1954 to 2119
_EPOCH_SECONDS = (631_152_000, 4_102_444_800)  # 1990 to 2100
_DIGITS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_NUMBER = re.compile(r"\d+(\.\d+)?")
_WRITTEN = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[T\s]*(上午|下午)?\s*(\d{1,2})\s*[:时点]\s*(?:(\d{1,2})\s*分?\s*(?:[:\s]?\s*(\d{1,2})(?:\.(\d{1,9}))?\s*秒?)?)?"
    r"\s*(AM|PM)?\s*(Z|[+-]\d{2}:?\d{2})?)?",
    re.IGNORECASE,
)


def parse_time(value: object, zone: tzinfo) -> datetime:
    """The moment in UTC; a time without a zone is in ``zone``, a date alone means its first moment there.

    Takes datetime, date, ISO 8601, ``2022/1/5 8:03``, ``2022年12月28日 5时10分``, ``20221228``, ``202212280510``,
    Excel's day numbers, and seconds or milliseconds since 1970. Raises ``ValueError`` with the reason.
    UTC, because Python subtracts two times of one zone without regard to summer time.
    """
    moment = _read(value)
    if moment.year not in _YEARS:
        raise ValueError(f"the year {moment.year} is not plausible")
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _read(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, str):
        return _from_text(value.strip())
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(value)
    raise ValueError(f"no time: {shown(value)}")


def _from_text(text: str) -> datetime:
    if text[4:5] == "-":
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass  # not ISO to the letter, as 2022-1-5: the pattern below decides
    plain = unicodedata.normalize("NFKC", text)
    if plain.isascii() and _NUMBER.fullmatch(plain):
        return _from_number(float(plain) if "." in plain else int(plain[:20]))
    found = _WRITTEN.fullmatch(plain)
    if not found:
        raise ValueError(f"no time: {shown(text)}")
    year, month, day, half, hour, minute, second, fraction, suffix, offset = found.groups()
    half = half or {"AM": "上午", "PM": "下午"}.get((suffix or "").upper())
    clock = int(hour or 0)
    if half and clock <= 12:
        clock = clock % 12 + (12 if half == "下午" else 0)
    micros = int((fraction or "0").ljust(6, "0")[:6])
    try:
        moment = datetime(int(year), int(month), int(day), clock, int(minute or 0), int(second or 0), micros)
        return moment.replace(tzinfo=datetime.strptime(offset.upper(), "%z").tzinfo) if offset else moment
    except ValueError as error:
        raise ValueError(f"no such day or time: {shown(text)}") from error


def _from_number(number: float) -> datetime:
    """Which of the readings a number has: their ranges do not overlap."""
    low, high = _EPOCH_SECONDS
    if _EXCEL_DAYS[0] <= number <= _EXCEL_DAYS[1]:
        return _EXCEL_DAY_0 + timedelta(milliseconds=round(number * 86_400_000))
    if number % 1 == 0:
        digits = str(int(number))
        if len(digits) in _DIGITS and int(digits[:4]) in _YEARS:
            try:
                return datetime.strptime(digits, _DIGITS[len(digits)])
            except ValueError as error:
                raise ValueError(f"no such day or time: {digits}") from error
        if low <= number <= high:
            return datetime.fromtimestamp(number, UTC)
        if low * 1000 <= number <= high * 1000:
            return datetime.fromtimestamp(number / 1000, UTC)
    raise ValueError(f"the number {shown(number)} is no plausible time")


def shown(value: object) -> str:
    """A value in an error message: at most 40 characters, for it may be somebody's personal data."""
    text = value if isinstance(value, str) else str(value)
    return repr(text if len(text) <= 40 else text[:39] + "…")
