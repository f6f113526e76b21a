"""Working days after the State Council's calendar, counted by look-up and never by walking."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date
from itertools import accumulate

import chinese_calendar
import numpy as np
from numpy.typing import NDArray

from models.catalogue import Days

_EPOCH = date(1970, 1, 1).toordinal()
_PUBLISHED = {day.year for day in chinese_calendar.holidays}


class WorkingDays:
    """Which days are worked: Monday to Friday, but for the published holidays and make-up days (调休).

    ``days`` adds a city's own; a day that it lists as both is a holiday. In a year whose calendar is not
    published only ``days`` differs from Monday to Friday: see ``is_published``.
    """

    def __init__(self, days: Days) -> None:
        self._listed_new_years = {day.year for day in days.holidays if (day.month, day.day) == (1, 1)}
        worked = dict.fromkeys(chinese_calendar.holidays, False) | dict.fromkeys(chinese_calendar.workdays, True)
        worked |= dict.fromkeys(days.working, True) | dict.fromkeys(days.holidays, False)
        # Only the days that are not what their weekday says, with the running sum of what each changes.
        changes = sorted((day.toordinal(), works - (day.weekday() < 5)) for day, works in worked.items())
        self._irregular: list[int] = [ordinal for ordinal, change in changes if change]
        self._changed: list[int] = [0, *accumulate(change for _, change in changes if change)]
        self._counts: list[int] = [self._until(ordinal) for ordinal in self._irregular]
        self._irregular_table = np.array(self._irregular, dtype=np.int64)
        self._changed_table = np.array(self._changed, dtype=np.int64)

    def is_published(self, year: int) -> bool:
        """Whether the holidays of ``year`` are known: in the library, or listed in the catalogue (its 1 January)."""
        return year in _PUBLISHED or year in self._listed_new_years

    def is_working_day(self, day: date) -> bool:
        return self._works(day.toordinal())

    def add_working_days(self, day: date, n: int) -> date:
        """The ``n``-th working day after ``day``; ``day`` itself for 0. Raises ``ValueError`` for ``n`` < 0, and
        ``OverflowError`` beyond the year 9999."""
        if n < 0:
            raise ValueError(f"{n} working days lie in the past")
        if n == 0:
            return day
        found = self._nth(self._until(day.toordinal()) + n)
        if found > date.max.toordinal():
            raise OverflowError(f"{n} working days after {day} lie beyond {date.max}")
        return date.fromordinal(found)

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days d have start < d <= end; when ``end`` comes first, minus those with end < d <= start,
        so that impossible times stay visible."""
        return self._until(end.toordinal()) - self._until(start.toordinal())

    def working_days_between_many(
        self, start: NDArray[np.datetime64], end: NDArray[np.datetime64]
    ) -> NDArray[np.int64]:
        """``working_days_between`` for arrays of ``datetime64[D]``. Raises ``ValueError`` for a missing date."""
        return self._until_many(end) - self._until_many(start)

    def _works(self, ordinal: int) -> bool:
        return self._until(ordinal) > self._until(ordinal - 1)

    def _until(self, ordinal: int) -> int:
        """Working days up to and including ``ordinal``; ordinal 1, 1 January of the year 1, was a Monday."""
        weeks, rest = divmod(ordinal, 7)
        return weeks * 5 + min(rest, 5) + self._changed[bisect_right(self._irregular, ordinal)]

    def _nth(self, count: int) -> int:
        """The first ordinal with ``_until(ordinal) >= count``, perhaps beyond the year 9999."""
        place = bisect_left(self._counts, count)
        weeks, rest = divmod(count - self._changed[place] - 1, 5)
        regular = weeks * 7 + rest + 1
        # An irregular day in between that completes the count is a make-up day, and the one that is sought.
        return min([regular, *self._irregular[place : place + 1]])

    def _until_many(self, days: NDArray[np.datetime64]) -> NDArray[np.int64]:
        if np.isnat(days).any():
            raise ValueError("a date is missing")
        ordinals = days.astype("datetime64[D]").astype(np.int64) + _EPOCH
        weeks, rest = np.divmod(ordinals, 7)
        places = np.searchsorted(self._irregular_table, ordinals, side="right")
        until: NDArray[np.int64] = weeks * 5 + np.minimum(rest, 5) + self._changed_table[places]
        return until
