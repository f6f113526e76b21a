"""An order's facts as steps that people read: what, who, when, and how long since the step before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatcher.web.pages import words
from dispatcher.web.pages.facts_told import told
from dispatcher.web.pages.rendering import Names
from models.commands import Actor
from models.events import Event
from models.facts import Received
from models.rights import Role

CONSOLE = "console"
"""The actor of the console's buttons before people had accounts."""
_PROGRAM = {"router": "智能分拨", "clock": "时限监控", "follow": "系统联动", CONSOLE: words.ROLES[Role.OPERATOR]}
"""Who acts without an account."""
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
        name, tone, details = told(event.fact, names)
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
    return _PROGRAM.get(actor_id, actor_id)
