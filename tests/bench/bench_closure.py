"""Closure statistics beside lifelines' Kaplan–Meier: ``python -m tests.bench.bench_closure [--orders N]``."""

import argparse
import sys
import time
import warnings
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import numpy as np

from dispatcher.closure.clocks import Clock
from dispatcher.closure.spans import STILL_OPEN, Spans, microseconds
from dispatcher.closure.statistics import ClosureStatistics, statistics_of
from tests.bench.report import machine

NOW = datetime(2026, 6, 30, tzinfo=UTC)
DAY_US = 86_400_000_000


class MondayToFriday:
    """Enough of a calendar for the working clock."""

    def working_days_between(self, start: date, end: date) -> int:
        return sum((start + timedelta(days=n)).weekday() < 5 for n in range(1, (end - start).days + 1))


def sample(orders: int, groups: int, seed: int = 12345) -> Spans:
    """Two years of orders with log-normal closing times to the microsecond."""
    draw = np.random.default_rng(seed)
    now = microseconds(NOW)
    received = now - (draw.random(orders) * 730 * DAY_US).astype(np.int64)
    closed = received + (draw.lognormal(1.6, 1.1, orders) * DAY_US).astype(np.int64)
    closed[draw.random(orders) < 0.03] = STILL_OPEN
    names = [f"unit-{code}" for code in range(groups)] if groups > 1 else [""]
    return Spans.from_arrays(received, closed, group=draw.integers(0, groups, orders), names=names)


def timed(work: Callable[[], object]) -> tuple[float, object]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000)
    orders = parser.parse_args().orders
    say = sys.stdout.write
    say(f"{machine()}\n")
    for groups in (1, 36):
        spans = sample(orders, groups)
        clocks: tuple[Clock, ...] = ("gross", "working")
        for clock in clocks:
            calendar = MondayToFriday()
            seconds = min(
                timed(lambda c=clock, s=spans, k=calendar: statistics_of(s, NOW, c, calendar=k))[0] for _ in range(3)
            )
            say(f"closure  {orders:>9,} orders  {groups:>2} groups  {clock:<8} {seconds:6.3f} s\n")
    spans = sample(orders, 1)
    ours = statistics_of(spans, NOW, "gross")
    assert isinstance(ours, ClosureStatistics)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from lifelines import KaplanMeierFitter

        now = microseconds(NOW)
        event = spans.closed_us <= now
        days = (np.minimum(spans.closed_us, now) - spans.received_us) / DAY_US
        fitter = KaplanMeierFitter()
        seconds, _ = timed(lambda: fitter.fit(days, event))
        apart = np.max(np.abs(ours.total.curve.survival - fitter.survival_function_.iloc[:, 0].to_numpy()))
        say(f"lifelines {orders:>8,} orders   1 group   gross    {seconds:6.3f} s\n")
        say(f"median {ours.total.median:.9f} d, lifelines {fitter.median_survival_time_:.9f} d\n")
        say(f"curves are at most {apart:.1e} apart\n")


if __name__ == "__main__":
    main()
