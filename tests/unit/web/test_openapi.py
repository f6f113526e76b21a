"""The API's description is what a client can be generated from, and true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from dispatcher.web.access import Requires, signed_in
from dispatcher.web.problems import MEDIA_TYPE, ProblemDocument
from dispatcher.web.shapes import EventView, OrderView
from models.kinds import ReturnReason, Satisfaction
from models.moves import (
    ApproveReply,
    Contact,
    Dispatch,
    RecordVisit,
    Reply,
    RequestExtension,
    Return,
    Sign,
    Supervise,
    Urge,
)
from models.rights import Role
from tests.unit.web.conftest import As, Moved, Put

OPEN = {"/healthz", "/readyz", "/api/docs", "/login", "/api/v1/login"}
"""Routes that ask for nobody's credentials."""
OF_ONESELF = {"/", "/logout", "/password", "/api/v1/logout", "/api/v1/me", "/api/v1/me/password"}
"""Routes for everybody who is signed in, whatever the role."""


@pytest.fixture
def described(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/openapi.json").json()
    return found


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    for reference in set(re.findall(r"'\$ref': '([^']+)'", str(described))):
        place: Any = described
        for step in reference.removeprefix("#/").split("/"):
            assert step in place, reference
            place = place[step]


def test_every_operation_has_a_name_of_its_own_and_says_what_it_answers(described: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(described)]
    assert len(names) == len(set(names)) and all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names)
    for path, method, operation in operations(described):
        assert operation["tags"] and operation["summary"] and operation["description"], path
        for status, answer in operation["responses"].items():
            kinds = answer.get("content", {})
            if status >= "400" and path != "/readyz":
                assert list(kinds) == [MEDIA_TYPE] and "`" in answer["description"], (path, method, status)
            for kind, content in kinds.items():
                if "json" not in kind:
                    continue
                schema = content["schema"]
                assert schema and schema != {"type": "object"} and "additionalProperties" not in schema, (path, status)


def test_every_operation_is_for_somebody(described: dict[str, Any]) -> None:
    for path, _, operation in operations(described):
        schemes = {name for scheme in operation.get("security", []) for name in scheme}
        assert (schemes == {"bearer", "cookie"}) == (path not in OPEN), path
        if path not in OPEN:
            assert {"401", "403"} <= set(operation["responses"]), path


def _routes(router: Any) -> Iterator[APIRoute]:
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        if isinstance(route, APIRoute):
            yield route
        elif inner is not None:
            yield from _routes(inner)


def _asked(route: APIRoute) -> list[Any]:
    """What a route's dependencies are, however deep they stand."""
    found, waiting = [], [route.dependant]
    while waiting:
        dependant = waiting.pop()
        found.append(dependant.call)
        waiting += dependant.dependencies
    return found


def test_every_route_asks_for_one_task_or_for_who_is_signed_in(client: TestClient) -> None:
    routes = list(_routes(client.app))
    assert len(routes) > 25
    for route in routes:
        asked = _asked(route)
        tasks = [call for call in asked if isinstance(call, Requires)]
        assert len(tasks) == (0 if route.path in OPEN | OF_ONESELF else 1), route.path
        assert (signed_in in asked) == (route.path not in OPEN), route.path


def test_an_order_and_its_facts_are_as_described(as_role: As, put: Put, moved: Moved) -> None:
    number = put(name="李四", phone="13987650432", address_text="上村路1号")
    order, fact = TypeAdapter(OrderView), TypeAdapter(EventView)
    moved(
        number, Dispatch(unit="water"), Sign(), Return(reason=ReturnReason.UNCLEAR, basis="缺地址"),
        Dispatch(unit="water", co_units=("housing",)), Sign(), Contact(), RequestExtension(days=2, reason="等料"),
        Supervise(level=1, reason="多次"), Urge(), Reply(reply_public="好"),
        ApproveReply(), RecordVisit(contacted=True, satisfaction=Satisfaction.SATISFIED),
    )  # fmt: skip
    for role in (Role.OPERATOR, Role.SUPERVISOR, Role.ANALYST):
        client = as_role(role)
        shown = client.get(f"/api/v1/orders/{number}").json()
        order.validate_python(shown)
        assert shown.keys() == OrderView.model_fields.keys()
        events = client.get(f"/api/v1/orders/{number}/events").json()["events"]
        assert len(events) > 15
        for event in events:
            fact.validate_python(event)
    described = as_role(Role.OPERATOR).get("/api/openapi.json").text
    for secret in ("sealed", "phone_hashes", "id_hash"):
        assert secret not in described and secret not in str(shown) + str(events)


@pytest.mark.parametrize(
    "path", ["/api/v1/orders/GM0", "/api/v1/nothing", "/api/v1/orders?limit=0", "/api/v1/commands"]
)
def test_problems_are_as_described(client: TestClient, path: str) -> None:
    document = client.get(path).json()
    ProblemDocument.model_validate(document, extra="forbid")
    assert document["type"] == f"urn:minsheng:problem:{document['code']}"


def test_the_life_cycle_is_told(client: TestClient) -> None:
    table = client.get("/api/v1/lifecycle").json()
    names = {state["code"]: (state["zh"], state["en"]) for state in table["states"]}
    assert len(names) == 15 and names["return_review"] == ("退单审核", "Return review")
    moves = {move["code"]: move for move in table["moves"]}
    assert (moves["grant_suspension"]["zh"], moves["grant_suspension"]["roles"]) == ("同意挂账", ["supervisor"])
    assert moves["alarm"]["is_systems"] and not moves["alarm"]["roles"]
    steps = {(step["start"], step["move"]): step["to"] for step in table["transitions"]}
    assert steps["visiting", "visit"] == ["visiting", "closed", "rework"]
    assert steps["dispatched", "contact"] == ["dispatched"] and steps[None, "register"] == ["received"]
    assert ("accepted", "sign") not in steps
