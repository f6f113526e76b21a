"""A city's calendar as one thing: its working days, its wall clock, its office hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import floor

from dispatcher.calendar.days import WorkingDays
from dispatcher.calendar.office_time import OfficeTime
from dispatcher.calendar.wall_clock import DAY_US, SECOND_US, WallClock, instant_of
from dispatcher.limits import LimitTable
from models.catalogue import Catalogue, Days, LimitRule, OfficeHours, StepRule
from models.kinds import LimitUnit, RequesterKind, Urgency
from models.parts import Limit

HOUR_US = 3600 * SECOND_US
_ELAPSED_US = {LimitUnit.MINUTE: 60 * SECOND_US, LimitUnit.HOUR: HOUR_US, LimitUnit.DAY: DAY_US}
_OFFICE_HOURS: tuple[OfficeHours, ...] = Catalogue.model_fields["office_hours"].default
_EXACT = 9
"""Decimals of an amount of working days that count: 0.07 * 100 are 7 days, not 7.000000000000001."""


class WorkCalendar(WorkingDays):
    """How limits are counted in one time zone.

    Minutes, hours and days are elapsed time. Working hours count while offices are open, from the start itself.
    Working days count from the day after the start: a whole number ends at 23:59:59 of the last one, a fraction lies
    in proportion inside its day (7.5 is noon of the 8th). Nothing at all ends at the start. Every answer is in the
    calendar's time zone, and grows with the amount and with the start.
    """

    def __init__(
        self, days: Days, timezone: str = "Asia/Shanghai", office_hours: Sequence[OfficeHours] = _OFFICE_HOURS
    ) -> None:
        super().__init__(days)
        self._clock = WallClock(timezone)
        self._office = OfficeTime(self._until, self._nth, self._clock, office_hours)
        self._table: tuple[Catalogue, LimitTable] | None = None

    def after(self, start: datetime, amount: float, unit: LimitUnit) -> datetime:
        """The moment ``amount`` of ``unit`` after ``start``. Raises ``ValueError`` for an amount below 0,
        ``TypeError`` for a start without a time zone, and ``OverflowError`` outside the years 1 to 9999."""
        if not amount >= 0:
            raise ValueError(f"{amount} {unit} after a moment is before it")
        try:
            return self._clock.moment(self._after(instant_of(start), amount, unit))
        except OverflowError as error:
            raise OverflowError(f"{amount} {unit} after {start} ends outside the years 1 to 9999") from error

    def paused(self, due_at: datetime, start: datetime, end: datetime, unit: LimitUnit) -> datetime:
        """When a limit that would have ended at ``due_at`` ends after a pause (挂账) from ``start`` to ``end``.

        Elapsed units move it by the time elapsed, working hours by the office time of the pause. Working days move
        it by the working days after the day of ``start``, up to and including the day of ``end``, at the same time
        of day: a pause within one day moves nothing, and two pauses that follow each other move it as one would.
        What is left of the limit, or exceeds it, is the same after the pause as before. Raises ``ValueError`` when
        ``end`` comes first, otherwise as ``after``.
        """
        if end < start:
            raise ValueError(f"a pause from {start} ends at {end}, before it begins")
        try:
            return self._clock.moment(self._paused(instant_of(due_at), instant_of(start), instant_of(end), unit))
        except OverflowError as error:
            raise OverflowError(f"the limit {due_at} moves outside the years 1 to 9999") from error

    def is_certain(self, start: datetime, end: datetime) -> bool:
        """Whether the holidays of every year from ``start`` to ``end`` are known, so that a limit counted in working
        time over them will not move when a calendar is published."""
        years = sorted(self._clock.moment(instant_of(moment)).year for moment in (start, end))
        return all(map(self.is_published, range(years[0], years[1] + 1)))

    def due_at(self, start: datetime, rule: LimitRule | StepRule) -> datetime:
        """When a limit that begins at ``start`` ends."""
        return self.after(start, rule.value, rule.unit)

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
        known = self._table
        if known is None or known[0] is not catalogue:
            known = self._table = (catalogue, LimitTable(catalogue.limits))
        rule = known[1].rule(urgency, requester_kind, request_type, item_code)
        return Limit(value=rule.value, unit=rule.unit, due_at=self.due_at(received_at, rule))

    def _after(self, start: int, amount: float, unit: LimitUnit) -> int:
        if unit is LimitUnit.WORKING_DAY:
            return self._after_working_days(start, round(amount, _EXACT))
        if unit is LimitUnit.WORKING_HOUR:
            office_time = round(amount * HOUR_US)
            return self._office.when(self._office.passed(start) + office_time) if office_time else start
        return start + round(amount * _ELAPSED_US[unit])

    def _after_working_days(self, start: int, amount: float) -> int:
        whole = floor(amount)
        share = amount - whole
        if not amount:
            return start
        day = self._nth(self._until(self._clock.day(start)) + whole + (share > 0))
        if not share:
            return self._last_second(day)
        begins, ends = self._clock.midnight(day), self._clock.midnight(day + 1)
        return min(begins + round(share * (ends - begins)), self._last_second(day))

    def _paused(self, due: int, start: int, end: int, unit: LimitUnit) -> int:
        if unit is LimitUnit.WORKING_HOUR:
            office_time = self._office.passed(end) - self._office.passed(start)
            return self._office.when(self._office.passed(due) + office_time) if office_time else due
        if unit is not LimitUnit.WORKING_DAY:
            return due + end - start
        count = self._until(self._clock.day(end)) - self._until(self._clock.day(start))
        if not count:
            return due
        due_day = self._clock.day(due)
        day = self._nth(self._until(due_day) + count)
        if not self._works(due_day):  # all of the working day before it was there to be used
            return self._last_second(day)
        return min(self._clock.instant(day, self._clock.moment(due).time()), self._last_second(day))

    def _last_second(self, day: int) -> int:
        # A day that a zone skips whole (Samoa, 30 December 2011) ends as it begins.
        return max(self._clock.midnight(day), self._clock.midnight(day + 1) - SECOND_US)
