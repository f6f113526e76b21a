"""The forms of closure figures, for the API's description."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from dispatcher.closure.clocks import Clock


class ClosureFigures(BaseModel):
    """Days; None where too few have closed to say. ``mean`` is over closed orders only, ``rmst60`` the mean of what
    passes within 60 days."""

    median: float | None
    p75: float | None
    p90: float | None
    mean: float | None
    rmst60: float | None


class ClosureCounts(BaseModel):
    """How many orders were counted, and how many were left out and why."""

    orders: int
    closed: int
    open: int
    excluded: dict[str, int]


class ClosureGroup(ClosureCounts):
    """One group on each clock."""

    clocks: dict[Clock, ClosureFigures]


class ClosureReport(ClosureGroup):
    """All orders on each clock; with ``by`` also each group."""

    groups: dict[str, ClosureGroup] | None = None


class Curve(BaseModel):
    """Kaplan–Meier: the share that is still open after ``times`` days, its 95 % band, and how many are watched."""

    times: list[float]
    survival: list[float]
    low: list[float]
    high: list[float]
    at_risk: list[int]


class ClosureInFull(ClosureCounts, ClosureFigures):
    """Everything known of one group on one clock."""

    median_interval: list[float | None]
    watched: float | None
    curve: Curve


class ClosureGroupInFull(ClosureInFull):
    """``immature``: too young to be compared."""

    immature: bool


class ClosureOnOneClock(ClosureInFull):
    """The whole, and each group."""

    clock: Clock
    observed_at: datetime
    groups: dict[str, ClosureGroupInFull]
