from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatcher.files.times import parse_time

SHANGHAI = ZoneInfo("Asia/Shanghai")
EARLY = dt.datetime(2022, 1, 5, 8, 3, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "value",
    [
        "2022-01-05 08:03",
        "2022-01-05T08:03:00+08:00",
        "2022-01-05T00:03:00Z",
        "2022-01-05 08:03:00 +0800",
        "2022-1-5 8:03",
        "2022/1/5 8:03",
        "2022.01.05 08:03:00",
        "2022年1月5日 8时03分",
        "2022年1月5日8时3分0秒",
        "２０２２年１月５日 ８：０３",
        "2022/1/5 上午 8:03",
        "2022/1/5 8:03 AM",
        " 2022-01-05 08:03 ",
        "202201050803",
        "20220105080300",
        20220105080300,
        44566.33541666667,
        "44566.33541666667",
        1641340980,
        "1641340980",
        1641340980000,
        1641340980.0,
        dt.datetime(2022, 1, 5, 8, 3),
        dt.datetime(2022, 1, 5, 0, 3, tzinfo=dt.UTC),
    ],
)
def test_one_moment_in_many_hands(value: object) -> None:
    assert parse_time(value, SHANGHAI) == EARLY


@pytest.mark.parametrize("value", ["2022-01-05", "2022/1/5", "2022年1月5日", "20220105", 44566, dt.date(2022, 1, 5)])
def test_a_date_is_its_first_moment(value: object) -> None:
    assert parse_time(value, SHANGHAI) == dt.datetime(2022, 1, 5, tzinfo=SHANGHAI)


def test_afternoon() -> None:
    assert parse_time("2022/1/5 下午 12:30", SHANGHAI).astimezone(SHANGHAI).hour == 12
    assert parse_time("2022/1/5 下午3:30", SHANGHAI).astimezone(SHANGHAI).hour == 15


def test_two_local_times_across_summer_time_differ_by_the_time_that_passed() -> None:
    new_york = ZoneInfo("America/New_York")
    before, after = (parse_time(day, new_york) for day in ("2020-03-08 00:00", "2020-03-09 00:00"))
    assert after - before == dt.timedelta(hours=23)


@pytest.mark.parametrize(
    "value",
    [
        "昨天", "2022-13-01", "2022年2月30日", "01/05/2022", "12:30", "", 5, -1, 10**30, float("inf"), True,
        dt.time(1, 2), dt.timedelta(1), "0001-01-01 00:00:00", "9999-12-31", 20221301,
        "2022-01-05 25:00", [2022], "9" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused_with_little_of_the_value(value: object) -> None:
    with pytest.raises(ValueError) as caught:
        parse_time(value, SHANGHAI)
    assert len(str(caught.value)) < 100


def test_personal_data_in_a_time_column_is_not_repeated() -> None:
    with pytest.raises(ValueError, match="no time") as caught:
        parse_time("x" * 40 + "13800000000", SHANGHAI)
    assert "138" not in str(caught.value)


FORMATS = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日 %H时%M分%S秒", "%Y%m%d%H%M%S"]
moments = st.datetimes(dt.datetime(1990, 1, 2), dt.datetime(2099, 12, 30)).map(lambda at: at.replace(microsecond=0))


@settings(deadline=None)
@given(moment=moments, form=st.sampled_from(FORMATS), zone=st.sampled_from([SHANGHAI, dt.UTC]))
def test_what_is_written_is_read_back(moment: dt.datetime, form: str, zone: dt.tzinfo) -> None:
    assert parse_time(moment.strftime(form), zone) == moment.replace(tzinfo=zone)


@settings(deadline=None)
@given(moment=moments)
def test_numbers_are_read_back(moment: dt.datetime) -> None:
    aware = moment.replace(tzinfo=dt.UTC)
    serial = (moment - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
    assert parse_time(serial, dt.UTC) == aware
    assert parse_time(int(aware.timestamp()), SHANGHAI) == aware
    assert parse_time(int(aware.timestamp()) * 1000, SHANGHAI) == aware


@settings(deadline=None)
@given(value=st.text() | st.integers() | st.floats() | st.binary() | st.dates() | st.times() | st.none())
def test_nothing_but_a_value_error_comes_out(value: object) -> None:
    try:
        assert parse_time(value, SHANGHAI).tzinfo is dt.UTC
    except ValueError as error:
        assert str(error)
