"""Personal data are in clear nowhere: numbers planted wherever people and systems can write them, and sought after."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from tests.system.day import traces
from tests.system.day.city import write_catalogue
from tests.system.day.people import CHIEF, people
from tests.system.day.planting import Run, plant
from tests.system.day.plants import Plant, plain
from tests.system.installation import Installation


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    root = tmp_path_factory.mktemp("leaks")
    catalogue = write_catalogue(root / "city.yaml", 30)
    with ExitStack() as stack:
        key = root / "keys" / "personal.key"
        here = Installation(root / "data", catalogue=catalogue, log_level="debug", key=key)
        stack.callback(here.close)
        password = here.add_account(CHIEF, "administrator")
        here.start("all", "serve")
        here.ready()
        everybody = people(here, password)
        stack.callback(everybody.close)
        found = Run(here, root, everybody)
        plant(found)
        yield found


def leaks(found: Iterable[traces.Trace], plants: list[Plant]) -> list[str]:
    """Where a plant stands in clear: as it was written, as digits, backwards, or as a reader puts digits together."""
    of = {needle: one for one in plants for needle in one.needles}
    sought = re.compile("|".join(map(re.escape, sorted(of, key=len, reverse=True))))
    met = set()
    for where, raw in found:
        text = raw.decode("utf-8", "replace")
        for form in (text, plain(text)):
            met |= {f"{of[hit].where} ({of[hit].written}) in {where}" for hit in sought.findall(form)}
    return sorted(met)


def held_by_nothing(run: Run, found: Iterable[traces.Trace]) -> None:
    met = leaks(found, run.garden.plants)
    assert not met, "\n".join(met)


def test_every_plant_would_be_found(run: Run) -> None:
    """The search itself: it finds what is planted in a text, however it was written."""
    assert len(run.garden.plants) > 60
    for one in run.garden.plants:
        assert leaks([("here", f"x{one.written}y".encode())], [one])


def test_no_file_holds_one(run: Run) -> None:
    held_by_nothing(run, traces.files(run.root / "data"))


def test_no_cell_of_a_database_holds_one(run: Run) -> None:
    held_by_nothing(run, traces.cells(run.root / "data"))


def test_no_topic_holds_one(run: Run) -> None:
    held_by_nothing(run, traces.topics(run.here))


def test_nothing_that_was_logged_printed_or_measured_holds_one(run: Run) -> None:
    logged = run.here.log.read_bytes()
    assert b'"event"' in logged
    metrics = httpx.get(f"{run.here.url}/metrics", headers=_bearer(run)).content
    letters = run.here.run("deadletters", "list").stdout.encode()
    found = [("log", logged), ("/metrics", metrics), ("deadletters list", letters)]
    held_by_nothing(run, found)


def test_no_answer_so_far_held_one(run: Run) -> None:
    held_by_nothing(run, run.said)


@pytest.mark.parametrize("who", ["operator", "supervisor", "analyst", "administrator", "water", "housing", "tax"])
def test_nobody_is_answered_one(run: Run, who: str) -> None:
    numbers = [run.numbers[name] for name in ("fields", "hidden", "recorded", "worked", "rejected", "whole")]
    numbers += [number for name, number in run.numbers.items() if name.startswith(("split/", "other/", "archive/"))]
    held_by_nothing(run, traces.answers(run.people[who], numbers))


@pytest.mark.parametrize("who", ["operator", "supervisor", "analyst", "water"])
def test_no_page_shows_one(run: Run, who: str) -> None:
    numbers = [run.numbers[name] for name in ("fields", "hidden", "recorded", "worked", "whole")]
    held_by_nothing(run, traces.pages(run.people[who], numbers))


def test_none_is_found_by_searching_for_it(run: Run) -> None:
    """Neither whole nor by its end: the index knows what everybody may see."""
    operator = run.people["operator"].http
    for one in run.garden.plants:
        for needle in {one.written, one.number, one.middle or one.number}:
            found = operator.get("/orders/count", params={"text": needle}).json()
            assert found == {"count": 0}, f"{one.where}: {needle}"


def test_who_may_is_shown_what_was_planted(run: Run) -> None:
    """And only there: sealed, not lost."""
    answer = run.people["supervisor"].http.post(
        f"/orders/{run.numbers['fields']}/reveal", json={"reason": "核实诉求人"}
    )
    assert answer.status_code == 200
    told = answer.json()["handed_in"]
    fields = ("title", "content", "phone", "id_number", "address_text", "agent_id", "name")
    words = {one.written for one in run.garden.plants if one.where in fields}
    shown = [word for word in words if any(word in text for text in told.values())]
    assert len(shown) >= 14
    worked = run.people["supervisor"].http.post(f"/orders/{run.numbers['worked']}/reveal", json={"reason": "核实经过"})
    moves = json.dumps(worked.json()["moves"], ensure_ascii=False)
    of_moves = [
        one.written for one in run.garden.plants if one.where.split(".")[0] in ("amend", "return", "urge", "visit")
    ]
    assert all(word in moves for word in of_moves)


def test_who_wants_to_stay_unknown_is_not_shown_to_units(run: Run) -> None:
    run.act("operator", "hidden", "dispatch", unit="water")
    answer = run.people["water"].http.post(f"/orders/{run.numbers['hidden']}/reveal", json={"reason": "想知道是谁"})
    assert answer.status_code == 403
    held_by_nothing(run, [("reveal", answer.content)])


def test_the_key_lies_outside_the_data(run: Run) -> None:
    [secret] = [line for line in (run.root / "keys" / "personal.key").read_text().splitlines() if line[:1] not in "#"]
    found = [*traces.files(run.root / "data"), ("log", run.here.log.read_bytes())]
    assert not [where for where, raw in found if secret.encode() in raw or bytes.fromhex(secret) in raw]


def _bearer(run: Run) -> dict[str, str]:
    return dict(run.people["administrator"].http.headers)
