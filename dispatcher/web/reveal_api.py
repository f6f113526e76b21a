"""Seeing personal data over HTTP: for a reason that is kept; and who has seen what, for those who watch over it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse
from pydantic import Field, StringConstraints

from dispatcher.vault.reveal import reveal
from dispatcher.web.access import requires, services_of
from dispatcher.web.commands_api import Pending
from dispatcher.web.etags import IfMatch, seen_version
from dispatcher.web.outcomes import answers
from dispatcher.web.problems import OF_A_COMMAND, UnknownOrder, problem_responses
from dispatcher.web.shapes import Shape
from dispatcher.web.wishes import Asked, Wish
from dispatcher.wiring import Services
from models.accounts import Principal
from models.base import Clean, Instant, Value
from models.facts import Revealed
from models.moves import Reveal
from models.rights import Role, Task

router = APIRouter(prefix="/api/v1", tags=["个人信息 personal data"])
With = Annotated[Services, Depends(services_of)]
Mover = Annotated[Principal, Depends(requires(Task.ACT))]
Watcher = Annotated[Principal, Depends(requires(Task.READ_VIEWS))]
NO_STORE = {"Cache-Control": "no-store"}
Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=4, max_length=500),
    Clean,
    Field(description="Why: it is kept.", examples=["回访联系不上，核对电话号码"]),
]


class Why(Value):
    """What for."""

    reason: Reason


class Originals(Shape):
    """The words as they were said, by field, where they are masked elsewhere; ``moves``: those of later moves, by the
    ``seq`` of their fact."""

    order_no: str
    handed_in: dict[str, str]
    moves: dict[int, dict[str, str]]


@router.post(
    "/orders/{order_no}/reveal",
    summary="查看个人信息 Who it is, and what was masked",
    response_model=Originals,
    responses={
        202: {"model": Pending, "description": "Not decided yet: nothing is shown."},
        **problem_responses(400, 401, 403, 404, 409, 413, 422, 503, codes=OF_A_COMMAND),
    },
)  # fmt: skip
def reveal_order(order_no: str, why: Why, services: With, who: Mover, seen: IfMatch = None) -> JSONResponse:
    """The requester's name and numbers and the masked words of texts; that it was seen, by whom and why, is a fact of
    the order, each time anew."""
    wish = Wish(do=Reveal(reason=why.reason), expected_version=seen_version(seen, None))
    [answer] = answers(services, who, [Asked(order_no, wish)])
    if answer.problem is not None:
        return answer.as_problem()
    if answer.where is not None:
        return JSONResponse({"status": "pending", "outcome": answer.where}, 202, {"Location": answer.where})
    return JSONResponse(originals(services, order_no).model_dump(mode="json"), headers=NO_STORE)


def originals(services: Services, order_no: str) -> Originals:
    """What the seals of an order hold. Only after the ledger has kept who looks."""
    order = services.store.get(order_no)
    if order is None:
        raise UnknownOrder(order_no)
    found = reveal(services.vault, order, services.store.history(order_no))
    return Originals(order_no=order_no, handed_in=found.handed_in, moves=found.moves)


class View(Shape):
    """Somebody has seen the personal data of an order."""

    order_no: str
    at: datetime
    account: str
    role: Role
    unit: str | None
    reason: str


class Views(Shape):
    """Newest first; ``cursor`` leads to the next page, None on the last."""

    views: list[View]
    cursor: str | None


class ViewParams(Value):
    """Which views: ``since`` is included, ``until`` is not."""

    since: Instant | None = None
    until: Instant | None = None
    account: Annotated[str, Field(max_length=64)] | None = None
    unit: Annotated[str, Field(max_length=64)] | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 50
    cursor: Annotated[str, Field(max_length=500)] | None = None


@router.get("/views", summary="查看记录 Who has seen personal data", responses=problem_responses(401, 403, 422, 503))
def list_views(params: Annotated[ViewParams, Query()], services: With, _who: Watcher) -> Views:
    """The view log: who has seen whose personal data when, and why."""
    page = services.store.facts(
        "revealed",
        since=params.since,
        until=params.until,
        actor=params.account,
        unit=params.unit,
        limit=params.limit,
        cursor=params.cursor,
    )
    views = [
        View(
            order_no=event.order_no,
            at=event.at,
            account=event.actor.id,
            role=event.actor.role,
            unit=event.actor.unit,
            reason=event.fact.reason,
        )
        for event in page.events
        if isinstance(event.fact, Revealed)
    ]
    return Views(views=views, cursor=page.cursor)
