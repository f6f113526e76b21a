"""An order's facts as steps that people read: what, who, when, and how long since the step before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatcher.web.pages import words
from dispatcher.web.pages.rendering import Names
from models.commands import Actor
from models.events import Event
from models.facts import Accepted, Closed, Dispatched, Fact, Received, Returned, Routed, Signed
from models.masking import mask_numbers
from models.rights import Role

CONSOLE = "console"
"""The actor of the console's buttons, until people have accounts."""
_INTAKE = "intake:"
"""Stands before a source's name where the source itself acted."""


@dataclass(frozen=True, slots=True)
class Step:
    """One fact; ``after`` is the time since the step before, None for the first and where none passed."""

    name: str
    tone: str
    at: datetime
    after: timedelta | None
    who: str
    details: tuple[str, ...]


def timeline(events: Sequence[Event], names: Names) -> list[Step]:
    """The steps in order of time."""
    steps: list[Step] = []
    archived = _is_archived(events)
    for event in events:
        passed = event.at - steps[-1].at if steps else timedelta(0)
        name, tone, details = _told(event.fact, names)
        after = passed if passed > timedelta(0) else None
        steps.append(
            Step(name, tone, event.at, after, _who(event.actor, names, archived), tuple(filter(None, details)))
        )
    return steps


def _is_archived(events: Sequence[Event]) -> bool:
    """Whether the source recorded steps of its own: a live order's source only hands it in."""
    return any(event.actor.id.startswith(_INTAKE) and not isinstance(event.fact, Received) for event in events)


def _who(actor: Actor, names: Names, archived: bool) -> str:
    """Who acted: the router, a system by its name, a person by role and unit."""
    if actor.role is Role.SYSTEM:
        return decider(actor.id, archived)
    where = names.unit(actor.unit) if actor.unit else words.ROLES[actor.role]
    return where if actor.id == CONSOLE else f"{where} {actor.id}"


def decider(actor_id: str | None, archived: bool = True) -> str:
    """Who acted, where only the id is known; ``archived``: a source's name stands for what its archive says."""
    if actor_id is None:
        return "—"
    if actor_id.startswith(_INTAKE):
        source = actor_id.removeprefix(_INTAKE)
        return words.SOURCES.get(source, f"历史数据导入（{source}）" if archived else f"来源系统（{source}）")
    return {"router": "智能分拨", CONSOLE: words.ROLES[Role.OPERATOR]}.get(actor_id, actor_id)


def _told(fact: Fact, names: Names) -> tuple[str, str, list[str]]:
    """Name, colour and details of a fact."""
    match fact:
        case Received():
            return "登记", "secondary", [f"渠道：{names.channel(fact.channel)}"]
        case Routed(routing=routing):
            return "智能分拨", "azure", [routing.reason]
        case Accepted():
            return "受理", "secondary", []
        case Dispatched():
            why = f"改派原因：{mask_numbers(fact.override_reason)}" if fact.override_reason else ""
            again = f"第 {fact.dispatch_no} 次派单" if fact.dispatch_no > 1 else ""
            return "派单", "blue", [f"{words.MODES[fact.mode]}至{names.unit(fact.unit)}", again, why]
        case Signed():
            return "签收", "blue", []
        case Returned():
            basis = f"依据：{mask_numbers(fact.basis)}" if fact.basis else ""
            return "退单", "red", [f"{names.unit(fact.unit)}：{words.RETURN_REASONS[fact.reason]}", basis]
        case Closed():
            unit = f"办结单位：{names.unit(fact.unit)}" if fact.unit else ""
            return words.CLOSINGS[fact.how], "green", [unit]
