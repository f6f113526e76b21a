"""``/orders``: the list, found by words and conditions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from dispatcher.web.access import requires, services_of
from dispatcher.web.pages.facets import facet_groups
from dispatcher.web.pages.filters import SORTS, ListFilters
from dispatcher.web.pages.highlight import pattern_of
from dispatcher.web.pages.queues import OPEN_OVERDUE, demo_count, queues
from dispatcher.web.pages.rendering import Names, page
from dispatcher.web.scope import scope_of
from dispatcher.web.views import shown_to
from dispatcher.wiring import Services
from models.accounts import Principal
from models.rights import Task

router = APIRouter(include_in_schema=False)
PAGE = 30


@router.get("/orders")
def orders(
    request: Request,
    services: Annotated[Services, Depends(services_of)],
    who: Annotated[Principal, Depends(requires(Task.READ))],
) -> HTMLResponse:
    """One page of the orders that the address asks for; its address is what a link to it needs."""
    filters = ListFilters.read(request.query_params)
    now, within = services.clock.now(), scope_of(who)
    query = filters.query(Names(services).zone)
    sort, _, direction = filters.sort.partition("-")
    found = services.store.search(
        query,
        now=now,
        within=within,
        sort=sort,  # type: ignore[arg-type]  # the part of a Sort before the dash is a SortField
        descending=direction == "desc",
        limit=PAGE,
        cursor=filters.cursor,
    )
    response = page(
        request,
        "orders.html",
        who=who,
        nav="orders",
        filters=filters,
        orders=[shown_to(order, who) for order in found.orders],
        total=services.store.count(query, now=now, within=within),
        demo_orders=demo_count(services, query, now, within),
        queues=queues(services, filters, now, who),
        overdue=services.store.count(query.model_copy(update={"overdue": True}), now=now, within=within),
        open_overdue=services.store.count(query.model_copy(update=OPEN_OVERDUE), now=now, within=within),
        open_overdue_page=filters.address("/orders", **OPEN_OVERDUE, sort="due_at-asc", cursor=None),
        groups=facet_groups(services, filters, query, now, within),
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
