"""Our Kaplan–Meier equals lifelines' to 1e-9, on tied, weighted and degenerate input too."""

import math
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dispatcher.closure.kaplan_meier import SurvivalCurve, kaplan_meier

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from lifelines import KaplanMeierFitter
    from lifelines.utils import median_survival_times, qth_survival_time, restricted_mean_survival_time

pytestmark = pytest.mark.filterwarnings("ignore")  # lifelines divides by zero on purpose

Row = tuple[float, bool, int]
# Whole days tie often; fractions rarely; zero is an order closed in the second it came in.
days = st.one_of(
    st.integers(0, 12).map(float), st.floats(0, 400, allow_nan=False), st.sampled_from([0.0, 60.0, 1e-6, 59.999999])
)
rows = st.lists(st.tuples(days, st.booleans(), st.integers(1, 7)), min_size=1, max_size=40)
PERCENTS = (0.25, 0.5, 0.75, 0.9, 0.95)


def both(data: list[Row]) -> tuple[SurvivalCurve, Any]:
    duration, event, count = (np.array(column) for column in zip(*data, strict=True))
    return kaplan_meier(duration, event, count), KaplanMeierFitter().fit(duration, event, weights=count)


def close(ours: object, theirs: object) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows)
@example([(3.0, True, 1)])
@example([(0.0, True, 1)])
@example([(0.0, False, 1)])
@example([(5.0, False, 3)])
@example([(0.0, True, 2), (0.0, False, 2), (1.0, True, 1)])
@example([(float(n), True, 1) for n in range(1, 7)])
def test_curve_limits_table_and_percentiles_are_those_of_lifelines(data: list[Row]) -> None:
    ours, theirs = both(data)
    table = theirs.event_table
    close(ours.time, theirs.survival_function_.index)
    close(ours.survival, theirs.survival_function_.iloc[:, 0])
    close(ours.low, theirs.confidence_interval_.iloc[:, 0])
    close(ours.high, theirs.confidence_interval_.iloc[:, 1])
    np.testing.assert_array_equal(ours.at_risk, table["at_risk"])
    np.testing.assert_array_equal(ours.events, table["observed"])
    np.testing.assert_array_equal(ours.censored, table["censored"])
    assert ours.median == theirs.median_survival_time_
    for p in PERCENTS:
        assert ours.percentile(p) == theirs.percentile(round(1 - p, 12))
        low, high = ours.percentile_interval(p)
        assert low == qth_survival_time(round(1 - p, 12), theirs.confidence_interval_.iloc[:, 0])
        assert high == qth_survival_time(round(1 - p, 12), theirs.confidence_interval_.iloc[:, 1])
    limits = median_survival_times(theirs.confidence_interval_)
    assert list(ours.percentile_interval(0.5)) == list(np.asarray(limits).ravel())


@settings(max_examples=60, deadline=None)
@given(rows, st.sampled_from([0.5, 1.0, 7.0, 60.0, 1000.0]))
def test_restricted_mean_is_that_of_lifelines(data: list[Row], until: float) -> None:
    ours, theirs = both(data)
    assert ours.restricted_mean(until) == pytest.approx(restricted_mean_survival_time(theirs, t=until), abs=1e-9)


def test_a_large_tied_sample_is_that_of_lifelines() -> None:
    draw = np.random.default_rng(3)
    duration = np.round(draw.lognormal(1.5, 1.0, 20_000), 2)
    event = draw.random(20_000) < 0.8
    ours, theirs = kaplan_meier(duration, event), KaplanMeierFitter().fit(duration, event)
    close(ours.survival, theirs.survival_function_.iloc[:, 0])
    close(ours.low, theirs.confidence_interval_.iloc[:, 0])
    close(ours.high, theirs.confidence_interval_.iloc[:, 1])
    assert ours.median == theirs.median_survival_time_
    assert ours.restricted_mean(60) == pytest.approx(restricted_mean_survival_time(theirs, t=60), abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(rows)
def test_a_count_is_that_many_equal_orders(data: list[Row]) -> None:
    counted, _ = both(data)
    repeated = [(day, event) for day, event, count in data for _ in range(count)]
    one_by_one = kaplan_meier(*zip(*repeated, strict=True))
    for name in ("time", "at_risk", "events", "censored", "survival", "low", "high"):
        np.testing.assert_array_equal(getattr(counted, name), getattr(one_by_one, name))


@given(rows)
def test_survival_falls_from_one_and_the_table_adds_up(data: list[Row]) -> None:
    curve = kaplan_meier(*zip(*data, strict=True))
    assert curve.time[0] == 0
    assert np.all(np.diff(curve.survival) <= 0) and np.all((curve.survival >= 0) & (curve.survival <= 1))
    assert np.all(curve.low <= curve.survival + 1e-12) and np.all(curve.survival <= curve.high + 1e-12)
    assert curve.events.sum() + curve.censored.sum() == sum(count for _, _, count in data) == curve.at_risk[0]


def test_by_hand() -> None:
    # 1 of 5 closes on day 1; one is last seen open on day 2; 1 of the remaining 3 closes on day 3.
    curve = kaplan_meier([1, 2, 3, 4, 4], [True, False, True, False, False])
    np.testing.assert_allclose(curve.survival, [1, 0.8, 0.8, 0.8 * 2 / 3, 0.8 * 2 / 3])
    assert curve.at_risk.tolist() == [5, 5, 4, 3, 2]
    assert curve.percentile(0.2) == 1 and curve.percentile(0.4) == 3 and curve.median == math.inf
    assert curve.restricted_mean(3.5) == pytest.approx(1 + 2 * 0.8 + 0.5 * 0.8 * 2 / 3)
    assert curve.survival_at(0.99) == 1 and curve.survival_at(1) == pytest.approx(0.8) and curve.survival_at(99) > 0.5
    assert [curve.at_risk_at(day) for day in (0, 1, 1.5, 4, 4.1)] == [5, 5, 4, 2, 0]


def test_no_orders() -> None:
    curve = kaplan_meier([], [])
    assert curve.time.tolist() == [0] and curve.at_risk.tolist() == [0] and curve.survival.tolist() == [1]
    assert curve.median == math.inf and math.isnan(curve.restricted_mean(60))
    assert kaplan_meier([3.0], [True], [0]).at_risk.tolist() == [0]


@pytest.mark.parametrize(
    ("duration", "event", "count"),
    [
        ([-1.0], [True], None),
        ([math.nan], [True], None),
        ([math.inf], [False], None),
        ([1.0, 2.0], [True], None),
        ([1.0], [True], [1, 1]),
        ([1.0], [True], [-1]),
        ([1.0], [True], [0.5]),
        ([[1.0]], [[True]], None),
    ],
)
def test_what_is_no_sample_is_refused(duration: Any, event: Any, count: Any) -> None:
    with pytest.raises(ValueError, match=r"durations|counts|one-dimensional"):
        kaplan_meier(duration, event, count)


def test_a_share_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ValueError, match=r"0\.\.1"):
        kaplan_meier([1.0], [True]).percentile(90)


def test_thinning_keeps_true_points_and_both_ends() -> None:
    draw = np.random.default_rng(5)
    curve = kaplan_meier(draw.exponential(9, 5_000), draw.random(5_000) < 0.9)
    thin = curve.thinned(100)
    assert 50 < len(thin.time) <= 100
    assert (thin.time[0], thin.time[-1]) == (curve.time[0], curve.time[-1])
    for time, survival, at_risk in zip(thin.time, thin.survival, thin.at_risk, strict=True):
        assert survival == curve.survival_at(time) and at_risk == curve.at_risk_at(time)
    away = [abs(thin.survival_at(time) - curve.survival_at(time)) for time in curve.time]
    assert max(away) < 0.05
    assert np.sum(thin.time > curve.time[-1] / 2) > 15  # the few in the tail are drawn too
    assert curve.thinned(10_000) is curve
