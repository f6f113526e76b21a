"""Office time: the hours of working days in which offices are open, laid end to end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from dispatcher.calendar.wall_clock import WallClock
from models.catalogue import OfficeHours

Stretch = tuple[int, int, int]
"""Opens and closes (instants), and the office time that it counts: as long as the wall clock says, in microseconds."""


class OfficeTime:
    """How much office time has passed at an instant, and when so much has passed.

    ``until`` counts the working days up to an ordinal, ``nth`` is the ordinal that completes a count. Where a clock
    is changed while offices are open, their nominal time is spread evenly over the stretch.
    """

    def __init__(
        self, until: Callable[[int], int], nth: Callable[[int], int], clock: WallClock, hours: Sequence[OfficeHours]
    ) -> None:
        """Raises ``ValueError`` for hours that are empty, overlap, or are not by time."""
        walls = [wall for part in hours for wall in (part.opens, part.closes)]
        if not walls or any(later <= earlier for earlier, later in pairwise(walls)):
            raise ValueError("office hours: each part opens before it closes, and after the part before")
        self._until, self._nth, self._clock = until, nth, clock
        self._hours = [(part.opens, part.closes, _length(part)) for part in hours]
        self._a_day = sum(length for _, _, length in self._hours)
        self._stretches = lru_cache(4096)(self._stretches_of)

    def passed(self, instant: int) -> int:
        """Office time in microseconds from the beginning of the calendar to ``instant``."""
        day = self._clock.day(instant)
        before = self._until(day - 1)
        passed = before * self._a_day
        if self._until(day) == before:
            return passed
        for opens, closes, length in self._stretches(day):
            if instant >= closes:
                passed += length
            elif instant > opens:
                passed += length * (instant - opens) // (closes - opens)
        return passed

    def when(self, passed: int) -> int:
        """The first instant at which so much office time has passed, for ``passed`` > 0."""
        days, rest = divmod(passed - 1, self._a_day)
        rest += 1
        for opens, closes, length in self._stretches(self._nth(days + 1)):
            if rest <= length:
                return opens - -rest * (closes - opens) // length
            rest -= length
        raise AssertionError("a day holds its own office time")

    def _stretches_of(self, day: int) -> tuple[Stretch, ...]:
        at = self._clock.instant
        return tuple((at(day, opens), at(day, closes), length) for opens, closes, length in self._hours)


def _length(part: OfficeHours) -> int:
    opens, closes = (datetime.combine(date.min, wall) for wall in (part.opens, part.closes))
    return (closes - opens) // timedelta(microseconds=1)
