"""Alive, ready, measured: and what they say when something is missing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from consumers.runner import Runner
from dispatcher.settings import Settings
from dispatcher.web.app import create_app
from dispatcher.wiring import Services
from models.records import Record
from models.rights import Role
from models.topics import INTAKE
from tests.unit.web.credentials import sign_in


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    found = Services(Settings(data=tmp_path, deadletter_budget=3, answer_timeout=20))
    yield found
    found.close()


@pytest.fixture
def api(services: Services) -> Iterator[TestClient]:
    with TestClient(create_app(services), raise_server_exceptions=False) as made:
        yield sign_in(made, Role.SUPERVISOR)


@pytest.fixture
def runner(services: Services) -> Iterator[Runner]:
    made = Runner(services)
    made.start()
    yield made
    made.stop()


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def measured(api: TestClient) -> dict[tuple[str, str], float]:
    """Sample value by name and its first label."""
    answer = api.get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_alive_without_any_stage(api: TestClient) -> None:
    assert api.get("/healthz").json() == {"status": "alive"}


def test_not_ready_while_no_process_serves_a_stage(api: TestClient) -> None:
    api.app.state.services.log.append([Record(INTAKE, "k", b"{}")])  # type: ignore[attr-defined]
    answer = api.get("/readyz")
    assert answer.status_code == 503
    parts = answer.json()["parts"]
    assert parts.keys() == {"dispatch", "ledger", "deliver", "follow"}
    assert {part["sentence"] for part in parts.values()} == {"no process serves this stage"}
    assert (parts["dispatch"]["lag"], parts["ledger"]["lag"]) == (1, 0)
    assert measured(api)["minsheng_lag_records", "dispatch"] == 1


def test_ready_with_every_stage_and_not_after_they_stop(api: TestClient, runner: Runner) -> None:
    eventually(lambda: api.get("/readyz").status_code == 200)
    parts = api.get("/readyz").json()["parts"]
    assert {name: part.get("members") for name, part in parts.items()} == {
        "dispatch": 1, "ledger": 1, "deliver": 1, "follow": 1, "clock": None,
    }  # fmt: skip
    runner.stop()
    answer = api.get("/readyz")
    assert answer.status_code == 503
    conditions = {name: part["condition"] for name, part in answer.json()["parts"].items() if name != "clock"}
    assert set(conditions.values()) == {"missing"}


def test_a_stage_that_has_stopped_says_why(api: TestClient, services: Services, runner: Runner) -> None:
    services.log.append([Record(INTAKE, "one", b"broken") for _ in range(10)])
    eventually(lambda: api.get("/readyz").json()["parts"]["dispatch"]["condition"] == "stopped")
    answer = api.get("/readyz")
    assert answer.status_code == 503
    assert "records in a row cannot be read" in answer.json()["parts"]["dispatch"]["sentence"]
    assert not runner.alive()
    assert measured(api)["minsheng_lag_records", "dispatch"] >= 6


def test_what_is_measured(api: TestClient, services: Services, runner: Runner) -> None:
    made = api.post("/api/v1/orders", json={"title": "事", "content": "嗯"}).json()
    where = f"/api/v1/orders/{made['order_no']}/commands"
    assert api.post(where, json={"do": {"move": "sign"}}).status_code == 409
    services.log.append([Record(INTAKE, "one", b"broken")])
    eventually(lambda: measured(api)["minsheng_deadletter_records", ""] == 1)
    found = measured(api)
    assert found["minsheng_lag_records", "ledger"] == 0
    assert found["minsheng_stage_members", "dispatch"] == 1
    assert found["minsheng_deadletters_total", "dispatch"] == 1
    assert found["minsheng_orders_routed_total", "suggest"] == 1
    assert found["minsheng_command_outcomes_total", "register"] == 1
    assert found["minsheng_command_outcomes_total", "sign"] == 1
    results = {
        sample.labels["result"]: sample.value
        for family in text_string_to_metric_families(api.get("/metrics").text)
        for sample in family.samples
        if sample.name == "minsheng_command_outcomes_total"
    }
    assert results == {"done": 1, "forbidden_move": 1}
