"""What the closure page's charts and table show, from the figures of ``statistics_json``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dispatcher.closure.kaplan_meier import SurvivalCurve
from dispatcher.web.pages.rendering import Names
from models.query import GroupField

_STEPS = (1, 2, 5, 7, 10, 14, 20, 30, 60, 90, 180, 365)
_TICKS = 10
_NO_ORDERS: Mapping[str, Any] = {"median": None, "p90": None, "orders": 0, "open": 0, "immature": False}
"""A month in which nothing was received; the line has a gap there."""


FEWEST_RANKED = 10
"""A group of fewer orders says too little to stand in a ranking."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One line of the table; ``figures`` are those of ``statistics_json``."""

    code: str
    name: str
    figures: Mapping[str, Any]

    @property
    def is_small(self) -> bool:
        orders: int = self.figures["orders"]
        return orders < FEWEST_RANKED


def group_rows(groups: Mapping[str, Mapping[str, Any]], by: GroupField, names: Names) -> list[GroupRow]:
    """The groups by rising median, those whose median is not reached yet last, then the small ones by their size;
    months in their order."""
    rows = [GroupRow(code, names.of(by, code), figures) for code, figures in groups.items()]
    if by == "received_month":
        return sorted(rows, key=lambda row: row.code)
    ranked = [row for row in rows if not row.is_small]
    ranked.sort(key=lambda row: (_or_inf(row.figures["median"]), _or_inf(row.figures["p90"]), row.code))
    small = [row for row in rows if row.is_small]
    return ranked + sorted(small, key=lambda row: (-row.figures["orders"], row.code))


def charts(total: Mapping[str, Any], curve: SurvivalCurve) -> dict[str, Any]:
    """The data that the page's script draws: months, and the curve with the number at risk at each tick."""
    groups = total["groups"]
    months = [
        {"month": name, **{key: groups.get(name, _NO_ORDERS)[key] for key in _NO_ORDERS}} for name in _run(groups)
    ]
    shown = total["curve"]
    end = _end(total, curve)
    step = _tick(end)
    ticks = [step * place for place in range(math.ceil(end / step) + 1)]
    return {
        "months": months,
        "times": shown["times"],
        "survival": shown["survival"],
        "low": shown["low"],
        "high": shown["high"],
        "ticks": ticks,
        "at_risk": [curve.at_risk_at(tick) for tick in ticks],
        "median": total["median"],
        "p90": total["p90"],
    }


def _run(months: Iterable[str]) -> list[str]:
    """``YYYY-MM`` from the first to the last of ``months`` without a gap."""
    places = [int(name[:4]) * 12 + int(name[5:]) - 1 for name in months]
    if not places:
        return []
    return [f"{place // 12:04}-{place % 12 + 1:02}" for place in range(min(places), max(places) + 1)]


def _end(total: Mapping[str, Any], curve: SurvivalCurve) -> float:
    """Where the drawing ends: a long tail of a few open orders would press the rest together."""
    last = float(curve.time[-1])
    reached = total["p90"]
    return max(1.0, min(last, 3 * reached) if reached else last)


def _tick(end: float) -> float:
    return next((step for step in _STEPS if end / step <= _TICKS), end / _TICKS)


def _or_inf(days: float | None) -> float:
    return math.inf if days is None else days
