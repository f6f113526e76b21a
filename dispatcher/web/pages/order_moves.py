"""``POST /orders/{order_no}/moves``: a button or form of the order page becomes a command to the ledger."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from dispatcher.desk import decided
from dispatcher.web.access import services_of
from dispatcher.web.pages.field_words import by_field
from dispatcher.web.pages.forms import form_of, said_of
from dispatcher.web.pages.order import order_page
from dispatcher.web.pages.rendering import Names
from dispatcher.web.pages.timeline import CONSOLE
from dispatcher.web.pages.words import refusal_sentence
from dispatcher.wiring import Services
from models.base import Code, FreeText, Value
from models.codec import problems_of
from models.commands import Actor, Command
from models.errors import CorrectInput
from models.kinds import ReturnReason
from models.lifecycle import Move
from models.moves import LaterMove
from models.order import Order
from models.rights import Role

router = APIRouter(include_in_schema=False)
_OF_DEPARTMENT = {Move.SIGN, Move.RETURN, Move.CLOSE}
_MOVE: TypeAdapter[LaterMove] = TypeAdapter(LaterMove)


class MoveForm(Value):
    """What the form holds; which fields count follows from the move."""

    key: Code
    version: int
    move: Literal[Move.ACCEPT, Move.DISPATCH, Move.SIGN, Move.RETURN, Move.CLOSE, Move.ANSWER_DIRECTLY]
    unit: Code | None = None
    override_reason: FreeText | None = None
    reason: ReturnReason | None = None
    basis: FreeText | None = None
    reply_public: FreeText | None = None

    def do(self) -> LaterMove:
        """The move of the form. Raises ``CorrectInput`` for a field that it needs and does not have."""
        fields = self.model_dump(exclude={"key", "version"}, exclude_none=True)
        if self.move in (Move.CLOSE, Move.ANSWER_DIRECTLY) and not self.reply_public:
            raise CorrectInput.one("reply_public", "Field required")
        try:
            return _MOVE.validate_python(fields)
        except ValidationError as error:
            found = problems_of(error)
            # The discriminator stands first in the path of every field of a move.
            raise CorrectInput([type(one)(one.field.rpartition(".")[2], one.reason) for one in found]) from error


@router.post("/orders/{order_no}/moves")
def move(
    order_no: str,
    request: Request,
    form: Annotated[FormData, Depends(form_of)],
    services: Annotated[Services, Depends(services_of)],
) -> Response:
    """Carry out the move and lead back to the order, or show why it was not carried out."""
    order = services.store.get(order_no)
    if order is None:
        raise HTTPException(404, f"no order {order_no}")
    said = said_of(form)
    try:
        wish = _read({name: value for name, value in said.items() if value.strip()})
        do = wish.do()
    except CorrectInput as error:
        wrong = by_field(error.problems)
        return order_page(request, services, order_no, status=422, notice="请补充后再提交。", said=said, wrong=wrong)
    command = Command(
        command_id=f"{order_no}:{wish.key}",
        order_no=order_no,
        actor=_actor(wish.move, order),
        do=do,
        expected_version=wish.version,
    )
    outcome = decided(services, command)
    if outcome is None:
        notice = "操作已提交，正在处理。请稍后刷新页面查看结果。"
        return order_page(request, services, order_no, status=202, notice=notice)
    if outcome.refusal is not None:
        notice = refusal_sentence(outcome.refusal, Names(services).unit(wish.unit))
        return order_page(request, services, order_no, status=409, notice=notice, said=said)
    return RedirectResponse(f"/orders/{order_no}", 303)


def _read(said: dict[str, Any]) -> MoveForm:
    try:
        return MoveForm.model_validate(said)
    except ValidationError as error:
        raise CorrectInput(problems_of(error)) from error


def _actor(move: Move, order: Order) -> Actor:
    if move in _OF_DEPARTMENT:
        return Actor(id=CONSOLE, role=Role.DEPARTMENT, unit=order.lead_department)
    return Actor(id=CONSOLE, role=Role.OPERATOR)
