"""Two people, one order, the same moment: one of them wins, and the other is told where the order stands now."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.system.day.people import CHIEF, People, Person, Wanted, people
from tests.system.installation import Installation

ROUNDS = 50
STAFF = (
    Wanted("operator", "operator", is_system=True), Wanted("operator-2", "operator", is_system=True),
    Wanted("supervisor", "supervisor", is_system=True), Wanted("water", "department", "water", is_system=True),
    Wanted("water-2", "department", "water", is_system=True),
)  # fmt: skip
Do = dict[str, Any]
DISPATCH: Do = {"move": "dispatch", "unit": "water"}
SIGN: Do = {"move": "sign"}
REPLY: Do = {"move": "reply", "reply_public": "已更换"}
RETURN: Do = {"move": "return", "reason": "not_my_duty", "basis": "属住建"}
TO_REPLIED = (("operator", DISPATCH), ("water", SIGN), ("water", REPLY))


@dataclass(frozen=True)
class Race:
    """What has happened before, and the two wishes of the same moment; ``seen``: with the version in If-Match."""

    before: tuple[tuple[str, Do], ...]
    one: tuple[str, Do]
    other: tuple[str, Do]
    seen: bool = False


RACES = {
    "sign, sign": Race(TO_REPLIED[:1], ("water", SIGN), ("water-2", SIGN)),
    "sign, recall": Race(TO_REPLIED[:1], ("water", SIGN), ("operator", {"move": "recall", "reason": "错派"})),
    "sign, return, seen": Race(TO_REPLIED[:1], ("water", SIGN), ("water-2", RETURN), seen=True),
    "dispatch, dispatch": Race((), ("operator", DISPATCH), ("operator-2", DISPATCH | {"unit": "housing"})),
    "dispatch, reject, seen": Race(
        (), ("operator", DISPATCH), ("supervisor", {"move": "reject", "reason": "settled", "basis": "已诉"}), seen=True
    ),
    "approve, send back": Race(
        TO_REPLIED, ("operator", {"move": "approve_reply"}), ("supervisor", {"move": "send_back", "reason": "未答"})
    ),
    "amend, amend, seen": Race(
        (),
        ("operator", {"move": "amend", "reason": "补", "content": "在东门"}),
        ("operator-2", {"move": "amend", "reason": "补", "content": "在西门"}),
        seen=True,
    ),
}


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    with ExitStack() as stack:
        here = Installation(tmp_path_factory.mktemp("race") / "data")
        stack.callback(here.close)
        password = here.add_account(CHIEF, "administrator")
        here.start("all", "serve")
        here.ready()
        found = people(here, password, STAFF)
        stack.callback(found.close)
        yield found


@pytest.mark.parametrize("name", RACES)
def test_one_wins_and_the_other_is_told_where_the_order_stands(staff: People, name: str) -> None:
    race, won = RACES[name], set()
    for _ in range(ROUNDS):
        number = _prepared(staff, race)
        seen = staff["supervisor"].http.get(f"/orders/{number}").headers["etag"]
        wishes = [(staff[who], do) for who, do in (race.one, race.other)]
        answers = _at_once(number, wishes, {"If-Match": seen} if race.seen else {})
        assert [answer.status_code for answer in answers].count(200) == 1, [answer.text for answer in answers]
        winner = 0 if answers[0].status_code == 200 else 1
        won.add(winner)
        _check(staff, number, answers[winner], answers[1 - winner], wishes[1 - winner], race.seen)
    # Else nobody has raced: one was always there first.
    assert won == {0, 1}


def _prepared(staff: People, race: Race) -> str:
    made = staff["operator"].http.post("/orders", json={"title": "事", "content": "嗯"})
    assert made.status_code == 201 and made.json()["state"] == "accepted", made.text
    number: str = made.json()["order_no"]
    for who, do in race.before:
        assert staff[who].act(number, do).status_code == 200
    return number


def _at_once(number: str, wishes: list[tuple[Person, Do]], headers: dict[str, str]) -> list[httpx.Response]:
    answers: dict[int, httpx.Response] = {}
    gate = threading.Barrier(len(wishes))

    def wish(place: int, who: Person, do: Do) -> None:
        gate.wait()
        answers[place] = who.act(number, do, **headers)

    threads = [threading.Thread(target=wish, args=(place, *one)) for place, one in enumerate(wishes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[place] for place in range(len(wishes))]


def _check(
    staff: People, number: str, won: httpx.Response, lost: httpx.Response, loser: tuple[Person, Do], seen: bool
) -> None:
    """The loser is told the state, the version and its own moves; of its wish there is no fact. A unit that the order
    was taken from knows of it no longer."""
    who, do = loser
    watched = staff["supervisor"].http.get(f"/orders/{number}").json()
    document = lost.json()
    events = staff["supervisor"].http.get(f"/orders/{number}/events").json()["events"]
    assert [event["seq"] for event in events] == list(range(1, watched["version"] + 1))
    assert events[-1]["actor"]["id"] != who.known_as
    if who.unit not in (None, *watched["units"]):
        assert (lost.status_code, document["code"]) == (404, "unknown_order"), document
        return
    assert lost.status_code == 409, document
    assert lost.headers["content-type"] == "application/problem+json"
    assert document["code"] == ("stale_version" if seen else "forbidden_move"), document
    assert (document["state"], document["version"]) == (watched["state"], watched["version"])
    assert (won.json()["state"], won.headers["etag"]) == (watched["state"], f'"{watched["version"]}"')
    own = who.http.get(f"/orders/{number}").json()
    assert document["allowed"] == own["allowed"]
    assert seen or do["move"] not in document["allowed"]
