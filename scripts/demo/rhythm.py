"""When people call: hours of the day, days of the week, seasons, and one day of storm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import accumulate
from random import Random

from scripts.demo.matters import Matter

STORM_FACTOR = 10.0
_AFTERMATH = 3.0
_WEEK = (1.2, 1.1, 1.05, 1.0, 1.0, 0.68, 0.6)
_OFFICE_WEEK = (1.25, 1.15, 1.1, 1.05, 1.0, 0.22, 0.16)
_MONTHS = {
    "rain": frozenset(range(4, 10)),
    "summer": frozenset(range(5, 11)),
    "school": frozenset((4, 5, 6, 7, 8)),
    "winter": frozenset((11, 12, 1, 2)),
}
_IN_SEASON, _OUT_OF_SEASON = 1.8, 0.6

HOURS: dict[str, tuple[float, ...]] = {
    "office": (0.1, 0, 0, 0, 0, 0, 0.2, 1, 5, 12, 12, 6, 3, 4, 8, 12, 11, 6, 2.5, 2, 2, 1.5, 1, 0.5),
    "day": (0.5, 0.2, 0.1, 0.1, 0.1, 0.3, 1, 3, 6, 10, 10, 7, 4, 4.5, 7, 10, 9, 6, 4, 3.5, 3, 2.5, 1.5, 0.8),
    "commute": (0.3, 0.1, 0.1, 0, 0, 0.3, 2, 8, 10, 9, 8, 5, 3, 3, 5, 8, 8, 8, 6, 3, 2, 1.5, 1, 0.5),
    "evening": (1, 0.5, 0.2, 0.1, 0.1, 0.3, 1, 2.5, 4, 8, 8, 5, 3.5, 4, 5, 8, 7, 6, 6, 8, 8, 6, 4, 2),
    "night": (9, 6, 3, 2, 1, 1, 1.5, 2, 3, 6, 6, 3, 2, 3, 3, 4, 4, 3, 3, 5, 7, 10, 13, 13),
}


@dataclass(frozen=True, slots=True)
class Day:
    """The part of one local day in a range: its length in hours from ``opens``, and each matter's expected share."""

    opens: datetime
    closes: datetime
    weights: tuple[float, ...]
    """Running sums over the matters, as ``random.choices`` takes them; the last is the day's weight."""


def storm_day(rng: Random, start: date, end: date) -> date | None:
    """A day of the range for the storm, in the rainy season where there is one; none in under three weeks."""
    span = (end - start).days
    if span < 21:
        return None
    days = [start + timedelta(days=n) for n in range(7, span - 7)]
    rainy = [day for day in days if day.month in _MONTHS["rain"]]
    return rng.choice(rainy or days)


def days_of(matters: tuple[Matter, ...], start: datetime, end: datetime, storm: date | None) -> Iterator[Day]:
    """Every local day between two local moments."""
    opens = start
    while opens < end:
        midnight = datetime.combine(opens.date() + timedelta(days=1), time(), opens.tzinfo)
        closes = min(midnight, end)
        weights = (_weight(matter, opens, closes, storm) for matter in matters)
        yield Day(opens, closes, tuple(accumulate(weights)))
        opens = midnight


def moment(rng: Random, matter: Matter, day: Day, zone: tzinfo | None) -> datetime:
    """A moment of the day at which this matter may be called in."""
    shares = _open_hours(matter, day.opens, day.closes)
    hour = rng.choices(range(24), shares)[0]
    begin = datetime.combine(day.opens.date(), time(hour), zone)
    first, last = max(begin, day.opens), min(begin + timedelta(hours=1), day.closes)
    return first + timedelta(seconds=int(rng.random() * (last - first).total_seconds()))


def _weight(matter: Matter, opens: datetime, closes: datetime, storm: date | None) -> float:
    day = opens.date()
    weight = matter.weight * (_OFFICE_WEEK if matter.hours == "office" else _WEEK)[day.weekday()]
    if matter.season is not None:
        weight *= _IN_SEASON if day.month in _MONTHS[matter.season] else _OUT_OF_SEASON
    if matter.storm and storm is not None:
        weight *= {0: STORM_FACTOR, 1: _AFTERMATH}.get((day - storm).days, 1.0)
    return weight * sum(_open_hours(matter, opens, closes)) / sum(HOURS[matter.hours])


def _open_hours(matter: Matter, opens: datetime, closes: datetime) -> list[float]:
    """The matter's hours, each by the part of it that lies between two moments of one day."""
    profile = HOURS[matter.hours]
    midnight = opens.replace(hour=0, minute=0, second=0, microsecond=0)
    first, last = (opens - midnight) / timedelta(hours=1), (closes - midnight) / timedelta(hours=1)
    if (first, last) == (0.0, 24.0):
        return list(profile)
    return [share * max(0.0, min(last, n + 1) - max(first, n)) for n, share in enumerate(profile)]
