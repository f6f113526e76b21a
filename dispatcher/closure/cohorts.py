"""Cohorts by month of receipt: which are too young to be compared."""

from __future__ import annotations

import math

from dispatcher.closure.statistics import ClosureStatistics


def immature_cohorts(statistics: ClosureStatistics) -> frozenset[str]:
    """The groups whose youngest order has been watched for less than the pooled P90.

    Their slow orders are still open, so they look fast: what has closed is what closes quickly. Where the
    pooled P90 is never reached the longest observed closing takes its place; where nothing has closed every
    group is immature. Meant for groups that are months of receipt.
    """
    needed = _needed(statistics)
    return frozenset(
        name for name, group in statistics.groups.items() if group.watched is None or group.watched < needed
    )


def _needed(statistics: ClosureStatistics) -> float:
    """Days on the statistics' clock that an order must have been watched."""
    total = statistics.total
    if math.isfinite(total.p90):
        return total.p90
    closings = total.curve.time[total.curve.events > 0]
    return float(closings[-1]) if len(closings) else math.inf
