"""Carries scripts out: round by round one step of each order, everybody's moves of a round in one bulk request."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import httpx

from tests.system.day.people import People
from tests.system.day.steps import Do, Evening, Script, Until

SOURCE = "day"
PATIENCE_S = 60.0
"""The longest time in which no script may get on."""


class Day:
    """The scripts on their way; ``moved`` counts the moves that were made of each order."""

    def __init__(self, people: People, scripts: Sequence[Script]) -> None:
        self.people = people
        self.scripts = list(scripts)
        self.by_key = {script.key: script for script in self.scripts}
        self.moved: Counter[str] = Counter()
        self.refused: Counter[int] = Counter()
        assert len(self.by_key) == len(self.scripts)

    def hand_in(self) -> None:
        """Everything that is handed in by somebody, one list from each."""
        handed = [script for script in self.scripts if script.child_of is None]
        for via, group in groupby(sorted(handed, key=lambda script: script.via), lambda script: script.via):
            scripts = list(group)
            body = [{"source_system": SOURCE, "external_id": one.key, **one.intake} for one in scripts]
            answer = self.people[via].http.post("/orders", json=body)
            assert answer.status_code == 200, answer.text
            for script, result in zip(scripts, answer.json()["results"], strict=True):
                assert result["status"] == "created", f"{script.key}: {result}"
                script.number = result["order_no"]

    def play(self, *, evening: bool) -> None:
        """Until every script is at its end, or (in the morning) at the turn of the day."""
        deadline = time.monotonic() + PATIENCE_S
        while waiting := [script for script in self.scripts if self._next(script, evening) is not None]:
            if self._round(waiting, evening):
                deadline = time.monotonic() + PATIENCE_S
                continue
            where = [f"{one.key} ({one.number}): {self._next(one, evening)}" for one in waiting]
            assert time.monotonic() < deadline, f"waits in vain: {where}"
            time.sleep(0.1)

    def _next(self, script: Script, evening: bool) -> Do | Until | None:
        if script.done == len(script.steps):
            return None
        step = script.steps[script.done]
        if not isinstance(step, Evening):
            return step
        if not evening:
            return None
        script.done += 1
        return self._next(script, evening)

    def _round(self, scripts: Sequence[Script], evening: bool) -> bool:
        """One step of each; whether any got on."""
        moves: dict[str, list[tuple[Script, Do]]] = {}
        got_on = False
        for script in scripts:
            step = self._next(script, evening)
            if isinstance(step, Do):
                moves.setdefault(step.who, []).append((script, step))
            elif step is not None and self._holds(script, step):
                script.done += 1
                got_on = True
        for who, asked in moves.items():
            self._ask(who, asked)
        return got_on or bool(moves)

    def _holds(self, script: Script, step: Until) -> bool:
        if script.child_of is not None and not script.number:
            parent, place = script.child_of
            children = self._order(self.by_key[parent].number).get("children", [])
            if len(children) <= place:
                return False
            script.number = children[place]
        of = self.by_key[step.of].number if step.of else script.number
        order = self._order(of)
        return bool(order) and step.holds(order)

    def _order(self, number: str) -> dict[str, Any]:
        """The order; empty while there is none (a part that was not handed in yet)."""
        answer = self.people["supervisor"].http.get(f"/orders/{number}")
        assert answer.status_code in (200, 404), answer.text
        found: dict[str, Any] = answer.json() if answer.status_code == 200 else {}
        return found

    def _ask(self, who: str, asked: Sequence[tuple[Script, Do]]) -> None:
        items = [
            {"order_no": script.number, "do": self._filled(step.move), "key": f"{script.key}.{script.done}"}
            for script, step in asked
        ]
        answer = self._sent(who, items)
        for (script, step), result in zip(asked, answer.json()["results"], strict=True):
            status = 200 if result["status"] == "done" else result.get("problem", {}).get("status", 202)
            assert status == step.status, f"{script.key}, {who}: {step.move}: {result}"
            assert result["order_no"] == script.number
            script.done += 1
            if status == 200:
                self.moved[script.number] += 1
            else:
                self.refused[status] += 1

    def _sent(self, who: str, items: list[dict[str, Any]]) -> httpx.Response:
        answer = self.people[who].http.post("/commands", json={"items": items})
        assert answer.status_code == 200, f"{who}: {answer.text}"
        return answer

    def _filled(self, move: dict[str, Any]) -> dict[str, Any]:
        """The move with the numbers of the orders that it names by their scripts."""
        return {
            name: self.by_key[value[1:]].number if isinstance(value, str) and value.startswith("=") else value
            for name, value in move.items()
        }
