"""One command over HTTP, and whether what is answered is what has happened."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from models.kinds import State
from models.lifecycle import SYSTEM_MOVES, TABLE, Move
from models.rights import MAY, TASKS, Role, Task
from tests.unit.web.machine.book import Book
from tests.unit.web.machine.world import NOBODYS, Document, Person, World

_LINKING = frozenset({"merge", "unmerge", "split", "close", "visit", "answer_directly", "reject"})
_TOLD = (403, 404, 409)
"""Refusals of the ledger or about what is known: they are not of the request itself."""


@dataclass(frozen=True)
class Sent:
    """A request with a key, and how it was answered."""

    who: Person
    number: str
    key: str
    wish: Document
    answer: httpx.Response


@dataclass
class Acting:
    """Everybody, and what they have sent with keys."""

    world: World
    book: Book
    people: Sequence[Person]
    sent: dict[tuple[str, str, str], Sent] = field(default_factory=dict)

    def act(self, number: str, who: Person, do: Any, version: str = "none", key: str | None = None) -> httpx.Response:
        """One command. Its answer tells the truth of what was done, or nothing was done."""
        before, known = self.book.look(number), self.world.order(who, number)
        wish, headers, expected = _for_version(do, before["version"], version)
        slot = who.headers["Authorization"], number, key or ""
        if key and slot not in self.sent:
            headers["Idempotency-Key"] = key
        answer = self.send(number, who, wish, headers)
        if answer.status_code == 200 and do["move"] in _LINKING:
            self.world.settle()
        after = self.book.look(number)
        if "Idempotency-Key" in headers and known and may_act(who) and answer.status_code in (200, *_TOLD):
            self.sent[slot] = Sent(who, number, headers["Idempotency-Key"], wish | {"headers": headers}, answer)
        if answer.status_code == 200:
            self._done(number, who, Move(do["move"]), before, after, expected)
            return answer
        assert after["version"] == before["version"], f"refused, and something has happened: {answer.text}"
        if known is None:
            nowhere = self.send(NOBODYS, who, wish, headers)
            assert (answer.status_code, answer.text.replace(number, NOBODYS)) == (nowhere.status_code, nowhere.text)
        elif answer.status_code == 409:
            said = answer.json()
            assert (said["state"], said["version"]) == (before["state"], before["version"]), said
            assert said["allowed"] == known["allowed"], said
            assert said["code"] != "forbidden_move" or do["move"] not in said["allowed"], said
        return answer

    def again(self, sent: Sent, other: bool) -> None:
        """The same request under its key is answered the same and does nothing; another one is refused."""
        before, wish = self.book.look(sent.number), dict(sent.wish)
        headers = wish.pop("headers")
        if other:
            wish["expected_version"] = 999_999
            headers = {name: value for name, value in headers.items() if name != "If-Match"}
        answer = self.send(sent.number, sent.who, wish, headers)
        assert self.book.look(sent.number)["version"] == before["version"], answer.text
        if self.world.order(sent.who, sent.number) is None:
            assert answer.status_code == 404, answer.text
        elif other:
            assert (answer.status_code, answer.json()["code"]) == (422, "key_reused"), answer.text
        else:
            assert answer.status_code == sent.answer.status_code, (answer.text, sent.answer.text)
            assert answer.status_code == 200 or answer.json() == sent.answer.json()

    def send(self, number: str, who: Person, wish: Document, headers: dict[str, str]) -> httpx.Response:
        """Not by ``json=``: a lone surrogate must reach the server."""
        return self.world.ask(
            who, "POST", f"/orders/{number}/commands", "/orders/{order_no}/commands",
            content=json.dumps(wish).encode(), headers={"Content-Type": "application/json"} | headers,
        )  # fmt: skip

    def _done(
        self, number: str, who: Person, move: Move, before: Document, after: Document, expected: int | None
    ) -> None:
        since = self.book.events[number][before["version"] :]
        made = [event for event in since if event["actor"]["role"] != "system"]
        assert made and after["version"] >= made[-1]["seq"], f"{number}: {move} left no fact"
        assert {event["command_id"] for event in made} == {made[0]["command_id"]}
        assert made[0]["actor"]["role"] == who.role and who.role in MAY[move] and move not in SYSTEM_MOVES
        assert who.role is not Role.DEPARTMENT or who.unit in before["units"]
        assert expected is None or before["revision"] <= expected <= before["version"]
        if len(since) == len(made):
            assert State(after["state"]) in TABLE[State(before["state"]), move]
        where = f"/commands/{made[0]['command_id']}"
        outcome = self.world.ask(who, "GET", where, "/commands/{command_id}").json()
        assert (outcome["version"], outcome["refusal"]) == (made[-1]["seq"], None)


def may_act(who: Person) -> bool:
    return who.role in TASKS[Task.ACT]


def _for_version(do: Any, current: int, version: str) -> tuple[Document, dict[str, str], int | None]:
    """The wish, its headers, and the version that it says it saw."""
    seen = {"stale": max(1, current - 3), "future": current + 1}.get(version, current)
    tag, said = {"If-Match": f'"{seen}"'}, {"do": do, "expected_version": seen}
    match version:
        case "none":
            return {"do": do}, {}, None
        case "star":
            return {"do": do}, {"If-Match": "*"}, None
        case "header":
            return {"do": do}, tag, seen
        case "both":
            return said, tag, seen
    return said, {}, seen
