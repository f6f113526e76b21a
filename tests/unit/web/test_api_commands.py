"""An order's life over HTTP, and every way to ask for what is not allowed."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from consumers.runner import Runner
from consumers.summary import every_record
from dispatcher.settings import Settings
from dispatcher.web.app import create_app
from dispatcher.wiring import Services
from models.rights import Role
from models.topics import COMMANDS, EVENTS
from tests.unit.web.credentials import bearer

Headers = dict[str, str]


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    found = Services(Settings(data=tmp_path_factory.mktemp("data"), answer_timeout=20))
    runner = Runner(found)
    runner.start()
    yield found
    runner.stop()
    found.close()


@pytest.fixture(scope="module")
def app(services: Services) -> FastAPI:
    return create_app(services)


@pytest.fixture(scope="module")
def operator(app: FastAPI) -> Headers:
    return bearer(app, Role.OPERATOR)


@pytest.fixture(scope="module")
def water(app: FastAPI) -> Headers:
    return bearer(app, Role.DEPARTMENT, "water")


@pytest.fixture(scope="module")
def api(app: FastAPI, operator: Headers) -> Iterator[TestClient]:
    with TestClient(app, headers=operator, raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def waiting(api: TestClient) -> str:
    """An order that waits for an operator: its words mean nothing."""
    made = api.post("/api/v1/orders", json={"title": "事", "content": "嗯"}).json()
    assert made["state"] == "accepted", made["routing"]
    return str(made["order_no"])


def act(api: TestClient, number: str, do: Any, headers: Headers | None = None, **more: Any) -> httpx.Response:
    return api.post(f"/api/v1/orders/{number}/commands", json={"do": do, **more}, headers=headers)


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    document: dict[str, Any] = answer.json()
    assert (document["code"], document["type"]) == (code, f"urn:minsheng:problem:{code}")
    assert document["detail"]
    return document


def dispatch(api: TestClient, number: str, unit: str = "water") -> dict[str, Any]:
    answer = act(api, number, {"move": "dispatch", "unit": unit})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_whole_life(api: TestClient, water: Headers, waiting: str) -> None:
    assert dispatch(api, waiting)["state"] == "dispatched"
    moves: list[tuple[Headers | None, Any, str]] = [
        (water, {"move": "return", "reason": "not_my_duty", "basis": "属住建"}, "return_review"),
        (None, {"move": "dispatch", "unit": "water", "override_reason": "职责清单第3条"}, "dispatched"),
        (water, {"move": "sign"}, "handling"),
        (water, {"move": "reply", "reply_public": "已更换\n水管", "is_solved": True}, "reply_review"),
        (None, {"move": "approve_reply"}, "visiting"),
        (None, {"move": "visit", "contacted": True, "satisfaction": "satisfied"}, "closed"),
    ]
    for who, do, state in moves:
        answer = act(api, waiting, do, who)
        assert (answer.status_code, answer.json().get("state")) == (200, state), answer.text
    order = api.get(f"/api/v1/orders/{waiting}").json()
    assert (order["return_count"], order["dispatch_count"], order["reply_public"]) == (1, 2, "已更换\n水管")
    events = api.get(f"/api/v1/orders/{waiting}/events").json()["events"]
    assert [event["seq"] for event in events] == list(range(1, order["version"] + 1))


def test_a_forbidden_move_says_where_the_order_stands_and_what_is_allowed(
    api: TestClient, water: Headers, waiting: str
) -> None:
    document = refused(act(api, waiting, {"move": "close"}), 409, "forbidden_move")
    assert (document["state"], document["version"]) == ("accepted", 3)
    assert "dispatch" in document["allowed"] and "sign" not in document["allowed"]
    dispatch(api, waiting)
    document = refused(act(api, waiting, {"move": "reply", "reply_public": "好"}, water), 409, "forbidden_move")
    assert "sign" in document["allowed"] and "recall" not in document["allowed"]


def test_nobody_speaks_for_somebody_else(api: TestClient, waiting: str) -> None:
    forged = {"id": "router", "role": "system"}
    assert act(api, waiting, {"move": "dispatch", "unit": "water"}, actor=forged).status_code == 422
    assert act(api, waiting, {"move": "record_closure"}).status_code == 422
    answer = act(api, waiting, {"move": "dispatch", "unit": "water", "mode": "auto"})
    assert answer.json()["decision_mode"] != "auto"
    last = api.get(f"/api/v1/orders/{waiting}/events").json()["events"][-1]
    assert last["actor"]["role"] == "operator" and last["actor"]["id"].startswith("token:operator")


def test_a_street_office_needs_the_street(api: TestClient, waiting: str) -> None:
    wish = {"move": "dispatch", "unit": "street_town"}
    document = refused(act(api, waiting, wish), 422, "unknown_code")
    assert document["errors"][0]["field"] == "do.unit"
    placed = api.post("/api/v1/orders", json={"title": "事", "content": "嗯", "street": "马田"}).json()["order_no"]
    assert act(api, placed, wish).json()["lead_department"] == "street_matian"


def test_a_stale_version(api: TestClient, waiting: str) -> None:
    wish = {"move": "dispatch", "unit": "water"}
    for document in (
        refused(act(api, waiting, wish, expected_version=2), 409, "stale_version"),
        refused(act(api, waiting, wish, {"If-Match": '"2"'}), 409, "stale_version"),
    ):
        assert (document["version"], document["state"]) == (3, "accepted") and "dispatch" in document["allowed"]
    answer = act(api, waiting, wish, {"If-Match": '"3"'})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"4"')


@pytest.mark.parametrize(
    ("tag", "field"), [("3", "If-Match"), ('W/"3"', "If-Match"), ('"x"', "If-Match"), ('"2"', "expected_version")]
)
def test_a_tag_that_is_none_or_says_something_else(api: TestClient, waiting: str, tag: str, field: str) -> None:
    answer = act(api, waiting, {"move": "dispatch", "unit": "water"}, {"If-Match": tag}, expected_version=3)
    assert refused(answer, 422, "wrong_input")["errors"][0]["field"] == field
    assert act(api, waiting, {"move": "dispatch", "unit": "water"}, {"If-Match": "*"}).status_code == 200


def test_who_may_not(api: TestClient, app: FastAPI, water: Headers, waiting: str) -> None:
    dispatch(api, waiting)
    refused(act(api, waiting, {"move": "recall", "reason": "错派"}, water), 403, "not_allowed")
    refused(act(api, waiting, {"move": "sign"}), 403, "not_allowed")
    refused(act(api, waiting, {"move": "sign"}, bearer(app, Role.ANALYST)), 403, "not_allowed")
    refused(act(api, waiting, {"move": "sign"}, {"Authorization": "Bearer msh_nonsense"}), 401, "not_signed_in")


@pytest.mark.parametrize("number", ["GM0000000000000", "X", "工单一号", "x" * 5000, "GM0000000000000%00", "%0a"])
def test_an_unknown_order(api: TestClient, services: Services, number: str) -> None:
    before = sum(services.log.end_offsets(COMMANDS).values())
    refused(act(api, number, {"move": "sign"}), 404, "unknown_order")
    assert sum(services.log.end_offsets(COMMANDS).values()) - before == (number == "GM0000000000000")


def test_an_unknown_unit(api: TestClient, waiting: str) -> None:
    refused(act(api, waiting, {"move": "dispatch", "unit": "nobody"}), 422, "unknown_code")


def test_a_missing_text_is_named(api: TestClient, water: Headers, waiting: str) -> None:
    document = refused(act(api, waiting, {"move": "answer_directly"}), 422, "missing")
    assert document["errors"][0]["field"] == "do.reply_public"


def test_names_are_taken_for_codes(api: TestClient, waiting: str) -> None:
    said = {"street": "公明街道", "community": "上村社区", "request_type": "投诉"}
    answer = act(api, waiting, {"move": "amend", "reason": "补全", **said}).json()
    assert (answer["street"], answer["community"], answer["request_type"]) == ("440311002", "上村", "complaint")
    document = refused(act(api, waiting, {"move": "amend", "reason": "补全", "street": "月亮街道"}), 422, "wrong_input")
    assert document["errors"][0]["field"] == "do.street"
    parts = [{"title": "一", "content": "路灯", "street": "马田"}, {"title": "二", "content": "积水", "street": "月亮"}]
    document = refused(act(api, waiting, {"move": "split", "parts": parts}), 422, "wrong_input")
    assert document["errors"][0]["field"] == "do.parts.1.street"


def test_an_order_is_merged_into_an_earlier_one(api: TestClient, waiting: str) -> None:
    again = api.post("/api/v1/orders", json={"title": "事", "content": "嗯"}).json()["order_no"]
    document = refused(act(api, again, {"move": "merge", "into": "GM0000000000000"}), 422, "wrong_input")
    assert document["errors"][0]["field"] == "do.into"
    refused(act(api, waiting, {"move": "merge", "into": again}), 422, "impossible_time")
    # What a client says of the moment does not count.
    said = {"move": "merge", "into": waiting, "into_received_at": "2001-01-01T00:00:00Z"}
    answer = act(api, again, said)
    assert (answer.status_code, answer.json()["merged_into"]) == (200, waiting)


@pytest.mark.parametrize(
    ("do", "field"),
    [
        ({"move": "fly"}, "do"),
        ({"move": "register"}, "do"),
        ({}, "do"),
        (None, "do"),
        ({"move": "dispatch"}, "do.dispatch.unit"),
        ({"move": "dispatch", "unit": "u" * 65}, "do"),
        ({"move": "dispatch", "unit": "wa\x00ter"}, "do"),
        ({"move": "dispatch", "unit": "\ud800"}, "do"),
        ({"move": "reply", "reply_public": "好\x07"}, "do.reply.reply_public"),
        ({"move": "reply", "reply_public": "好" * 20_001}, "do.reply.reply_public"),
        ({"move": "sign", "colour": "red"}, "do.sign.colour"),
        ({"move": "recall", "reason": " "}, "do.recall.reason"),
    ],
)
def test_a_wish_that_cannot_be_read(api: TestClient, services: Services, waiting: str, do: Any, field: str) -> None:
    before = services.log.end_offsets(COMMANDS)
    body = json.dumps({"do": do}).encode()
    answer = api.post(f"/api/v1/orders/{waiting}/commands", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), answer.text
    found = [error["field"] for error in answer.json()["errors"]]
    assert any(one == field or one.startswith(f"{field}.") for one in found), found
    assert services.log.end_offsets(COMMANDS) == before


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b"null", b"[]"])
def test_a_body_that_is_no_wish(api: TestClient, waiting: str, body: bytes) -> None:
    answer = api.post(f"/api/v1/orders/{waiting}/commands", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("version", [0, -1, 1.5, "x", 10**30])
def test_a_version_that_is_none(api: TestClient, waiting: str, version: Any) -> None:
    answer = act(api, waiting, {"move": "dispatch", "unit": "water"}, expected_version=version)
    assert answer.status_code == (409 if version == 10**30 else 422)


def test_the_same_key_is_the_same_command(api: TestClient, services: Services, waiting: str) -> None:
    key = {"Idempotency-Key": "k-1"}
    do = {"move": "dispatch", "unit": "water"}
    first, second = (act(api, waiting, do, key) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()
    refused_twice = [act(api, waiting, do, {"Idempotency-Key": "k-2"}).json() for _ in range(2)]
    assert refused_twice[0]["code"] == "forbidden_move"
    assert refused_twice[0] == refused_twice[1]
    dispatched = [record for record in every_record(services.log, EVENTS) if record.key == waiting]
    assert len(dispatched) == 4


def test_a_key_is_for_one_request_of_one_account(api: TestClient, app: FastAPI, water: Headers, waiting: str) -> None:
    key = {"Idempotency-Key": "k-1"}
    wish = {"move": "dispatch", "unit": "water"}
    assert act(api, waiting, wish, key).status_code == 200
    for other in (
        act(api, waiting, wish | {"unit": "housing"}, key), act(api, waiting, wish, key, expected_version=3),
        act(api, waiting, {"move": "refer", "reason": "why"}, key),
    ):  # fmt: skip
        refused(other, 422, "key_reused")
    # Of what was refused a key is remembered as well.
    refused(act(api, waiting, {"move": "close"}, {"Idempotency-Key": "k-2"}), 409, "forbidden_move")
    refused(act(api, waiting, {"move": "archive"}, {"Idempotency-Key": "k-2"}), 422, "key_reused")
    # Another account's key is another key.
    assert act(api, waiting, {"move": "sign"}, water | key).status_code == 200


@pytest.mark.parametrize("key", ["", "a b", "k" * 101, "a/b", "é"])
def test_a_key_that_is_none(api: TestClient, waiting: str, key: str) -> None:
    headers: Any = {"Idempotency-Key": key.encode("latin-1")}
    answer = act(api, waiting, {"move": "dispatch", "unit": "water"}, headers)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")


def test_one_of_many_wins(api: TestClient, waiting: str) -> None:
    units = ["water", "housing", "urban_mgmt", "police", "health", "education"]
    answers: list[httpx.Response] = []
    gate = threading.Barrier(len(units))

    def race(unit: str) -> None:
        gate.wait()
        answers.append(act(api, waiting, {"move": "dispatch", "unit": unit}, expected_version=3))

    threads = [threading.Thread(target=race, args=(unit,)) for unit in units]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    [winner] = [answer.json() for answer in answers if answer.status_code == 200]
    order = api.get(f"/api/v1/orders/{waiting}").json()
    assert (order["version"], order["lead_department"]) == (4, winner["lead_department"])
    losers = [answer.json() for answer in answers if answer.status_code == 409]
    assert {(one["code"], one["state"], one["version"]) for one in losers} == {("stale_version", "dispatched", 4)}


def many(api: TestClient, items: list[Any], headers: Headers | None = None) -> list[dict[str, Any]]:
    answer = api.post("/api/v1/commands", json={"items": items}, headers=headers)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["results"]
    assert [one["order_no"] for one in found] == [item["order_no"] for item in items]
    return found


def test_many_commands_are_answered_each_in_its_place(api: TestClient, services: Services, waiting: str) -> None:
    numbers = [api.post("/api/v1/orders", json={"title": "事", "content": "嗯"}).json()["order_no"] for _ in range(3)]
    do = {"move": "dispatch", "unit": "water"}
    items: list[dict[str, Any]] = [{"order_no": number, "do": do, "expected_version": 3} for number in numbers]
    items += [
        {"order_no": waiting, "do": {"move": "sign"}},
        {"order_no": numbers[0], "do": {"move": "recall", "reason": "错派"}},
        {"order_no": "GM0000000000000", "do": do},
        {"order_no": "x", "do": do},
        {"order_no": waiting, "do": {"move": "merge", "into": "GM0000000000000"}},
        {"order_no": waiting, "do": do, "expected_version": 2},
    ]
    found = many(api, items)
    assert [one["status"] for one in found] == ["done"] * 3 + ["refused", "done"] + ["refused"] * 4
    assert [one.get("version") for one in found[:3]] == [4, 4, 4] and found[4]["version"] == 5
    assert [one["problem"]["code"] for one in found if "problem" in one] == [
        "forbidden_move", "unknown_order", "unknown_order", "wrong_input", "stale_version",
    ]  # fmt: skip


def test_a_list_that_comes_again_is_the_same_list(api: TestClient, waiting: str) -> None:
    key = {"Idempotency-Key": "list-1"}
    items = [
        {"order_no": waiting, "do": {"move": "urge"}},
        {"order_no": waiting, "do": {"move": "refer", "reason": "争议"}},
    ]
    first = many(api, items, key)
    assert many(api, items, key) == first
    assert api.get(f"/api/v1/orders/{waiting}").json()["urge_count"] == 0 and first[0]["status"] == "refused"
    items[1] = {"order_no": waiting, "do": {"move": "refer", "reason": "别的"}, "key": "other"}
    assert [one["problem"]["code"] for one in many(api, items, key)] == ["forbidden_move", "forbidden_move"]
    items[1].pop("key")
    assert many(api, items, key)[1]["problem"]["code"] == "key_reused"


@pytest.mark.parametrize(
    "items", [[], [{"order_no": "GM0", "do": {"move": "urge"}}] * 201, [{"do": {"move": "urge"}}], "x"]
)
def test_a_list_that_cannot_be_read_does_nothing(api: TestClient, services: Services, items: Any) -> None:
    before = services.log.end_offsets(COMMANDS)
    answer = api.post("/api/v1/commands", json={"items": items})
    assert answer.status_code == 422 and services.log.end_offsets(COMMANDS) == before


def test_only_who_sent_a_command_learns_its_outcome(app: FastAPI, api: TestClient, waiting: str) -> None:
    dispatch(api, waiting)
    last = api.get(f"/api/v1/orders/{waiting}/events").json()["events"][-1]
    where = f"/api/v1/commands/{last['command_id']}"
    found = api.get(where)
    assert (found.status_code, found.json()["version"]) == (200, 4) and "digest" not in found.json()
    for other in (bearer(app, Role.OPERATOR), bearer(app, Role.DEPARTMENT, "water")):
        hidden = api.get(where, headers=other)
        nothing = api.get(f"/api/v1/commands/{'x' * 3}", headers=other)
        assert hidden.status_code == nothing.status_code == 404
        assert hidden.text.replace(last["command_id"], "xxx") == nothing.text
