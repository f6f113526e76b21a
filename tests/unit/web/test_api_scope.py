"""What a department may not know of is answered like what does not exist, whatever is asked and however."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dispatcher.wiring import Services
from models.kinds import ReturnReason
from models.moves import Dispatch, Return, Sign
from models.rights import Role
from models.topics import COMMANDS
from tests.unit.web.conftest import NOW, As, Moved, Put

NOBODYS = "GM0000000000000"
TITLE = "只有水务该看见的标题"


@pytest.fixture
def foreign(put: Put, moved: Moved) -> str:
    number = put(title=TITLE, street="公明街道", name="欧阳无双", phone="13987650432", channel="wechat")
    moved(number, Dispatch(unit="water"), Sign())
    return number


@pytest.fixture
def own(put: Put, moved: Moved) -> str:
    number = put(title="物业纠纷", street="光明街道")
    moved(number, Dispatch(unit="police", co_units=("housing",)))
    return number


@pytest.fixture
def housing(as_role: As) -> TestClient:
    return as_role(Role.DEPARTMENT, "housing")


CALLS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("GET", "/api/v1/orders/{}", {}),
    ("GET", "/api/v1/orders/{}", {"headers": {"If-None-Match": '"5"'}}),
    ("GET", "/api/v1/orders/{}", {"headers": {"If-None-Match": "*"}}),
    ("GET", "/api/v1/orders/{}/events", {}),
    ("GET", "/api/v1/orders/{}/receipts", {}),
    ("GET", "/api/v1/orders/{}/export", {}),
    ("POST", "/api/v1/orders/{}/commands", {"json": {"do": {"move": "sign"}}}),
    ("POST", "/api/v1/orders/{}/commands", {"json": {"do": {"move": "archive"}, "expected_version": 1}}),
    ("POST", "/api/v1/orders/{}/commands", {"json": {"do": {"move": "sign"}}, "headers": {"If-Match": '"5"'}}),
    ("POST", "/api/v1/orders/{}/commands", {"json": {"do": {"move": "sign"}}, "headers": {"Idempotency-Key": "k"}}),
    ("POST", "/api/v1/orders/{}/commands", {"json": {"do": {"move": "merge", "into": NOBODYS}}}),
    ("POST", "/api/v1/orders/{}/reveal", {"json": {"reason": "想看看是谁"}}),
    ("GET", "/orders/{}", {}),
    ("POST", "/orders/{}/moves", {"data": {"move": "sign", "key": "k", "version": "5"}}),
)


@pytest.mark.parametrize(("method", "path", "more"), CALLS)
def test_a_foreign_order_is_answered_like_none(
    housing: TestClient, services: Services, foreign: str, method: str, path: str, more: dict[str, Any]
) -> None:
    before = services.log.end_offsets(COMMANDS)
    there, nowhere = (housing.request(method, path.format(number), **more) for number in (foreign, NOBODYS))
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert there.content.replace(foreign.encode(), NOBODYS.encode()) == nowhere.content
    assert dict(there.headers) == dict(nowhere.headers)
    assert services.log.end_offsets(COMMANDS) == before


def test_in_a_list_of_commands_as_well(housing: TestClient, foreign: str) -> None:
    items = [{"order_no": number, "do": {"move": "sign"}, "key": "k"} for number in (foreign, NOBODYS)]
    there, nowhere = housing.post("/api/v1/commands", json={"items": items}).json()["results"]
    assert str(there).replace(foreign, NOBODYS) == str(nowhere)
    assert there["problem"]["code"] == "unknown_order"


def test_a_foreign_order_cannot_be_followed(housing: TestClient, own: str, foreign: str) -> None:
    there, nowhere = (
        housing.post(f"/api/v1/orders/{own}/commands", json={"do": {"move": "merge", "into": number}})
        for number in (foreign, NOBODYS)
    )
    assert there.status_code == nowhere.status_code == 422
    assert there.text.replace(foreign, NOBODYS) == nowhere.text


@pytest.mark.parametrize(
    "params",
    [{}, {"text": TITLE}, {"text": "只有水务"}, {"unit": "water"}, {"street": "440311002"}, {"channel": "wechat"}],
)
def test_nothing_of_it_is_found_or_counted(housing: TestClient, foreign: str, own: str, params: dict[str, Any]) -> None:
    found = housing.get("/api/v1/orders", params=params)
    assert [order["order_no"] for order in found.json()["orders"]] == ([own] if not params else [])
    assert housing.get("/api/v1/orders/count", params=params).json()["count"] == (0 if params else 1)
    facets = housing.get("/api/v1/orders/facets", params=params).json()
    assert "water" not in facets["unit"] and "440311002" not in facets["street"] and "handling" not in facets["state"]
    page = housing.get("/orders", params=params).text
    assert foreign not in page and TITLE not in page.replace(f'value="{TITLE}"', "")
    counts = [int(count) for count in re.findall(r'class="ms-count">(\d+)<', page)]
    assert (max(counts) == 1) == (not params or "unit" in params or "street" in params or "channel" in params)
    exported = housing.get("/api/v1/export", params={"format": "csv"} | params)
    assert exported.status_code == 200 and foreign not in exported.text and (own in exported.text) == (not params)


def test_a_client_cannot_widen_its_scope(housing: TestClient, foreign: str) -> None:
    for name in ("involving", "within", "phone_hash", "scope"):
        for path in ("/api/v1/orders", "/api/v1/orders/count", "/api/v1/closure", "/api/v1/export"):
            assert housing.get(path, params={name: "water"}).status_code == 422, (path, name)


def test_closure_figures_are_of_the_own_orders(housing: TestClient, as_role: As, foreign: str, own: str) -> None:
    for path in ("/api/v1/closure", "/api/v1/closure/report"):
        assert housing.get(path).json()["orders"] == 1
        assert as_role(Role.ANALYST).get(path).json()["orders"] == 2
        assert "water" not in housing.get(path, params={"by": "unit"}).json()["groups"]
    assert "区水务局" not in housing.get("/closure").text


def test_who_handles_it_no_longer_knows_of_it_no_longer(
    as_role: As, foreign: str, moved: Moved, services: Services
) -> None:
    water = as_role(Role.DEPARTMENT, "water")
    assert water.get(f"/api/v1/orders/{foreign}").status_code == 200
    moved(foreign, Return(reason=ReturnReason.NOT_MY_DUTY, basis="属住建"))
    moved(foreign, Dispatch(unit="housing"))
    assert water.get(f"/api/v1/orders/{foreign}").status_code == 404
    assert as_role(Role.DEPARTMENT, "housing").get(f"/api/v1/orders/{foreign}").status_code == 200


def test_who_co_handles_sees_it_and_has_its_own_moves(housing: TestClient, as_role: As, own: str, foreign: str) -> None:
    shown = housing.get(f"/api/v1/orders/{own}").json()
    assert shown["units"] == ["housing", "police"]
    assert "co_reply" in shown["allowed"] and "sign" not in shown["allowed"]
    lead = as_role(Role.DEPARTMENT, "police").get(f"/api/v1/orders/{own}").json()["allowed"]
    assert {"sign", "return", "contact"} <= set(lead) and "co_reply" not in lead
    hotline = as_role(Role.OPERATOR).get(f"/api/v1/orders/{own}").json()["allowed"]
    assert {"recall", "urge"} <= set(hotline) and "sign" not in hotline
    assert as_role(Role.ANALYST).get(f"/api/v1/orders/{own}").json()["allowed"] == []


PERSON = {"name": "欧阳无双", "phone": "13987650432", "id_number": "11010519491231002X"}


@pytest.mark.parametrize("wish", [{}, {"is_anonymous": True}, {"is_confidential": True}])
def test_what_each_role_sees_of_the_requester(as_role: As, put: Put, moved: Moved, wish: dict[str, Any]) -> None:
    number = put(**PERSON, **wish, content="我叫欧阳无双，电话13987650432", agent_id="坐席007")
    moved(number, Dispatch(unit="water"))
    secrets = (*PERSON.values(), "98765", "phone_hashes", "id_hash", "sealed")
    for role, unit in (
        (Role.OPERATOR, None),
        (Role.DEPARTMENT, "water"),
        (Role.SUPERVISOR, None),
        (Role.ANALYST, None),
    ):
        client = as_role(role, unit)
        for path in (
            f"/api/v1/orders/{number}",
            f"/api/v1/orders/{number}/events",
            "/api/v1/orders",
            f"/orders/{number}",
        ):
            text = client.get(path).text
            assert text and not [word for word in secrets if word in text], (role, path)
        requester = client.get(f"/api/v1/orders/{number}").json()["requester"]
        if role is Role.ANALYST:
            assert requester is None
        else:
            shown = {"name": "欧***", "phone": "139****0432", "id_number": "110105************"}
            assert {name: requester[name] for name in PERSON} == (dict.fromkeys(PERSON, "***") if wish else shown)


def test_an_analyst_sees_no_persons_at_all(as_role: As, put: Put, moved: Moved) -> None:
    number = put(**PERSON, agent_id="坐席007")
    moved(number, Dispatch(unit="water"))
    analyst = as_role(Role.ANALYST)
    shown = analyst.get(f"/api/v1/orders/{number}").json()
    assert (shown["requester"], shown["agent_id"]) == (None, "***")
    assert "坐席007" not in analyst.get(f"/api/v1/orders/{number}/events").text
    assert "坐席007" not in analyst.get(f"/orders/{number}").text
    assert "139****0432" not in analyst.get(f"/orders/{number}").text


def test_an_answer_that_still_holds_is_not_sent_again(client: TestClient, put: Put, moved: Moved) -> None:
    number = put()
    where = f"/api/v1/orders/{number}"
    first = client.get(where)
    tag = first.headers["etag"]
    assert tag == f'"{first.json()["version"]}"' and "private" in first.headers["cache-control"]
    for said in (tag, f"W/{tag}", f'"1", {tag}', "*"):
        again = client.get(where, headers={"If-None-Match": said})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    moved(number, Dispatch(unit="water"))
    assert client.get(where, headers={"If-None-Match": tag}).headers["etag"] == '"4"'


def test_what_is_to_come_of_an_order(client: TestClient, put: Put, moved: Moved) -> None:
    number = put(phone="13812345678")
    assert client.get(f"/api/v1/orders/{number}").json()["dues"][0]["kind"] == "undispatched"
    moved(number, Dispatch(unit="water"))
    dues = client.get(f"/api/v1/orders/{number}").json()["dues"]
    assert {due["kind"] for due in dues} == {"unsigned", "uncontacted", "warning", "overdue", "far_overdue"}
    assert [due["at"] for due in dues] == sorted(due["at"] for due in dues)
    assert min(due["at"] for due in dues) > (NOW + timedelta(hours=1)).isoformat()
