"""``/orders``: the list, found by words and conditions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from dispatcher.web.access import services_of
from dispatcher.web.pages.facets import facet_groups
from dispatcher.web.pages.filters import SORTS, ListFilters
from dispatcher.web.pages.highlight import pattern_of
from dispatcher.web.pages.queues import OPEN_OVERDUE, demo_count, queues
from dispatcher.web.pages.rendering import Names, page
from dispatcher.web.views import shown
from dispatcher.wiring import Services

router = APIRouter(include_in_schema=False)
PAGE = 30


@router.get("/")
def home() -> RedirectResponse:
    """The list is where work begins."""
    return RedirectResponse("/orders", 307)


@router.get("/orders")
def orders(request: Request, services: Annotated[Services, Depends(services_of)]) -> HTMLResponse:
    """One page of the orders that the address asks for; its address is what a link to it needs."""
    filters = ListFilters.read(request.query_params)
    now = services.clock.now()
    query = filters.query(Names(services).zone)
    sort, _, direction = filters.sort.partition("-")
    found = services.store.search(
        query,
        now=now,
        sort=sort,  # type: ignore[arg-type]  # the part of a Sort before the dash is a SortField
        descending=direction == "desc",
        limit=PAGE,
        cursor=filters.cursor,
    )
    response = page(
        request,
        "orders.html",
        nav="orders",
        filters=filters,
        orders=[shown(order) for order in found.orders],
        total=services.store.count(query, now=now),
        demo_orders=demo_count(services, query, now),
        queues=queues(services, filters, now),
        overdue=services.store.count(query.model_copy(update={"overdue": True}), now=now),
        open_overdue=services.store.count(query.model_copy(update=OPEN_OVERDUE), now=now),
        open_overdue_page=filters.address("/orders", **OPEN_OVERDUE, sort="due_at-asc", cursor=None),
        groups=facet_groups(services, filters, query, now),
        pattern=pattern_of(filters.text),
        sorts=SORTS,
        now=now,
        cleared=ListFilters(text=filters.text, sort=filters.sort).address("/orders"),
        next_page=filters.address("/orders", cursor=found.cursor) if found.cursor else None,
        first_page=filters.address("/orders", cursor=None) if filters.cursor else None,
    )
    # htmx would put what the form holds into the address bar, empty fields included.
    response.headers["HX-Push-Url"] = filters.address("/orders")
    return response
