"""An order's life over HTTP, and every way to ask for what is not allowed."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from consumers.runner import Runner
from consumers.summary import every_record
from dispatcher.settings import Settings
from dispatcher.web.app import create_app
from dispatcher.wiring import Services
from models.topics import COMMANDS, EVENTS

OPERATOR = {"id": "op1", "role": "operator"}
WATER = {"id": "w1", "role": "department", "unit": "water"}


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    found = Services(Settings(data=tmp_path_factory.mktemp("data"), answer_timeout=20))
    runner = Runner(found)
    runner.start()
    yield found
    runner.stop()
    found.close()


@pytest.fixture(scope="module")
def api(services: Services) -> Iterator[TestClient]:
    with TestClient(create_app(services), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def waiting(api: TestClient) -> str:
    """An order that waits for an operator: its words mean nothing."""
    made = api.post("/api/v1/orders", json={"title": "事", "content": "嗯"}).json()
    assert made["state"] == "accepted", made["routing"]
    return str(made["order_no"])


def act(
    api: TestClient, number: str, actor: Any, do: Any, headers: dict[str, str] | None = None, **more: Any
) -> httpx.Response:
    body = {"actor": actor, "do": do, **more}
    return api.post(f"/api/v1/orders/{number}/commands", json=body, headers=headers)


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    document: dict[str, Any] = answer.json()
    assert document["code"] == code
    assert document["detail"]
    return document


def dispatch(api: TestClient, number: str, unit: str = "water") -> dict[str, Any]:
    answer = act(api, number, OPERATOR, {"move": "dispatch", "unit": unit})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_whole_life(api: TestClient, waiting: str) -> None:
    assert dispatch(api, waiting)["state"] == "dispatched"
    moves: list[tuple[Any, Any, str]] = [
        (WATER, {"move": "return", "reason": "not_my_duty", "basis": "属住建"}, "return_review"),
        (OPERATOR, {"move": "dispatch", "unit": "water", "override_reason": "职责清单第3条"}, "dispatched"),
        (WATER, {"move": "sign"}, "handling"),
        (WATER, {"move": "close", "reply_public": "已更换\n水管"}, "closed"),
    ]
    for actor, do, state in moves:
        answer = act(api, waiting, actor, do)
        assert (answer.status_code, answer.json()["state"]) == (200, state)
    order = api.get(f"/api/v1/orders/{waiting}").json()
    assert (order["version"], order["return_count"], order["dispatch_count"]) == (8, 1, 2)
    assert order["reply_public"] == "已更换\n水管"
    events = api.get(f"/api/v1/orders/{waiting}/events").json()["events"]
    assert [event["seq"] for event in events] == list(range(1, 9))


def test_a_forbidden_move_says_where_the_order_stands_and_what_is_allowed(api: TestClient, waiting: str) -> None:
    document = refused(act(api, waiting, WATER, {"move": "close", "reply_public": "好"}), 409, "forbidden_move")
    assert (document["state"], document["version"]) == ("accepted", 3)
    assert document["allowed"] == ["answer_directly", "dispatch"]
    assert act(api, waiting, OPERATOR, {"move": "dispatch", "unit": "water"}).status_code == 200


def test_nobody_speaks_for_the_system(api: TestClient, waiting: str) -> None:
    forged = {"id": "router", "role": "system"}
    assert act(api, waiting, forged, {"move": "dispatch", "unit": "water", "mode": "auto"}).status_code == 422
    assert act(api, waiting, OPERATOR, {"move": "record_closure"}).status_code == 422
    answer = act(api, waiting, OPERATOR, {"move": "dispatch", "unit": "water", "mode": "auto"})
    assert answer.json()["decision_mode"] != "auto"


def test_a_street_office_needs_the_street(api: TestClient, waiting: str) -> None:
    wish = {"move": "dispatch", "unit": "street_town"}
    refused(act(api, waiting, OPERATOR, wish), 422, "unknown_unit")
    placed = api.post("/api/v1/orders", json={"title": "事", "content": "嗯", "street": "马田"}).json()["order_no"]
    assert act(api, placed, OPERATOR, wish).json()["lead_department"] == "street_matian"


def test_a_stale_version(api: TestClient, waiting: str) -> None:
    document = refused(
        act(api, waiting, OPERATOR, {"move": "dispatch", "unit": "water"}, expected_version=2), 409, "stale_version"
    )
    assert document["version"] == 3
    assert act(api, waiting, OPERATOR, {"move": "dispatch", "unit": "water"}, expected_version=3).status_code == 200


def test_who_may_not(api: TestClient, waiting: str) -> None:
    refused(act(api, waiting, WATER, {"move": "dispatch", "unit": "water"}), 403, "not_your_order")
    dispatch(api, waiting)
    for move in ({"move": "sign"}, {"move": "return", "reason": "unclear"}):
        refused(act(api, waiting, WATER | {"unit": "housing"}, move), 403, "not_your_order")
        refused(act(api, waiting, {"id": "x", "role": "department"}, move), 403, "not_your_order")


@pytest.mark.parametrize("number", ["GM0000000000000", "X", "工单一号", "x" * 5000, "GM0000000000000%00", "%0a"])
def test_an_unknown_order(api: TestClient, services: Services, number: str) -> None:
    before = sum(services.log.end_offsets(COMMANDS).values())
    refused(act(api, number, OPERATOR, {"move": "sign"}), 404, "unknown_order")
    assert sum(services.log.end_offsets(COMMANDS).values()) - before == (number == "GM0000000000000")


def test_an_unknown_unit(api: TestClient, waiting: str) -> None:
    refused(act(api, waiting, OPERATOR, {"move": "dispatch", "unit": "nobody"}), 422, "unknown_unit")


@pytest.mark.parametrize(
    ("actor", "do", "field"),
    [
        (OPERATOR, {"move": "fly"}, "do"),
        (OPERATOR, {"move": "register"}, "do"),
        (OPERATOR, {}, "do"),
        (OPERATOR, None, "do"),
        (OPERATOR, {"move": "dispatch"}, "do.dispatch.unit"),
        (OPERATOR, {"move": "dispatch", "unit": "u" * 65}, "do"),
        (OPERATOR, {"move": "dispatch", "unit": "wa\x00ter"}, "do"),
        (OPERATOR, {"move": "dispatch", "unit": "\ud800"}, "do"),
        (OPERATOR, {"move": "close", "reply_public": "好\x07"}, "do.close.reply_public"),
        (OPERATOR, {"move": "close", "reply_public": "好" * 20_001}, "do.close.reply_public"),
        (OPERATOR, {"move": "close", "reply_public": "\udfff"}, "do.close.reply_public"),
        (OPERATOR, {"move": "return", "reason": "lazy"}, "do.return.reason"),
        (OPERATOR, {"move": "sign", "when": "now"}, "do.sign.when"),
        ({"id": "x", "role": "king"}, {"move": "sign"}, "actor.role"),
        ({"id": "\ud800", "role": "operator"}, {"move": "sign"}, "actor.id"),
        ({"id": "a\x00", "role": "operator"}, {"move": "sign"}, "actor.id"),
        ({"id": "a" * 1_000_000, "role": "operator"}, {"move": "sign"}, "actor.id"),
        ({"role": "operator"}, {"move": "sign"}, "actor.id"),
        ("me", {"move": "sign"}, "actor"),
    ],
)
def test_a_wish_that_cannot_be_read(
    api: TestClient, services: Services, waiting: str, actor: Any, do: Any, field: str
) -> None:
    before = services.log.end_offsets(COMMANDS)
    body = json.dumps({"actor": actor, "do": do}).encode()
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
    answer = act(api, waiting, OPERATOR, {"move": "dispatch", "unit": "water"}, expected_version=version)
    assert answer.status_code == (409 if version == 10**30 else 422)


def test_the_same_key_is_the_same_command(api: TestClient, services: Services, waiting: str) -> None:
    key = {"Idempotency-Key": "k-1"}
    do = {"move": "dispatch", "unit": "water"}
    first, second = (act(api, waiting, OPERATOR, do, key) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()
    refused_twice = [act(api, waiting, OPERATOR, do, {"Idempotency-Key": "k-2"}).json() for _ in range(2)]
    assert refused_twice[0]["code"] == "forbidden_move"
    assert refused_twice[0] == refused_twice[1]
    dispatched = [record for record in every_record(services.log, EVENTS) if record.key == waiting]
    assert len(dispatched) == 4


@pytest.mark.parametrize("key", ["", "a b", "k" * 101, "a/b", "é"])
def test_a_key_that_is_none(api: TestClient, waiting: str, key: str) -> None:
    headers: Any = {"Idempotency-Key": key.encode("latin-1")}
    answer = act(api, waiting, OPERATOR, {"move": "dispatch", "unit": "water"}, headers)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")


def test_one_of_many_wins(api: TestClient, services: Services, waiting: str) -> None:
    units = ["water", "housing", "urban_mgmt", "police", "health", "education"]
    answers: list[httpx.Response] = []
    gate = threading.Barrier(len(units))

    def race(unit: str) -> None:
        gate.wait()
        do = {"move": "dispatch", "unit": unit}
        answers.append(act(api, waiting, OPERATOR, do, expected_version=3))

    threads = [threading.Thread(target=race, args=(unit,)) for unit in units]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    [winner] = [answer.json() for answer in answers if answer.status_code == 200]
    order = api.get(f"/api/v1/orders/{waiting}").json()
    assert (order["version"], order["lead_department"]) == (4, winner["lead_department"])
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"stale_version"}
