"""Limits against an oracle that walks: day by day, and second by second of the office hours.

It shares nothing with the calendar but the published tables: it knows no time zone (Shenzhen is eight hours ahead of
UTC in all of these years), counts in whole seconds, and finds every answer by going there.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

import chinese_calendar
from chinese_calendar import Holiday
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatcher.calendar import WorkCalendar
from models.catalogue import Days
from models.kinds import LimitUnit

CASES = 100_000
FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
SHENZHEN = timezone(timedelta(hours=8))
DAY = timedelta(days=1)
SECONDS = {LimitUnit.MINUTE: 60, LimitUnit.HOUR: 3600, LimitUnit.DAY: 86_400, LimitUnit.WORKING_HOUR: 3600}
OPEN = [second for second in range(86_400) if 9 <= second / 3600 < 12 or 14 <= second / 3600 < 18]
BIG = (Holiday.spring_festival.value, Holiday.national_day.value)
MAKE_UP_DAYS = sorted(day for day, name in chinese_calendar.workdays.items() if name in BIG)
AROUND = MAKE_UP_DAYS + sorted(day for day, name in chinese_calendar.holidays.items() if name in BIG)


def own_days() -> Days:
    """In each quarter a Saturday worked and a Wednesday free; besides, a holiday worked and a make-up day free."""
    quarters = [date(year, month, 8) for year in range(FIRST.year, LAST.year + 1) for month in (1, 4, 7, 10)]
    saturdays = [day + timedelta(days=5 - day.weekday()) for day in quarters]
    wednesdays = [day + timedelta(days=9 - day.weekday()) for day in quarters]
    return Days(working=(*saturdays, date(2025, 10, 2)), holidays=(*wednesdays, date(2025, 9, 28)))


@dataclass(frozen=True)
class Amount:
    """``count`` seconds, or for working days so many thousandths of a day."""

    count: int
    unit: LimitUnit

    @property
    def value(self) -> float:
        return self.count / SECONDS.get(self.unit, 1000)


class Oracle:
    """All times are local and naive."""

    def __init__(self, own: Days) -> None:
        self.worked = dict.fromkeys(chinese_calendar.holidays, False) | dict.fromkeys(chinese_calendar.workdays, True)
        self.worked |= dict.fromkeys(own.working, True)
        self.worked |= dict.fromkeys(own.holidays, False)

    def works(self, day: date) -> bool:
        known = self.worked.get(day)
        return day.weekday() not in (5, 6) if known is None else known

    def nth(self, day: date, n: int) -> date:
        while n:
            day += DAY
            n -= self.works(day)
        return day

    def after(self, start: datetime, amount: Amount) -> datetime:
        if not amount.count:
            return start
        if amount.unit is LimitUnit.WORKING_HOUR:
            return self.after_office_seconds(start, amount.count)
        if amount.unit is not LimitUnit.WORKING_DAY:
            return start + timedelta(seconds=amount.count)
        day, left = start.date(), amount.count
        while True:
            day = self.nth(day, 1)
            if left == 1000:
                return datetime.combine(day, time(23, 59, 59))
            if left < 1000:
                return datetime.combine(day, time()) + left * DAY / 1000
            left -= 1000

    def open_seconds(self, start: datetime) -> Iterator[tuple[date, list[int]]]:
        """Each day from that of ``start`` with the seconds of it, not before ``start``, in which offices are open."""
        day, passed = start.date(), start.hour * 3600 + start.minute * 60 + start.second
        yield day, OPEN[bisect_left(OPEN, passed) :] if self.works(day) else []
        while True:
            day += DAY
            yield day, OPEN if self.works(day) else []

    def after_office_seconds(self, start: datetime, count: int) -> datetime:
        for day, seconds in self.open_seconds(start):
            if count <= len(seconds):
                return datetime.combine(day, time()) + timedelta(seconds=seconds[count - 1] + 1)
            count -= len(seconds)
        raise AssertionError

    def office_seconds(self, start: datetime, end: datetime) -> int:
        found, of_end = 0, end.hour * 3600 + end.minute * 60 + end.second
        for day, seconds in self.open_seconds(start):
            if day == end.date():
                return found + len([second for second in seconds if second < of_end])
            found += len(seconds)
        raise AssertionError

    def paused(self, due: datetime, start: datetime, end: datetime, unit: LimitUnit) -> datetime:
        if unit is LimitUnit.WORKING_HOUR:
            count = self.office_seconds(start, end)
            return self.after_office_seconds(due, count) if count else due
        if unit is not LimitUnit.WORKING_DAY:
            return due + (end - start)
        day, moved = start.date(), 0
        while day < end.date():
            day += DAY
            moved += self.works(day)
        if not moved:
            return due
        at = due.time() if self.works(due.date()) else time(23, 59, 59)
        return datetime.combine(self.nth(due.date(), moved), at)


OWN_DAYS = own_days()
PAIRS = [(WorkCalendar(days), Oracle(days)) for days in (Days(), OWN_DAYS)]

starts = st.datetimes(datetime(2004, 1, 1), datetime(2026, 12, 31)).map(lambda moment: moment.replace(microsecond=0))
near = st.builds(
    lambda day, back, second: datetime.combine(day, time()) + timedelta(days=-back, seconds=second),
    st.sampled_from(AROUND), st.integers(-2, 14), st.integers(0, 86_399),
)  # fmt: skip
amounts = st.one_of(
    st.builds(Amount, st.integers(0, 40).map(lambda days: days * 1000), st.just(LimitUnit.WORKING_DAY)),
    st.builds(Amount, st.integers(0, 40_000), st.just(LimitUnit.WORKING_DAY)),
    st.builds(Amount, st.integers(0, 300_000), st.sampled_from(list(SECONDS))),
    st.builds(Amount, st.integers(0, 80).map(lambda hours: hours * 3600), st.just(LimitUnit.WORKING_HOUR)),
)


def aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=SHENZHEN).astimezone(UTC)


def naive(moment: datetime) -> datetime:
    assert moment.utcoffset() == timedelta(hours=8)
    return moment.replace(tzinfo=None)


@given(start=starts | near, amount=amounts, pair=st.sampled_from(PAIRS))
def test_after_is_where_the_walk_ends(start: datetime, amount: Amount, pair: tuple[WorkCalendar, Oracle]) -> None:
    calendar, oracle = pair
    assert naive(calendar.after(aware(start), amount.value, amount.unit)) == oracle.after(start, amount)


@given(start=starts | near, pauses=st.tuples(*[st.integers(0, 2_000_000)] * 2), amount=amounts,
       pair=st.sampled_from(PAIRS))  # fmt: skip
def test_paused_is_where_the_walk_ends(
    start: datetime, pauses: tuple[int, int], amount: Amount, pair: tuple[WorkCalendar, Oracle]
) -> None:
    calendar, oracle = pair
    due = oracle.after(start, amount)
    begin = start + timedelta(seconds=pauses[0])
    end = begin + timedelta(seconds=pauses[1])
    found = calendar.paused(aware(due), aware(begin), aware(end), amount.unit)
    assert naive(found) == oracle.paused(due, begin, end, amount.unit)


@settings(max_examples=30)
@given(start=near, minutes=st.integers(1, 1200))
def test_working_hours_minute_by_minute(start: datetime, minutes: int) -> None:
    calendar, oracle = PAIRS[0]
    at, left = start.replace(second=0), minutes
    while left:
        is_open = time(9) <= at.time() < time(12) or time(14) <= at.time() < time(18)
        left -= is_open and oracle.works(at.date())
        at += timedelta(minutes=1)
    found = calendar.after(aware(start.replace(second=0)), minutes / 60, LimitUnit.WORKING_HOUR)
    assert naive(found) == at


def drawn(seed: int) -> Iterator[tuple[datetime, Amount]]:
    """Half of the starts lie in the three weeks before a day that 春节 or 国庆 changed, or on it."""
    draw = random.Random(seed)
    span = (LAST - FIRST).days
    while True:
        if draw.random() < 0.5:
            day = draw.choice(AROUND) - timedelta(days=draw.choice((0, draw.randint(-2, 21))))
        else:
            day = FIRST + timedelta(days=draw.randint(0, span))
        start = datetime.combine(day, time()) + timedelta(seconds=draw.randint(0, 86_399))
        kind = draw.random()
        if kind < 0.3:
            yield start, Amount(1000 * draw.choice((1, 2, 3, 5, 10, 15, draw.randint(0, 60))), LimitUnit.WORKING_DAY)
        elif kind < 0.45:
            yield start, Amount(draw.randint(0, 20_000), LimitUnit.WORKING_DAY)
        elif kind < 0.8:
            count = draw.choice((3600 * draw.randint(1, 80), draw.randint(0, 200_000)))
            yield start, Amount(count, LimitUnit.WORKING_HOUR)
        else:
            unit = draw.choice((LimitUnit.MINUTE, LimitUnit.HOUR, LimitUnit.DAY))
            yield start, Amount(draw.randint(0, 2_000_000), unit)


def test_a_hundred_thousand_cases_around_every_spring_festival_and_national_day() -> None:
    draw, started_on, crossed = random.Random(2), set[date](), set[tuple[date, bool]]()
    changed = set(MAKE_UP_DAYS)
    for case, (start, amount) in zip(range(CASES), drawn(1), strict=False):
        calendar, oracle = PAIRS[case % 2]
        due = oracle.after(start, amount)
        assert naive(calendar.after(aware(start), amount.value, amount.unit)) == due, (start, amount)
        if not case % 5:
            begin = start + timedelta(seconds=draw.randint(0, 1_000_000))
            end = begin + timedelta(seconds=draw.randint(0, 2_000_000))
            moved = naive(calendar.paused(aware(due), aware(begin), aware(end), amount.unit))
            assert moved == oracle.paused(due, begin, end, amount.unit), (start, amount, begin, end)
        if amount.unit in (LimitUnit.WORKING_DAY, LimitUnit.WORKING_HOUR) and (due - start).days < 60:
            started_on |= changed & {start.date()}
            within = {start.date() + DAY * n for n in range((due - start).days + 1)}
            crossed |= {(day, bool(case % 2)) for day in changed & within}
    assert {day.year for day in MAKE_UP_DAYS} == set(range(2004, 2027))
    assert started_on == changed
    assert crossed == {(day, own) for day in changed for own in (False, True)}
