"""``/closure``: how long orders take, with the open ones counted as what they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from dispatcher.closure.report import statistics_json
from dispatcher.closure.statistics import ClosureStatistics, closure_statistics
from dispatcher.web.access import requires, services_of
from dispatcher.web.pages.closure_view import GroupRow, charts, group_rows
from dispatcher.web.pages.field_words import by_field
from dispatcher.web.pages.filters import ClosureFilters
from dispatcher.web.pages.queues import demo_count
from dispatcher.web.pages.rendering import Names, page
from dispatcher.web.scope import scope_of
from dispatcher.wiring import Services
from models.accounts import Principal
from models.errors import CorrectInput
from models.query import GroupField, OrderQuery, Scope
from models.rights import Task

router = APIRouter(include_in_schema=False)
CURVE_STEPS = 300
PICKED: tuple[Literal["unit", "street", "request_type", "category", "channel", "decision_mode"], ...] = (
    "unit", "street", "request_type", "category", "channel", "decision_mode",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sources:
    """How many of the orders that match are of the demonstration, and how many are others; ``others`` is counted only
    where there are demonstration orders that they could be mistaken for."""

    demo: int
    others: int


@router.get("/closure")
def closure(
    request: Request,
    services: Annotated[Services, Depends(services_of)],
    who: Annotated[Principal, Depends(requires(Task.MEASURE))],
) -> HTMLResponse:
    """Cards, month chart, curve and table for the orders that the address asks for."""
    filters = ClosureFilters.read(request.query_params)
    names, now = Names(services), services.clock.now()
    query, within = filters.query(names.zone), scope_of(who)
    shown: dict[str, Any] = {"who": who, "nav": "closure", "filters": filters, "groups": get_args(GroupField)}
    shown |= {"choices": _choices(services, filters, now, names, within)}
    shown["sources"] = _sources(services, query, now, within)
    try:
        observed_at = filters.moment(now, names.zone)
    except CorrectInput as error:
        return page(request, "closure.html", 422, **shown, observed_at=None, wrong=by_field(error.problems))
    by_month = _statistics(services, query, observed_at, filters.clock, "received_month", within)
    grouped = by_month
    if filters.by != "received_month":
        grouped = _statistics(services, query, observed_at, filters.clock, filters.by, within)
    total = statistics_json(by_month, curve_steps=CURVE_STEPS)
    return page(
        request,
        "closure.html",
        **shown,
        observed_at=observed_at,
        wrong={},
        total=total,
        charts=charts(total, by_month.total.curve),
        rows=_rows(grouped, filters.by, names),
    )


def _statistics(
    services: Services, query: OrderQuery, observed_at: datetime, clock: Any, by: GroupField, within: Scope | None
) -> ClosureStatistics:
    found = services.store.intervals(query, observed_at=observed_at, within=within, by=by, final=clock == "final")
    return closure_statistics(found.rows, observed_at, clock, calendar=services.calendar, excluded=found.excluded)


def _rows(statistics: ClosureStatistics, by: GroupField, names: Names) -> list[GroupRow]:
    return group_rows(statistics_json(statistics, curve_steps=2)["groups"], by, names)


def _choices(
    services: Services, filters: ClosureFilters, now: datetime, names: Names, within: Scope | None
) -> dict[str, list[tuple[str, str, int]]]:
    """For each picked field value, name and number of orders, whatever the other conditions are; a value that is
    asked for stays to be seen even if no order has it."""
    counts = services.store.facets(OrderQuery(source_system=filters.source_system), PICKED, now=now, within=within)
    found = {field: counts[field] | {value: counts[field].get(value, 0) for value in getattr(filters, field)}
             for field in PICKED}  # fmt: skip
    return {
        field: [(value, names.of(field, value), number) for value, number in found[field].items() if value]
        for field in PICKED
    }


def _sources(services: Services, query: OrderQuery, now: datetime, within: Scope | None) -> Sources:
    demo = demo_count(services, query, now, within)
    return Sources(demo, services.store.count(query, now=now, within=within) - demo if demo else 0)
