"""Which move each fact records, and the state that it leads to."""

from __future__ import annotations

from models.facts import Approved, Closed, Denied, Dispatched, Fact, Requested, Reworked
from models.kinds import State
from models.lifecycle import Move

S, M = State, Move
# A fact's move and its state; None: it moves nothing (a receipt), or the state stays.
_OF: dict[str, tuple[Move | None, State | None]] = {
    "received": (M.REGISTER, S.RECEIVED),
    "routed": (None, None),
    "accepted": (M.ACCEPT, S.ACCEPTED),
    "rejected": (M.REJECT, S.REJECTED),
    "reconsidered": (M.RECONSIDER, S.ACCEPTED),
    "amended": (M.AMEND, None),
    "dispatched": (M.DISPATCH, S.DISPATCHED),
    "recalled": (M.RECALL, S.ACCEPTED),
    "referred": (M.REFER, S.ARBITRATION),
    "signed": (M.SIGN, S.HANDLING),
    "returned": (M.RETURN, S.RETURN_REVIEW),
    "return_refused": (M.REFUSE_RETURN, S.DISPATCHED),
    "transferred": (M.TRANSFER, None),
    "contacted": (M.CONTACT, None),
    "requested": (M.REQUEST_EXTENSION, None),
    "extended": (M.GRANT_EXTENSION, None),
    "denied": (M.DENY_EXTENSION, None),
    "suspended": (M.GRANT_SUSPENSION, S.SUSPENDED),
    "resumed": (M.RESUME, S.HANDLING),
    "co_replied": (M.CO_REPLY, None),
    "replied": (M.REPLY, S.REPLY_REVIEW),
    "sent_back": (M.SEND_BACK, S.HANDLING),
    "approved": (M.APPROVE_REPLY, S.VISITING),
    "visited": (M.VISIT, None),
    "reworked": (M.VISIT, S.REWORK),
    "closed": (M.CLOSE, S.CLOSED),
    "archived": (M.ARCHIVE, S.ARCHIVED),
    "merged": (M.MERGE, S.MERGED),
    "unmerged": (M.UNMERGE, S.ACCEPTED),
    "adopted": (M.ADOPT, None),
    "split": (M.SPLIT, S.SPLIT),
    "child_done": (M.CHILD_ENDED, None),
    "urged": (M.URGE, None),
    "supervised": (M.SUPERVISE, None),
    "revealed": (M.REVEAL, None),
    "alarmed": (M.ALARM, None),
}
_CLOSED_BY = {
    "reviewed": M.CLOSE,
    "visited": M.VISIT,
    "direct": M.ANSWER_DIRECTLY,
    "recorded": M.RECORD_CLOSURE,
    "followed": M.FOLLOW,
    "parts": M.CHILD_ENDED,
}


def move_of(fact: Fact) -> Move | None:
    """The move that a fact records; None for a receipt."""
    match fact:
        case Closed():
            return _CLOSED_BY[fact.how]
        case Approved(recorded=True):
            return M.RECORD_CLOSURE
        case Dispatched(by_ruling=True):
            return M.ARBITRATE
        case Requested(kind="suspension"):
            return M.REQUEST_SUSPENSION
        case Denied(kind="suspension"):
            return M.DENY_SUSPENSION
        case Reworked(cause="reopened"):
            return M.REOPEN
    return _OF[fact.type][0]


def target_of(fact: Fact) -> State | None:
    """The state that a fact leads to; None: it stays."""
    return _OF[fact.type][1]
