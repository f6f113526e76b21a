"""What is known of each order from the answers so far, and what must be true of every later one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from models.facts import Fact
from models.kinds import State
from models.lifecycle import TABLE, Move
from models.transitions import move_of, target_of
from tests.unit.web.machine.world import Document, Person, World

_FACT: TypeAdapter[Any] = TypeAdapter(Fact)


@dataclass
class Book:
    """The facts that a supervisor, who sees all of them, was told of each order."""

    world: World
    watcher: Person
    events: dict[str, list[Document]] = field(default_factory=dict)
    states: set[State] = field(default_factory=set)
    moves: set[Move] = field(default_factory=set)

    def look(self, number: str) -> Document:
        """The order as it stands; its history goes on where it was, without a gap, as the table allows."""
        before, order = self.events.get(number, []), self.world.order(self.watcher, number)
        assert order is not None, f"{number} is lost"
        events = self.world.events(self.watcher, number)
        assert events[: len(before)] == before, f"{number}: the past was changed"
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1)), f"{number}: a gap"
        assert len({event["event_id"] for event in events}) == len(events), f"{number}: an event twice"
        assert order["version"] <= len(events), f"{number}: an event is lost"
        self._walk(number, order, events)
        self.events[number] = events
        return order

    def _walk(self, number: str, order: Document, events: list[Document]) -> None:
        """Every fact but a receipt is a row of the table, and they lead to the state that the order is in."""
        state: State | None = None
        for event in events:
            fact = _FACT.validate_python(event["fact"])
            move, target = move_of(fact), target_of(fact)
            if move is not None:
                to = target or state
                assert to in TABLE.get((state, move), ()), f"{number}: {move} from {state} to {to}"
                state = to
                self.moves.add(move)
            if state is not None:
                self.states.add(state)
            if event["seq"] == order["version"]:
                assert order["state"] == state, f"{number}: {order['state']}, by its facts {state}"
