"""Closure statistics: groups, exclusions, censoring, cohorts too young to compare, and the JSON forms."""

import json
import math
import warnings
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatcher.closure.cohorts import immature_cohorts
from dispatcher.closure.report import closure_report, statistics_json
from dispatcher.closure.spans import STILL_OPEN, Spans, microseconds
from dispatcher.closure.statistics import closure_statistics, statistics_of
from models.query import IntervalCount

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from lifelines import KaplanMeierFitter

NOW = datetime(2026, 6, 30, tzinfo=UTC)
DAY = timedelta(days=1)


class EveryDay:
    """A calendar on which every day is a working day."""

    def working_days_between(self, start: date, end: date) -> int:
        return (end - start).days


def row(ago: float, took: float | None, group: str = "", count: int = 1) -> IntervalCount:
    """``count`` orders received ``ago`` days before NOW and closed after ``took`` days."""
    received = NOW - ago * DAY
    return IntervalCount(group, received, None if took is None else received + took * DAY, count)


def test_open_orders_are_censored_and_neither_dropped_nor_closed_now() -> None:
    rows = [row(100, 2, count=5), row(50, 10, count=2), row(40, None, count=3)]
    total = closure_statistics(rows, NOW, "gross").total
    assert (total.orders, total.closed, total.open, total.excluded) == (10, 7, 3, {})
    fitter = KaplanMeierFitter().fit([2, 10, 40], [1, 1, 0], weights=[5, 2, 3])
    assert total.median == fitter.median_survival_time_
    assert total.p75 == math.inf  # 3 of 10 are still open
    assert total.mean_of_closed == pytest.approx((5 * 2 + 2 * 10) / 7)
    assert total.rmst60 == pytest.approx(2 * 1 + 8 * 0.5 + 50 * 0.3)
    assert total.watched == 40


def test_bad_data_is_counted_by_name_and_never_used() -> None:
    rows = [row(10, 1, "a"), row(10, -3, "a", 4), row(-1, None, "b", 2), row(-2, 1, "b"), row(3, 9, "a")]
    result = closure_statistics(rows, NOW, "gross", excluded={"direct_answer": 7, "later": 1})
    assert result.total.excluded == {"closed_before_received": 4, "direct_answer": 7, "later": 4}
    assert (result.total.orders, result.total.closed, result.total.open) == (2, 1, 1)
    assert result.groups["a"].excluded == {"closed_before_received": 4}
    assert result.groups["b"].excluded == {"later": 3}
    assert (result.groups["b"].orders, result.groups["b"].watched, result.groups["b"].rmst60) == (0, None, None)


def test_suspension_shortens_net_and_a_longer_one_than_the_life_is_excluded() -> None:
    rows = [row(30, 10), row(30, 5)]
    result = closure_statistics(rows, NOW, "net", suspended=[4 * DAY, 6 * DAY])
    assert (result.total.median, result.total.excluded) == (6, {"suspended_too_long": 1})


def test_no_rows() -> None:
    result = closure_statistics([], NOW, "gross")
    assert (result.total.orders, result.total.median, result.total.rmst60, result.groups) == (0, math.inf, None, {})
    assert result.total.mean_of_closed is None
    json.dumps(statistics_json(result), allow_nan=False)


groups = st.sampled_from(["", "甲", "乙", "丙"])
took = st.one_of(st.none(), st.integers(-2, 90).map(float), st.floats(0, 90))
some_rows = st.lists(st.builds(row, st.floats(-5, 120), took, groups, st.integers(0, 4)), max_size=30)


@given(some_rows)
def test_every_order_is_closed_open_or_excluded_and_a_group_is_as_if_alone(rows: list[IntervalCount]) -> None:
    result = closure_statistics(rows, NOW, "gross")
    parts = [result.total, *result.groups.values()]
    assert all(part.orders == part.closed + part.open for part in parts)
    assert result.total.orders + sum(result.total.excluded.values()) == sum(r.count for r in rows)
    for name, group in result.groups.items():
        alone = closure_statistics([r for r in rows if r.group == name], NOW, "gross").total
        assert (alone.orders, alone.closed, alone.excluded) == (group.orders, group.closed, group.excluded)
        assert (alone.median, alone.p90, alone.rmst60) == (group.median, group.p90, group.rmst60)
        assert alone.mean_of_closed == pytest.approx(group.mean_of_closed)
        np.testing.assert_array_equal(alone.curve.survival, group.curve.survival)


@given(some_rows)
def test_arrays_and_rows_give_the_same(rows: list[IntervalCount]) -> None:
    spans = Spans.from_arrays(
        np.array([microseconds(r.received_at) for r in rows], dtype=np.int64),
        np.array([STILL_OPEN if r.closed_at is None else microseconds(r.closed_at) for r in rows], dtype=np.int64),
        np.array([r.count for r in rows], dtype=np.int64),
    )
    by_arrays, by_rows = statistics_of(spans, NOW, "gross").total, closure_statistics(rows, NOW, "gross").total
    np.testing.assert_array_equal(by_arrays.curve.survival, by_rows.curve.survival)
    assert (by_arrays.median, by_arrays.excluded) == (by_rows.median, by_rows.excluded)


def cohort(month: str, youngest_ago: float, slow: float) -> list[IntervalCount]:
    """Nine orders that close in a day and one that takes ``slow`` days, as known at NOW."""
    return [row(youngest_ago, min(1, youngest_ago), month, 9), row(youngest_ago + 5, slow, month, 2)]


def test_recent_months_are_immature() -> None:
    rows = [*cohort("2026-04", 70, 20), *cohort("2026-05", 31, 20), *cohort("2026-06", 3, 20)]
    result = closure_statistics(rows, NOW, "gross")
    assert result.total.p90 == 20
    assert immature_cohorts(result) == {"2026-06"}
    assert result.groups["2026-06"].closed < result.groups["2026-06"].orders  # why it looks fast
    by_name = statistics_json(result)["groups"]
    assert {name: group["immature"] for name, group in by_name.items()} == {
        "2026-04": False, "2026-05": False, "2026-06": True,
    }  # fmt: skip


def test_without_a_pooled_p90_the_slowest_closing_is_the_measure() -> None:
    rows = [row(100, 30, "2026-03"), row(95, None, "2026-03"), row(29, 1, "2026-06"), row(-1, None, "2026-07")]
    result = closure_statistics(rows, NOW, "gross")
    assert result.total.p90 == math.inf
    assert immature_cohorts(result) == {"2026-06", "2026-07"}
    nothing_closed = closure_statistics([row(100, None, "2026-03")], NOW, "gross")
    assert immature_cohorts(nothing_closed) == {"2026-03"}


def test_the_report_has_the_stable_form() -> None:
    first = [row(40, 4, "甲"), row(40, 8, "甲"), row(40, None, "乙"), row(9, -1, "乙")]
    final = [row(40, 4, "甲"), row(40, 20, "甲"), row(40, None, "乙"), row(9, -1, "乙")]
    report = closure_report(first, final, NOW, EveryDay(), excluded={"direct_answer": 2}, grouped=True)
    json.dumps(report, allow_nan=False)
    assert list(report) == ["orders", "closed", "open", "excluded", "clocks", "groups"]
    assert (report["orders"], report["closed"], report["open"]) == (3, 2, 1)
    assert report["excluded"] == {"closed_before_received": 1, "direct_answer": 2}
    assert list(report["clocks"]) == ["gross", "working", "net", "final"]
    assert all(list(figures) == ["median", "p75", "p90", "mean", "rmst60"] for figures in report["clocks"].values())
    assert [report["clocks"][clock]["median"] for clock in report["clocks"]] == [8, 8, 8, 20]
    assert report["clocks"]["gross"] == {
        "median": 8, "p75": None, "p90": None, "mean": 6, "rmst60": pytest.approx(4 + 4 * 2 / 3 + 52 / 3),
    }  # fmt: skip
    assert list(report["groups"]) == ["乙", "甲"]
    assert report["groups"]["乙"]["clocks"]["gross"] == {
        "median": None, "p75": None, "p90": None, "mean": None, "rmst60": 60,
    }  # fmt: skip
    assert report["groups"]["甲"]["clocks"]["final"]["mean"] == 12
    assert "groups" not in closure_report(first, final, NOW, EveryDay())


def test_the_page_form_carries_the_curve_and_the_limits() -> None:
    rows = [row(200, took / 3) for took in range(1, 500)]
    page = statistics_json(closure_statistics(rows, NOW, "gross"), curve_steps=50)
    json.dumps(page, allow_nan=False)
    assert page["clock"] == "gross" and page["groups"] == {}
    low, high = page["median_interval"]
    assert low < page["median"] < high
    curve = page["curve"]
    assert {len(curve[name]) for name in ("times", "survival", "low", "high", "at_risk")} == {len(curve["times"])}
    assert len(curve["times"]) <= 50 and curve["times"][0] == 0 and curve["survival"][-1] == 0
