"""Closure statistics of the orders in a store."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dispatcher.closure.clocks import WorkingDays
from dispatcher.closure.report import closure_report
from models.ports import OrderReader
from models.query import GroupField, OrderQuery, Scope


def store_report(
    store: OrderReader,
    calendar: WorkingDays,
    query: OrderQuery,
    observed_at: datetime,
    by: GroupField | None = None,
    within: Scope | None = None,
) -> dict[str, Any]:
    """The report over all clocks (``closure_report``) on the orders that match, as seen at ``observed_at``."""
    first, final = (
        store.intervals(query, observed_at=observed_at, within=within, by=by, final=last) for last in (False, True)
    )
    return closure_report(
        first.rows, final.rows, observed_at, calendar, excluded=first.excluded, grouped=by is not None
    )
