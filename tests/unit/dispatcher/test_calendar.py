"""Working days against an oracle that walks day by day, over all published years and beyond."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatcher.calendar import WorkCalendar
from models.catalogue import Days

NO_DAYS = Days()
TYPHOON = date(2025, 9, 24)
EXTRA_SATURDAY = date(2025, 9, 13)
OWN_DAYS = Days(working=(EXTRA_SATURDAY,), holidays=(TYPHOON, date(2027, 1, 1)))
PLAIN = WorkCalendar(NO_DAYS)
OWN = WorkCalendar(OWN_DAYS)

anywhere = st.dates(date(1990, 1, 1), date(2040, 12, 31))


def works(day: date, own: Days = NO_DAYS) -> bool:
    if day in own.holidays:
        return False
    if day in own.working:
        return True
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def walk(day: date, n: int, own: Days = NO_DAYS) -> date:
    while n:
        day += timedelta(days=1)
        n -= works(day, own)
    return day


def count(start: date, end: date, own: Days = NO_DAYS) -> int:
    return sum(works(start + timedelta(days=step), own) for step in range(1, (end - start).days + 1))


def test_every_day_of_every_published_year() -> None:
    days = [date(2004, 1, 1) + timedelta(days=step) for step in range(8401)]
    assert days[-1] == date(2026, 12, 31)
    # The library's own look-up scans its table on every call, so ask it for each year at once.
    assert [day for day in days if PLAIN.is_working_day(day)] == chinese_calendar.get_workdays(days[0], days[-1])


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2024-02-04", True),  # Sunday, made up for the Spring Festival
        ("2024-02-09", True),  # Friday, New Year's Eve, no holiday in 2024
        ("2024-02-18", True),  # Sunday, made up for the Spring Festival
        ("2025-01-26", True),  # Sunday, made up for the Spring Festival
        ("2025-01-28", False),  # Tuesday, New Year's Eve, a holiday from 2025 on
        ("2025-09-28", True),  # Sunday, made up for the National Day
        ("2025-10-08", False),  # Wednesday, last day of the National Day holiday
        ("2025-10-11", True),  # Saturday, made up for the National Day
        ("2025-10-12", False),  # an ordinary Sunday
    ],
)
def test_holidays_and_make_up_days(day: str, worked: bool) -> None:
    assert PLAIN.is_working_day(date.fromisoformat(day)) is worked


@given(day=anywhere, n=st.integers(0, 60))
def test_add_is_the_walk(day: date, n: int) -> None:
    assert PLAIN.add_working_days(day, n) == walk(day, n)


@given(start=anywhere, length=st.integers(0, 400))
def test_between_is_the_count(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    assert PLAIN.working_days_between(start, end) == count(start, end)
    assert PLAIN.working_days_between(end, start) == -count(start, end)


@given(start=st.dates(date(2025, 8, 1), date(2027, 1, 10)), n=st.integers(0, 40))
def test_own_days_count(start: date, n: int) -> None:
    end = OWN.add_working_days(start, n)
    assert end == walk(start, n, OWN_DAYS)
    assert OWN.working_days_between(start, end) == n


@given(st.lists(st.tuples(anywhere, anywhere), max_size=30))
def test_arrays_say_the_same(pairs: list[tuple[date, date]]) -> None:
    start, end = (np.array([pair[side] for pair in pairs], dtype="datetime64[D]") for side in (0, 1))
    expected = [OWN.working_days_between(*pair) for pair in pairs]
    assert OWN.working_days_between_many(start, end).tolist() == expected


def test_a_missing_date_in_an_array_is_an_error() -> None:
    days = np.array(["2025-01-01", "NaT"], dtype="datetime64[D]")
    with pytest.raises(ValueError, match="missing"):
        PLAIN.working_days_between_many(days, days)


def test_own_days_override_and_the_holiday_wins() -> None:
    assert (PLAIN.is_working_day(TYPHOON), OWN.is_working_day(TYPHOON)) == (True, False)
    assert (PLAIN.is_working_day(EXTRA_SATURDAY), OWN.is_working_day(EXTRA_SATURDAY)) == (False, True)
    both = WorkCalendar(Days(working=(TYPHOON,), holidays=(TYPHOON,)))
    assert not both.is_working_day(TYPHOON)


def test_a_long_closure_is_stepped_over() -> None:
    closed = Days(holidays=tuple(date(2025, 3, 1) + timedelta(days=step) for step in range(200)))
    assert WorkCalendar(closed).add_working_days(date(2025, 2, 28), 1) == walk(date(2025, 2, 28), 1, closed)


def test_which_years_are_published() -> None:
    assert [PLAIN.is_published(year) for year in (2003, 2004, 2026, 2150)] == [False, True, True, False]
    assert OWN.is_published(2027)
    assert not OWN.is_working_day(date(2027, 1, 1))


def test_the_ends_of_time() -> None:
    assert PLAIN.working_days_between(date.min, date.min + timedelta(days=7)) == 5
    with pytest.raises(OverflowError):
        PLAIN.add_working_days(date.max, 1)
    with pytest.raises(ValueError, match="past"):
        PLAIN.add_working_days(date(2025, 1, 1), -1)
