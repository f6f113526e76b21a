"""Searching, paging, counting and reading orders over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.unit.web.conftest import NOW, Put

STREETS = ("光明街道", "公明街道")
FACETS = {
    "state", "unit", "street", "community", "category", "request_type", "channel", "urgency", "decision_mode",
    "card", "item_code",
}  # fmt: skip


@pytest.fixture
def city(put: Put) -> list[str]:
    """Forty orders; every third is closed."""
    numbers = []
    for n in range(40):
        received = NOW - timedelta(days=n // 2, hours=6)  # pairs share a moment
        past: dict[str, Any] = {}
        if n % 3 == 0:
            past = {"lead_department": "water" if n % 2 else "housing", "dispatched_at": received,
                    "closed_at": received + timedelta(hours=1), "reply_public": "已答复"}  # fmt: skip
        numbers.append(
            put(
                title=f"第{n}件 路灯LED" if n % 2 else f"第{n}件 水管", content="请处理", received_at=received,
                street=STREETS[n % 2], urgency="urgent" if n % 4 == 0 else "normal",
                channel="web" if n % 5 else "wechat", name="欧阳无双", phone="13987650432", **past,
            )
        )  # fmt: skip
    return numbers


def found(client: TestClient, **params: Any) -> set[str]:
    answer = client.get("/api/v1/orders", params={"limit": 500} | params)
    assert answer.status_code == 200, answer.text
    numbers = [order["order_no"] for order in answer.json()["orders"]]
    assert len(numbers) == len(set(numbers))
    assert client.get("/api/v1/orders/count", params=params).json() == {"count": len(numbers)}
    return set(numbers)


def test_every_filter(client: TestClient, city: list[str]) -> None:
    def those(keep: Any) -> set[str]:
        return {number for n, number in enumerate(city) if keep(n)}

    day = timedelta(days=1)
    assert found(client) == set(city)
    assert found(client, state="closed") == those(lambda n: n % 3 == 0)
    assert found(client, state=["closed", "accepted"]) == set(city)
    assert found(client, unit="water") == those(lambda n: n % 6 == 3)
    assert found(client, street="440311001") == those(lambda n: n % 2 == 0)
    assert found(client, urgency="urgent") == those(lambda n: n % 4 == 0)
    assert found(client, channel="wechat") == those(lambda n: n % 5 == 0)
    assert found(client, text="ｌｅｄ") == those(lambda n: n % 2)
    assert found(client, text="路灯", state="closed") == those(lambda n: n % 6 == 3)
    assert found(client, text=city[7]) == {city[7]}
    assert found(client, received_from=(NOW - day).isoformat()) == those(lambda n: n < 2)
    assert found(client, received_to=(NOW - day).isoformat()) == those(lambda n: n >= 2)
    assert found(client, closed_from=(NOW - 2 * day).isoformat()) == those(lambda n: n % 3 == 0 and n < 4)
    assert found(client, source_system="nobody") == set()
    assert found(client, community="无") == set()
    late = found(client, overdue=True)
    assert late | found(client, overdue=False) == set(city)
    assert late
    assert not late & found(client, overdue=False)


@pytest.mark.parametrize("sort", ["received_at", "closed_at", "due_at", "updated_at"])
@pytest.mark.parametrize("descending", [True, False])
def test_paging_shows_everything_once_in_order(
    client: TestClient, city: list[str], sort: str, descending: bool
) -> None:
    params: dict[str, Any] = {"sort": sort, "descending": descending, "limit": 7}
    seen: list[dict[str, Any]] = []
    while True:
        page = client.get("/api/v1/orders", params=params).json()
        assert len(page["orders"]) <= 7
        seen += page["orders"]
        if page["cursor"] is None:
            break
        params["cursor"] = page["cursor"]
    assert sorted(order["order_no"] for order in seen) == sorted(city)
    if sort == "received_at":
        times = [order["received_at"] for order in seen]
        assert times == sorted(times, reverse=descending)


def test_a_cursor_of_another_search_or_none(client: TestClient, city: list[str]) -> None:
    cursor = client.get("/api/v1/orders", params={"limit": 3}).json()["cursor"]
    for params in (
        {"cursor": cursor, "sort": "due_at"}, {"cursor": cursor, "descending": False}, {"cursor": "x"},
        {"cursor": ""}, {"cursor": cursor[:-2]}, {"cursor": "é" * 20}, {"cursor": "A" * 501},
    ):  # fmt: skip
        answer = client.get("/api/v1/orders", params=params)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), params
        assert answer.json()["errors"][0]["field"] == "cursor"


def test_facets_count_what_search_finds(client: TestClient, city: list[str]) -> None:
    counts = client.get("/api/v1/orders/facets").json()
    assert counts.keys() == FACETS
    assert counts["state"] == {"closed": 14, "accepted": 26}
    assert sum(counts["street"].values()) == 40
    only = client.get("/api/v1/orders/facets", params={"field": ["unit", "urgency"], "state": "closed"}).json()
    assert only == {"unit": {"water": 7, "housing": 7}, "urgency": {"urgent": 4, "normal": 10}}
    assert client.get("/api/v1/orders/facets", params={"field": "title"}).status_code == 422


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text", "字" * 201), ("limit", 0), ("limit", 501), ("limit", "x"), ("state", "lost"), ("overdue", "maybe"),
        ("sort", "title"), ("received_from", "2026-01-01"), ("received_from", "2026-01-01T00:00:00"),
        ("received_from", "20260101"), ("closed_to", "soon"), ("urgency", ""), ("colour", "red"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_named(client: TestClient, name: str, value: Any) -> None:
    answer = client.get("/api/v1/orders", params={name: value})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["errors"][0]["field"].split(".")[0] == name


@pytest.mark.parametrize(
    "text", ["字" * 200, "\x00", '") OR 1=1 --', "%", "*", "NEAR(", '"', "'", "a" * 200, "\\", "👍"]
)
def test_any_text_can_be_searched_for(client: TestClient, city: list[str], text: str) -> None:
    assert found(client, text=text) == set()


@pytest.mark.parametrize("path", ["", "/count", "/facets"])
@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_moments_at_the_ends_of_time(client: TestClient, city: list[str], path: str, moment: str) -> None:
    for name in ("received_from", "received_to", "closed_from", "closed_to"):
        assert client.get(f"/api/v1/orders{path}", params={name: moment}).status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/closure", "/api/v1/closure/report", "/closure"])
@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00", "9999-12-31T23:59:59", "20260101", "soon"])
@pytest.mark.parametrize("clock", ["gross", "working"])
def test_closure_from_an_impossible_moment(
    client: TestClient, city: list[str], path: str, moment: str, clock: str
) -> None:
    zone = "Z" if path.startswith("/api") and "T" in moment else ""
    params = {"observed_at": moment + zone} | ({} if path.endswith("report") else {"clock": clock})
    assert client.get(path, params=params).status_code == 422


def test_the_requester_is_masked(client: TestClient, put: Put) -> None:
    person = {"name": "欧阳无双", "phone": "13987650432", "enterprise_name": "某某公司", "uscc": "91440300MA5EXAMPL1"}
    shown = client.get(f"/api/v1/orders/{put(**person)}").json()["requester"]
    assert (shown["name"], shown["phone"], shown["enterprise_name"]) == ("欧***", "139****0432", "某某公司")
    for wish in ("is_anonymous", "is_confidential"):
        number = put(**person, **{wish: True})
        hidden = client.get(f"/api/v1/orders/{number}").json()["requester"]
        assert [hidden[name] for name in person] == ["***"] * 4
        nobody = client.get(f"/api/v1/orders/{put(**{wish: True})}").json()["requester"]
        assert [nobody[name] for name in person] == [None] * 4
        assert not any(value in client.get(f"/orders/{number}").text for value in person.values())


def test_nothing_tells_who_the_requester_is(client: TestClient, put: Put) -> None:
    number = put(name="欧阳无双", phone="13987650432")
    for path in (f"/api/v1/orders/{number}", f"/api/v1/orders/{number}/events", "/api/v1/orders", f"/orders/{number}"):
        text = client.get(path).text
        assert number in text
        assert "欧阳无双" not in text
        assert "13987650432" not in text
    events = client.get(f"/api/v1/orders/{number}/events").json()["events"]
    assert "requester" not in events[0]["fact"]
    for secret in ("欧阳无双", "13987650432", "98765"):
        assert client.get("/api/v1/orders", params={"text": secret}).json()["orders"] == []


def test_numbers_of_persons_in_texts_are_not_shown_and_not_found(client: TestClient, put: Put) -> None:
    number = put(title="求助", content="请拨打13900139000联系我，身份证44030719900101123X")
    for path in (f"/api/v1/orders/{number}", f"/api/v1/orders/{number}/events", f"/orders/{number}", "/orders"):
        text = client.get(path).text
        assert "139****9000" in text and "13900139000" not in text and "44030719900101123X" not in text, path
    assert client.get("/api/v1/orders/count", params={"text": "13900139000"}).json() == {"count": 0}
    assert client.get("/api/v1/orders/count", params={"text": "139****9000"}).json() == {"count": 1}
