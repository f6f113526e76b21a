"""Pages on real services in an empty data directory, and orders as the ledger would have written them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from consumers.runner import Runner
from dispatcher.intake import registration, resolve
from dispatcher.settings import Settings
from dispatcher.vault.command import seal_command
from dispatcher.vault.intake import seal_intake
from dispatcher.web.app import create_app
from dispatcher.wiring import Services
from models.apply import apply, replay
from models.commands import Actor, Command
from models.decide import decide
from models.events import Event
from models.ids import order_no
from models.intake import Intake
from models.moves import LaterMove
from models.order import Order
from models.parts import Routing, Suggestion
from models.rights import Role
from tests.unit.web.credentials import sign_in

NOW = datetime(2026, 3, 31, 4, tzinfo=UTC)
"""Noon in Shenzhen, on a Tuesday."""

Put = Callable[..., str]
Moved = Callable[..., Order]
As = Callable[..., TestClient]


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
def as_role(services: Services) -> Iterator[As]:
    """``as_role(role, unit)``: a browser that is on one of our pages, of somebody with this role."""
    app = create_app(services)
    with ExitStack() as stack:

        def made(role: Role, unit: str | None = None) -> TestClient:
            client = TestClient(
                app, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False, raise_server_exceptions=False
            )
            return sign_in(stack.enter_context(client), role, unit)

        yield made


@pytest.fixture
def client(as_role: As) -> TestClient:
    """A browser of the hotline's."""
    return as_role(Role.OPERATOR)


@pytest.fixture
def put(services: Services) -> Put:
    """Puts an order into the store and returns its number; the router holds it for an operator."""
    numbers = itertools.count(1)

    def put(routing: Routing | None = None, **fields: Any) -> str:
        said = {"source_system": "test", "external_id": str(next(numbers)), "title": "题", "content": "文"} | fields
        intake = seal_intake(services.vault, resolve(Intake.model_validate(said), services.codes, NOW))
        number = order_no(services.catalogue.order_prefix, intake.source_system, intake.external_id)
        held = routing or suggest(("water", 0.6), ("housing", 0.2))
        do = registration(intake, "help", "城乡建设", held, services.catalogue, services.calendar, NOW)
        sender = Actor(id=f"intake:{intake.source_system}", role=Role.SYSTEM)
        command = Command(command_id=number, order_no=number, actor=sender, do=do)
        events = decide(None, command, services.terms, NOW)
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
def moved(services: Services) -> Moved:
    """Makes moves on an order as the ledger would, without asking for rights: ``moved(number, Dispatch(…), …)``."""

    def moved(number: str, *moves: LaterMove, by: Actor | None = None) -> Order:
        order = services.store.get(number)
        assert order is not None
        for do in moves:
            actor = by or Actor(id="test", role=Role.SYSTEM)
            command = Command(command_id=f"{number}/{order.version}", order_no=number, actor=actor, do=do)
            command = seal_command(services.vault, command, services.store.get(number))
            events = decide(order, command, services.terms, services.clock.now())
            assert isinstance(events, list), events
            for event in events:
                order = apply(order, event)
            services.store.project([order], events, [], {})
        return order

    return moved


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
