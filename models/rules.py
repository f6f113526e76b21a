"""The rule of each move on an existing order: which facts it makes, and when it is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from models.catalogue import Catalogue
from models.commands import (
    Accept,
    Actor,
    AnswerDirectly,
    Close,
    Command,
    Dispatch,
    LaterMove,
    RecordClosure,
    Refusal,
    RefusalCode,
    Return,
    Role,
    Sign,
)
from models.events import Accepted, Closed, Dispatched, Fact, Notice, Returned, Signed
from models.lifecycle import allowed_moves, next_state
from models.masking import mask_personal
from models.order import DecisionMode, Order


def facts_of(order: Order, command: Command, do: LaterMove, catalogue: Catalogue, by: Actor) -> list[Fact] | Refusal:
    """The facts of one move on an existing order: first the table, then the move's own rule."""
    if next_state(order.state, do.move) is None:
        said = f"an order in state {order.state} does not allow {do.move}"
        return refuse(order, command, RefusalCode.FORBIDDEN_MOVE, said)
    return RULES[type(do)](order, command, do, catalogue, by)


def refuse(order: Order | None, command: Command, code: RefusalCode, reason: str) -> Refusal:
    """A refusal that tells where the order stands and what it allows."""
    state = order.state if order is not None else None
    return Refusal(
        code=code,
        reason=reason,
        state=state,
        version=order.version if order is not None else None,
        move=command.do.move,
        allowed=allowed_moves(state),
    )


def _accept(order: Order, command: Command, do: Accept, catalogue: Catalogue, by: Actor) -> list[Fact] | Refusal:
    if by.role is Role.DEPARTMENT:
        return refuse(order, command, RefusalCode.NOT_YOUR_ORDER, "a department does not take orders in")
    return [Accepted()]


def _dispatch(order: Order, command: Command, do: Dispatch, catalogue: Catalogue, by: Actor) -> list[Fact] | Refusal:
    if by.role is Role.DEPARTMENT:
        return refuse(order, command, RefusalCode.NOT_YOUR_ORDER, "a department does not dispatch")
    if not catalogue.has_unit(do.unit):
        return refuse(order, command, RefusalCode.UNKNOWN_UNIT, f"unit: {do.unit} is not in the catalogue")
    unit = catalogue.resolve_unit(do.unit, order.street)
    if catalogue.unit_by_code[unit].by_place and by.role is not Role.SYSTEM:
        return refuse(order, command, RefusalCode.UNKNOWN_UNIT, f"unit: {do.unit} needs the order's street")
    suggested = order.routing.suggestions if order.routing is not None else ()
    if by.role is Role.SYSTEM and do.mode is not None:
        mode = do.mode
    elif not suggested:
        mode = DecisionMode.MANUAL
    else:
        mode = DecisionMode.ACCEPTED if unit == suggested[0].unit else DecisionMode.OVERRIDDEN
    fields = {n: getattr(order, n) for n in Notice.model_fields if n != "due_at"}
    for name in ("title", "content", "address_text"):  # a unit needs the matter, not the person
        fields[name] = fields[name] and mask_personal(fields[name], order.requester.name)
    notice = Notice.model_construct(due_at=order.limit.due_at if order.limit else None, **fields)
    return [
        Dispatched.model_construct(
            unit=unit,
            mode=mode,
            override_reason=do.override_reason,
            dispatch_no=order.dispatch_count + 1,
            notify=do.notify,
            notice=notice,
        )
    ]


def _sign(order: Order, command: Command, do: Sign, catalogue: Catalogue, by: Actor) -> list[Fact] | Refusal:
    return _foreign(order, command, by) or [Signed()]


def _return(order: Order, command: Command, do: Return, catalogue: Catalogue, by: Actor) -> list[Fact] | Refusal:
    unit = order.lead_department or ""
    return _foreign(order, command, by) or [Returned(unit=unit, reason=do.reason, basis=do.basis)]


def _close(order: Order, command: Command, do: Close, catalogue: Catalogue, by: Actor) -> list[Fact] | Refusal:
    closed = Closed(how="handled", unit=order.lead_department, reply_public=do.reply_public)
    return _foreign(order, command, by) or _without_reply(order, command, do.reply_public, by) or [closed]


def _answer_directly(
    order: Order, command: Command, do: AnswerDirectly, catalogue: Catalogue, by: Actor
) -> list[Fact] | Refusal:
    if by.role is Role.DEPARTMENT:
        return refuse(order, command, RefusalCode.NOT_YOUR_ORDER, "only the hotline answers directly")
    closed = Closed(how="direct", reply_public=do.reply_public)
    return _without_reply(order, command, do.reply_public, by) or [closed]


def _record_closure(
    order: Order, command: Command, do: RecordClosure, catalogue: Catalogue, by: Actor
) -> list[Fact] | Refusal:
    if by.role is not Role.SYSTEM:
        return refuse(order, command, RefusalCode.NOT_YOUR_ORDER, "only an archive's closure can be recorded")
    unit = do.unit or order.lead_department
    if unit is not None and not catalogue.has_unit(unit):
        return refuse(order, command, RefusalCode.UNKNOWN_UNIT, f"unit: {unit} is not in the catalogue")
    return [Closed(how="recorded", unit=unit, reply_public=do.reply_public)]


def _foreign(order: Order, command: Command, by: Actor) -> Refusal | None:
    """A department acts on what was dispatched to it and on nothing else."""
    if by.role is Role.DEPARTMENT and by.unit != order.lead_department:
        return refuse(order, command, RefusalCode.NOT_YOUR_ORDER, "the order was not dispatched to this unit")
    return None


def _without_reply(order: Order, command: Command, reply: str | None, by: Actor) -> Refusal | None:
    """Whoever closes an order tells the requester what came of it; an archive may not know."""
    if by.role is not Role.SYSTEM and not reply:
        return refuse(order, command, RefusalCode.REPLY_MISSING, "reply_public: closing needs a reply to the requester")
    return None


RULES: dict[type, Callable[[Order, Command, Any, Catalogue, Actor], list[Fact] | Refusal]] = {
    Accept: _accept,
    Dispatch: _dispatch,
    Sign: _sign,
    Return: _return,
    Close: _close,
    AnswerDirectly: _answer_directly,
    RecordClosure: _record_closure,
}
