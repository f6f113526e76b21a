"""Credentials of each role for tests."""

from __future__ import annotations

import itertools
from datetime import timedelta

from fastapi import FastAPI
from fastapi.testclient import TestClient

from dispatcher.wiring import Services
from models.rights import Role, Task

_numbers = itertools.count(1)


def bearer(app: object, role: Role, unit: str | None = None, scopes: frozenset[Task] | None = None) -> dict[str, str]:
    """The header of a new token of this role; each call is another account."""
    assert isinstance(app, FastAPI)
    services: Services = app.state.services
    expires = services.clock.now() + timedelta(days=30)
    name = f"{role}-{next(_numbers)}"
    _, text = services.accounts.tokens.issue(name, role, expires_at=expires, by="test", unit=unit, scopes=scopes)
    return {"Authorization": f"Bearer {text}"}


def sign_in(client: TestClient, role: Role, unit: str | None = None) -> TestClient:
    """Make ``client`` one of this role from now on."""
    client.headers.update(bearer(client.app, role, unit))
    return client
