"""The rule of each move on an existing order: which facts it makes, and when it is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from models import moves
from models.commands import Refusal, RefusalCode
from models.facts import Fact
from models.lifecycle import Move, next_states
from models.moves import LaterMove
from models.rights import MAY, Role
from models.rules import desk, dispatching, handling, review, system
from models.rules.case import Case, Decision, unknown

RULES: dict[type, Callable[[Case, Any], Decision]] = {
    moves.Accept: desk.accept,
    moves.Reject: desk.reject,
    moves.Reconsider: desk.reconsider,
    moves.Amend: desk.amend,
    moves.AnswerDirectly: desk.answer_directly,
    moves.Merge: desk.merge,
    moves.Unmerge: desk.unmerge,
    moves.Split: desk.split,
    moves.Dispatch: dispatching.dispatch,
    moves.Recall: dispatching.recall,
    moves.Refer: dispatching.refer,
    moves.Arbitrate: dispatching.arbitrate,
    moves.Return: dispatching.return_,
    moves.RefuseReturn: dispatching.refuse_return,
    moves.Sign: handling.sign,
    moves.Transfer: handling.transfer,
    moves.Contact: handling.contact,
    moves.RequestExtension: handling.request_extension,
    moves.GrantExtension: handling.grant_extension,
    moves.DenyExtension: handling.deny_extension,
    moves.RequestSuspension: handling.request_suspension,
    moves.GrantSuspension: handling.grant_suspension,
    moves.DenySuspension: handling.deny_suspension,
    moves.Resume: handling.resume,
    moves.CoReply: handling.co_reply,
    moves.Reply: handling.reply,
    moves.SendBack: review.send_back,
    moves.ApproveReply: review.approve_reply,
    moves.Close: review.close,
    moves.RecordVisit: review.visit,
    moves.Reopen: review.reopen,
    moves.Archive: review.archive,
    moves.Urge: review.urge,
    moves.Supervise: review.supervise,
    moves.Reveal: review.reveal,
    moves.Alarm: system.alarm,
    moves.Adopt: system.adopt,
    moves.Follow: system.follow,
    moves.ChildEnded: system.child_ended,
    moves.RecordClosure: system.record_closure,
}
_OF_EACH_UNIT = (Move.CONTACT, Move.REVEAL)


def facts_of(case: Case, do: LaterMove) -> list[Fact] | Refusal:
    """The facts of one move: first whether the actor knows of the order, then the table, the role, the move's rule."""
    order, by = case.order, case.by
    if by.role is Role.DEPARTMENT and by.unit not in order.units:
        return unknown(case.command)
    if not next_states(order.state, do.move):
        said = f"an order in state {order.state} does not allow {do.move}"
        return case.refuse(RefusalCode.FORBIDDEN_MOVE, said)
    if case.by_person and by.role not in MAY[do.move]:
        return case.refuse(RefusalCode.NOT_ALLOWED, f"{do.move} is not for the role {by.role}")
    if by.role is Role.DEPARTMENT and not _is_its_move(case, do.move):
        leads = "co-handles" if do.move is Move.CO_REPLY else "leads"
        return case.refuse(RefusalCode.NOT_ALLOWED, f"{do.move} is for a unit that {leads}")
    decision = RULES[type(do)](case, do)
    return decision if isinstance(decision, Refusal) else list(decision)


def _is_its_move(case: Case, move: Move) -> bool:
    if move in _OF_EACH_UNIT:
        return True
    if move is Move.CO_REPLY:
        return case.by.unit in case.order.co_departments
    return case.by.unit == case.order.lead_department
