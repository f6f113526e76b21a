"""What was said before, and what grows: found while an order is being taken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from models.rights import Role
from tests.unit.web.conftest import NOW, As, Put

SAID = {
    "title": "路灯不亮", "content": "上村路口的路灯坏了三天，夜里看不清路，请尽快维修", "street": "公明街道",
    "community": "上村", "address_text": "上村路12号",
}  # fmt: skip
AGAIN = {
    "title": "上村路灯坏了", "content": "上村路口路灯三天不亮了，晚上看不清，盼尽快维修", "street": "公明",
    "community": "上村社区", "address_text": "上村路12号",
}  # fmt: skip


@pytest.fixture
def city(put: Put) -> str:
    """Thirty other matters, and one that will be said again."""
    words = ["积水", "噪音", "垃圾", "停车", "欠薪", "漏水", "油烟", "井盖", "学位", "医保"]
    for n in range(30):
        put(title=words[n % 10], content=f"{words[n % 10]}问题请处理第{n}次", street="光明街道", community="翠湖")
    return put(**SAID, name="欧阳无双", phone="13987650432", received_at=NOW - timedelta(hours=5))


def similar(client: TestClient, **said: Any) -> list[dict[str, Any]]:
    answer = client.post("/api/v1/similar", json=said)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["alike"]
    return found


def test_the_same_matter_in_the_same_place_is_found_with_its_reasons(client: TestClient, city: str) -> None:
    best = similar(client, **AGAIN)[0]
    assert best["order"]["order_no"] == city and best["score"] > 0.5 and best["reasons"]
    assert best["hours"] == pytest.approx(5, abs=0.01)
    assert best["order"]["requester"]["phone"] == "139****0432"
    assert city not in [
        one["order"]["order_no"] for one in similar(client, title="表扬", content="感谢民警帮忙找回手机")
    ]
    assert similar(client) == []


def test_names_are_taken_for_codes_and_unknown_ones_are_named(client: TestClient, city: str) -> None:
    answer = client.post("/api/v1/similar", json=AGAIN | {"street": "月亮街道"})
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "street"


def test_an_analyst_compares_words_and_no_persons(as_role: As, city: str) -> None:
    analyst = as_role(Role.ANALYST)
    assert similar(analyst, **AGAIN)[0]["order"]["requester"] is None
    assert analyst.post("/api/v1/similar", json=AGAIN | {"phone": "13987650432"}).status_code == 403
    for path, call in (("/api/v1/similar", "POST"), ("/api/v1/hot", "GET")):
        assert as_role(Role.DEPARTMENT, "water").request(call, path, json={}).status_code == 403


def test_what_grows_is_told_with_its_orders(client: TestClient, put: Put) -> None:
    usual = {"title": "积水", "content": "路面积水", "street": "公明街道", "category": "环境保护"}
    sudden = {"title": "油烟扰民", "content": "烧烤店油烟很大", "street": "马田街道", "category": "环境保护"}
    for day in range(35):
        put(**usual, received_at=NOW - timedelta(days=day, hours=2))
    assert client.get("/api/v1/hot").json() == {"issues": []}
    burst = {put(**sudden, received_at=NOW - timedelta(hours=n)) for n in range(1, 13)}
    [issue] = client.get("/api/v1/hot").json()["issues"]
    assert (issue["street"], issue["observed"]) == ("440311006", 12) and issue["ratio"] > 2
    assert {number for cluster in issue["clusters"] for number in cluster["order_nos"]} == burst
