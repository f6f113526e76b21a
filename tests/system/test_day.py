"""A whole day over HTTP: 200 orders through every state and move, with each role's own credentials."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import httpx
import pytest

from tests.system.day import oracle
from tests.system.day.city import write_catalogue
from tests.system.day.linked import merged_scripts, split_scripts
from tests.system.day.lives import Life, lives, moment
from tests.system.day.people import CHIEF, FOREIGN, UNITS, People, people
from tests.system.day.play import SOURCE, Day
from tests.system.day.recorded import recorded_scripts
from tests.system.day.rights import HOTLINE, MAKERS, SYSTEMS, move
from tests.system.day.scripts import single_scripts
from tests.system.day.steps import Script
from tests.system.day.table import made
from tests.system.installation import Installation

ORDERS = 200
REOPEN_DAYS = 30
MAY_NOT_ACT = ("analyst", "administrator", "portal")
Document = dict[str, Any]


@dataclass(frozen=True)
class Played:
    """The day when it is over, and the installation that is still running."""

    here: Installation
    people: People
    day: Day
    lives: dict[str, Life]
    observed_at: str
    whole: Document
    """The service's figures as the supervisor is told them."""

    @property
    def seen(self) -> datetime:
        return moment(self.observed_at)

    def figures(self, who: str, **query: str) -> Document:
        """The figures as of the same moment."""
        answer = self.people[who].http.get("/figures", params={"observed_at": self.observed_at, **query})
        assert answer.status_code == 200, answer.text
        found: Document = answer.json()
        return found

    def in_state(self, state: str) -> Life:
        return next(life for life in self.lives.values() if life.state == state)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    root = tmp_path_factory.mktemp("day")
    catalogue = write_catalogue(root / "city.yaml", REOPEN_DAYS)
    with ExitStack() as stack:
        here = Installation(root / "data", catalogue=catalogue)
        stack.callback(here.close)
        password = here.add_account(CHIEF, "administrator")
        here.start("all", "serve")
        here.ready()
        everybody = people(here, password)
        stack.callback(everybody.close)
        day = Day(everybody, all_scripts(datetime.now(UTC)))
        day.hand_in()
        day.play(evening=False)
        here.stop("all")
        write_catalogue(catalogue, reopen_days=0)
        here.start("all", "serve")
        here.ready()
        day.play(evening=True)
        report = everybody["supervisor"].http.get("/figures").json()
        found = lives(here.read("orders.events"))
        yield Played(here, everybody, day, found, report["observed_at"], report)


def all_scripts(now: datetime) -> list[Script]:
    return [*single_scripts(now), *merged_scripts(now), *split_scripts(now), *recorded_scripts(now)]


def test_as_many_orders_as_were_handed_in(played: Played) -> None:
    handed_in = [script for script in played.day.scripts if script.child_of is None]
    assert len(handed_in) == ORDERS
    assert {script.number for script in played.day.scripts} == played.lives.keys()


def test_every_state_and_every_move(played: Played) -> None:
    table = played.people["supervisor"].http.get("/lifecycle").json()
    done = made(played.lives.values())
    assert {state["code"] for state in table["states"]} == {after for _, _, after in done}
    assert {move["code"] for move in table["moves"]} == {move for _, move, _ in done}


def test_only_what_the_table_allows(played: Played) -> None:
    table = played.people["supervisor"].http.get("/lifecycle").json()
    allowed = {(row["start"], row["move"], to) for row in table["transitions"] for to in row["to"]}
    assert made(played.lives.values()) <= allowed


def test_what_was_done_is_a_fact_and_what_was_refused_is_none(played: Played) -> None:
    people_acted = Counter(
        (number, event["command_id"])
        for number, life in played.lives.items()
        for event in life.events
        if event["actor"]["role"] != "system"
    )
    assert Counter(number for number, _ in people_acted) == played.day.moved
    assert played.day.refused.keys() == {403, 404, 409, 422}


def test_each_fact_is_by_somebody_who_may(played: Played) -> None:
    table = played.people["supervisor"].http.get("/lifecycle").json()
    roles = {move["code"]: {*move["roles"]} for move in table["moves"]}
    names = {one.known_as: (one.role, one.unit) for one in played.people.values()}
    for life in played.lives.values():
        for event, states in zip(life.events, life.states, strict=True):
            actor = event["actor"]
            if actor["role"] == "system":
                continue
            assert (actor["role"], actor.get("unit")) == names[actor["id"]]
            [(_, move, _)] = made([Life(life.number, [event], [states])])
            assert actor["role"] in roles[move] or (move, event["fact"]["type"]) == ("supervise", "supervised")


def same_rates(told: Document, worked_out: Document) -> None:
    assert {name: told[name] for name in worked_out} == worked_out


def test_the_figures_are_those_of_the_log(played: Played) -> None:
    worked_out = oracle.rates(played.lives.values(), played.seen)
    same_rates(played.whole["figures"], worked_out)
    for name, rate in worked_out.items():
        if isinstance(rate, dict):
            assert 0 < rate["part"] < rate["of"], f"{name} tells nothing: {rate}"


def test_both_forms_of_on_time_differ(played: Played) -> None:
    """The extended orders were closed after their first limit and before the later one."""
    figures = played.whole["figures"]
    extended = sum(script.key.startswith("extended") for script in played.day.scripts)
    assert figures["on_time"]["part"] - figures["on_time_strict"]["part"] == extended


@pytest.mark.parametrize("who", ["operator", "analyst", "supervisor"])
def test_the_figures_by_request_type(played: Played, who: str) -> None:
    groups = played.figures(who, by="request_type")["groups"]
    types = {life.request_type for life in played.lives.values()}
    assert groups.keys() == types
    for one in types:
        same_rates(groups[one], oracle.rates((x for x in played.lives.values() if x.request_type == one), played.seen))


@pytest.mark.parametrize("unit", [*UNITS, FOREIGN])
def test_a_units_figures_are_of_its_orders(played: Played, unit: str) -> None:
    own = [life for life in played.lives.values() if life.may_be_known_to(unit)]
    told = played.figures(unit)
    same_rates(told["figures"], oracle.rates(own, played.seen))
    same_misroutes(told["misroutes"], oracle.misroutes(own, played.seen))


def test_the_stages_add_up_to_the_second(played: Played) -> None:
    ended, seconds = oracle.stage_seconds(played.lives.values(), played.seen)
    stages = played.whole["figures"]["stages"]
    assert stages.keys() == seconds.keys()
    total = sum(seconds.values())
    for stage, spent in seconds.items():
        # One second: half a one that was rounded the other way.
        assert stages[stage]["mean_days"] * oracle.DAY_S * ended == pytest.approx(spent, abs=1.001), stage
        assert stages[stage]["share"] == pytest.approx(spent / total, abs=1e-6)
    dispatch = sum(seconds[stage] for stage in ("dispatch_wait", "sign_wait", "return_loop"))
    assert played.whole["figures"]["influenced_by_dispatch"] == pytest.approx(dispatch / total, abs=1e-6)


def same_misroutes(told: list[Document], worked_out: oracle.Misroutes) -> None:
    assert {(one["first"], one["closing"]): one["orders"] for one in told} == {
        pair: len(lost) for pair, lost in worked_out.items()
    }
    for one in told:
        lost = worked_out[one["first"], one["closing"]]
        assert one["mean_days_lost"] * oracle.DAY_S == pytest.approx(sum(lost) / len(lost), abs=0.5)


def test_what_wrong_first_units_cost(played: Played) -> None:
    worked_out = oracle.misroutes(played.lives.values(), played.seen)
    assert len(worked_out) > 3
    same_misroutes(played.whole["misroutes"], worked_out)


def test_the_command_line_tells_the_same(played: Played) -> None:
    printed = json.loads(played.here.run("figures", "--json").stdout)
    worked_out = oracle.rates(played.lives.values(), moment(printed["observed_at"]))
    same_rates(printed["figures"], worked_out)


def test_counts_and_facets_are_those_of_the_log(played: Played) -> None:
    for who in ("supervisor", *UNITS, FOREIGN):
        unit = played.people[who].unit
        own = [life for life in played.lives.values() if unit is None or life.may_be_known_to(unit)]
        http = played.people[who].http
        assert http.get("/orders/count").json() == {"count": len(own)}
        facets = http.get("/orders/facets", params={"field": "state"}).json()
        assert facets == {"state": Counter(life.state for life in own)}


def test_a_unit_finds_and_exports_its_orders_only(played: Played) -> None:
    for unit in (*UNITS, FOREIGN):
        own = {number for number, life in played.lives.items() if life.may_be_known_to(unit)}
        http = played.people[unit].http
        found, cursor = set[str](), None
        while True:
            page = http.get("/orders", params={"limit": 50} | ({"cursor": cursor} if cursor else {})).json()
            found |= {order["order_no"] for order in page["orders"]}
            cursor = page["cursor"]
            if cursor is None:
                break
        assert found == own
        exported = http.get("/export", params={"format": "csv"}).content.decode("utf-8-sig")
        assert {row["工单编号"] for row in csv.DictReader(io.StringIO(exported))} == own


def test_a_foreign_order_is_like_none(played: Played) -> None:
    """Whatever a unit asks about an order that it may not know of, the answer is that of a number nobody has."""
    http, nobodys = played.people[FOREIGN].http, "GM0000000000000"
    for state in sorted({life.state for life in played.lives.values()}):
        number = played.in_state(state).number
        for path in ("", "/events", "/receipts", "/export"):
            told, of_none = (http.get(f"/orders/{one}{path}") for one in (number, nobodys))
            assert told.status_code == 404
            assert told.text.replace(number, nobodys) == of_none.text
            assert told.headers.get("etag") is None
        for do in ({"move": "sign"}, {"move": "contact"}, {"move": "close"}, {"move": "merge", "into": number}):
            told, of_none = (played.people[FOREIGN].act(one, do) for one in (number, nobodys))
            assert told.status_code == 404
            assert told.text.replace(number, nobodys) == of_none.text
        reason = {"reason": "想看一看是谁"}
        told, of_none = (http.post(f"/orders/{one}/reveal", json=reason) for one in (number, nobodys))
        assert (told.status_code, told.text.replace(number, nobodys)) == (404, of_none.text)


@pytest.mark.parametrize("who", ["operator", "supervisor", *UNITS])
def test_nobody_makes_a_move_that_is_for_others(played: Played, who: str) -> None:
    """In every state that a role meets: 403 where the state would allow the move, else 409; and nothing changes."""
    person = played.people[who]
    table = person.http.get("/lifecycle").json()
    makers = MAKERS | {"register": HOTLINE} | {name: set[str]() for name in SYSTEMS}
    assert {one["code"]: {*one["roles"]} for one in table["moves"]} == makers
    allowed = {(row["start"], row["move"]) for row in table["transitions"]}
    own = [life for life in played.lives.values() if person.unit is None or life.may_be_known_to(person.unit)]
    by_state = {life.state: life.number for life in own}
    asked = [
        (state, number, move(name, own[0].number))
        for state, number in by_state.items()
        for name, makers in MAKERS.items()
        if person.role not in makers
    ]
    before = {number: person.http.get(f"/orders/{number}").json()["revision"] for number in by_state.values()}
    for first in range(0, len(asked), 200):
        part = asked[first : first + 200]
        items = [{"order_no": number, "do": do} for _, number, do in part]
        results = person.http.post("/commands", json={"items": items}).json()["results"]
        for (state, _, do), result in zip(part, results, strict=True):
            expected = 403 if (state, do["move"]) in allowed else 409
            assert result["problem"]["status"] == expected, f"{state}, {do}: {result}"
            assert set(result["problem"].get("allowed", ())) <= {
                name for name, of in MAKERS.items() if person.role in of
            }
    for number, revision in before.items():
        assert person.http.get(f"/orders/{number}").json()["revision"] == revision
    for name in (*SYSTEMS, "register"):
        assert person.act(next(iter(before)), {"move": name}).status_code == 422


@pytest.mark.parametrize("who", MAY_NOT_ACT)
def test_who_may_not_act_is_told_so(played: Played, who: str) -> None:
    number = played.in_state("accepted").number
    person = played.people[who]
    assert person.act(number, {"move": "urge"}).status_code == 403
    assert (
        person.http.post("/commands", json={"items": [{"order_no": number, "do": {"move": "urge"}}]}).status_code == 403
    )
    assert person.http.post(f"/orders/{number}/reveal", json={"reason": "看一看是谁"}).status_code == 403


def test_hand_in_only_is_hand_in_only(played: Played) -> None:
    http = played.people["portal"].http
    again = next(script for script in played.day.scripts if script.via == "portal" and script.child_of is None)
    said = {"source_system": SOURCE, "external_id": again.key, **again.intake}
    answer = http.post("/orders", json=said)
    assert (answer.status_code, answer.json()["status"], answer.json()["order_no"]) == (200, "duplicate", again.number)
    for path in ("/orders", f"/orders/{again.number}", "/orders/count", "/export", "/figures", "/views", "/lifecycle"):
        assert http.get(path).status_code == 403, path


def test_without_credentials_nothing(played: Played) -> None:
    forged: tuple[dict[str, str], ...] = (
        {},
        {"Authorization": "Bearer msh_0000000000000000_" + "0" * 64},
        {"Cookie": "minsheng_session=x"},
    )
    for headers in forged:
        for path in ("/orders", "/figures", "/views", f"/orders/{played.in_state('closed').number}"):
            assert httpx.get(f"{played.here.url}/api/v1{path}", headers=headers).status_code == 401


def test_a_signed_in_browser_needs_its_proof(played: Played) -> None:
    number = played.in_state("accepted").number
    answer = played.people["operator"].act(number, {"move": "urge"}, X_CSRF_Token="another")
    assert answer.status_code == 403


def test_one_order_with_versions_and_keys(played: Played) -> None:
    """Lost updates and repeated requests, as a client meets them."""
    operator, other = played.people["operator"], played.people["operator-2"]
    made_ = operator.http.post(
        "/orders", json={"title": "反映一件事情", "content": "请了解情况。", "street": "440311001"}
    )
    assert made_.status_code == 201
    number, seen = made_.json()["order_no"], operator.http.get(made_.headers["location"].removeprefix("/api/v1"))
    version = seen.headers["etag"]
    assert operator.http.get(f"/orders/{number}", headers={"If-None-Match": version}).status_code == 304
    dispatch = {"move": "dispatch", "unit": "housing"}
    first = operator.act(number, dispatch, If_Match=version, Idempotency_Key="k-1")
    again = operator.act(number, dispatch, If_Match=version, Idempotency_Key="k-1")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.headers["etag"] == again.headers["etag"] != version
    lost = other.act(number, {"move": "recall", "reason": "派错了"}, If_Match=version)
    assert (lost.status_code, lost.json()["code"], lost.json()["state"]) == (409, "stale_version", "dispatched")
    reused = operator.act(number, {"move": "urge"}, Idempotency_Key="k-1")
    assert (reused.status_code, reused.json()["code"]) == (422, "key_reused")
    assert played.people["housing"].act(number, {"move": "sign"}, If_Match=first.headers["etag"]).status_code == 200
    history = operator.http.get(f"/orders/{number}/events").json()["events"]
    assert [event["fact"]["type"] for event in history] == ["received", "routed", "accepted", "dispatched", "signed"]


def test_who_has_seen_personal_data_can_be_read(played: Played) -> None:
    revealed = [event for life in played.lives.values() for event in life.events if event["fact"]["type"] == "revealed"]
    views = played.people["supervisor"].http.get("/views", params={"limit": 500}).json()["views"]
    said = Counter((one["order_no"], one["account"], one["reason"]) for one in views)
    assert said == Counter((one["order_no"], one["actor"]["id"], one["fact"]["reason"]) for one in revealed)
    for who in ("operator", "analyst", *UNITS):
        assert played.people[who].http.get("/views").status_code == 403


def test_units_are_told_of_what_they_had(played: Played) -> None:
    told: dict[str, set[str]] = defaultdict(set)
    for record in played.here.read(*(f"dept.{unit}" for unit in (*UNITS, FOREIGN))):
        told[record["topic"].removeprefix("dept.")].add(record["key"])
    assert told.keys() == {*UNITS}
    for unit in UNITS:
        had = {
            number
            for number, life in played.lives.items()
            for event in life.events
            if unit in (event["fact"].get("unit"), *event["fact"].get("co_units", ()))
        }
        assert told[unit] & played.lives.keys() <= had


def test_nothing_went_wrong_on_the_way(played: Played) -> None:
    said = [json.loads(line) for line in played.here.log.read_text(encoding="utf-8").splitlines() if line[:1] == "{"]
    assert not [line for line in said if line.get("level") in ("error", "critical")]
    assert "Traceback" not in played.here.log.read_text(encoding="utf-8")
    assert played.here.read("orders.deadletter") == []
    late = timedelta(minutes=1)
    recorded = chain.from_iterable(life.events for life in played.lives.values())
    assert all(moment(event["at"]) <= moment(event["recorded_at"]) + late for event in recorded)
