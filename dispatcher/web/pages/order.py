"""``/orders/{order_no}``: one order with its suggestions, receipt and timeline, and what can be done with it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from dispatcher.web.access import requires, services_of
from dispatcher.web.pages.dispatch_choices import dispatch_choices
from dispatcher.web.pages.items import item_path
from dispatcher.web.pages.move_choices import move_forms
from dispatcher.web.pages.rendering import Names, page
from dispatcher.web.pages.timeline import decider, timeline
from dispatcher.web.reveal_api import Originals
from dispatcher.web.scope import order_for
from dispatcher.web.views import facts_for, shown_to
from dispatcher.wiring import Services
from models.accounts import Principal
from models.alarms import dues
from models.order import Order
from models.rights import TASKS, Role, Task

router = APIRouter(include_in_schema=False)


@router.get("/orders/{order_no}")
def order(
    order_no: str,
    request: Request,
    services: Annotated[Services, Depends(services_of)],
    who: Annotated[Principal, Depends(requires(Task.READ))],
) -> HTMLResponse:
    """The page of one order; 404 for a number that none has, or none that ``who`` may know of."""
    return order_page(request, services, who, order_no)


def order_page(
    request: Request,
    services: Services,
    who: Principal,
    order_no: str,
    *,
    status: int = 200,
    notice: str = "",
    said: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    originals: Originals | None = None,
) -> HTMLResponse:
    """The page with a ``notice`` on top; ``said`` are the words of a form that was not carried out and ``wrong``
    what is wrong with them. ``originals``: what was masked, for who has been let see it."""
    found = order_for(services, who, order_no)
    names, events = Names(services), services.store.history(order_no)
    visible, may_act = shown_to(found, who), who.role in TASKS[Task.ACT] and who.covers(Task.ACT)
    return page(
        request,
        "order.html",
        status,
        who=who,
        nav="orders",
        order=visible,
        requester=None if who.role is Role.ANALYST else visible.requester,
        unknown=_unknown(found),
        steps=timeline(facts_for(events, who), names),
        decided_by=decider(visible.decided_by),
        forms=move_forms(found, who) if may_act else [],
        units=dispatch_choices(services.catalogue, found, events),
        catalogue=services.catalogue,
        items=[item_path(item) for item in services.catalogue.items],
        dues=dues(found),
        originals=originals,
        now=services.clock.now(),
        key=uuid.uuid4().hex[:12],
        notice=notice,
        said=defaultdict(str, said or {}),
        wrong=wrong or {},
    )


def _unknown(order: Order) -> str:
    """How who asks wants to stay unknown."""
    return "保密" if order.requester.is_confidential else "匿名" if order.requester.is_anonymous else ""
