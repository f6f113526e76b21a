"""What ``after`` and ``paused`` promise beyond the oracle: examples to read, order, errors, every time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatcher.calendar import WorkCalendar
from models.catalogue import Days, OfficeHours
from models.kinds import LimitUnit

DAY, HOUR, MINUTE = LimitUnit.DAY, LimitUnit.HOUR, LimitUnit.MINUTE
WORKING_DAY, WORKING_HOUR = LimitUnit.WORKING_DAY, LimitUnit.WORKING_HOUR
SHANGHAI = ZoneInfo("Asia/Shanghai")
PLAIN = WorkCalendar(Days())
NIGHT = (OfficeHours(opens=time(0), closes=time(4)), OfficeHours(opens=time(22), closes=time(23, 59, 59)))
ALL_DAYS = Days(
    working=tuple(date(year, 1, 1) + timedelta(days=n) for year in (1919, 1990, 2011, 2017) for n in range(365))
)
ZONES = {
    zone: WorkCalendar(ALL_DAYS, zone, NIGHT)
    for zone in (
        "Asia/Shanghai",  # summer time until 1991
        "America/Sao_Paulo",  # the clocks were changed at midnight
        "America/Havana",  # 0:00 to 1:00 was shown twice
        "America/St_Johns",  # put back from 0:01, over midnight
        "America/Toronto",  # in 1919 put forward from 23:30, over midnight
        "Pacific/Apia",  # 30 December 2011 did not take place
        "Australia/Lord_Howe",  # by half an hour
    )
}
units = st.sampled_from(LimitUnit)
calendars = st.sampled_from(list(ZONES.values()))
moments = st.sampled_from(
    ((1919, 3), (1990, 3), (1990, 9), (1990, 10), (2011, 3), (2011, 10), (2011, 12), (2017, 2), (2017, 10))
).flatmap(
    lambda month: st.datetimes(datetime(*month, 1), datetime(*month, 28) + timedelta(days=12), timezones=st.just(UTC))
)  # the months in which these zones changed their clocks
amounts = st.floats(0, 50) | st.integers(0, 50)


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("start", "amount", "unit", "expected"),
    [
        ("2026-03-02 17:30", 20, MINUTE, "2026-03-02 17:50:00"),
        ("2026-03-02 17:30", 1, WORKING_DAY, "2026-03-03 23:59:59"),
        ("2026-03-02 17:30", 0.75, WORKING_DAY, "2026-03-03 18:00:00"),
        ("2026-03-02 17:30", 7.5, WORKING_DAY, "2026-03-12 12:00:00"),
        ("2026-03-06 23:59:59", 1, WORKING_DAY, "2026-03-09 23:59:59"),
        ("2026-03-07 10:00", 1, WORKING_DAY, "2026-03-09 23:59:59"),
        ("2025-09-27 10:00", 1, WORKING_DAY, "2025-09-28 23:59:59"),  # made up for the National Day
        ("2026-03-02 17:30", 0.99999999, WORKING_DAY, "2026-03-03 23:59:59"),  # no fraction ends after the whole
        ("2026-03-02 17:30", 0.07 * 100, WORKING_DAY, "2026-03-11 23:59:59"),  # 7.000000000000001
        ("2026-03-02 17:30", 0.5, WORKING_HOUR, "2026-03-02 18:00:00"),
        ("2026-03-02 17:30", 1, WORKING_HOUR, "2026-03-03 09:30:00"),
        ("2026-03-02 12:30", 1, WORKING_HOUR, "2026-03-02 15:00:00"),
        ("2026-03-06 17:00", 2, WORKING_HOUR, "2026-03-09 10:00:00"),
        ("2026-03-02 09:00", 14, WORKING_HOUR, "2026-03-03 18:00:00"),
        ("2026-03-07 10:00", 0, WORKING_DAY, "2026-03-07 10:00:00"),
        ("2026-03-07 10:00", 0, WORKING_HOUR, "2026-03-07 10:00:00"),
    ],
)  # fmt: skip
def test_examples(start: str, amount: float, unit: LimitUnit, expected: str) -> None:
    assert PLAIN.after(at(start), amount, unit) == at(expected)


@pytest.mark.parametrize(
    ("due", "start", "end", "unit", "expected"),
    [
        ("2026-03-10 23:59:59", "2026-03-03 10:00", "2026-03-03 17:00", WORKING_DAY, "2026-03-10 23:59:59"),
        ("2026-03-10 23:59:59", "2026-03-03 17:00", "2026-03-04 09:00", WORKING_DAY, "2026-03-11 23:59:59"),
        ("2026-03-13 12:00:00", "2026-03-06 17:00", "2026-03-08 09:00", WORKING_DAY, "2026-03-13 12:00:00"),
        ("2026-03-13 12:00:00", "2026-03-06 17:00", "2026-03-09 09:00", WORKING_DAY, "2026-03-16 12:00:00"),
        ("2026-03-14 12:00:00", "2026-03-06 17:00", "2026-03-09 09:00", WORKING_DAY, "2026-03-16 23:59:59"),
        ("2026-03-10 11:00:00", "2026-03-06 17:30", "2026-03-09 09:30", WORKING_HOUR, "2026-03-10 12:00:00"),
        ("2026-03-10 11:00:00", "2026-03-06 18:00", "2026-03-09 09:00", WORKING_HOUR, "2026-03-10 11:00:00"),
        ("2026-03-10 11:00:00", "2026-03-06 18:00", "2026-03-09 09:00", HOUR, "2026-03-13 02:00:00"),
        ("2026-03-10 11:00:00", "2026-03-11 09:00", "2026-03-13 09:00", WORKING_DAY, "2026-03-12 11:00:00"),  # overdue
    ],
)
def test_examples_of_pauses(due: str, start: str, end: str, unit: LimitUnit, expected: str) -> None:
    assert PLAIN.paused(at(due), at(start), at(end), unit) == at(expected)


@given(moments, amounts, amounts, units, calendars)
def test_more_ends_later(start: datetime, one: float, other: float, unit: LimitUnit, calendar: WorkCalendar) -> None:
    less, more = (calendar.after(start, amount, unit).astimezone(UTC) for amount in sorted((one, other)))
    assert start <= less <= more


@given(moments, st.timedeltas(timedelta(), timedelta(hours=30)), amounts, units, calendars)
def test_what_starts_later_ends_later(
    start: datetime, later: timedelta, amount: float, unit: LimitUnit, calendar: WorkCalendar
) -> None:
    first, second = (calendar.after(begin, amount, unit).astimezone(UTC) for begin in (start, start + later))
    assert first <= second


@given(moments, amounts, st.lists(st.timedeltas(timedelta(), timedelta(days=5)), min_size=2, max_size=2), units)
def test_two_pauses_in_a_row_are_one(start: datetime, amount: float, lengths: list[timedelta], unit: LimitUnit) -> None:
    due, middle = PLAIN.after(start, amount, unit), start + lengths[0]
    in_two = PLAIN.paused(PLAIN.paused(due, start, middle, unit), middle, middle + lengths[1], unit)
    assert in_two == PLAIN.paused(due, start, middle + lengths[1], unit)


@given(moments, st.floats(0.001, 50), st.timedeltas(timedelta(), timedelta(days=40)), units)
def test_a_pause_from_the_start_is_a_later_start(
    start: datetime, amount: float, length: timedelta, unit: LimitUnit
) -> None:
    moved = PLAIN.paused(PLAIN.after(start, amount, unit), start, start + length, unit)
    assert abs(moved - PLAIN.after(start + length, amount, unit)) <= timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("zone", "start", "amount", "unit", "expected"),
    [
        ("Asia/Shanghai", "1990-04-14 12:00", 1, DAY, "1990-04-15 13:00:00+09:00"),  # that night had one hour less
        ("Asia/Shanghai", "1990-04-14 12:00", 1.5, WORKING_DAY, "1990-04-16 12:00:00+09:00"),
        ("Asia/Shanghai", "1990-04-14 12:00", 0.5, WORKING_DAY, "1990-04-15 12:30:00+09:00"),  # of 23 hours
        ("Asia/Shanghai", "1990-04-14 23:00", 5, WORKING_HOUR, "1990-04-15 22:00:01+09:00"),
        ("Asia/Shanghai", "1990-04-14 23:59:59", 2, WORKING_HOUR, "1990-04-15 01:30:00+08:00"),  # 4 hours within 3
        ("America/Sao_Paulo", "2017-10-13 10:00", 1, WORKING_DAY, "2017-10-14 23:59:59-03:00"),
        ("America/Sao_Paulo", "2017-10-14 10:00", 0.5, WORKING_DAY, "2017-10-15 12:30:00-02:00"),
        ("America/Sao_Paulo", "2017-10-14 10:00", 1, WORKING_DAY, "2017-10-15 23:59:59-02:00"),
        ("America/Sao_Paulo", "2017-02-17 10:00", 1, WORKING_DAY, "2017-02-18 23:59:59-03:00"),  # the second 23:59:59
        ("America/Havana", "2017-11-04 10:00", 1, WORKING_DAY, "2017-11-05 23:59:59-05:00"),
        ("America/Toronto", "1919-03-29 10:00", 1, WORKING_DAY, "1919-03-30 23:29:59-05:00"),
        ("America/Toronto", "1919-03-29 10:00", 1.5, WORKING_DAY, "1919-03-31 12:15:00-04:00"),  # from 0:30
        ("Pacific/Apia", "2011-12-29 10:00", 0.5, WORKING_DAY, "2011-12-31 00:00:00+14:00"),
        ("Pacific/Apia", "2011-12-29 10:00", 1, WORKING_DAY, "2011-12-31 00:00:00+14:00"),
        ("Pacific/Apia", "2011-12-29 10:00", 2, WORKING_DAY, "2011-12-31 23:59:59+14:00"),
    ],
)
def test_days_on_which_clocks_are_changed(zone: str, start: str, amount: float, unit: LimitUnit, expected: str) -> None:
    assert str(ZONES[zone].after(at(start, zone), amount, unit)) == expected


@pytest.mark.parametrize("start", ["28T00:00:30-02:30", "27T23:30:00-03:30", "28T00:10:00-03:30"])
def test_a_clock_put_back_over_midnight_does_not_bring_the_day_back(start: str) -> None:
    found = ZONES["America/St_Johns"].after(datetime.fromisoformat(f"1990-10-{start}"), 1, WORKING_DAY)
    assert str(found) == "1990-10-29 23:59:59-03:30"


@pytest.mark.parametrize("unit", LimitUnit)
def test_errors_say_what_is_wrong(unit: LimitUnit) -> None:
    start = at("2026-03-02 17:30")
    for amount in (-1, -0.001, float("nan")):
        with pytest.raises(ValueError, match=f"{amount} {unit} after a moment is before it"):
            PLAIN.after(start, amount, unit)
    for amount in (10**12, 1e300, float("inf")):
        with pytest.raises(OverflowError, match="years 1 to 9999"):
            PLAIN.after(start, amount, unit)
    with pytest.raises(TypeError, match="naive"):
        PLAIN.after(start.replace(tzinfo=None), 1, unit)
    with pytest.raises(ValueError, match="before it begins"):
        PLAIN.paused(start, start, start - timedelta(seconds=1), unit)


def test_the_last_day_of_the_calendar_is_worked_to_its_end() -> None:
    start = at("9999-12-30 10:00")
    assert f"{PLAIN.after(start, 1, WORKING_DAY):%F %T}" == "9999-12-31 23:59:59"
    assert f"{PLAIN.after(start, 13, WORKING_HOUR):%F %T}" == "9999-12-31 18:00:00"
    with pytest.raises(OverflowError, match="years 1 to 9999"):
        PLAIN.after(start, 2, WORKING_DAY)
    with pytest.raises(OverflowError, match="moves outside the years 1 to 9999"):
        PLAIN.paused(start, at("2026-03-02 10:00"), at("2026-04-02 10:00"), WORKING_DAY)


@pytest.mark.parametrize("hours", [(), ("18:00", "09:00"), ("09:00", "12:00", "11:00", "18:00")])
def test_office_hours_in_disorder_are_refused(hours: tuple[str, ...]) -> None:
    walls = [time.fromisoformat(wall) for wall in hours]
    parts = [OfficeHours(opens=one, closes=two) for one, two in zip(walls[::2], walls[1::2], strict=True)]
    with pytest.raises(ValueError, match="opens before it closes"):
        WorkCalendar(Days(), office_hours=parts)


def test_what_is_certain() -> None:
    assert PLAIN.is_certain(at("2026-12-01 10:00"), at("2026-12-31 23:59:59"))
    assert not PLAIN.is_certain(at("2026-12-20 10:00"), at("2027-01-01 00:00"))
    assert not PLAIN.is_certain(at("2027-01-01 00:00"), at("2026-12-20 10:00"))
    assert not PLAIN.is_certain(datetime(2026, 12, 20, tzinfo=UTC), datetime(2026, 12, 31, 16, tzinfo=UTC))  # local
    listed = WorkCalendar(Days(holidays=(date(2027, 1, 1),)))
    assert listed.is_certain(at("2026-12-20 10:00"), at("2027-01-08 00:00"))
