"""``POST /api/v1/requesters/find``: the earlier orders of who calls, by a phone number that stands in no address."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from pydantic import Field

from dispatcher.web.access import requires, services_of
from dispatcher.web.problems import problem_responses
from dispatcher.web.shapes import OrderPage
from dispatcher.web.views import order_view
from dispatcher.wiring import Services
from models.accounts import Principal
from models.base import Value
from models.errors import CorrectInput
from models.intake import Phone
from models.query import OrderQuery
from models.rights import Task

router = APIRouter(prefix="/api/v1", tags=["个人信息 personal data"])
With = Annotated[Services, Depends(services_of)]
Finder = Annotated[Principal, Depends(requires(Task.FIND_REQUESTER))]


class Caller(Value):
    """One phone number or several, as people write them."""

    phone: Annotated[Phone, Field(examples=["138 0000 0000"])]
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(max_length=500)] | None = None


@router.post(
    "/requesters/find",
    summary="诉求人历史 The earlier orders of a phone number",
    response_model=OrderPage,
    responses=problem_responses(400, 401, 403, 413, 422, 503),
)
def find_requester(caller: Caller, services: With, who: Finder) -> JSONResponse:
    """The orders of who left this number, the latest received first. The number itself is kept nowhere."""
    hashes = services.vault.hashes.find_phone(caller.phone)
    if not hashes:
        raise CorrectInput.one("phone", "holds no whole number")
    page = services.store.search(
        OrderQuery(phone_hash=hashes), now=services.clock.now(), limit=caller.limit, cursor=caller.cursor
    )
    orders = [order_view(order, who) for order in page.orders]
    return JSONResponse({"orders": orders, "cursor": page.cursor}, headers={"Cache-Control": "no-store"})
