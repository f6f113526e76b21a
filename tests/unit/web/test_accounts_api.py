"""Accounts and tokens over the API: made, shown once, ended at once, and all of it noted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from dispatcher.settings import Settings
from dispatcher.web.app import create_app
from dispatcher.wiring import Services
from models.rights import Role
from tests.unit.accounts.conftest import SetClock
from tests.unit.web.people import PASSWORD, browser, cheaply, enter, person


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def services(tmp_path: Path, clock: SetClock) -> Iterator[Services]:
    found = cheaply(Services(Settings(data=tmp_path), clock=clock))
    yield found
    found.close()


@pytest.fixture
def app(services: Services) -> FastAPI:
    return create_app(services)


@pytest.fixture
def admin(app: FastAPI, services: Services) -> Iterator[TestClient]:
    """A browser of an administrator's."""
    with browser(app) as made:
        made.headers.update(enter(made, person(services, Role.ADMINISTRATOR, "root")))
        yield made


def refused(answer: httpx.Response, status: int, *fields: str) -> None:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    assert [one["field"] for one in answer.json().get("errors", [])] == list(fields)


def made(answer: httpx.Response, status: int = 201) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_an_account_comes_with_a_password_that_is_shown_once(admin: TestClient, app: FastAPI) -> None:
    body = {"name": "shuiwu", "role": "department", "unit": "water", "display": "水务张工"}
    answer = admin.post("/api/v1/accounts", json=body)
    account = made(answer)
    password = account.pop("password")
    assert account == body | {"disabled": False, "created_at": "2026-03-02T08:00:00Z"}
    assert answer.headers["cache-control"] == "no-store"
    listed = admin.get("/api/v1/accounts")
    assert listed.json()["accounts"][1] == account and password not in listed.text and "argon2" not in listed.text
    with browser(app) as theirs:
        enter(theirs, "shuiwu", password)


def test_a_password_of_ones_choice_is_not_repeated(admin: TestClient, app: FastAPI) -> None:
    answer = admin.post("/api/v1/accounts", json={"name": "li", "role": "operator", "password": PASSWORD})
    assert made(answer)["password"] is None and PASSWORD not in answer.text
    with browser(app) as theirs:
        enter(theirs, "li")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"name": "Wang Fang", "role": "operator"}, ["name"]),
        ({"name": "li", "role": "mayor"}, ["role"]),
        ({"name": "li", "role": "system"}, ["role"]),
        ({"name": "li", "role": "department"}, ["unit"]),
        ({"name": "li", "role": "department", "unit": "moon"}, ["unit"]),
        ({"name": "li", "role": "operator", "unit": "water"}, ["unit"]),
        ({"name": "li", "role": "operator", "password": "short"}, ["password"]),
        ({"name": "li", "role": "operator", "is_admin": True}, ["is_admin"]),
    ],
)
def test_what_is_no_account_is_told_by_field(admin: TestClient, body: dict[str, Any], fields: list[str]) -> None:
    refused(admin.post("/api/v1/accounts", json=body), 422, *fields)


def test_a_name_is_given_once(admin: TestClient) -> None:
    made(admin.post("/api/v1/accounts", json={"name": "li", "role": "operator"}))
    made(admin.post("/api/v1/accounts/li/disable"), 200)
    refused(admin.post("/api/v1/accounts", json={"name": "li", "role": "analyst"}), 409)


def test_a_disabled_account_is_out_at_once(admin: TestClient, app: FastAPI, services: Services) -> None:
    name = person(services, Role.OPERATOR, "li")
    with browser(app) as theirs:
        enter(theirs, name)
        for _ in range(2):  # again is no error
            assert made(admin.post(f"/api/v1/accounts/{name}/disable"), 200)["disabled"] is True
        assert theirs.get("/api/v1/me").status_code == 401
        refused(theirs.post("/api/v1/login", json={"name": name, "password": PASSWORD}), 401)
        assert made(admin.post(f"/api/v1/accounts/{name}/enable"), 200)["disabled"] is False
        assert theirs.get("/api/v1/me").status_code == 401
        enter(theirs, name)


def test_somebody_must_be_left_to_let_the_others_in(admin: TestClient) -> None:
    refused(admin.post("/api/v1/accounts/root/disable"), 409)
    assert admin.get("/api/v1/me").status_code == 200


def test_a_password_is_set_for_somebody_else(admin: TestClient, app: FastAPI, services: Services) -> None:
    name = person(services, Role.OPERATOR, "li")
    with browser(app) as theirs:
        enter(theirs, name)
        new = made(admin.post(f"/api/v1/accounts/{name}/password", json={}), 200)["password"]
        assert theirs.get("/api/v1/me").status_code == 401
        enter(theirs, name, new)
        chosen = {"password": "another horse battery"}
        assert made(admin.post(f"/api/v1/accounts/{name}/password", json=chosen), 200)["password"] is None
        enter(theirs, name, chosen["password"])
    refused(admin.post(f"/api/v1/accounts/{name}/password", json={"password": "short"}), 422, "password")


@pytest.mark.parametrize("what", ["accounts/nobody/disable", "accounts/nobody/enable", "accounts/nobody/password",
                                  "tokens/0/revoke"])  # fmt: skip
def test_what_is_not_there_is_not_found(admin: TestClient, what: str) -> None:
    refused(admin.post(f"/api/v1/{what}", json={}), 404)


def token(clock: SetClock, **more: Any) -> dict[str, Any]:
    return {"name": "city-app", "role": "operator", "expires_at": (clock.now() + timedelta(days=30)).isoformat()} | more


def test_a_token_is_shown_once_and_holds_until_it_is_revoked(admin: TestClient, app: FastAPI, clock: SetClock) -> None:
    answer = admin.post("/api/v1/tokens", json=token(clock, scopes=["hand_in", "read"]))
    issued = made(answer)
    text = issued.pop("token")
    assert (issued["scopes"], issued["state"], answer.headers["cache-control"]) == (
        ["hand_in", "read"], "valid", "no-store"
    )  # fmt: skip
    listed = admin.get("/api/v1/tokens")
    assert listed.json()["tokens"] == [issued] and text.rpartition("_")[2] not in listed.text
    with browser(app) as system:
        system.headers["Authorization"] = f"Bearer {text}"
        me = system.get("/api/v1/me").json()
        assert (me["principal"]["name"], me["principal"]["tasks"], me["csrf"]) == (
            "token:city-app", ["hand_in", "read"], None
        )  # fmt: skip
        for _ in range(2):  # again is no error
            assert made(admin.post(f"/api/v1/tokens/{issued['id']}/revoke"), 200)["state"] == "revoked"
        assert system.get("/api/v1/me").status_code == 401


def test_a_token_ends_by_itself(admin: TestClient, app: FastAPI, clock: SetClock) -> None:
    ends = (clock.now() + timedelta(minutes=30)).isoformat()
    text = made(admin.post("/api/v1/tokens", json=token(clock, expires_at=ends)))["token"]
    clock.move(minutes=30)
    with browser(app) as system:
        assert system.get("/api/v1/me", headers={"Authorization": f"Bearer {text}"}).status_code == 401
    assert [one["state"] for one in admin.get("/api/v1/tokens").json()["tokens"]] == ["expired"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": "x"}, "name"), ({"role": "system"}, "role"), ({"role": "department"}, "unit"),
        ({"scopes": []}, "scopes"), ({"scopes": ["accounts"]}, "scopes"), ({"scopes": ["fly"]}, "scopes.0"),
        ({"expires_at": "2026-03-02T07:59:59Z"}, "expires_at"), ({"expires_at": "2027-03-04T08:00:00Z"}, "expires_at"),
        ({"expires_at": "2026-03-09"}, "expires_at"),
    ],
)  # fmt: skip
def test_what_is_no_token_is_told_by_field(
    admin: TestClient, clock: SetClock, more: dict[str, Any], field: str
) -> None:
    refused(admin.post("/api/v1/tokens", json=token(clock, **more)), 422, field)


def test_every_change_is_noted_with_who_made_it(admin: TestClient, clock: SetClock) -> None:
    password = made(admin.post("/api/v1/accounts", json={"name": "li", "role": "operator"}))["password"]
    made(admin.post("/api/v1/accounts/li/disable"), 200)
    issued = made(admin.post("/api/v1/tokens", json=token(clock)))
    answer = admin.get("/api/v1/account-log", params={"limit": 3})
    entries = [(one["by"], one["change"], one["subject"]) for one in answer.json()["entries"]]
    assert entries == [
        ("root", "token_issued", issued["id"]), ("root", "disabled", "li"), ("root", "created", "li")
    ]  # fmt: skip
    assert password not in answer.text and issued["token"] not in answer.text
    of_li = admin.get("/api/v1/account-log", params={"subject": "li"}).json()["entries"]
    assert [one["change"] for one in of_li] == ["disabled", "created"]
