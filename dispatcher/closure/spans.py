"""Received and closed times of many orders as arrays, and which of them cannot be true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.query import IntervalCount

Ints = NDArray[np.int64]

STILL_OPEN = int(np.iinfo(np.int64).max)
"""``closed_us`` of an order that is open: later than every moment."""

Reason = Literal["later", "closed_before_received", "suspended_too_long"]
"""Why an order is left out: received after ``observed_at`` (the store's name for it too), closed before it was
received, or suspended for longer than it took."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """One entry per interval in each array; times are microseconds since 1970 in UTC.

    ``count`` orders of the group ``names[group]`` share the interval; ``suspended_us`` is how much of it each of
    them was suspended (挂账).
    """

    received_us: Ints
    closed_us: Ints
    count: Ints
    group: Ints
    names: tuple[str, ...]
    suspended_us: Ints

    @classmethod
    def from_arrays(
        cls,
        received_us: ArrayLike,
        closed_us: ArrayLike,
        count: ArrayLike | None = None,
        *,
        group: ArrayLike | None = None,
        names: Sequence[str] = ("",),
        suspended_us: ArrayLike | None = None,
    ) -> Spans:
        """From integers; what is None is 1 order each, group 0, never suspended. ``ValueError`` for other shapes."""
        received = np.asarray(received_us, dtype=np.int64)
        arrays = [
            np.full(received.shape, default, dtype=np.int64) if given is None else np.asarray(given, dtype=np.int64)
            for given, default in ((closed_us, 0), (count, 1), (group, 0), (suspended_us, 0))
        ]
        if received.ndim != 1 or any(array.shape != received.shape for array in arrays):
            raise ValueError("all arrays must be one-dimensional and of one length")
        closed, counts, groups, suspended = arrays
        if np.any(counts < 0) or np.any(suspended < 0):
            raise ValueError("counts and suspended times must not be negative")
        if len(groups) and not 0 <= groups.min() <= groups.max() < len(names):
            raise ValueError("every group must have a name")
        return cls(received, closed, counts, groups, tuple(names), suspended)

    @classmethod
    def from_rows(cls, rows: Sequence[IntervalCount], suspended: Sequence[timedelta] | None = None) -> Spans:
        """From the store's rows; ``suspended`` has one entry per row. Groups are sorted by name."""
        names = sorted({row.group for row in rows})
        code = {name: place for place, name in enumerate(names)}
        return cls.from_arrays(
            [microseconds(row.received_at) for row in rows],
            [STILL_OPEN if row.closed_at is None else microseconds(row.closed_at) for row in rows],
            [row.count for row in rows],
            group=[code[row.group] for row in rows],
            names=names or ("",),
            suspended_us=None if suspended is None else [pause // _MICROSECOND for pause in suspended],
        )

    def seen_from(self, observed_us: int) -> Spans:
        """As known at that moment: a later closing has not happened yet."""
        return replace(self, closed_us=np.where(self.closed_us > observed_us, STILL_OPEN, self.closed_us))

    def faults(self, observed_us: int) -> dict[Reason, NDArray[np.bool_]]:
        """For each reason which intervals it rules out; an interval has one reason at most."""
        later = self.received_us > observed_us
        backwards = ~later & (self.closed_us < self.received_us)
        taken = np.minimum(self.closed_us, observed_us) - self.received_us
        paused = ~later & ~backwards & (self.suspended_us > taken)
        return {"later": later, "closed_before_received": backwards, "suspended_too_long": paused}

    def where(self, mask: NDArray[np.bool_]) -> Spans:
        """The intervals for which ``mask`` is true."""
        return replace(
            self,
            received_us=self.received_us[mask],
            closed_us=self.closed_us[mask],
            count=self.count[mask],
            group=self.group[mask],
            suspended_us=self.suspended_us[mask],
        )


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970 in UTC, exactly. ``ValueError`` for a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return (moment - _EPOCH) // _MICROSECOND
