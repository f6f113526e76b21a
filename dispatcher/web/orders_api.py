"""Reading orders over HTTP: search, one order, its history, counts."""

from __future__ import annotations

from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse
from pydantic import Field
from starlette.exceptions import HTTPException

from dispatcher.web.access import services_of
from dispatcher.web.params import QueryParams
from dispatcher.web.problems import problem_responses
from dispatcher.web.views import event_view, order_view
from dispatcher.wiring import Services
from models.query import FacetField, OrderQuery, SortField

router = APIRouter(prefix="/api/v1", tags=["工单 orders"])
With = Annotated[Services, Depends(services_of)]
_PROBLEMS = problem_responses(404, 422, 503)


class SearchParams(QueryParams):
    """A query with its page."""

    sort: SortField = "received_at"
    descending: bool = True
    limit: Annotated[int, Field(ge=1, le=500)] = 50
    cursor: Annotated[str, Field(max_length=500)] | None = None


class FacetParams(QueryParams):
    """A query with the fields to count."""

    field: tuple[FacetField, ...] = ()


@router.get("/orders", summary="检索工单 Search orders", responses=_PROBLEMS)
def search(params: Annotated[SearchParams, Query()], services: With) -> dict[str, Any]:
    """Orders that match; follow ``cursor`` for the next page."""
    now = services.clock.now()
    page = services.store.search(
        params.query(),
        now=now,
        sort=params.sort,
        descending=params.descending,
        limit=params.limit,
        cursor=params.cursor,
    )
    return {"orders": [order_view(order) for order in page.orders], "cursor": page.cursor}


@router.get("/orders/count", summary="计数 Count orders", responses=_PROBLEMS)
def count(params: Annotated[OrderQuery, Query()], services: With) -> dict[str, int]:
    """How many orders match."""
    return {"count": services.store.count(params, now=services.clock.now())}


@router.get("/orders/facets", summary="分面计数 Count orders by field", responses=_PROBLEMS)
def facets(params: Annotated[FacetParams, Query()], services: With) -> dict[FacetField, dict[str, int]]:
    """How many matching orders have which value of each ``field`` (all fields when none is named)."""
    return services.store.facets(params.query(), params.field or get_args(FacetField), now=services.clock.now())


@router.get("/orders/{order_no}", summary="查看工单 One order", responses=_PROBLEMS)
def one(order_no: str, services: With) -> dict[str, Any]:
    """One order, the requester masked."""
    order = services.store.get(order_no)
    if order is None:
        raise HTTPException(404, f"no order {order_no}")
    return order_view(order)


@router.get("/orders/{order_no}/events", summary="办理过程 The facts of an order", responses=_PROBLEMS)
def events(order_no: str, services: With) -> JSONResponse:
    """The order's facts from the first on; what the requester said of themselves is left out."""
    found = services.store.history(order_no)
    if not found:
        raise HTTPException(404, f"no order {order_no}")
    return JSONResponse({"events": [event_view(event) for event in found]})
