"""Closure statistics on one clock: for all orders and per group, open ones censored, bad data named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from dispatcher.closure.clocks import Clock, WorkingDays, durations, elapsed
from dispatcher.closure.kaplan_meier import SurvivalCurve, kaplan_meier
from dispatcher.closure.spans import STILL_OPEN, Spans, microseconds
from models.query import IntervalCount

HORIZON_DAYS = 60.0
"""Where the restricted mean stops."""


@dataclass(frozen=True, slots=True, eq=False)
class ClosureSummary:
    """The closure times of some orders, in days of the clock; inf where too few have closed to say.

    ``orders`` = ``closed`` + ``open``; ``excluded`` counts, by reason, the orders that are in neither.
    ``mean_of_closed`` is the figure that people quote: it knows nothing of the orders still open and so looks
    fast; None when none has closed. ``rmst60`` counts the open ones, None without orders. ``watched`` is how
    long the youngest order has been watched, the longest closure time that none of them can hide.
    """

    orders: int
    closed: int
    open: int
    excluded: dict[str, int]
    median: float
    median_interval: tuple[float, float]
    p75: float
    p90: float
    mean_of_closed: float | None
    rmst60: float | None
    watched: float | None
    curve: SurvivalCurve


@dataclass(frozen=True, slots=True, eq=False)
class ClosureStatistics:
    """``total`` is over all groups; ``groups`` has one summary per name, a group whose orders are all excluded
    included; it is empty where everything lies in the one group without a name."""

    clock: Clock
    observed_at: datetime
    total: ClosureSummary
    groups: dict[str, ClosureSummary]


def closure_statistics(
    rows: Sequence[IntervalCount],
    observed_at: datetime,
    clock: Clock,
    *,
    calendar: WorkingDays | None = None,
    suspended: Sequence[timedelta] | None = None,
    excluded: Mapping[str, int] | None = None,
) -> ClosureStatistics:
    """Statistics of the store's rows as seen at ``observed_at``.

    ``calendar`` is for the working clock, ``suspended`` (one per row) for the net one; ``excluded`` is what the
    store left out already and is added to the total's. For ``final`` the rows must hold the last closings.
    """
    return statistics_of(Spans.from_rows(rows, suspended), observed_at, clock, calendar=calendar, excluded=excluded)


def statistics_of(
    spans: Spans,
    observed_at: datetime,
    clock: Clock,
    *,
    calendar: WorkingDays | None = None,
    excluded: Mapping[str, int] | None = None,
) -> ClosureStatistics:
    """The same from arrays: a million intervals take about half a second."""
    observed_us = microseconds(observed_at)
    spans = spans.seen_from(observed_us)
    faults = spans.faults(observed_us)
    sound = spans.where(~np.logical_or.reduce(list(faults.values())) & (spans.count > 0))
    days = durations(sound, observed_us, clock, calendar)

    def summary(some: NDArray[np.int64] | slice, left_out: dict[str, int]) -> ClosureSummary:
        received = sound.received_us[some]
        youngest = received.max(keepdims=True) if len(received) else received
        watched = elapsed(youngest, np.full(youngest.shape, observed_us), clock, calendar)
        is_closed = sound.closed_us[some] != STILL_OPEN
        return _summary(days[some], is_closed, sound.count[some], float(watched[0]) if len(watched) else None, left_out)

    size = len(spans.names)
    bad = {why: np.bincount(spans.group[mask], spans.count[mask], size).astype(int) for why, mask in faults.items()}
    total = summary(slice(None), _named({why: int(per_group.sum()) for why, per_group in bad.items()}, excluded or {}))
    order = np.argsort(sound.group, kind="stable")
    edges = np.searchsorted(sound.group[order], np.arange(size + 1))
    groups = {
        name: summary(order[edges[code] : edges[code + 1]], _named({why: int(n[code]) for why, n in bad.items()}, {}))
        for code, name in enumerate(spans.names)
        if size > 1 or name
    }
    return ClosureStatistics(clock, observed_at, total, groups)


def _summary(
    days: NDArray[np.float64],
    is_closed: NDArray[np.bool_],
    count: NDArray[np.int64],
    watched: float | None,
    excluded: dict[str, int],
) -> ClosureSummary:
    curve = kaplan_meier(days, is_closed, count)
    orders, closed = int(count.sum()), int(count[is_closed].sum())
    return ClosureSummary(
        orders=orders,
        closed=closed,
        open=orders - closed,
        excluded=excluded,
        median=curve.median,
        median_interval=curve.percentile_interval(0.5),
        p75=curve.percentile(0.75),
        p90=curve.percentile(0.90),
        mean_of_closed=float(days[is_closed] @ count[is_closed]) / closed if closed else None,
        rmst60=curve.restricted_mean(HORIZON_DAYS) if orders else None,
        watched=watched,
        curve=curve,
    )


def _named(found: Mapping[str, int], before: Mapping[str, int]) -> dict[str, int]:
    """The sum of both by reason, without the reasons that nothing fell under."""
    reasons = sorted({*found, *before})
    sums = {reason: found.get(reason, 0) + before.get(reason, 0) for reason in reasons}
    return {reason: n for reason, n in sums.items() if n}
