"""The clocks that "how long did it take" can mean; which one is meant changes the answer."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from dispatcher.closure.spans import STILL_OPEN, Spans

Clock = Literal["gross", "working", "net", "final"]
"""``gross``: calendar days from received to first closed; ``working``: working days between the two;
``net``: gross without the time suspended; ``final``: calendar days from received to last closed."""

DAY_US = 86_400_000_000
_LOCAL_US = 8 * 3_600_000_000  # Asia/Shanghai: UTC+8 without summer time since 1992
_EPOCH = date(1970, 1, 1)


class WorkingDays(Protocol):
    """A calendar that knows working days, 调休 included."""

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days ``d`` there are with start < d <= end; local dates."""
        ...


def durations(spans: Spans, observed_us: int, clock: Clock, calendar: WorkingDays | None) -> NDArray[np.float64]:
    """Days on ``clock`` from received to closed, or to ``observed_us`` where still open; one per interval.

    The intervals must be free of faults; for ``final`` they must end with the last closing, for the others with
    the first. Raises ``ValueError`` for the working clock without a calendar.
    """
    end_us = np.where(spans.closed_us == STILL_OPEN, observed_us, spans.closed_us)
    if clock == "net":
        end_us = end_us - spans.suspended_us
    return elapsed(spans.received_us, end_us, clock, calendar)


def elapsed(
    start_us: NDArray[np.int64], end_us: NDArray[np.int64], clock: Clock, calendar: WorkingDays | None
) -> NDArray[np.float64]:
    """Days on ``clock`` between moments, without any suspension."""
    if clock != "working":
        return (end_us - start_us) / DAY_US
    if calendar is None:
        raise ValueError("the working clock needs a calendar")
    start, end = (start_us + _LOCAL_US) // DAY_US, (end_us + _LOCAL_US) // DAY_US
    # The count is additive, so each distinct date is looked up once, however many orders there are.
    days, place = np.unique(np.concatenate((start, end)), return_inverse=True)
    dates = [_EPOCH + timedelta(days=int(day)) for day in days]
    between = [calendar.working_days_between(*pair) for pair in pairwise(dates)]
    passed = np.concatenate(([0], np.cumsum(between, dtype=np.int64)))[place]
    return (passed[len(start) :] - passed[: len(start)]).astype(np.float64)
