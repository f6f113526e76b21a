"""Kaplan–Meier with numpy: how many are still open after how long, when some are still being watched."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_Z95 = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True, eq=False)
class SurvivalCurve:
    """A step function on the distinct durations, from 0 on; all arrays have one entry per step.

    ``survival[i]`` is the share still open after ``time[i]`` (that moment's events included); ``low`` and
    ``high`` are its 95 % confidence limits (Greenwood, log-log). ``at_risk[i]`` were open and watched right
    before ``time[i]``, of which ``events[i]`` closed and ``censored[i]`` were watched no longer.
    """

    time: Floats
    at_risk: Ints
    events: Ints
    censored: Ints
    survival: Floats
    low: Floats
    high: Floats

    def percentile(self, p: float) -> float:
        """The smallest time by which the share ``p`` (0..1) has closed; inf when that is never reached."""
        return self._first_at_most(self.survival, p)

    @property
    def median(self) -> float:
        return self.percentile(0.5)

    def percentile_interval(self, p: float) -> tuple[float, float]:
        """95 % confidence limits of ``percentile(p)``: where the limits of the curve reach it; inf for never."""
        return self._first_at_most(self.low, p), self._first_at_most(self.high, p)

    def restricted_mean(self, until: float) -> float:
        """The area under the curve from 0 to ``until``; nan when nobody was watched.

        Past the last duration the curve is taken as flat, so a follow-up shorter than ``until`` gives a bound
        rather than a mean when orders are still open.
        """
        if self.at_risk[0] == 0:
            return float("nan")
        starts = np.minimum(self.time, until)
        widths = np.diff(starts, append=until)
        return float(widths @ self.survival)

    def survival_at(self, time: float) -> float:
        """The share still open after ``time`` (>= 0)."""
        return float(self.survival[np.searchsorted(self.time, time, side="right") - 1])

    def at_risk_at(self, time: float) -> int:
        """How many were still open and watched right before ``time``."""
        place = int(np.searchsorted(self.time, time, side="left"))
        return int(self.at_risk[place]) if place < len(self.time) else 0

    def thinned(self, steps: int) -> SurvivalCurve:
        """At most ``steps`` (>= 2) of the steps, unchanged, first and last included: enough to draw the curve.

        Half of them lie evenly along time and half evenly along the steps, so that neither the crowded start
        nor the long tail is lost. ``events`` and ``censored`` are then those of the kept steps only.
        """
        if len(self.time) <= steps:
            return self
        along_time = np.linspace(self.time[0], self.time[-1], steps - steps // 2)
        by_time = np.searchsorted(self.time, along_time, side="right") - 1
        by_step = np.linspace(0, len(self.time) - 1, steps // 2).astype(np.int64)
        keep = np.unique(np.concatenate((by_time, by_step)))
        return SurvivalCurve(
            self.time[keep],
            self.at_risk[keep],
            self.events[keep],
            self.censored[keep],
            self.survival[keep],
            self.low[keep],
            self.high[keep],
        )

    def _first_at_most(self, curve: Floats, p: float) -> float:
        if not 0 <= p <= 1:
            raise ValueError(f"p must lie in 0..1, not {p}")
        share = round(1 - p, 12)  # 1 - 0.9 is below 0.1 in binary, and would miss a step at exactly 0.1
        if curve[-1] > share:
            return float("inf")
        return float(self.time[np.searchsorted(-curve, -share)])


def kaplan_meier(duration: ArrayLike, event: ArrayLike, count: ArrayLike | None = None) -> SurvivalCurve:
    """The curve of ``count`` orders per entry that closed (``event`` true) or were still open after ``duration``.

    All three are one-dimensional and of one length; durations are finite and >= 0, counts are integers >= 0
    (None: 1 each). The arithmetic is that of lifelines' ``KaplanMeierFitter``, its roundings included, so
    that both give the same step where a share falls on the edge of one. Raises ``ValueError`` for other input.
    """
    time, weight, closed = _checked(duration, event, count)
    order = np.argsort(time)
    time, weight, closed = time[order], weight[order], closed[order]
    first_of_step = np.flatnonzero(np.diff(time, prepend=-1.0))
    steps = time[first_of_step]
    if len(time):
        removed = np.add.reduceat(weight, first_of_step)
        events = np.add.reduceat(weight * closed, first_of_step)
    else:
        removed = events = np.zeros(0, dtype=np.int64)
    if not len(steps) or steps[0] > 0:  # the curve starts at 0, where all are open
        steps, removed, events = (np.concatenate(([0], part)) for part in (steps, removed, events))
    at_risk = removed.sum() - np.cumsum(removed) + removed
    survival, low, high = _estimate(at_risk, events)
    return SurvivalCurve(steps.astype(np.float64), at_risk, events, removed - events, survival, low, high)


def _checked(duration: ArrayLike, event: ArrayLike, count: ArrayLike | None) -> tuple[Floats, Ints, NDArray[np.bool_]]:
    time = np.asarray(duration, dtype=np.float64)
    closed = np.asarray(event, dtype=np.bool_)
    weight: NDArray[Any] = np.ones(time.shape, dtype=np.int64) if count is None else np.asarray(count)
    if time.ndim != 1 or not time.shape == closed.shape == weight.shape:
        raise ValueError("duration, event and count must be one-dimensional and of one length")
    if not np.all(np.isfinite(time) & (time >= 0)):
        raise ValueError("durations must be finite and not negative")
    if (len(weight) and weight.dtype.kind not in "iu") or np.any(weight < 0):
        raise ValueError("counts must be integers and not negative")
    held = weight > 0
    return time[held], weight[held].astype(np.int64), closed[held]


def _estimate(at_risk: Ints, events: Ints) -> tuple[Floats, Floats, Floats]:
    """Survival and its confidence limits (Greenwood's variance on the log-log scale)."""
    left = at_risk - events
    # log(0) is -inf and leads to 0, 0/0 arises where nothing has happened yet: both are settled below.
    with np.errstate(divide="ignore", invalid="ignore"):
        survival = np.exp(np.cumsum(np.log(left) - np.log(at_risk))) if at_risk[0] else np.ones(len(at_risk))
        variance = events / (at_risk.astype(np.float64) * left)
        variance[left == 0] = 0
        log = np.log(survival)
        spread = _Z95 * np.sqrt(np.cumsum(variance)) / log
        low = np.exp(-np.exp(np.log(-log) - spread))
        high = np.exp(-np.exp(np.log(-log) + spread))
    certain = survival >= 1
    low[certain] = high[certain] = 1
    return survival, low, high
