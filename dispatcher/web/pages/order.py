"""``/orders/{order_no}``: one order with its suggestions, receipt and timeline, and what can be done with it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from dispatcher.web.access import services_of
from dispatcher.web.pages.dispatch_choices import dispatch_choices
from dispatcher.web.pages.rendering import Names, page
from dispatcher.web.pages.timeline import decider, timeline
from dispatcher.web.views import shown
from dispatcher.wiring import Services
from models.lifecycle import Move, allowed_moves

router = APIRouter(include_in_schema=False)
_MOVES = (Move.ACCEPT, Move.DISPATCH, Move.SIGN, Move.CLOSE, Move.RETURN, Move.ANSWER_DIRECTLY)
"""What people do here, the usual move first; registering and recording are for other systems."""


@router.get("/orders/{order_no}")
def order(order_no: str, request: Request, services: Annotated[Services, Depends(services_of)]) -> HTMLResponse:
    """The page of one order; 404 for a number that none has."""
    return order_page(request, services, order_no)


def order_page(
    request: Request,
    services: Services,
    order_no: str,
    *,
    status: int = 200,
    notice: str = "",
    said: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """The page with a ``notice`` on top; ``said`` are the words of a form that was not carried out and ``wrong``
    what is wrong with them."""
    found = services.store.get(order_no)
    if found is None:
        raise HTTPException(404, f"no order {order_no}")
    names, events, who = Names(services), services.store.history(order_no), found.requester
    visible = shown(found)
    return page(
        request,
        "order.html",
        status,
        nav="orders",
        order=visible,
        requester=visible.requester,
        unknown="保密" if who.is_confidential else "匿名" if who.is_anonymous else "",
        steps=timeline(events, names),
        decided_by=decider(found.decided_by),
        moves=[move for move in _MOVES if move in allowed_moves(found.state)],
        units=dispatch_choices(services.catalogue, found, events),
        now=services.clock.now(),
        key=uuid.uuid4().hex[:12],
        notice=notice,
        said=defaultdict(str, said or {}),
        wrong=wrong or {},
    )
