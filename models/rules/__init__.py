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
from models.rules.access import may_make
from models.rules.case import Case, Decision

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


def facts_of(case: Case, do: LaterMove) -> list[Fact] | Refusal:
    """The facts of one move by who knows of the order: first the table, then the role, then the move's rule."""
    order, by = case.order, case.by
    if not next_states(order.state, do.move):
        said = f"an order in state {order.state} does not allow {do.move}"
        return case.refuse(RefusalCode.FORBIDDEN_MOVE, said)
    if case.by_person and not may_make(by, order, do.move):
        return case.refuse(RefusalCode.NOT_ALLOWED, _why_not(by.role, do.move))
    decision = RULES[type(do)](case, do)
    return decision if isinstance(decision, Refusal) else list(decision)


def _why_not(role: Role, move: Move) -> str:
    if role not in MAY[move]:
        return f"{move} is not for the role {role}"
    return f"{move} is for a unit that {'co-handles' if move is Move.CO_REPLY else 'leads'}"
