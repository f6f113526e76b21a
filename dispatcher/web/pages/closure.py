"""``/closure``: how long orders take, with the open ones counted as what they are."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from dispatcher.closure.report import statistics_json
from dispatcher.closure.statistics import ClosureStatistics, closure_statistics
from dispatcher.web.access import services_of
from dispatcher.web.pages.closure_view import GroupRow, charts, group_rows
from dispatcher.web.pages.filters import ClosureFilters
from dispatcher.web.pages.rendering import Names, page
from dispatcher.wiring import Services
from models.order import DEMO_SOURCE
from models.query import GroupField, OrderQuery

router = APIRouter(include_in_schema=False)
CURVE_STEPS = 300
PICKED: tuple[Literal["unit", "street", "request_type", "category", "channel", "decision_mode"], ...] = (
    "unit", "street", "request_type", "category", "channel", "decision_mode",
)  # fmt: skip


@router.get("/closure")
def closure(request: Request, services: Annotated[Services, Depends(services_of)]) -> HTMLResponse:
    """Cards, month chart, curve and table for the orders that the address asks for."""
    filters = ClosureFilters.read(request.query_params)
    names, now = Names(services), services.clock.now()
    query, observed_at = filters.query(names.zone), filters.moment(now, names.zone)
    by_month = _statistics(services, query, observed_at, filters.clock, "received_month")
    grouped = by_month
    if filters.by != "received_month":
        grouped = _statistics(services, query, observed_at, filters.clock, filters.by)
    total = statistics_json(by_month, curve_steps=CURVE_STEPS)
    return page(
        request,
        "closure.html",
        nav="closure",
        filters=filters,
        observed_at=observed_at,
        total=total,
        charts=charts(total, by_month.total.curve),
        rows=_rows(grouped, filters.by, names),
        choices=_choices(services, query, now, names),
        groups=get_args(GroupField),
        is_demo=_has_demo(services, query, now),
    )


def _statistics(
    services: Services, query: OrderQuery, observed_at: datetime, clock: Any, by: GroupField
) -> ClosureStatistics:
    found = services.store.intervals(query, observed_at=observed_at, by=by, final=clock == "final")
    return closure_statistics(found.rows, observed_at, clock, calendar=services.calendar, excluded=found.excluded)


def _rows(statistics: ClosureStatistics, by: GroupField, names: Names) -> list[GroupRow]:
    return group_rows(statistics_json(statistics, curve_steps=2)["groups"], by, names)


def _choices(
    services: Services, query: OrderQuery, now: datetime, names: Names
) -> dict[str, list[tuple[str, str, int]]]:
    """For each picked field value, name and number of orders, whatever the other conditions are."""
    counts = services.store.facets(OrderQuery(source_system=query.source_system), PICKED, now=now)
    return {
        field: [(value, names.of(field, value), number) for value, number in counts[field].items() if value]
        for field in PICKED
    }


def _has_demo(services: Services, query: OrderQuery, now: datetime) -> bool:
    if query.source_system and DEMO_SOURCE not in query.source_system:
        return False
    return services.store.count(query.model_copy(update={"source_system": (DEMO_SOURCE,)}), now=now) > 0
