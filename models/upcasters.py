"""What turns a document of an earlier schema into one of the next. What was written once is read for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from models.base import Value
from models.commands import Command, Outcome
from models.events import Event
from models.masking import mask_name, mask_numbers, mask_personal, mask_phone

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
_CODES = {"not_your_order": "not_allowed", "unknown_unit": "unknown_code", "reply_missing": "missing"}


_SAID = ("title", "content", "address_text")
_WRITTEN = ("reply_public", "basis", "override_reason")


def _masked(said: dict[str, Any]) -> dict[str, Any]:
    """Schema 1 held everything in clear; whoever needs the original finds it on the log alone."""
    who = said.get("requester") or {}
    masks = (("name", mask_name), ("phone", mask_phone))
    hidden: dict[str, Any] = {name: mask(who[name]) for name, mask in masks if who.get(name)}
    if who.get("is_anonymous") or who.get("is_confidential"):
        hidden |= dict.fromkeys(("enterprise_name", "uscc"))
    texts = {name: mask_personal(said[name], who.get("name")) for name in _SAID if said.get(name)}
    return said | texts | {"requester": who | hidden}


def _without_numbers(said: dict[str, Any]) -> dict[str, Any]:
    return said | {name: mask_numbers(said[name]) for name in _WRITTEN if said.get(name)}


def _event_2(document: dict[str, Any]) -> dict[str, Any]:
    """In schema 1 a unit closed an order itself, without a review of its reply."""
    fact = _without_numbers(document["fact"])
    if fact["type"] == "closed" and fact["how"] == "handled":
        fact["how"] = "recorded"
    if fact["type"] == "received":
        fact = _masked(fact)
    return document | {"fact": fact}


def _command_2(document: dict[str, Any]) -> dict[str, Any]:
    do = _without_numbers(document["do"])
    if do["move"] == "close":
        do["move"] = "reply"
    if do["move"] == "register":
        steps = [step | {"do": _recorded(step["do"])} for step in do.get("steps", ())]
        do = _masked(do) | {"steps": steps}
    return document | {"do": do}


def _recorded(do: dict[str, Any]) -> dict[str, Any]:
    """An archive's closure had no review either."""
    do = _without_numbers(do)
    return do | {"move": "record_closure"} if do["move"] == "close" else do


def _outcome_2(document: dict[str, Any]) -> dict[str, Any]:
    refusal = document.get("refusal")
    if not refusal:
        return document
    return document | {"refusal": refusal | {"code": _CODES.get(refusal["code"], refusal["code"])}}


UPCASTERS: dict[tuple[type[Value], int], Upcaster] = {
    (Event, 1): _event_2,
    (Command, 1): _command_2,
    (Outcome, 1): _outcome_2,
}
"""(kind, version) -> the step from that version to the next."""
