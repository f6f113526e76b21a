"""Signals under load: in good order, in time, and nothing acknowledged is lost."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.system.installation import Installation

IN_TIME_S = 5.0


class Load:
    """Posts orders one after the other and remembers which were acknowledged."""

    def __init__(self, here: Installation) -> None:
        self.acknowledged: list[str] = []
        self._here = here
        self._credentials = here.token("load", "operator", scopes=("hand_in",))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Load:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(30)

    def _run(self) -> None:
        number = 0
        with httpx.Client(base_url=self._here.url, headers=self._credentials, timeout=20) as client:
            while not self._over.is_set():
                number += 1
                order = {
                    "source_system": "load",
                    "external_id": str(number),
                    "title": f"井盖{number}",
                    "content": "松动",
                }
                try:
                    answer = client.post("/api/v1/orders", json=order)
                except httpx.HTTPError:
                    time.sleep(0.05)
                    continue
                if answer.status_code in (201, 202):
                    self.acknowledged.append(answer.json()["order_no"])

    def wait_for(self, orders: int) -> None:
        deadline = time.monotonic() + 30
        while len(self.acknowledged) < orders:
            assert time.monotonic() < deadline
            time.sleep(0.01)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path / "data", answer_timeout=3)
    made.add_account("admin", "administrator")
    yield made
    made.close()


def everything_is_there(here: Installation, acknowledged: list[str]) -> None:
    deadline = time.monotonic() + 30
    while (status := here.status())["waiting"]:
        assert time.monotonic() < deadline, status
    assert status["adds_up"], status
    assert status["dead_letters"] == 0
    received = {record["key"] for record in here.read("orders.events") if record["value"]["seq"] == 1}
    assert len(received) == status["orders"]
    assert set(acknowledged) <= received


def test_the_whole_stops_in_good_order_under_load(here: Installation) -> None:
    with Load(here) as load:
        for number in (signal.SIGTERM, signal.SIGINT):
            here.start("all", "serve")
            here.ready()
            load.wait_for(len(load.acknowledged) + 20)
            status, seconds = here.stop("all", number=number)
            assert (status, seconds < IN_TIME_S) == (0, True), (number, status, seconds)
    assert "Traceback" not in here.log.read_text()
    here.start("all", "serve")
    here.ready()
    everything_is_there(here, load.acknowledged)
    status, seconds = here.stop("all")
    assert (status, seconds < IN_TIME_S) == (0, True)
    here.run("rebuild", "--check")


def test_each_part_stops_in_good_order_under_load(here: Installation) -> None:
    parts = ("web", "dispatch", "ledger", "deliver", "follow", "clock")
    for part in parts:
        here.start(part, "serve", part)
    here.ready()
    with Load(here) as load:
        load.wait_for(10)
        for place, part in enumerate(("clock", "dispatch", "ledger", "deliver", "follow", "web")):
            status, seconds = here.stop(part, number=signal.SIGINT if place % 2 else signal.SIGTERM)
            assert (status, seconds < IN_TIME_S) == (0, True), (part, status, seconds)
            time.sleep(0.2)
    assert "Traceback" not in here.log.read_text()
    here.start("all", "serve")
    here.ready()
    everything_is_there(here, load.acknowledged)
