"""Who may make which move, written down once more, and for each move something that it could say."""

from __future__ import annotations

from typing import Any

HOTLINE = {"operator", "supervisor"}
_MOVES = {
    ("operator", "supervisor"): (
        "accept reject amend answer_directly dispatch recall refer merge unmerge split refuse_return grant_extension"
        " deny_extension send_back approve_reply close visit reopen urge"
    ),
    ("supervisor",): "reconsider arbitrate grant_suspension deny_suspension archive supervise",
    ("department",): "sign return transfer contact request_extension request_suspension co_reply reply",
    ("department", "supervisor"): "resume",
    ("department", "operator", "supervisor"): "reveal",
}
MAKERS = {name: {*roles} for roles, names in _MOVES.items() for name in names.split()}
SYSTEMS = ("alarm", "adopt", "follow", "child_ended", "record_closure")
"""Moves that nobody asks for."""
_SAID: dict[str, dict[str, Any]] = {
    "reject": {"reason": "no_facts", "basis": "没有事实"},
    "answer_directly": {"reply_public": "已经答复"},
    "dispatch": {"unit": "housing"},
    "arbitrate": {"unit": "housing", "basis": "裁决"},
    "split": {"parts": [{"title": "一", "content": "一"}, {"title": "二", "content": "二"}]},
    "return": {"reason": "unclear", "basis": "要素不全"},
    "transfer": {"section": "办公室"},
    "request_extension": {"days": 1, "reason": "等配件"},
    "co_reply": {"reply_internal": "已经办理"},
    "reply": {"reply_public": "已经办理"},
    "visit": {"contacted": False},
    "supervise": {"level": 3, "reason": "挂牌督办"},
}
_REASON = {"reason": "有这样做的理由"}
_BARE = {"accept", "sign", "contact", "resume", "close", "archive", "urge"}
_BARE |= {"grant_extension", "grant_suspension", "approve_reply"}


def move(name: str, other: str) -> dict[str, Any]:
    """The move with all that it has to say; ``other``: the number of an order that it may name."""
    if name == "merge":
        return {"move": name, "into": other}
    return {"move": name, **_SAID.get(name, {} if name in _BARE else _REASON)}
