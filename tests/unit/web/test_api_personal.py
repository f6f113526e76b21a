"""Personal data over HTTP: masked at rest, shown for a reason that is kept, found by a number that is kept nowhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dispatcher.wiring import Services
from models.moves import Contact, Dispatch
from models.rights import Role
from tests.unit.web.conftest import As, Moved, Put

PERSON = {"name": "欧阳无双", "phone": "13987650432", "id_number": "11010519491231002X"}
CONTENT = "我叫欧阳无双，电话13987650432"
ADDRESS = "公明路3栋1单元502室"
WHY = {"reason": "核对回访电话"}


@pytest.fixture
def number(put: Put, moved: Moved) -> str:
    made = put(**PERSON, content=CONTENT)
    moved(made, Dispatch(unit="water"), Contact(note="约在13700001111"))
    return made


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SUPERVISOR, Role.DEPARTMENT])
def test_the_originals_are_shown_and_who_looked_is_kept(
    as_role: As, services: Services, number: str, role: Role
) -> None:
    client = as_role(role, "water" if role is Role.DEPARTMENT else None)
    answer = client.post(f"/api/v1/orders/{number}/reveal", json=WHY)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store"), answer.text
    shown = answer.json()
    assert {name: shown["handed_in"][name] for name in PERSON} == PERSON
    assert shown["handed_in"]["content"] == CONTENT
    assert [texts["note"] for texts in shown["moves"].values()] == ["约在13700001111"]
    again = client.post(f"/api/v1/orders/{number}/reveal", json=WHY | {"reason": "再看一次"})
    assert again.json() == shown
    views = as_role(Role.SUPERVISOR).get("/api/v1/views").json()["views"]
    assert [(view["order_no"], view["reason"], view["role"]) for view in views] == [
        (number, "再看一次", role), (number, "核对回访电话", role),
    ]  # fmt: skip
    assert views[0]["account"].startswith(f"token:{role}")
    # What was looked at is no fact that everybody reads.
    facts = {who: as_role(who).get(f"/api/v1/orders/{number}/events").text for who in (Role.SUPERVISOR, Role.OPERATOR)}
    assert "revealed" in facts[Role.SUPERVISOR] and "revealed" not in facts[Role.OPERATOR]


@pytest.mark.usefixtures("ledger")
def test_who_may_not_look(as_role: As, put: Put, moved: Moved, number: str) -> None:
    where = f"/api/v1/orders/{number}/reveal"
    for role, unit, status in (
        (Role.ANALYST, None, 403), (Role.ADMINISTRATOR, None, 403), (Role.DEPARTMENT, "housing", 404),
    ):  # fmt: skip
        answer = as_role(role, unit).post(where, json=WHY)
        assert answer.status_code == status and "欧阳" not in answer.text
    hidden = put(**PERSON, is_confidential=True)
    moved(hidden, Dispatch(unit="water"))
    answer = as_role(Role.DEPARTMENT, "water").post(f"/api/v1/orders/{hidden}/reveal", json=WHY)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert as_role(Role.OPERATOR).post(f"/api/v1/orders/{hidden}/reveal", json=WHY).status_code == 200
    for role in (Role.OPERATOR, Role.DEPARTMENT, Role.ANALYST, Role.ADMINISTRATOR):
        assert as_role(role, "water" if role is Role.DEPARTMENT else None).get("/api/v1/views").status_code == 403


@pytest.mark.parametrize(
    "body", [{}, {"reason": "看"}, {"reason": "理" * 501}, {"reason": "看看\x00人他"}, {"reason": 4}]
)
def test_a_look_needs_a_reason(client: TestClient, number: str, body: dict[str, Any]) -> None:
    assert client.post(f"/api/v1/orders/{number}/reveal", json=body).status_code == 422


@pytest.mark.usefixtures("ledger")
def test_the_view_log_is_paged_and_filtered(as_role: As, number: str) -> None:
    first, second, chief = as_role(Role.OPERATOR), as_role(Role.DEPARTMENT, "water"), as_role(Role.SUPERVISOR)
    for n in range(5):
        for client in (first, second):
            assert client.post(f"/api/v1/orders/{number}/reveal", json={"reason": f"第{n}次核对"}).status_code == 200
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = chief.get("/api/v1/views", params={"limit": 3} | ({"cursor": cursor} if cursor else {})).json()
        seen += [view["reason"] + view["role"] for view in page["views"]]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 10
    assert len(chief.get("/api/v1/views", params={"unit": "water"}).json()["views"]) == 5
    assert chief.get("/api/v1/views", params={"cursor": "x"}).status_code == 422


@pytest.mark.usefixtures("ledger")
def test_a_page_shows_it_once_and_says_that_it_was_kept(client: TestClient, number: str) -> None:
    page = client.get(f"/orders/{number}").text
    assert "欧阳无双" not in page and 'value="reveal"' in page
    form = {"move": "reveal", "version": "5", "key": "k", "reason": "核对回访电话"}
    shown = client.post(f"/orders/{number}/moves", data=form)
    assert shown.status_code == 200 and "欧阳无双" in shown.text and "13987650432" in shown.text
    assert "查看已记入日志" in shown.text and shown.headers["cache-control"] == "no-store"
    assert "欧阳无双" not in client.get(f"/orders/{number}").text


@pytest.mark.parametrize("phone", ["13987650432", "139 8765 0432", "+86 139-8765-0432"])
def test_earlier_orders_are_found_by_the_number(client: TestClient, put: Put, phone: str) -> None:
    wanted = [put(phone="13987650432", received_at=f"2026-03-0{day}T09:00:00+08:00") for day in (1, 3, 2)]
    put(phone="13987650433")
    put()
    found = client.post("/api/v1/requesters/find", json={"phone": phone})
    assert found.headers["cache-control"] == "no-store"
    assert [order["order_no"] for order in found.json()["orders"]] == [wanted[1], wanted[2], wanted[0]]
    assert "13987650432" not in found.text
    page = client.post("/api/v1/requesters/find", json={"phone": phone, "limit": 2}).json()
    rest = client.post("/api/v1/requesters/find", json={"phone": phone, "limit": 2, "cursor": page["cursor"]}).json()
    assert [order["order_no"] for order in page["orders"] + rest["orders"]] == [wanted[1], wanted[2], wanted[0]]


@pytest.mark.parametrize("phone", ["***", "139****0432", "abc", "", "1" * 61, None])
def test_what_is_no_number_finds_nobody(client: TestClient, put: Put, phone: Any) -> None:
    put(phone="13987650432")
    answer = client.post("/api/v1/requesters/find", json={"phone": phone})
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "phone"


def test_who_may_not_look_for_callers(as_role: As) -> None:
    for role in (Role.DEPARTMENT, Role.ANALYST, Role.ADMINISTRATOR):
        client = as_role(role, "water" if role is Role.DEPARTMENT else None)
        assert client.post("/api/v1/requesters/find", json={"phone": "13987650432"}).status_code == 403


@pytest.mark.usefixtures("stages")
def test_nothing_of_a_person_lies_in_the_data_in_clear(client: TestClient, services: Services, tmp_path: Path) -> None:
    made = client.post(
        "/api/v1/orders", json={"title": "求助", "content": CONTENT, "address_text": ADDRESS, **PERSON}
    ).json()
    answer = client.post(
        f"/api/v1/orders/{made['order_no']}/commands",
        json={"do": {"move": "refer", "reason": "欧阳无双（13987650432）再次来电"}},
    )
    assert answer.status_code in (200, 409), answer.text
    services.close()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 2
    for path in files:
        held = path.read_bytes()
        for secret in (*PERSON.values(), "502室"):
            assert secret.encode() not in held, (path.name, secret)
