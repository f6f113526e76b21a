"""Clocks: calendar days to the microsecond, working days by local date, suspension, bad data by name."""

from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatcher.closure.clocks import Clock, durations
from dispatcher.closure.spans import STILL_OPEN, Spans, microseconds
from models.query import IntervalCount

CHINA = timezone(timedelta(hours=8))
NOW = datetime(2026, 3, 1, 12, tzinfo=CHINA)


class MondayToFriday:
    """Working days without any holiday, one date after the other."""

    def working_days_between(self, start: date, end: date) -> int:
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(day.weekday() < 5 for day in days)


def on(clock: Clock, received: datetime, closed: datetime | None, suspended: timedelta = timedelta(0)) -> float:
    spans = Spans.from_rows([IntervalCount("", received, closed, 1)], [suspended])
    return float(durations(spans, microseconds(NOW), clock, MondayToFriday())[0])


def test_gross_and_final_are_calendar_days_of_86_400_seconds() -> None:
    received = datetime(2026, 2, 1, 23, 0, tzinfo=CHINA)
    assert on("gross", received, received + timedelta(days=1, hours=12)) == 1.5
    assert on("final", received, received + timedelta(microseconds=864)) == pytest.approx(1e-8, abs=1e-18)
    assert on("gross", received, received) == 0
    assert on("gross", received, None) == (NOW - received) / timedelta(days=1)
    assert on("gross", received, datetime(2026, 2, 2, 15, 0, tzinfo=UTC)) == 1  # the same moment of the next day


def test_working_days_count_from_the_next_local_date() -> None:
    friday = datetime(2026, 2, 6, 17, 0, tzinfo=CHINA)
    assert on("working", friday, friday + timedelta(hours=2)) == 0
    assert on("working", friday, friday + timedelta(days=2)) == 0  # Sunday
    assert on("working", friday, friday + timedelta(days=3)) == 1  # Monday
    assert on("working", friday, friday + timedelta(days=7)) == 5
    # 23:30 UTC on Sunday is Monday morning in China: received then, nothing of Monday counts.
    monday = datetime(2026, 2, 8, 23, 30, tzinfo=UTC)
    assert on("working", monday, monday + timedelta(hours=5)) == 0
    assert on("working", monday - timedelta(hours=8), monday) == 1


def test_net_is_gross_without_the_suspension() -> None:
    received = datetime(2026, 2, 1, tzinfo=UTC)
    closed = received + timedelta(days=10)
    assert on("net", received, closed, timedelta(days=4)) == 6
    assert on("gross", received, closed, timedelta(days=4)) == 10
    assert on("net", received, None, timedelta(days=1)) == on("gross", received, None) - 1


def test_the_working_clock_needs_a_calendar() -> None:
    with pytest.raises(ValueError, match="calendar"):
        durations(Spans.from_arrays([0], [1]), 2, "working", None)


@given(st.lists(st.tuples(st.integers(0, 90 * 24), st.integers(0, 60 * 24)), max_size=30))
def test_many_at_once_is_each_on_its_own(hours: list[tuple[int, int]]) -> None:
    start = datetime(2025, 11, 1, tzinfo=CHINA)
    calendar = MondayToFriday()
    rows = [IntervalCount("", start + timedelta(hours=a), start + timedelta(hours=a + taken), 1) for a, taken in hours]
    at_once = durations(Spans.from_rows(rows), microseconds(NOW), "working", calendar)
    one_by_one = [
        calendar.working_days_between(row.received_at.date(), row.closed_at.date()) for row in rows if row.closed_at
    ]
    assert at_once.tolist() == one_by_one


def test_faults_are_named_once_and_a_later_closing_is_still_open() -> None:
    day = 86_400_000_000
    spans = Spans.from_arrays(
        received_us=[0, 0, 11 * day, 5 * day, 12 * day, 0, 0, 10 * day],
        closed_us=[day, 11 * day, STILL_OPEN, 4 * day, 3 * day, 2 * day, STILL_OPEN, STILL_OPEN],
        suspended_us=[day, 0, 0, 0, 0, 3 * day, 10 * day, 0],
    ).seen_from(10 * day)
    faults = {reason: np.flatnonzero(mask).tolist() for reason, mask in spans.faults(10 * day).items()}
    assert faults == {"later": [2, 4], "closed_before_received": [3], "suspended_too_long": [5]}
    assert spans.closed_us[1] == STILL_OPEN


def test_moments_are_exact_and_need_a_zone() -> None:
    assert microseconds(datetime(2026, 2, 1, 8, 0, 0, 1, tzinfo=CHINA)) == 1_769_904_000_000_001
    assert microseconds(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1
    with pytest.raises(ValueError, match="zone"):
        microseconds(datetime(2026, 2, 1))


@pytest.mark.parametrize(
    "wrong",
    [
        {"closed_us": [1]},
        {"closed_us": [1, 2], "count": [1]},
        {"closed_us": [1, 2], "count": [1, -1]},
        {"closed_us": [1, 2], "suspended_us": [0, -1]},
        {"closed_us": [1, 2], "group": [0, 1]},
        {"closed_us": [1, 2], "group": [0, -1], "names": ["a"]},
    ],
)
def test_arrays_that_do_not_fit_are_refused(wrong: dict[str, list[int]]) -> None:
    with pytest.raises(ValueError, match=r"length|negative|name"):
        Spans.from_arrays([0, 0], **wrong)  # type: ignore[arg-type]
