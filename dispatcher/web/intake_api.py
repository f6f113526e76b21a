"""``POST /api/v1/orders``: one order or many, checked at once, idempotent on (source_system, external_id)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, create_model

from dispatcher.desk import hand_in
from dispatcher.intake import differences, read_intake, resolve
from dispatcher.web.access import requires, services_of
from dispatcher.web.handed_in import address_of
from dispatcher.web.problems import FieldProblem, problem, problem_responses, refused, wrong_fields
from dispatcher.web.shapes import OrderView
from dispatcher.web.views import order_view
from dispatcher.wiring import Services
from models.accounts import Principal
from models.commands import Outcome, RefusalCode
from models.errors import CorrectInput
from models.intake import Intake
from models.rights import Task
from models.rules.case import SPLIT_SOURCE

router = APIRouter(prefix="/api/v1", tags=["受理 intake"])
MOST = 1000
DEFAULT_SOURCE = "api"


class Taken(BaseModel):
    """What became of one of many: ``pending`` means that the ledger has not answered in time; ``outcome`` is
    where its answer will be."""

    status: Literal["created", "duplicate", "refused", "pending"]
    order_no: str | None = None
    outcome: str | None = None
    errors: list[FieldProblem] | None = None
    differs: list[str] | None = None
    """Fields of a duplicate that say something else than the order; they were not taken over."""


_ADDED: dict[str, Any] = {"status": (Literal["created", "duplicate"], ...), "differs": (list[str] | None, None)}
TakenOne: Any = create_model(
    "TakenOne",
    __base__=OrderView,
    __doc__="The order as it was taken in, or as it was there before (``duplicate``).",
    **_ADDED,
)


class TakenMany(BaseModel):
    """The answer to a list, in its order."""

    results: list[Taken]


_PROBLEMS = problem_responses(
    400, 401, 403, 409, 413, 422, 503, codes={409: (RefusalCode.DUPLICATE,), 422: ("wrong_input", "unknown_code")}
)
Intaker = Annotated[Principal, Depends(requires(Task.HAND_IN))]
_OURS = (SPLIT_SOURCE,)
"""Sources whose orders this program hands in itself."""
_EXAMPLE = {
    "source_system": "city-app",
    "external_id": "20260302-000017",
    "channel": "app",
    "title": "路灯不亮",
    "content": "公明街道上村社区路口的路灯坏了三天，夜间行人看不清路。",
    "street": "公明街道",
    "community": "上村",
    "name": "李先生",
    "phone": "13800000000",
}
_INTAKE = {"$ref": f"#/components/schemas/{Intake.__name__}"}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"oneOf": [_INTAKE, {"type": "array", "minItems": 1, "maxItems": MOST, "items": _INTAKE}]},
                "examples": {"one": {"summary": "一件", "value": _EXAMPLE}},
            }
        },
    }
}


async def _body(request: Request) -> Any:
    """The body as JSON, whatever content type it claims; the reason where it is none."""
    raw = await request.body()
    try:
        return json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        return problem(400, f"the body is not UTF-8 (byte {error.start})")
    except (ValueError, RecursionError) as error:
        return problem(400, f"the body is no JSON: {error}")


_LINKS = {
    name: {"operationId": name, "parameters": {"order_no": "$response.body#/order_no"}}
    for name in ("get_order", "get_events", "act_on_order", "decisions", "export_one", "reveal_order")
}
"""What can be asked and done next of an order that was taken in."""


@router.post(
    "/orders",
    summary="受理工单 Hand in one order or a list",
    status_code=201,
    response_model=TakenOne | Taken,
    responses={
        201: {"links": _LINKS},
        200: {"model": TakenOne | Taken | TakenMany, "description": "It was there before; or the results of a list."},
        202: {"model": Taken, "description": "Not decided yet."},
        **_PROBLEMS,
    },
    openapi_extra=_BODY,
)
def hand_in_orders(
    body: Annotated[Any, Depends(_body)], services: Annotated[Services, Depends(services_of)], who: Intaker
) -> JSONResponse:
    """Take in one order (201; 200 when it was there before) or a list of up to 1,000 (200 with a result each).
    A token that may not read orders is told the number alone."""
    if isinstance(body, JSONResponse):
        return body
    if isinstance(body, list):
        return _many(services, who, body)
    try:
        intake = checked(services, body)
    except CorrectInput as error:
        return wrong_fields(error.problems)
    [(number, command_id, outcome)] = hand_in(services, [intake], services.settings.answer_timeout)
    return _answer_one(services, who, intake, number, command_id, outcome)


def _many(services: Services, who: Principal, items: Sequence[Any]) -> JSONResponse:
    if not 1 <= len(items) <= MOST:
        return problem(422, f"a list has 1 to {MOST} orders, this one {len(items)}")
    results: list[Taken | None] = [None] * len(items)
    good: list[tuple[int, Intake]] = []
    for place, item in enumerate(items):
        try:
            good.append((place, checked(services, item)))
        except CorrectInput as error:
            errors = [FieldProblem(field=one.field, reason=one.reason) for one in error.problems]
            results[place] = Taken(status="refused", errors=errors)
    answers = hand_in(services, [intake for _, intake in good], services.settings.answer_timeout)
    for (place, intake), (number, command_id, outcome) in zip(good, answers, strict=True):
        results[place] = _taken(services, who, intake, number, command_id, outcome)
    return JSONResponse(TakenMany(results=[one for one in results if one]).model_dump(exclude_none=True))


def checked(services: Services, item: Any) -> Intake:
    """The message as it will be read again from the topic. Raises ``CorrectInput``."""
    if not isinstance(item, dict):
        raise CorrectInput.one("", "an order is a JSON object")
    defaults = {"source_system": DEFAULT_SOURCE, "channel": "web"}
    if "external_id" not in item:
        defaults["external_id"] = uuid.uuid4().hex
    if (defaults | item).get("source_system") in _OURS:
        raise CorrectInput.one("source_system", "is this program's own")
    return resolve(read_intake(defaults | item), services.codes, services.clock.now())


def _answer_one(
    services: Services, who: Principal, intake: Intake, number: str, command_id: str, outcome: Outcome | None
) -> JSONResponse:
    headers = {"Location": f"/api/v1/orders/{number}"}
    taken = _taken(services, who, intake, number, command_id, outcome)
    if outcome is None:
        return JSONResponse(taken.model_dump(exclude_none=True), 202, headers)
    if outcome.refusal is not None and taken.status == "refused":
        return refused(outcome.refusal)
    code = 201 if taken.status == "created" else 200
    order = services.store.get(number) if who.covers(Task.READ) else None
    if order is None:
        return JSONResponse(taken.model_dump(exclude_none=True), code, headers)
    differs = {"differs": taken.differs} if taken.differs else {}
    return JSONResponse({"status": taken.status, **differs, **order_view(order, who)}, code, headers)


def _taken(
    services: Services, who: Principal, intake: Intake, number: str, command_id: str, outcome: Outcome | None
) -> Taken:
    if outcome is None:
        return Taken(status="pending", order_no=number, outcome=address_of(services, who, command_id))
    if outcome.refusal is None:
        return Taken(status="created", order_no=number)
    if outcome.refusal.code is RefusalCode.DUPLICATE:
        order = services.store.get(number)
        return Taken(
            status="duplicate", order_no=number, differs=(differences(intake, order) if order else None) or None
        )
    return Taken(status="refused", errors=[FieldProblem(field="", reason=outcome.refusal.reason)])
