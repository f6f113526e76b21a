"""The service's figures worked out from the orders' lives alone, each written down from its definition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from tests.system.day.lives import Life

STAGES = (
    "dispatch_wait", "sign_wait", "return_loop", "handling", "suspended", "review", "visit", "rework", "idle",
)  # fmt: skip
PLEASED = ("very_satisfied", "satisfied", "fair")
DAY_S = 86_400

Misroutes = Mapping[tuple[str, str], Sequence[float]]


def rates(lives: Iterable[Life], seen: datetime) -> dict[str, Any]:
    """Counts and rates as of ``seen``, named as the API names them; the stages are in ``stage_seconds``."""
    everything = list(lives)
    orders = [one for one in everything if not one.is_left_out]
    closed = [one for one in orders if _by(one.first_closed_at, seen)]
    due = [one for one in orders if one in closed or _by(one.due_at, seen)]
    strictly_due = [one for one in orders if one in closed or _by(one.first_due_at, seen)]
    to_call = [
        one
        for one in orders
        if one.contact_due_at is not None and (_by(one.contacted_at, seen) or _by(one.contact_due_at, seen))
    ]
    dispatched = [one for one in orders if one.dispatches]
    visits = [one.visit for one in orders if one.visit is not None]
    asked = [visit for visit in visits if "solved" in visit]
    rated = [visit for visit in visits if "satisfaction" in visit]
    right = [
        one
        for one in dispatched
        if one in closed and not one.returns and one.first_unit is not None and one.first_unit == one.closing_unit
    ]
    kept = [one for one in dispatched if not one.returns]
    modes = [one.first_mode for one in dispatched]
    suggested = modes.count("accepted") + modes.count("overridden")
    return {
        "orders": len(orders),
        "excluded": len(everything) - len(orders),
        "closed": len(closed),
        "on_time": _rate(sum(_in_time(one.first_closed_at, one.due_at) for one in closed), len(due)),
        "on_time_strict": _rate(
            sum(_in_time(one.first_closed_at, one.first_due_at) for one in closed), len(strictly_due)
        ),
        "response": _rate(
            sum(_in_time(one.contacted_at, one.contact_due_at) for one in to_call), len(to_call), len(dispatched)
        ),
        "solution": _rate(sum(visit["solved"] for visit in asked), len(asked), len(closed)),
        "satisfaction": _rate(sum(visit["satisfaction"] in PLEASED for visit in rated), len(rated), len(closed)),
        "first_dispatch_accuracy": _rate(len(right), len(dispatched)),
        "first_dispatch_accuracy_closed": _rate(len(right), sum(one in closed for one in dispatched)),
        "dispatched_once": _rate(len(kept), len(dispatched)),
        "returned": _rate(len(dispatched) - len(kept), len(dispatched)),
        "hops": sum(one.dispatches for one in dispatched) / len(dispatched) if dispatched else None,
        "auto_share": _rate(modes.count("auto"), len(dispatched)),
        "override": _rate(modes.count("overridden"), suggested),
    }


def stage_seconds(lives: Iterable[Life], seen: datetime) -> tuple[int, dict[str, int]]:
    """How many orders are closed for good, and the whole seconds that they spent in each stage."""
    ended = [one for one in lives if not one.is_left_out and _by(one.closed_at, seen)]
    return len(ended), {stage: sum(round(one.spent[stage]) for one in ended) for stage in STAGES}


def misroutes(lives: Iterable[Life], seen: datetime) -> Misroutes:
    """Closed orders that had been returned: the seconds of their return loops, by first and closing unit."""
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for one in lives:
        is_closed = not one.is_left_out and _by(one.first_closed_at, seen)
        if one.returns and is_closed and one.first_unit is not None and one.closing_unit is not None:
            found[one.first_unit, one.closing_unit].append(one.spent["return_loop"])
    return found


def _by(at: datetime | None, seen: datetime) -> bool:
    return at is not None and at <= seen


def _in_time(at: datetime | None, limit: datetime | None) -> bool:
    return at is not None and limit is not None and at <= limit


def _rate(part: int, of: int, covers: int | None = None) -> dict[str, Any]:
    return {"part": part, "of": of, "rate": part / of if of else None, "coverage": of / covers if covers else None}
