"""The queues above the list: what waits for somebody, each with how many orders it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dispatcher.web.pages.filters import ListFilters
from dispatcher.web.pages.words import STATES
from dispatcher.web.scope import scope_of
from dispatcher.wiring import Services
from models.accounts import Principal
from models.kinds import OPEN_STATES, State
from models.order import DEMO_SOURCE
from models.query import OrderQuery, Scope
from models.rights import Role

OPEN_OVERDUE: dict[str, Any] = {"state": OPEN_STATES, "overdue": True}
"""The conditions of what should be closed by now and is not."""


@dataclass(frozen=True, slots=True)
class Queue:
    """One tab: its address keeps the words searched for and drops every other condition."""

    name: str
    address: str
    count: int
    chosen: bool


_OF_HOTLINE = (State.ACCEPTED, State.RETURN_REVIEW, State.ARBITRATION, State.REPLY_REVIEW, State.VISITING)
_OF_UNIT = (State.DISPATCHED, State.HANDLING, State.REWORK)
_SORTS = {State.RETURN_REVIEW: "received_at-desc"}


def queues(services: Services, filters: ListFilters, now: datetime, who: Principal) -> list[Queue]:
    """All orders, those that wait for people of this role, and those that are open beyond their limit."""
    text, within = ListFilters(text=filters.text), scope_of(who)
    waiting = _OF_UNIT if who.role is Role.DEPARTMENT else _OF_HOTLINE
    searched = OrderQuery(text=filters.text)
    states = services.store.facets(searched, ["state"], now=now, within=within)["state"]
    late = text.model_copy(update=OPEN_OVERDUE)
    late_count = services.store.count(searched.model_copy(update=OPEN_OVERDUE), now=now, within=within)
    tabs = (
        ("全部", text, "received_at-desc", sum(states.values())),
        *(
            (STATES[state], _in(text, state), _SORTS.get(state, "due_at-asc"), states.get(state, 0))
            for state in waiting
        ),
        ("未办结且超期", late, "due_at-asc", late_count),
    )
    asked = filters.model_copy(update={"sort": text.sort, "cursor": None, "state": tuple(sorted(filters.state))})
    return [
        Queue(
            name,
            tab.address("/orders", sort=sort),
            count,
            asked == tab.model_copy(update={"state": tuple(sorted(tab.state))}),
        )
        for name, tab, sort, count in tabs
    ]


def demo_count(services: Services, query: OrderQuery, now: datetime, within: Scope | None) -> int:
    """How many orders of the demonstration are among those that ``query`` asks for."""
    if query.source_system and DEMO_SOURCE not in query.source_system:
        return 0
    return services.store.count(query.model_copy(update={"source_system": (DEMO_SOURCE,)}), now=now, within=within)


def _in(filters: ListFilters, state: State) -> ListFilters:
    return filters.model_copy(update={"state": (state,)})
