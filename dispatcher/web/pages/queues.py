"""The queues above the list: what waits for somebody, each with how many orders it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dispatcher.web.pages.filters import ListFilters
from dispatcher.wiring import Services
from models.kinds import OPEN_STATES, State
from models.order import DEMO_SOURCE
from models.query import OrderQuery

OPEN_OVERDUE: dict[str, Any] = {"state": OPEN_STATES, "overdue": True}
"""The conditions of what should be closed by now and is not."""


@dataclass(frozen=True, slots=True)
class Queue:
    """One tab: its address keeps the words searched for and drops every other condition."""

    name: str
    address: str
    count: int
    chosen: bool


def queues(services: Services, filters: ListFilters, now: datetime) -> list[Queue]:
    """All orders, those that wait for an operator, and those that are open beyond their limit."""
    text = ListFilters(text=filters.text)
    searched = OrderQuery(text=filters.text)
    states = services.store.facets(searched, ["state"], now=now)["state"]
    late = text.model_copy(update=OPEN_OVERDUE)
    late_count = services.store.count(searched.model_copy(update=OPEN_OVERDUE), now=now)
    tabs = (
        ("全部", text, "received_at-desc", sum(states.values())),
        ("待派单", _in(text, State.ACCEPTED), "due_at-asc", states.get(State.ACCEPTED, 0)),
        ("退单审核", _in(text, State.RETURN_REVIEW), "received_at-desc", states.get(State.RETURN_REVIEW, 0)),
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


def demo_count(services: Services, query: OrderQuery, now: datetime) -> int:
    """How many orders of the demonstration are among those that ``query`` asks for."""
    if query.source_system and DEMO_SOURCE not in query.source_system:
        return 0
    return services.store.count(query.model_copy(update={"source_system": (DEMO_SOURCE,)}), now=now)


def _in(filters: ListFilters, state: State) -> ListFilters:
    return filters.model_copy(update={"state": (state,)})
