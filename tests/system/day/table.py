"""Which moves the log shows, and from which states to which they led."""

from __future__ import annotations

from collections.abc import Iterable

from tests.system.day.lives import Document, Life

_OF = {
    "received": "register", "accepted": "accept", "rejected": "reject", "reconsidered": "reconsider",
    "amended": "amend", "dispatched": "dispatch", "recalled": "recall", "referred": "refer", "signed": "sign",
    "returned": "return", "return_refused": "refuse_return", "transferred": "transfer", "contacted": "contact",
    "extended": "grant_extension", "suspended": "grant_suspension", "resumed": "resume", "co_replied": "co_reply",
    "replied": "reply", "sent_back": "send_back", "approved": "approve_reply", "visited": "visit",
    "archived": "archive", "merged": "merge", "unmerged": "unmerge", "adopted": "adopt", "split": "split",
    "child_done": "child_ended", "urged": "urge", "supervised": "supervise", "revealed": "reveal", "alarmed": "alarm",
}  # fmt: skip
_CLOSED_BY = {
    "reviewed": "close", "visited": "visit", "direct": "answer_directly", "recorded": "record_closure",
    "followed": "follow", "parts": "child_ended",
}  # fmt: skip

Made = tuple[str | None, str, str]
"""The state before, the move, the state after."""


def made(lives: Iterable[Life]) -> set[Made]:
    """All moves that were made; a receipt (``routed``) is none, and 督办 that a visit led to is the visit's."""
    found: set[Made] = set()
    for life in lives:
        for event, (before, after) in zip(life.events, life.states, strict=True):
            move = _move(event)
            if move is not None:
                found.add((before, move, after))
    return found


def _move(event: Document) -> str | None:
    fact = event["fact"]
    match fact["type"]:
        case "routed":
            return None
        case "closed":
            return _CLOSED_BY[fact["how"]]
        case "approved" if fact.get("recorded"):
            return "record_closure"
        case "dispatched" if fact.get("by_ruling"):
            return "arbitrate"
        case "requested":
            return f"request_{fact['kind']}"
        case "denied":
            return f"deny_{fact['kind']}"
        case "reworked":
            return "reopen" if fact["cause"] == "reopened" else "visit"
    return _OF[fact["type"]]
