"""What the closure page's charts and table show, from the figures of ``statistics_json``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dispatcher.closure.kaplan_meier import SurvivalCurve
from dispatcher.web.pages.rendering import Names
from models.query import GroupField

_STEPS = (1, 2, 5, 7, 10, 14, 20, 30, 60, 90, 180, 365)
_TICKS = 10


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One line of the table; ``figures`` are those of ``statistics_json``."""

    code: str
    name: str
    figures: Mapping[str, Any]


def group_rows(groups: Mapping[str, Mapping[str, Any]], by: GroupField, names: Names) -> list[GroupRow]:
    """The groups by rising median, those whose median is not reached yet last; months in their order."""
    rows = [GroupRow(code, names.of(by, code), figures) for code, figures in groups.items()]
    if by == "received_month":
        return sorted(rows, key=lambda row: row.code)
    return sorted(rows, key=lambda row: (_or_inf(row.figures["median"]), _or_inf(row.figures["p90"]), row.code))


def charts(total: Mapping[str, Any], curve: SurvivalCurve) -> dict[str, Any]:
    """The data that the page's script draws: months, and the curve with the number at risk at each tick."""
    months = [
        {"month": name, "median": figures["median"], "p90": figures["p90"], "orders": figures["orders"],
         "open": figures["open"], "immature": figures["immature"]}
        for name, figures in sorted(total["groups"].items())
    ]  # fmt: skip
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


def _end(total: Mapping[str, Any], curve: SurvivalCurve) -> float:
    """Where the drawing ends: a long tail of a few open orders would press the rest together."""
    last = float(curve.time[-1])
    reached = total["p90"]
    return max(1.0, min(last, 3 * reached) if reached else last)


def _tick(end: float) -> float:
    return next((step for step in _STEPS if end / step <= _TICKS), end / _TICKS)


def _or_inf(days: float | None) -> float:
    return math.inf if days is None else days
