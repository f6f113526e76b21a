"""The JSON of closure statistics: plain dicts with null for what cannot be said yet."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from dispatcher.closure.clocks import Clock, WorkingDays
from dispatcher.closure.cohorts import immature_cohorts
from dispatcher.closure.spans import Spans
from dispatcher.closure.statistics import ClosureStatistics, ClosureSummary, statistics_of
from models.query import IntervalCount

CLOCKS: tuple[Clock, ...] = ("gross", "working", "net", "final")


def closure_report(
    first: Sequence[IntervalCount],
    final: Sequence[IntervalCount],
    observed_at: datetime,
    calendar: WorkingDays,
    *,
    excluded: Mapping[str, int] | None = None,
    suspended: Sequence[timedelta] | None = None,
    grouped: bool = False,
) -> dict[str, Any]:
    """What ``minsheng closure --json`` prints; days throughout, null where too few have closed to say.

    ``{orders, closed, open, excluded, clocks: {gross|working|net|final: {median, p75, p90, mean, rmst60}}}``,
    with ``grouped`` also ``groups: {name: the same}``. ``first`` and ``final`` are the store's rows with first
    and last closings, ``excluded`` what the store left out; ``mean`` is over closed orders only. The counts are
    those of the gross clock.
    """
    first_spans = Spans.from_rows(first, suspended)
    by_clock = {
        clock: statistics_of(
            Spans.from_rows(final) if clock == "final" else first_spans,
            observed_at,
            clock,
            calendar=calendar,
            excluded=excluded,
        )
        for clock in CLOCKS
    }
    report = _one({clock: statistics.total for clock, statistics in by_clock.items()})
    if grouped:
        report["groups"] = {
            name: _one({clock: s.groups[name] for clock, s in by_clock.items() if name in s.groups})
            for name in by_clock["gross"].groups
        }
    return report


def statistics_json(statistics: ClosureStatistics, *, curve_steps: int = 400) -> dict[str, Any]:
    """Everything known on one clock, for a page or an API; each curve has at most ``curve_steps`` points.

    A group has ``immature`` when it is a cohort too young to compare (see ``immature_cohorts``).
    """
    young = immature_cohorts(statistics)
    groups = {
        name: _in_full(summary, curve_steps) | {"immature": name in young}
        for name, summary in statistics.groups.items()
    }
    head = {"clock": statistics.clock, "observed_at": statistics.observed_at.isoformat()}
    return head | _in_full(statistics.total, curve_steps) | {"groups": groups}


def _one(by_clock: Mapping[Clock, ClosureSummary]) -> dict[str, Any]:
    return _counts(by_clock["gross"]) | {"clocks": {clock: _figures(summary) for clock, summary in by_clock.items()}}


def _counts(summary: ClosureSummary) -> dict[str, Any]:
    return {
        "orders": summary.orders,
        "closed": summary.closed,
        "open": summary.open,
        "excluded": dict(summary.excluded),
    }


def _figures(summary: ClosureSummary) -> dict[str, float | None]:
    return {
        "median": _finite(summary.median),
        "p75": _finite(summary.p75),
        "p90": _finite(summary.p90),
        "mean": summary.mean_of_closed,
        "rmst60": summary.rmst60,
    }


def _in_full(summary: ClosureSummary, curve_steps: int) -> dict[str, Any]:
    curve = summary.curve.thinned(curve_steps)
    return (
        _counts(summary)
        | _figures(summary)
        | {
            "median_interval": [_finite(limit) for limit in summary.median_interval],
            "watched": summary.watched,
            "curve": {
                "times": curve.time.tolist(),
                "survival": curve.survival.tolist(),
                "low": curve.low.tolist(),
                "high": curve.high.tolist(),
                "at_risk": curve.at_risk.tolist(),
            },
        }
    )


def _finite(days: float) -> float | None:
    """None for "never": JSON has no infinity."""
    return days if math.isfinite(days) else None
