"""Working days after the State Council's calendar, and the limit (办理时限) of an order."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

import chinese_calendar
import numpy as np
from numpy.typing import NDArray

from models.catalogue import Catalogue, Days, LimitRule
from models.order import Limit, LimitUnit, RequesterKind, Urgency

_EPOCH = date(1970, 1, 1).toordinal()
_END_OF_DAY = time(23, 59, 59)
_PUBLISHED = {day.year for day in chinese_calendar.holidays}


class WorkCalendar:
    """Which days are worked: Monday to Friday, but for the published holidays and make-up days (调休).

    ``days`` adds a city's own; a day that it lists as both is a holiday. In a year whose calendar is not
    published only ``days`` differs from Monday to Friday: see ``is_published``.
    """

    def __init__(self, days: Days, timezone: str = "Asia/Shanghai") -> None:
        self._zone = ZoneInfo(timezone)
        self._listed_new_years = {day.year for day in days.holidays if (day.month, day.day) == (1, 1)}
        worked = dict.fromkeys(chinese_calendar.holidays, False) | dict.fromkeys(chinese_calendar.workdays, True)
        worked |= dict.fromkeys(days.working, True) | dict.fromkeys(days.holidays, False)
        # Only the days that are not what their weekday says, with the running sum of what each changes.
        changes = sorted((day.toordinal(), works - (day.weekday() < 5)) for day, works in worked.items())
        self._irregular: list[int] = [ordinal for ordinal, change in changes if change]
        self._changed: list[int] = [0, *accumulate(change for _, change in changes if change)]
        self._irregular_table = np.array(self._irregular, dtype=np.int64)
        self._changed_table = np.array(self._changed, dtype=np.int64)

    def is_published(self, year: int) -> bool:
        """Whether the holidays of ``year`` are known: in the library, or listed in the catalogue (its 1 January)."""
        return year in _PUBLISHED or year in self._listed_new_years

    def is_working_day(self, day: date) -> bool:
        ordinal = day.toordinal()
        return self._until(ordinal) > self._until(ordinal - 1)

    def add_working_days(self, day: date, n: int) -> date:
        """The ``n``-th working day after ``day``; ``day`` itself for 0. Raises ``ValueError`` for ``n`` < 0, and
        ``OverflowError`` beyond the year 9999."""
        if n < 0:
            raise ValueError(f"{n} working days lie in the past")
        if n == 0:
            return day
        start = day.toordinal()
        target = self._until(start) + n
        reach = 2 * n + 16
        while self._until(start + reach) < target:
            reach *= 2
        found = bisect_left(range(start + reach), target, lo=start + 1, key=self._until)
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

    def due_at(self, received_at: datetime, rule: LimitRule) -> datetime:
        """When the limit ends, in the calendar's time zone. Hours and days are elapsed time; working days are
        counted from the day after receipt, and the last one ends at 23:59:59."""
        if rule.unit is LimitUnit.WORKING_DAY:
            last = self.add_working_days(received_at.astimezone(self._zone).date(), rule.value)
            return datetime.combine(last, _END_OF_DAY, self._zone)
        elapsed = timedelta(hours=rule.value) if rule.unit is LimitUnit.HOUR else timedelta(days=rule.value)
        return (received_at.astimezone(UTC) + elapsed).astimezone(self._zone)

    def limit_for(
        self,
        catalogue: Catalogue,
        urgency: Urgency,
        requester_kind: RequesterKind,
        request_type: str,
        item_code: str | None,
        received_at: datetime,
    ) -> Limit:
        """The limit by the first rule of ``catalogue`` whose every condition holds; the last one has none."""
        rule = next(
            rule
            for rule in catalogue.limits
            if (rule.urgency is None or rule.urgency is urgency)
            and (rule.requester_kind is None or rule.requester_kind is requester_kind)
            and (rule.request_type is None or rule.request_type == request_type)
            and (rule.item is None or rule.item == item_code)
        )
        return Limit(value=rule.value, unit=rule.unit, due_at=self.due_at(received_at, rule))

    def _until(self, ordinal: int) -> int:
        """Working days up to and including ``ordinal``; ordinal 1, 1 January of the year 1, was a Monday."""
        weeks, rest = divmod(ordinal, 7)
        return weeks * 5 + min(rest, 5) + self._changed[bisect_right(self._irregular, ordinal)]

    def _until_many(self, days: NDArray[np.datetime64]) -> NDArray[np.int64]:
        if np.isnat(days).any():
            raise ValueError("a date is missing")
        ordinals = days.astype("datetime64[D]").astype(np.int64) + _EPOCH
        weeks, rest = np.divmod(ordinals, 7)
        places = np.searchsorted(self._irregular_table, ordinals, side="right")
        until: NDArray[np.int64] = weeks * 5 + np.minimum(rest, 5) + self._changed_table[places]
        return until
