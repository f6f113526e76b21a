"""Acting on an order over HTTP: a command goes to the ledger, and its answer comes back."""

from __future__ import annotations

import re
import uuid
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header
from fastapi.responses import JSONResponse
from pydantic import Field
from starlette.exceptions import HTTPException

from dispatcher.desk import decided
from dispatcher.web.access import services_of
from dispatcher.web.problems import problem_responses, refused
from dispatcher.web.views import order_view
from dispatcher.wiring import Services
from models.base import Value
from models.commands import Actor, Command, Outcome, RefusalCode
from models.moves import PersonsMove
from models.rights import Role
from models.rules import refuse

router = APIRouter(prefix="/api/v1", tags=["办理 commands"])
With = Annotated[Services, Depends(services_of)]
_PROBLEMS = problem_responses(403, 404, 409, 422, 503)
# The Header stands at the outermost Annotated: inside a union FastAPI takes it for a query parameter.
Key = Annotated[
    str | None, Header(alias="Idempotency-Key", min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_.:-]+$")
]
NUMBER = re.compile(r"[A-Z]{1,6}[0-9A-Z]{13}", re.ASCII)
"""What an order number looks like; nothing else is worth a record on the log."""


class Sender(Actor):
    """Who acts: a person or a department's system. What the system itself does is not asked for over HTTP."""

    role: Literal[Role.OPERATOR, Role.DEPARTMENT]


class Wish(Value):
    """A move, who makes it, and the version that they saw."""

    actor: Sender
    do: PersonsMove
    expected_version: Annotated[int, Field(ge=1)] | None = None


@router.post("/orders/{order_no}/commands", summary="办理动作 Act on an order", responses={202: {}, **_PROBLEMS})
def act(order_no: str, wish: Wish, services: With, idempotency_key: Key = None) -> JSONResponse:
    """Carry out a move. The same ``Idempotency-Key`` again is the same command, answered the same."""
    command = Command(
        command_id=f"{order_no}:{idempotency_key or uuid.uuid4().hex}",
        order_no=order_no,
        actor=Actor.model_validate(wish.actor.model_dump()),
        do=wish.do,
        expected_version=wish.expected_version,
    )
    if not NUMBER.fullmatch(order_no):
        return refused(refuse(None, command, RefusalCode.UNKNOWN_ORDER, "no order has such a number"))
    return answer(services, command)


def answer(services: Services, command: Command) -> JSONResponse:
    """The order as it is after the command, the refusal, or 202 with where to ask later."""
    outcome = decided(services, command)
    if outcome is None:
        where = f"/api/v1/commands/{command.command_id}"
        return JSONResponse({"status": "pending", "outcome": where}, 202, {"Location": where})
    if outcome.refusal is not None:
        return refused(outcome.refusal)
    order = services.store.get(command.order_no)
    return JSONResponse(order_view(order) if order is not None else {})


@router.get("/commands/{command_id}", summary="动作结果 What became of a command", responses={404: _PROBLEMS[404]})
def outcome(command_id: str, services: With) -> Outcome:
    """What became of a command; 404 while it is not decided, and after ``MINSHENG_OUTCOME_DAYS``."""
    found = services.store.outcome(command_id)
    if found is None:
        raise HTTPException(404, f"no outcome of {command_id} (yet)")
    return found
