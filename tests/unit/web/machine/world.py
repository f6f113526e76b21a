"""One process as a whole: handlers, log, store and stages, and somebody of each role who asks."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.testclient import TestClient

from consumers.clock import AlarmClock
from consumers.local import wait_until_drained
from consumers.runner import STAGES, Runner
from dispatcher.settings import Settings
from dispatcher.web.app import create_app
from dispatcher.wiring import Services
from models.rights import Role
from tests.unit.web.credentials import bearer

Document = dict[str, Any]
NOBODYS = "GM0000000000000"
PATIENCE_S = 30
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


@dataclass
class MovedClock:
    """Stands still until a test moves it on."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class Person:
    """A role with its token."""

    role: Role
    unit: str | None
    headers: dict[str, str]


STAFF = (
    (Role.OPERATOR, None), (Role.OPERATOR, None), (Role.SUPERVISOR, None), (Role.DEPARTMENT, "water"),
    (Role.DEPARTMENT, "housing"), (Role.ANALYST, None), (Role.ADMINISTRATOR, None),
)  # fmt: skip


@dataclass
class World:
    """The process, asked over its real handlers; whatever it answers must be described."""

    services: Services
    clock: MovedClock
    client: TestClient
    answered: dict[int, int] = field(default_factory=dict)
    """How many answers of each status there were."""

    @cached_property
    def described(self) -> Document:
        found: Document = self.client.get("/api/openapi.json").json()["paths"]
        return found

    def staff(self) -> Sequence[Person]:
        """Somebody of each role, with new tokens."""
        app = self.client.app
        assert isinstance(app, FastAPI)
        return [Person(role, unit, bearer(app, role, unit)) for role, unit in STAFF]

    def ask(self, who: Person, method: str, path: str, template: str | None = None, **more: Any) -> httpx.Response:
        """What is answered; ``template`` is the path as it is described."""
        headers = who.headers | more.pop("headers", {})
        answer = self.client.request(method, f"/api/v1{path}", headers=headers, **more)
        operation = self.described[f"/api/v1{template or path}"][method.lower()]
        said = f"{method} {path} {more}: {answer.status_code} {answer.text[:500]}"
        assert answer.status_code < 500 and str(answer.status_code) in operation["responses"], said
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json", said
            assert answer.json()["status"] == answer.status_code, said
        self.answered[answer.status_code] = self.answered.get(answer.status_code, 0) + 1
        return answer

    def order(self, who: Person, number: str) -> Document | None:
        """The order as ``who`` may see it; None where there is none for them."""
        answer = self.ask(who, "GET", f"/orders/{number}", "/orders/{order_no}")
        found: Document | None = answer.json() if answer.status_code == 200 else None
        assert found is None or answer.headers["etag"] == f'"{found["version"]}"'
        return found

    def events(self, who: Person, number: str) -> list[Document]:
        found: list[Document] = self.ask(who, "GET", f"/orders/{number}/events", "/orders/{order_no}/events").json()[
            "events"
        ]
        return found

    def settle(self) -> None:
        """Until no stage has anything left to do."""
        wait_until_drained(self.services, PATIENCE_S)

    def pass_time(self, step: timedelta) -> None:
        """Move the clock on, and let what is due then happen."""
        self.clock.at += step
        AlarmClock(self.services, threading.Event(), interval=0).look()
        self.settle()


@contextmanager
def world_at(data: Path) -> Iterator[World]:
    """A process in an empty data directory. No member of a stage is taken for dead when the clock is moved on."""
    clock = MovedClock()
    services = Services(Settings(data=data, session_timeout=10.0**9, answer_timeout=PATIENCE_S), clock=clock)
    runner = Runner(services, list(STAGES))
    runner.start()
    try:
        with TestClient(create_app(services)) as client:
            yield World(services, clock, client)
    finally:
        runner.stop()
        services.close()
