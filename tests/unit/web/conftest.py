"""Pages on real services in an empty data directory, and orders as the ledger would have written them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from consumers.runner import Runner
from dispatcher.intake import registration, resolve
from dispatcher.settings import Settings
from dispatcher.web.app import create_app
from dispatcher.wiring import Services
from models.apply import replay
from models.commands import Actor, Command
from models.decide import decide
from models.events import Event
from models.ids import order_no
from models.intake import Intake
from models.parts import Routing, Suggestion
from models.rights import Role

NOW = datetime(2026, 3, 31, 4, tzinfo=UTC)
"""Noon in Shenzhen, on a Tuesday."""

Put = Callable[..., str]


class StoppedClock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    found = Services(Settings(data=tmp_path, answer_timeout=5), clock=StoppedClock())
    yield found
    found.close()


@pytest.fixture
def client(services: Services) -> Iterator[TestClient]:
    """A browser that is on one of our pages."""
    same = {"Sec-Fetch-Site": "same-origin"}
    with TestClient(create_app(services), headers=same, follow_redirects=False, raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def put(services: Services) -> Put:
    """Puts an order into the store and returns its number; the router holds it for an operator."""
    numbers = itertools.count(1)

    def put(routing: Routing | None = None, **fields: Any) -> str:
        said = {"source_system": "test", "external_id": str(next(numbers)), "title": "题", "content": "文"} | fields
        intake = resolve(Intake.model_validate(said), services.codes, NOW)
        number = order_no(services.catalogue.order_prefix, intake.source_system, intake.external_id)
        held = routing or suggest(("water", 0.6), ("housing", 0.2))
        do = registration(intake, "help", "城乡建设", held, services.catalogue, services.calendar, NOW)
        sender = Actor(id=f"intake:{intake.source_system}", role=Role.SYSTEM)
        command = Command(command_id=number, order_no=number, actor=sender, do=do)
        events = decide(None, command, services.catalogue, NOW)
        assert isinstance(events, list), events
        _project(services, events)
        return number

    return put


def suggest(*units: tuple[str, float]) -> Routing:
    """A receipt that leaves the decision to an operator."""
    return Routing(
        mode="suggest", unit=None, rule="below_threshold", reason="概率未达到自动派单门槛", threshold=0.8,
        model_version="m1", list_version="2026.1",
        suggestions=tuple(Suggestion(unit=u, probability=p, reason="诉求中提到“漏水”") for u, p in units),
    )  # fmt: skip


def _project(services: Services, events: list[Event]) -> None:
    order = replay(events)
    assert order is not None
    services.store.project([order], events, [], {})


@pytest.fixture
def ledger(services: Services) -> Iterator[None]:
    """The ledger at work."""
    yield from _at_work(services, ["ledger"])


@pytest.fixture
def stages(services: Services) -> Iterator[None]:
    """All stages at work, the built-in classifier included."""
    yield from _at_work(services, ["dispatch", "ledger"])


def _at_work(services: Services, stages: list[str]) -> Iterator[None]:
    runner = Runner(services, stages)
    runner.start()
    yield
    runner.stop()
