"""Every route against every role: who comes in is what the table of tasks says, and nothing is left unguarded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient
from starlette.routing import Mount, Route

from dispatcher.settings import Settings
from dispatcher.web.access import COOKIE, Requires, in_browser, signed_in
from dispatcher.web.app import create_app
from dispatcher.web.pages.guard import is_page
from dispatcher.wiring import Services
from models.rights import TASKS, Role, Task
from tests.unit.web.credentials import bearer
from tests.unit.web.people import browser, cheaply, person

PUBLIC = {
    ("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/api/openapi.json"), ("GET", "/api/docs"), ("GET", "/login"),
    ("POST", "/login"), ("POST", "/api/v1/login"),
}  # fmt: skip
"""What answers whoever asks; and the assets below /static."""
ANYBODY = {("GET", "/"), ("GET", "/api/v1/me")}
"""What is for every role: who one is, and the page that one's work begins on."""
BROWSERS = {("POST", "/api/v1/logout"), ("POST", "/api/v1/me/password"), ("POST", "/logout")}
"""What only somebody with a password has: a session."""
PEOPLE = tuple(role for role in Role if role is not Role.SYSTEM)
SAFE = ("GET", "HEAD", "OPTIONS")
COVERED = Task.READ, Task.OPERATE
"""A token of one of these is the narrow one: the first that the role has."""


@dataclass(frozen=True)
class Way:
    """One method of one route."""

    method: str
    path: str
    tasks: frozenset[Task]
    guards: frozenset[object]

    @property
    def key(self) -> tuple[str, str]:
        return self.method, self.path

    def ask(self, client: TestClient, headers: dict[str, str]) -> httpx.Response:
        """With nothing in it that is right: whoever is let in is told so, and nothing comes of it."""
        address = re.sub(r"\{[a-z_]+\}", "none", self.path)
        body = None if self.method in SAFE else {}
        return client.request(self.method, address, headers=headers, json=body)


def calls(dependant: Dependant) -> Iterator[object]:
    for one in dependant.dependencies:
        yield one.call
        yield from calls(one)


def ways(app: FastAPI) -> list[Way]:
    found = []
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, Mount):
            assert route.path == "/static"
            continue
        assert isinstance(route, Route), route
        guards = frozenset(calls(context.dependant)) if isinstance(route, APIRoute) else frozenset[object]()
        tasks = frozenset(one.task for one in guards if isinstance(one, Requires))
        found += [Way(method, context.path or "", tasks, guards) for method in (context.methods or set()) - {"HEAD"}]
    return sorted(found, key=lambda way: (way.path, way.method))


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    found = cheaply(Services(Settings(data=tmp_path_factory.mktemp("rights"), answer_timeout=0.05)))
    yield found
    found.close()


@pytest.fixture(scope="module")
def app(services: Services) -> FastAPI:
    return create_app(services)


@pytest.fixture(scope="module")
def anybody(app: FastAPI) -> Iterator[TestClient]:
    with browser(app) as made:
        yield made


@pytest.fixture(scope="module")
def tokens(app: FastAPI) -> dict[Role, dict[str, str]]:
    """Of each role one that may do whatever the role may."""
    return {role: bearer(app, role, "water" if role is Role.DEPARTMENT else None) for role in PEOPLE}


def let_in(answer: httpx.Response) -> bool:
    """What is wrong with a request is told to who may make it; others learn only that they may not."""
    if answer.status_code in (401, 403):
        return False
    location = answer.headers.get("location", "")
    if answer.status_code == 303 and location.startswith("/login"):
        return False
    assert answer.status_code < 500 or answer.status_code == 503, (answer.request.url, answer.text)
    return True


def test_every_route_is_guarded_or_named_here(app: FastAPI) -> None:
    found = ways(app)
    assert len(found) > 40
    keys = {way.key for way in found}
    assert keys >= PUBLIC | ANYBODY | BROWSERS
    for way in found:
        guarded = {
            "public": not way.guards & {signed_in} and not way.tasks,
            "anybody": signed_in in way.guards and in_browser not in way.guards and not way.tasks,
            "browsers": in_browser in way.guards and not way.tasks,
            "task": len(way.tasks) == 1 and signed_in in way.guards,
        }
        kind = next((name for name, keys in (("public", PUBLIC), ("anybody", ANYBODY), ("browsers", BROWSERS))
                     if way.key in keys), "task")  # fmt: skip
        assert guarded[kind], (way.key, kind, sorted(way.tasks))


def test_the_description_says_who_may_come_in(app: FastAPI) -> None:
    described = app.openapi()
    assert described["components"]["securitySchemes"].keys() == {"bearer", "cookie"}
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            both = operation.get("security", []) == [{"bearer": []}, {"cookie": []}]
            assert both != ((method.upper(), path) in PUBLIC), (method, path)
            assert not both or {"401", "403", "503"} <= operation["responses"].keys(), (method, path)


def test_nobody_comes_in_without_credentials(app: FastAPI, anybody: TestClient) -> None:
    for headers in ({}, {"Authorization": f"Bearer msh_{'0' * 16}_{'0' * 64}"}, {"Cookie": f"{COOKIE}=x"}):
        for way in ways(app):
            answer = way.ask(anybody, headers)
            if way.key in PUBLIC:
                # A sign-in that names nobody is the one 401 that needs no credentials.
                assert let_in(answer) or way.path.endswith("/login"), way.key
            elif is_page(way.path):
                assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/login"), way.key
            else:
                assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), way.key
                assert answer.json()["code"] == "not_signed_in"


@pytest.mark.parametrize("role", PEOPLE)
def test_a_role_comes_in_where_the_table_says(
    app: FastAPI, anybody: TestClient, tokens: dict[Role, dict[str, str]], role: Role
) -> None:
    for way in ways(app):
        if way.key in PUBLIC:
            continue
        answer = way.ask(anybody, tokens[role])
        may = way.key in ANYBODY or any(role in TASKS[task] for task in way.tasks)
        assert let_in(answer) == may, (role, way.key, answer.status_code, answer.text[:200])
        if not may:
            assert answer.status_code == 403, (role, way.key)


@pytest.mark.parametrize("role", PEOPLE)
def test_a_tokens_scopes_narrow_the_role(app: FastAPI, anybody: TestClient, role: Role) -> None:
    scope = next(task for task in COVERED if role in TASKS[task])
    narrow = bearer(app, role, "water" if role is Role.DEPARTMENT else None, frozenset({scope}))
    for way in ways(app):
        if way.tasks:
            answer = way.ask(anybody, narrow)
            assert let_in(answer) == (way.tasks == {scope}), (role, way.key, answer.status_code)


@pytest.mark.parametrize("role", PEOPLE)
def test_what_changes_something_needs_the_proof_of_the_session(
    app: FastAPI, services: Services, anybody: TestClient, role: Role
) -> None:
    name = person(services, role)
    changing = [way for way in ways(app) if way.method not in SAFE and way.key not in PUBLIC]
    assert len(changing) > 12
    for way in changing:
        account = services.accounts.store.account(name)
        assert account is not None
        hashed = services.accounts.store.password_hash(account.id) or ""
        session = services.accounts.sessions.open(account, hashed, "")
        assert session is not None
        for proof in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "0" * 64}):
            answer = way.ask(anybody, {"Cookie": f"{COOKIE}={session.cookie}", **proof})
            assert answer.status_code == 403, (way.key, answer.status_code)
            told = "已被拦下" if is_page(way.path) else "X-CSRF-Token"
            assert told in answer.text, (way.key, answer.text)
        right = {"Cookie": f"{COOKIE}={session.cookie}", "X-CSRF-Token": session.principal.csrf or ""}
        answer = way.ask(anybody, right)
        may = way.key in BROWSERS or any(role in TASKS[task] for task in way.tasks)
        assert let_in(answer) == may or way.key == ("POST", "/logout"), (role, way.key, answer.text[:200])
