"""Reading orders over HTTP: search, one order, its history, counts."""

from __future__ import annotations

from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from dispatcher.web.access import requires, services_of
from dispatcher.web.etags import PRIVATE, IfNoneMatch, etag, is_known
from dispatcher.web.params import QueryParams
from dispatcher.web.problems import OF_A_COMMAND, problem_responses
from dispatcher.web.scope import order_for, scope_of
from dispatcher.web.shapes import Count, Events, OrderPage, OrderView, Shape
from dispatcher.web.views import event_view, facts_for, order_view
from dispatcher.wiring import Services
from models.accounts import Principal
from models.query import FacetField, SortField
from models.rights import Task

router = APIRouter(prefix="/api/v1", tags=["工单 orders"])
With = Annotated[Services, Depends(services_of)]
Reader = Annotated[Principal, Depends(requires(Task.READ))]
_OF_ONE = problem_responses(401, 403, 404, 503, codes=OF_A_COMMAND)
_OF_MANY = problem_responses(401, 403, 422, 503)


class SearchParams(QueryParams):
    """A query with its page."""

    sort: SortField = "received_at"
    descending: bool = True
    limit: Annotated[int, Field(ge=1, le=500)] = 50
    cursor: Annotated[str, Field(max_length=500)] | None = None


class FacetParams(QueryParams):
    """A query with the fields to count."""

    field: tuple[FacetField, ...] = ()


class Facets(Shape):
    """For each field that was asked for, how many matching orders have which value."""

    state: dict[str, int] | None = None
    unit: dict[str, int] | None = None
    street: dict[str, int] | None = None
    community: dict[str, int] | None = None
    category: dict[str, int] | None = None
    request_type: dict[str, int] | None = None
    channel: dict[str, int] | None = None
    urgency: dict[str, int] | None = None
    decision_mode: dict[str, int] | None = None
    card: dict[str, int] | None = None
    item_code: dict[str, int] | None = None


@router.get("/orders", summary="检索工单 Search orders", response_model=OrderPage, responses=_OF_MANY)
def search_orders(params: Annotated[SearchParams, Query()], services: With, who: Reader) -> JSONResponse:
    """Orders that match; follow ``cursor`` for the next page."""
    page = services.store.search(
        params.query(),
        now=services.clock.now(),
        within=scope_of(who),
        sort=params.sort,
        descending=params.descending,
        limit=params.limit,
        cursor=params.cursor,
    )
    return JSONResponse({"orders": [order_view(order, who) for order in page.orders], "cursor": page.cursor})


@router.get("/orders/count", summary="计数 Count orders", responses=_OF_MANY)
def count_orders(params: Annotated[QueryParams, Query()], services: With, who: Reader) -> Count:
    """How many orders match."""
    return Count(count=services.store.count(params.query(), now=services.clock.now(), within=scope_of(who)))


@router.get(
    "/orders/facets", summary="分面计数 Count orders by field", response_model=Facets, responses=_OF_MANY
)  # fmt: skip
def count_by_field(params: Annotated[FacetParams, Query()], services: With, who: Reader) -> JSONResponse:
    """How many matching orders have which value of each ``field`` (all fields when none is named)."""
    fields = params.field or get_args(FacetField)
    found: Any = services.store.facets(params.query(), fields, now=services.clock.now(), within=scope_of(who))
    return JSONResponse(found)


@router.get(
    "/orders/{order_no}",
    summary="查看工单 One order",
    response_model=OrderView,
    responses={
        200: {"headers": {"ETag": {"schema": {"type": "string"}, "description": "The order's version."}}},
        304: {"description": "The version at hand still holds."},
        **_OF_ONE,
    },
)
def get_order(order_no: str, services: With, who: Reader, known: IfNoneMatch = None) -> Response:
    """One order, the requester masked; its ``ETag`` is its version."""
    order = order_for(services, who, order_no)
    headers = {"ETag": etag(order.version), **PRIVATE}
    if is_known(order.version, known):
        return Response(status_code=304, headers=headers)
    return JSONResponse(order_view(order, who), headers=headers)


@router.get(
    "/orders/{order_no}/events", summary="办理过程 The facts of an order", response_model=Events, responses=_OF_ONE
)
def get_events(order_no: str, services: With, who: Reader) -> JSONResponse:
    """The order's facts from the first on; what the requester said of themselves is left out, and who has looked at
    personal data is shown to supervisors only."""
    order_for(services, who, order_no)
    found = facts_for(services.store.history(order_no), who)
    return JSONResponse({"events": [event_view(event) for event in found]})
