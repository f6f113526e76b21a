"""Signing in over the API: the cookie, the proof that changes need, the waits, and what the log is told."""

from __future__ import annotations

from collections.abc import Iterator
from http.cookies import Morsel, SimpleCookie
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from dispatcher.settings import Settings
from dispatcher.web.access import COOKIE
from dispatcher.web.app import create_app
from dispatcher.wiring import Services
from models.rights import Role
from tests.unit.accounts.conftest import SetClock
from tests.unit.web.credentials import bearer
from tests.unit.web.people import PASSWORD, browser, cheaply, enter, person

WISH = {"do": {"move": "sign"}}
CHANGE = "/api/v1/orders/GM0/commands"


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def services(tmp_path: Path, clock: SetClock) -> Iterator[Services]:
    found = cheaply(Services(Settings(data=tmp_path, answer_timeout=1), clock=clock))
    yield found
    found.close()


@pytest.fixture
def app(services: Services) -> FastAPI:
    return create_app(services)


@pytest.fixture
def api(app: FastAPI) -> Iterator[TestClient]:
    with browser(app) as made:
        yield made


@pytest.fixture
def wang(services: Services) -> str:
    return person(services, Role.OPERATOR, "wang.fang", "王芳")


def cookie_of(answer: httpx.Response) -> Morsel[str]:
    return SimpleCookie(answer.headers["set-cookie"])[COOKIE]


def refused(answer: httpx.Response, status: int, *words: str) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    document: dict[str, Any] = answer.json()
    assert all(word in document["detail"] for word in words), document
    return document


@pytest.mark.parametrize(("scheme", "secure"), [("http", ""), ("https", True)])
def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    app: FastAPI, wang: str, scheme: str, secure: object
) -> None:
    with browser(app, f"{scheme}://testserver") as api:
        answer = api.post("/api/v1/login", json={"name": wang, "password": PASSWORD})
        cookie = cookie_of(answer)
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "lax", "/")
        assert (cookie["secure"], cookie["max-age"], cookie["domain"]) == (secure, str(12 * 3600), "")
        assert cookie.value not in answer.text and answer.headers["cache-control"] == "no-store"
        assert api.get("/api/v1/me").json() == answer.json()


def test_who_is_signed_in_is_told_what_is_open(api: TestClient, wang: str) -> None:
    enter(api, wang)
    me = api.get("/api/v1/me").json()["principal"]
    assert me == {
        "name": "wang.fang", "display": "王芳", "role": "operator", "unit": None, "via": "session",
        "tasks": ["hand_in", "read", "act", "export", "find_requester", "see_similar", "measure"],
    }  # fmt: skip


def test_a_change_needs_the_proof_of_its_session(api: TestClient, app: FastAPI, wang: str) -> None:
    proof = enter(api, wang)
    with browser(app) as other:
        of_another_session = enter(other, wang)
    assert of_another_session != proof
    for wrong in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "0" * 64}, of_another_session):
        refused(api.post(CHANGE, json=WISH, headers=wrong), 403, "X-CSRF-Token")
    refused(api.post(CHANGE, json=WISH, headers=proof), 404)
    assert api.get("/api/v1/orders").status_code == 200  # reading needs none


def test_a_token_needs_no_proof_and_no_cookie_stands_in_for_it(api: TestClient, app: FastAPI, wang: str) -> None:
    refused(api.post(CHANGE, json=WISH, headers=bearer(app, Role.OPERATOR)), 404)
    proof = enter(api, wang)
    for said in ("Bearer msh_0_0", "Bearer", "Basic d2FuZzp4", "bearer \xff"):
        headers = {"Authorization": said.encode("latin-1"), "X-CSRF-Token": proof["X-CSRF-Token"].encode()}
        answer = api.post(CHANGE, json=WISH, headers=headers)
        refused(answer, 401)
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_wrong_name_a_wrong_password_and_a_disabled_account_look_alike(
    api: TestClient, services: Services, wang: str
) -> None:
    services.accounts.people.disable(person(services, Role.ANALYST, "gone"), by="test")
    answers = [
        api.post("/api/v1/login", json={"name": name, "password": password})
        for name, password in ((wang, "wrong"), ("nobody", PASSWORD), ("gone", PASSWORD), ("\x00", PASSWORD), ("", ""))
    ]
    assert {(one.status_code, one.text) for one in answers} == {(401, answers[0].text)}
    assert not any("set-cookie" in one.headers for one in answers)


def test_too_many_failures_wait_even_for_the_right_password(api: TestClient, clock: SetClock, wang: str) -> None:
    for _ in range(5):
        refused(api.post("/api/v1/login", json={"name": wang, "password": "wrong"}), 401)
    clock.move(minutes=5)
    answer = api.post("/api/v1/login", json={"name": wang, "password": PASSWORD})
    assert refused(answer, 429)["code"] == "too_many_attempts"
    assert answer.headers["retry-after"] == "600"
    clock.move(minutes=10)
    enter(api, wang)


@pytest.mark.parametrize(
    "body", [{}, {"name": "a"}, {"name": "a", "password": "x" * 1025}, {"name": ["a"], "password": "x"}, [], "x"]
)
def test_what_is_no_login_is_named_and_not_repeated(api: TestClient, body: object) -> None:
    assert "xxx" not in str(refused(api.post("/api/v1/login", json=body), 422))


def test_a_new_login_ends_the_session_it_replaces(api: TestClient, app: FastAPI, wang: str) -> None:
    enter(api, wang)
    old = api.cookies[COOKIE]
    enter(api, wang)
    assert api.get("/api/v1/me").status_code == 200
    with browser(app) as thief:
        refused(thief.get("/api/v1/me", headers={"Cookie": f"{COOKIE}={old}"}), 401)


def test_signing_out_ends_the_session_everywhere(api: TestClient, app: FastAPI, wang: str) -> None:
    proof = enter(api, wang)
    old = api.cookies[COOKIE]
    refused(api.post("/api/v1/logout"), 403)
    answer = api.post("/api/v1/logout", headers=proof)
    assert (answer.status_code, cookie_of(answer)["max-age"]) == (204, "0") and COOKIE not in api.cookies
    with browser(app) as thief:
        refused(thief.get("/api/v1/me", headers={"Cookie": f"{COOKIE}={old}"}), 401)
    refused(api.post("/api/v1/logout", headers=proof), 401)
    refused(api.post("/api/v1/logout", headers=bearer(app, Role.OPERATOR)), 403)


def test_a_session_ends_by_itself(api: TestClient, clock: SetClock, wang: str) -> None:
    enter(api, wang)
    for _ in range(13):
        clock.move(minutes=55)
        assert api.get("/api/v1/me").status_code == 200
    clock.move(minutes=10)
    refused(api.get("/api/v1/me"), 401)
    enter(api, wang)
    clock.move(minutes=61)
    refused(api.get("/api/v1/me"), 401)


def test_a_new_password_ends_the_other_sessions(api: TestClient, app: FastAPI, wang: str) -> None:
    proof, new = enter(api, wang), "another horse battery"
    with browser(app) as elsewhere:
        enter(elsewhere, wang)
        answer = api.post("/api/v1/me/password", json={"old_password": PASSWORD, "password": new}, headers=proof)
        assert answer.status_code == 200 and answer.json()["csrf"] != proof["X-CSRF-Token"]
        assert api.get("/api/v1/me").json() == answer.json()
        refused(elsewhere.get("/api/v1/me"), 401)
        refused(elsewhere.post("/api/v1/login", json={"name": wang, "password": PASSWORD}), 401)
        enter(elsewhere, wang, new)


def test_a_password_change_names_what_is_wrong(api: TestClient, app: FastAPI, wang: str) -> None:
    proof = enter(api, wang)
    for old, new, field in (("wrong", "another horse", "old_password"), (PASSWORD, "short", "password"),
                            (PASSWORD, PASSWORD, "password")):  # fmt: skip
        answer = api.post("/api/v1/me/password", json={"old_password": old, "password": new}, headers=proof)
        assert [one["field"] for one in refused(answer, 422)["errors"]] == [field]
    body = {"old_password": "wrong", "password": "another horse"}
    refused(api.post("/api/v1/me/password", json=body), 403)
    refused(api.post("/api/v1/me/password", json=body, headers=bearer(app, Role.OPERATOR)), 403)
    for _ in range(4):
        refused(api.post("/api/v1/me/password", json=body, headers=proof), 422)
    refused(api.post("/api/v1/me/password", json=body, headers=proof), 429)


def test_the_log_tells_of_attempts_and_never_what_was_typed(api: TestClient, wang: str) -> None:
    typed = ("s3cret-typed-as-name", "s3cret-typed-as-password", PASSWORD)
    with capture_logs() as lines:
        api.post("/api/v1/login", json={"name": typed[0], "password": typed[1]})
        api.post("/api/v1/login", json={"name": wang, "password": typed[1]})
        enter(api, wang)
        for _ in range(6):
            api.post("/api/v1/login", json={"name": "nobody", "password": typed[1]})
    said = [line["event"] for line in lines]
    assert said == [*["sign-in failed"] * 2, "signed in", *["sign-in failed"] * 5, "sign-in must wait"]
    assert [line.get("account") for line in lines if line["event"] == "signed in"] == [wang]
    assert not any(word in str(lines) for word in (*typed, "nobody"))


def test_what_cannot_be_looked_up_is_asked_for_again(api: TestClient, services: Services, wang: str) -> None:
    enter(api, wang)
    services.accounts.close()
    assert refused(api.get("/api/v1/me"), 503)["code"] == "try_again"
    refused(api.post("/api/v1/login", json={"name": wang, "password": PASSWORD}), 503)
