"""Acting on orders over HTTP: commands go to the ledger, and its answers come back."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header
from fastapi.responses import JSONResponse
from pydantic import Field, StringConstraints
from starlette.exceptions import HTTPException

from dispatcher.web.access import requires, services_of
from dispatcher.web.etags import PRIVATE, IfMatch, etag, seen_version
from dispatcher.web.outcomes import Answer, answers
from dispatcher.web.problems import OF_A_COMMAND, ProblemDocument, problem_responses
from dispatcher.web.shapes import OrderView, Shape
from dispatcher.web.views import order_view
from dispatcher.web.wishes import KEY, Asked, Key, Wish, is_own
from dispatcher.wiring import Services
from models.accounts import Principal
from models.base import Value
from models.commands import Outcome
from models.rights import Task

router = APIRouter(prefix="/api/v1", tags=["办理 commands"])
With = Annotated[Services, Depends(services_of)]
Mover = Annotated[Principal, Depends(requires(Task.ACT))]
MOST = 200
# The Header stands at the outermost Annotated: inside a union FastAPI takes it for a query parameter.
KeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key", min_length=1, max_length=100, pattern=KEY,
        description="The same key again is the same command, answered the same; with another request it is refused.",
    ),
]  # fmt: skip
_EXAMPLES: dict[str, Any] = {
    "dispatch": {
        "summary": "派单",
        "value": {"do": {"move": "dispatch", "unit": "water", "co_units": ["housing"]}, "expected_version": 3},
    },
    "sign": {"summary": "签收", "value": {"do": {"move": "sign"}}},
    "reply": {
        "summary": "办理反馈",
        "value": {"do": {"move": "reply", "reply_public": "已更换水管。", "is_true": True, "is_solved": True}},
    },
    "visit": {
        "summary": "回访",
        "value": {"do": {"move": "visit", "contacted": True, "solved": True, "satisfaction": "satisfied"}},
    },
}
_WISH: dict[str, Any] = {"requestBody": {"content": {"application/json": {"examples": _EXAMPLES}}}}


class Pending(Shape):
    """The ledger has not answered in time: ask at ``outcome`` for what became of the command."""

    status: Literal["pending"]
    outcome: str


class Item(Wish):
    """A wish about one of many orders."""

    order_no: Annotated[str, StringConstraints(max_length=64)]
    key: Key | None = None
    """In place of ``Idempotency-Key``, for this item."""


class Many(Value):
    """Wishes that are carried out one after the other; each stands and falls by itself."""

    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=MOST)]


class Result(Shape):
    """What became of one of many: the order's version after it, where to ask later (``pending``), or the problem."""

    order_no: str
    status: Literal["done", "pending", "refused"]
    version: int | None = None
    outcome: str | None = None
    problem: ProblemDocument | None = None


class Results(Shape):
    """One result an item, in their order."""

    results: list[Result]


@router.post(
    "/orders/{order_no}/commands",
    summary="办理动作 Act on an order",
    response_model=OrderView,
    responses={
        202: {"model": Pending, "description": "Not decided yet."},
        **problem_responses(400, 401, 403, 404, 409, 413, 422, 503, codes=OF_A_COMMAND),
    },
    openapi_extra=_WISH,
)
def act_on_order(
    order_no: str, wish: Wish, services: With, who: Mover, key: KeyHeader = None, seen: IfMatch = None
) -> JSONResponse:
    """Carry out a move as who is signed in; the order as it is afterwards. A version that is not the order's any more
    (``If-Match`` or ``expected_version``) is a conflict: the answer says where the order stands."""
    wish = wish.model_copy(update={"expected_version": seen_version(seen, wish.expected_version)})
    [answer] = answers(services, who, [Asked(order_no, wish, key)])
    return respond(services, who, answer)


def respond(services: Services, who: Principal, answer: Answer) -> JSONResponse:
    """The order as it is after the command, the problem, or 202 with where to ask later."""
    if answer.problem is not None:
        return answer.as_problem()
    if answer.where is not None:
        return JSONResponse({"status": "pending", "outcome": answer.where}, 202, {"Location": answer.where})
    order = services.store.get(answer.order_no)
    if order is None:
        raise HTTPException(404, f"no order {answer.order_no}")
    return JSONResponse(order_view(order, who), headers={"ETag": etag(order.version), **PRIVATE})


@router.post(
    "/commands",
    summary="批量办理 Act on many orders",
    response_model=Results,
    response_model_exclude_none=True,
    responses=problem_responses(400, 401, 403, 413, 422, 503),
)
def act_on_many(many: Many, services: With, who: Mover, key: KeyHeader = None) -> Results:
    """Up to 200 moves, carried out in their order, each answered in its place. ``Idempotency-Key`` makes each item
    the same command when the list comes again."""
    asked = [
        Asked(
            item.order_no,
            Wish.model_construct(do=item.do, expected_version=item.expected_version),
            item.key or (f"{key}.{place}" if key else None),
        )
        for place, item in enumerate(many.items)
    ]
    return Results(results=[_result(answer) for answer in answers(services, who, asked)])


def _result(answer: Answer) -> Result:
    if answer.problem is not None:
        return Result(
            order_no=answer.order_no, status="refused", problem=ProblemDocument.model_validate(answer.problem)
        )
    if answer.where is not None:
        return Result(order_no=answer.order_no, status="pending", outcome=answer.where)
    return Result(order_no=answer.order_no, status="done", version=answer.version)


@router.get(
    "/commands/{command_id}",
    summary="动作结果 What became of a command",
    response_model_exclude={"digest"},
    responses=problem_responses(401, 403, 404, 503),
)
def get_outcome(command_id: str, services: With, who: Mover) -> Outcome:
    """What became of a command, for who sent it; 404 while it is not decided, and after ``MINSHENG_OUTCOME_DAYS``."""
    found = services.store.outcome(command_id) if is_own(who, command_id) else None
    if found is None:
        raise HTTPException(404, f"no outcome of {command_id} (yet)")
    return found
