"""People with passwords, for tests of who may come in."""

from __future__ import annotations

import re

from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from dispatcher.accounts.accounts import Accounts, policy_of
from dispatcher.accounts.passwords import Passwords
from dispatcher.adapters.sqlite.accounts import SqliteAccountStore
from dispatcher.wiring import Services
from models.rights import Role

PASSWORD = "correct horse battery"
ORIGIN = {"Sec-Fetch-Site": "same-origin"}
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def cheaply(services: Services) -> Services:
    """The same services with passwords that cost no time."""
    store = SqliteAccountStore(services.settings.accounts_path)
    services.accounts = Accounts(
        store, services.catalogue, services.clock, policy_of(services.settings), Passwords(_CHEAP)
    )
    return services


def person(services: Services, role: Role, name: str | None = None, display: str | None = None) -> str:
    """A new person's login name; a department's is of ``water``."""
    unit = "water" if role is Role.DEPARTMENT else None
    name = name or f"the.{role}"
    return services.accounts.people.add(name, role, PASSWORD, by="test", display=display, unit=unit).name


def enter(client: TestClient, name: str, password: str = PASSWORD) -> dict[str, str]:
    """Sign in over the API; the header that changes need from now on."""
    answer = client.post("/api/v1/login", json={"name": name, "password": password})
    assert answer.status_code == 200, answer.text
    return {"X-CSRF-Token": answer.json()["csrf"]}


def browser(app: FastAPI, base: str = "http://testserver") -> TestClient:
    """A browser on one of our pages, signed in by nobody."""
    return TestClient(app, base, headers=ORIGIN, follow_redirects=False, raise_server_exceptions=False)


def csrf_in(page: str) -> str:
    """What the first form of the page sends back."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found, page
    return found[1]
