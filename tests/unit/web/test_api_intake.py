"""``POST /api/v1/orders`` under hostile input: every error is a problem document, no personal value is echoed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from consumers.runner import Runner
from dispatcher.settings import Settings
from dispatcher.web.app import create_app
from dispatcher.wiring import Services
from models.rights import Role, Task
from tests.unit.web.credentials import bearer, sign_in

PROBLEM = "application/problem+json"
GOOD = {"title": "路灯不亮", "content": "公明街道路灯坏了三天", "street": "公明街道"}
NAME, PHONE = "欧阳无双", "13987650432"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    services = Services(Settings(data=tmp_path_factory.mktemp("data"), answer_timeout=20))
    runner = Runner(services)
    runner.start()
    with TestClient(create_app(services), raise_server_exceptions=False, follow_redirects=False) as made:
        yield sign_in(made, Role.OPERATOR)
    runner.stop()
    services.close()


def post(api: TestClient, body: Any, **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return api.post("/api/v1/orders", content=content, headers=headers)


def wrong(answer: httpx.Response, status: int = 422) -> list[str]:
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM), answer.text
    document = answer.json()
    assert document["status"] == status
    assert document["detail"]
    assert all(error["reason"] for error in document.get("errors", []))
    return [error["field"] for error in document.get("errors", [])]


def test_created_then_duplicate(api: TestClient) -> None:
    body = GOOD | {"source_system": "a", "external_id": "1"}
    first, second = post(api, body), post(api, body | {"title": "另一个标题"})
    assert (first.status_code, first.json()["status"]) == (201, "created")
    assert (second.status_code, second.json()["status"]) == (200, "duplicate")
    assert first.headers["location"] == second.headers["location"] == f"/api/v1/orders/{first.json()['order_no']}"
    shown = api.get(first.headers["location"]).json()
    assert shown["title"] == second.json()["title"] == "路灯不亮"


def test_a_list_answers_each_row_in_its_place(api: TestClient) -> None:
    rows: list[Any] = [
        GOOD | {"external_id": "m1"}, 1, None, {}, GOOD | {"external_id": "m1"}, [GOOD], GOOD | {"street": "无此街道"},
        GOOD | {"external_id": "m2"},
    ]  # fmt: skip
    answer = post(api, rows)
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [one["status"] for one in results] == [
        "created", "refused", "refused", "refused", "duplicate", "refused", "refused", "created",
    ]  # fmt: skip
    assert results[0]["order_no"] == results[4]["order_no"] != results[7]["order_no"]
    assert [error["field"] for error in results[3]["errors"]] == ["title", "content"]
    assert results[6]["errors"][0]["field"] == "street"


def test_a_full_list_is_taken_and_a_longer_one_is_not(api: TestClient) -> None:
    before = api.get("/api/v1/orders/count", params={"source_system": "many"}).json()["count"]
    rows = [GOOD | {"source_system": "many", "external_id": str(n)} for n in range(1001)]
    wrong(post(api, rows))
    assert api.get("/api/v1/orders/count", params={"source_system": "many"}).json()["count"] == before
    answer = post(api, rows[:1000])
    assert {one["status"] for one in answer.json()["results"]} == {"created"}
    wrong(post(api, []))


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"nonsense", b"\xff\xfe{}", "{}".encode("utf-16"), b'{"title": "\xe8\xb7"}', b"\xef\xbb\xbf{}",
        b"[" * 100_000, b'{"a":' * 100_000, b'{"title":' + b"9" * 5000 + b"}",
    ],
    ids=["empty", "open", "word", "bom16", "utf16", "cut", "bom", "deep-list", "deep-object", "long-number"],
)  # fmt: skip
def test_what_is_no_json(api: TestClient, body: bytes) -> None:
    wrong(post(api, body), 400)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "路\x00灯"}, "title"),
        ({"content": "路\x1b[31m灯"}, "content"),
        ({"content": "字" * 20_001}, "content"),
        ({"content": " \n "}, "content"),
        ({"title": "字" * 201}, "title"),
        ({"title": ["a"] * 3}, "title"),
        ({"title": None}, "title"),
        ({"title": json.loads("[" * 400 + "]" * 400)}, "title"),
        ({"title": "\ud800"}, "title"),
        ({"channel": "carrier_pigeon"}, "channel"),
        ({"request_type": "help!"}, "request_type"),
        ({"street": "无此街道"}, "street"),
        ({"community": "无此社区"}, "community"),
        ({"category": "无此类"}, "category"),
        ({"item_code": "0"}, "item_code"),
        ({"urgency": "yesterday"}, "urgency"),
        ({"colour": "red"}, "colour"),
        ({"latitude": 91}, "latitude"),
        ({"latitude": float("nan")}, "latitude"),
        ({"received_at": "2999-01-01T00:00:00+08:00"}, "received_at"),
        ({"received_at": "2026-01-01T00:00:00"}, "received_at"),
        ({"received_at": "2026-02-30T00:00:00Z"}, "received_at"),
        ({"received_at": 20260101}, "received_at"),
        ({"received_at": "20260101"}, "received_at"),
        ({"received_at": "0001-01-01T00:00:00+08:00"}, "received_at"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "occurred_at"),
        ({"occurred_at": "9999-12-31T23:59:59-12:00"}, "occurred_at"),
        ({"received_at": "2026-01-02T00:00:00Z", "closed_at": "2026-01-01T23:59:59Z"}, "closed_at"),
        ({"closed_at": "2999-01-01T00:00:00Z"}, "closed_at"),
        ({"received_at": "2026-01-02T00:00:00Z", "signed_at": "2026-01-03T00:00:00Z"}, "signed_at"),
        ({"returns": [{"department": "nobody", "dispatched_at": "2026-01-03T00:00:00Z",
                       "returned_at": "2026-01-04T00:00:00Z"}], "received_at": "2026-01-02T00:00:00Z"},
         "returns.0.department"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(api: TestClient, change: dict[str, Any], field: str) -> None:
    assert field in wrong(post(api, GOOD | change))


def test_all_wrong_fields_are_named_at_once(api: TestClient) -> None:
    assert wrong(post(api, {"title": "", "street": "x", "urgency": "x"})) == ["title", "content", "urgency"]


@pytest.mark.parametrize(
    "change", [{"name": NAME + "\x00"}, {"name": NAME * 60}, {"phone": PHONE + "x"}, {"phone": PHONE * 3}]
)
def test_no_error_repeats_personal_data(api: TestClient, change: dict[str, Any]) -> None:
    person = GOOD | {"name": NAME, "phone": PHONE, "uscc": "91440300MA5"}
    for broken in (change, {"title": None}, {"is_anonymous": "vielleicht"}, {"returns": NAME}, {"street": 5}):
        for body in (person | change | broken, [person | change | broken]):
            answer = post(api, body)
            assert answer.status_code in (200, 422)
            assert NAME not in answer.text
            assert PHONE not in answer.text


def test_twenty_thousand_characters_come_back(api: TestClient) -> None:
    answer = post(api, GOOD | {"content": "𠮷" * 20_000})
    assert answer.status_code == 201
    assert api.get(answer.headers["location"]).json()["content"] == "𠮷" * 20_000


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", ";"])
def test_the_content_type_does_not_matter(api: TestClient, content_type: str) -> None:
    assert post(api, GOOD, **{"Content-Type": content_type}).status_code == 201


@pytest.mark.parametrize("body", [b'"x"', b"null", b"1", b"true"])
def test_json_that_is_no_order(api: TestClient, body: bytes) -> None:
    wrong(post(api, body))


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/api/v1/orders", "/api/v1/classify", "/api/v1/orders/GM0000000000000/commands"])
def test_other_methods_are_refused(api: TestClient, method: str, path: str) -> None:
    answer = api.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (405, PROBLEM)


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/x", "/api/v1/orders/GM0", "/api/v1/orders/%ff%00", "/api/"])
def test_unknown_paths(api: TestClient, path: str) -> None:
    wrong(api.get(path), 404)


@pytest.mark.parametrize("path", ["/api/v1/orders", "/api/v1/classify", "/api/v1/orders/GM0000000000000/commands"])
@pytest.mark.parametrize("chunked", [True, False])
def test_a_body_that_is_too_large(api: TestClient, path: str, chunked: bool) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(25):
            yield b" " * 1_000_000

    body = pieces() if chunked else b" " * 25_000_000
    wrong(api.post(path, content=body, headers={"Content-Type": "application/json"}), 413)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_sites_page_does_not_act(api: TestClient, site: str) -> None:
    wrong(post(api, GOOD, **{"Sec-Fetch-Site": site}), 403)


def test_an_order_with_a_past_arrives_with_it(api: TestClient) -> None:
    past = {
        "received_at": "2026-01-05T08:00:00+08:00", "lead_department": "区水务局",
        "returns": [{"department": "housing", "dispatched_at": "2026-01-05T09:00:00+08:00",
                     "returned_at": "2026-01-06T09:00:00+08:00"}],
        "dispatched_at": "2026-01-06T10:00:00+08:00", "signed_at": "2026-01-06T11:00:00+08:00",
        "closed_at": "2026-01-09T11:00:00+08:00", "reply_public": "已修复",
    }  # fmt: skip
    made = post(api, GOOD | past).json()
    assert (made["state"], made["first_department"], made["closing_department"]) == ("closed", "housing", "water")
    assert (made["return_count"], made["closed_at"]) == (1, "2026-01-09T11:00:00+08:00")
    events = api.get(f"/api/v1/orders/{made['order_no']}/events").json()["events"]
    assert [event["fact"]["type"] for event in events] == [
        "received", "routed", "accepted", "dispatched", "returned", "dispatched", "signed", "replied", "closed",
    ]  # fmt: skip


def test_without_a_ledger_the_answer_comes_later(tmp_path: Path) -> None:
    services = Services(Settings(data=tmp_path, answer_timeout=0.1))
    with TestClient(create_app(services), raise_server_exceptions=False) as api:
        sign_in(api, Role.OPERATOR)
        answer = post(api, GOOD)
        assert (answer.status_code, answer.json()["status"]) == (202, "pending")
        later = answer.json()["outcome"]
        wrong(api.get(later), 404)
        [listed] = post(api, [GOOD]).json()["results"]
        assert listed["status"] == "pending"
        command = {"do": {"move": "accept"}}
        told = api.post(f"/api/v1/orders/{answer.json()['order_no']}/commands", json=command)
        assert (told.status_code, told.headers["location"]) == (202, told.json()["outcome"])
        runner = Runner(services)
        runner.start()
        services.store.wait_outcomes([later.rpartition("/")[2].rpartition(":")[0]], 20)
        assert api.get(later).json()["version"] >= 3 and "digest" not in api.get(later).json()
        for other in (bearer(api.app, Role.OPERATOR), bearer(api.app, Role.DEPARTMENT, "water")):
            assert api.get(later, headers=other).status_code in (403, 404)
        assert api.get(later[:-1]).status_code == api.get("/api/v1/intakes/orders.intake-0-0:").status_code == 404
        services.store.wait_outcomes([told.headers["location"].rpartition("/")[2]], 20)
        assert api.get(told.headers["location"]).json()["refusal"]["code"] in ("forbidden_move", "unknown_order")
        assert api.get(answer.headers["location"]).status_code == 200
        runner.stop()
    services.close()


def test_a_duplicate_that_says_something_else_is_told_so(api: TestClient) -> None:
    said = {"source_system": "x", "external_id": "differs", "title": "路灯", "content": "坏了"}
    api.post("/api/v1/orders", json=said)
    assert "differs" not in api.post("/api/v1/orders", json=said).json()
    again = api.post("/api/v1/orders", json=said | {"content": "修好了", "street": "公明"}).json()
    assert (again["status"], again["differs"], again["content"]) == ("duplicate", ["content", "street"], "坏了")
    [one] = api.post("/api/v1/orders", json=[said | {"title": "井盖"}]).json()["results"]
    assert one["differs"] == ["title"]


def test_a_token_that_only_hands_in_is_told_the_number_alone(api: TestClient) -> None:
    only = bearer(api.app, Role.OPERATOR, scopes=frozenset({Task.HAND_IN}))
    said = GOOD | {"source_system": "x", "external_id": "only"}
    made, again = (api.post("/api/v1/orders", json=said, headers=only) for _ in range(2))
    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json() == {"status": "created", "order_no": made.json()["order_no"]}
    assert again.json() == {"status": "duplicate", "order_no": made.json()["order_no"]}
    assert api.get(made.headers["location"], headers=only).status_code == 403
