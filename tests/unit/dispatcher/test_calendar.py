"""The calendar against an oracle that walks day by day, over all published years and beyond."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatcher.calendar import WorkCalendar
from dispatcher.catalogue import default_catalogue_path, load_catalogue
from models.catalogue import Days, LimitRule
from models.kinds import LimitUnit, RequesterKind, Urgency

SHANGHAI = ZoneInfo("Asia/Shanghai")
CATALOGUE = load_catalogue(default_catalogue_path())
NO_DAYS = Days()
TYPHOON = date(2025, 9, 24)
EXTRA_SATURDAY = date(2025, 9, 13)
OWN_DAYS = Days(working=(EXTRA_SATURDAY,), holidays=(TYPHOON, date(2027, 1, 1)))
PLAIN = WorkCalendar(NO_DAYS)
OWN = WorkCalendar(OWN_DAYS)

anywhere = st.dates(date(1990, 1, 1), date(2040, 12, 31))
moments = st.datetimes(datetime(2004, 1, 1), datetime(2026, 10, 1), timezones=st.just(UTC))


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


def rule(value: int, unit: LimitUnit) -> LimitRule:
    return LimitRule(value=value, unit=unit)


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


@given(received_at=moments, value=st.integers(1, 30))
def test_working_days_are_counted_from_the_next_local_day_to_its_end(received_at: datetime, value: int) -> None:
    due = PLAIN.due_at(received_at, rule(value, LimitUnit.WORKING_DAY))
    assert due.replace(tzinfo=None) == datetime.combine(
        walk(received_at.astimezone(SHANGHAI).date(), value), datetime.max.time().replace(microsecond=0)
    )
    assert due.utcoffset() == timedelta(hours=8)


@given(received_at=moments, value=st.integers(1, 500))
def test_hours_and_days_are_elapsed_time(received_at: datetime, value: int) -> None:
    assert PLAIN.due_at(received_at, rule(value, LimitUnit.HOUR)) - received_at == timedelta(hours=value)
    assert PLAIN.due_at(received_at, rule(value, LimitUnit.DAY)) - received_at == timedelta(days=value)


def test_a_day_in_summer_time_still_has_24_hours() -> None:
    before = datetime(1990, 4, 14, 12, tzinfo=SHANGHAI)  # the night to 15 April 1990 had one hour less
    assert PLAIN.due_at(before, rule(1, LimitUnit.DAY)).astimezone(UTC) == before.astimezone(UTC) + timedelta(days=1)


@pytest.mark.parametrize(
    ("urgency", "kind", "request_type", "item", "expected"),
    [
        ("normal", "citizen", "consult", None, "2 working_day"),
        ("normal", "citizen", "help", None, "10 working_day"),
        ("normal", "citizen", "suggestion", None, "10 working_day"),
        ("normal", "citizen", "complaint", None, "15 working_day"),
        ("normal", "citizen", "report", "noise.dog", "15 working_day"),
        ("normal", "citizen", "praise", None, "5 working_day"),
        ("normal", "citizen", "unheard_of", None, "15 working_day"),
        ("normal", "enterprise", "consult", None, "24 hour"),
        ("normal", "enterprise", "complaint", None, "3 working_day"),
        ("urgent", "enterprise", "complaint", None, "1 working_day"),
        ("critical", "citizen", "complaint", None, "1 day"),
        ("critical", "citizen", "help", "utility.gas.leak", "4 hour"),
        ("normal", "citizen", "help", "urban.streetlight", "3 working_day"),
        ("normal", "citizen", "consult", "urban.streetlight", "2 working_day"),
    ],
)
def test_the_first_matching_rule_of_the_city_counts(
    urgency: str, kind: str, request_type: str, item: str | None, expected: str
) -> None:
    received_at = datetime(2025, 9, 27, 23, 30, tzinfo=UTC)  # Sunday 28 September in Shenzhen, a make-up day
    limit = PLAIN.limit_for(CATALOGUE, Urgency(urgency), RequesterKind(kind), request_type, item, received_at)
    assert f"{limit.value} {limit.unit}" == expected
    assert limit.due_at == PLAIN.due_at(received_at, rule(limit.value, limit.unit))


def test_a_limit_over_the_national_day() -> None:
    received_at = datetime(2025, 9, 29, 9, tzinfo=SHANGHAI)
    limit = PLAIN.limit_for(CATALOGUE, Urgency.NORMAL, RequesterKind.CITIZEN, "consult", None, received_at)
    assert limit.due_at == datetime(2025, 10, 9, 23, 59, 59, tzinfo=SHANGHAI)
