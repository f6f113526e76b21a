"""``POST /orders/{order_no}/moves``: a button or form of the order page becomes a command to the ledger."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field, ValidationError
from starlette.datastructures import FormData

from dispatcher.web.access import requires, services_of
from dispatcher.web.outcomes import Answer, answers
from dispatcher.web.pages.field_words import by_field
from dispatcher.web.pages.forms import form_of, said_of
from dispatcher.web.pages.items import item_code_of
from dispatcher.web.pages.move_fields import FIELDS, read_move
from dispatcher.web.pages.order import order_page
from dispatcher.web.pages.refusals import refusal_sentence
from dispatcher.web.pages.rendering import Names
from dispatcher.web.reveal_api import originals
from dispatcher.web.scope import order_for
from dispatcher.web.wishes import Asked, Key, Wish
from dispatcher.wiring import Services
from models.accounts import Principal
from models.base import Value
from models.catalogue import Catalogue
from models.codec import problems_of
from models.errors import CorrectInput, Problem
from models.lifecycle import SYSTEM_MOVES, Move
from models.moves import Amend, PersonsMove
from models.rights import Task

router = APIRouter(include_in_schema=False)


class Sent(Value):
    """What every form holds: which move, of which version of the order, and what makes it one command."""

    key: Key
    version: Annotated[int, Field(ge=1)]
    move: Move


@router.post("/orders/{order_no}/moves")
def move(
    order_no: str,
    request: Request,
    form: Annotated[FormData, Depends(form_of)],
    services: Annotated[Services, Depends(services_of)],
    who: Annotated[Principal, Depends(requires(Task.ACT))],
) -> Response:
    """Carry out the move and lead back to the order, or show why it was not carried out. What was masked is shown
    once, in the answer to the form that asked for it."""
    order_for(services, who, order_no)
    said = said_of(form)
    try:
        sent = _read(said)
        do = _with_codes(read_move(sent.move, form), services.catalogue)
    except CorrectInput as error:
        return _again(request, services, who, order_no, said, error.problems)
    # Each look at personal data is a fact of its own, however often the form is sent.
    key = None if sent.move is Move.REVEAL else sent.key
    [answer] = answers(services, who, [Asked(order_no, Wish(do=do, expected_version=sent.version), key)])
    if answer.where is not None:
        notice = "操作已提交，正在处理。请稍后刷新页面查看结果。"
        return order_page(request, services, who, order_no, status=202, notice=notice)
    if answer.problem is not None:
        return _refused(request, services, who, answer, said)
    if sent.move is Move.REVEAL:
        return order_page(request, services, who, order_no, originals=originals(services, order_no))
    return RedirectResponse(f"/orders/{order_no}", 303)


def _read(said: dict[str, str]) -> Sent:
    try:
        sent = Sent.model_validate({name: said.get(name) for name in Sent.model_fields})
    except ValidationError as error:
        raise CorrectInput(problems_of(error)) from error
    if sent.move not in FIELDS or sent.move in SYSTEM_MOVES:
        raise CorrectInput.one("move", "is no move of a form")
    return sent


def _with_codes(do: PersonsMove, catalogue: Catalogue) -> PersonsMove:
    """Items are picked by their path."""
    if not isinstance(do, Amend) or do.item_code is None:
        return do
    return do.model_copy(update={"item_code": item_code_of(do.item_code, catalogue) or do.item_code})


def _again(
    request: Request,
    services: Services,
    who: Principal,
    order_no: str,
    said: dict[str, str],
    problems: tuple[Problem, ...],
) -> Response:
    """The form with what was typed, and what is wrong beside its field."""
    wrong = by_field(problems)
    return order_page(request, services, who, order_no, status=422, notice="请补充后再提交。", said=said, wrong=wrong)


def _refused(request: Request, services: Services, who: Principal, answer: Answer, said: dict[str, str]) -> Response:
    if answer.refusal is None:
        errors = (answer.problem or {}).get("errors", [])
        problems = [Problem(one["field"].removeprefix("do.").split(".")[0], one["reason"]) for one in errors]
        return _again(request, services, who, answer.order_no, said, tuple(problems))
    notice = refusal_sentence(answer.refusal, Names(services).unit(said.get("unit")))
    return order_page(request, services, who, answer.order_no, status=409, notice=notice, said=said)
