"""The demonstration city's people on a real installation whose clock runs a thousand times faster."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from consumers.local import stages_at_work, wait_until_drained
from consumers.summary import every_record, summarise
from dispatcher.catalogue import default_catalogue_path, load_catalogue
from dispatcher.settings import Settings
from dispatcher.wiring import Services
from models.codec import from_record
from models.commands import Outcome
from models.events import Event
from models.topics import EVENTS, REFUSALS
from scripts.demo import live_city
from scripts.demo.city import City
from scripts.demo.feed import load_history
from scripts.demo.live_city import LiveCity
from scripts.demo.plan import plan, repeat_of

START = datetime(2026, 6, 1, 2, tzinfo=UTC)
HOURS_A_SECOND = 12
LATE = {"stale_version", "too_late"}
"""What a busy machine is to blame for: a tenth of a second between a wish and the ledger is more than an hour here."""


class FastClock:
    """Stands still until it is started."""

    def __init__(self) -> None:
        self._began: float | None = None

    def start(self) -> None:
        self._began = time.monotonic()

    def now(self) -> datetime:
        passed = 0.0 if self._began is None else time.monotonic() - self._began
        return START + timedelta(hours=HOURS_A_SECOND * passed)


def test_the_city_lives_and_the_ledger_refuses_none_of_its_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_city, "TICK_S", 0.05)
    clock = FastClock()
    # The log's sessions run by the same clock.
    settings = Settings(data=tmp_path / "data", partitions=2, demo_orders=300, demo_days=40, session_timeout=1e7)
    services = Services(settings, clock=clock)
    with stages_at_work(services):
        assert load_history(services) == 300
        wait_until_drained(services, 60)
        before = sum(services.log.end_offsets(EVENTS).values())
        stop = threading.Event()
        thread = threading.Thread(target=LiveCity(services, 0.02).run, args=(stop,))
        clock.start()
        thread.start()
        time.sleep(5)
        stop.set()
        thread.join()
        wait_until_drained(services, 60)
    summary = summarise(services)
    refused = [from_record(Outcome, record) for record in every_record(services.log, REFUSALS)]
    events = [from_record(Event, record) for record in every_record(services.log, EVENTS)]
    services.close()

    assert summary.adds_up
    assert summary.orders > 320
    assert [one for one in refused if one.refusal is not None and one.refusal.code not in LATE] == []
    done = {event.fact.type for event in events if event.actor.id.startswith("demo-")}
    assert done >= {"dispatched", "signed", "contacted", "replied", "approved"}, done
    assert len(events) > before + 100


def test_a_repeat_is_about_the_same_at_the_same_place_in_other_words() -> None:
    catalogue = load_catalogue(default_catalogue_path())
    city = City(catalogue)
    for order in plan(catalogue, 3, START, START + timedelta(days=2), 60):
        if order.origin.voice != "tell":
            continue
        again = repeat_of(city, 3, order, order.number + 90_000, order.received_at + timedelta(minutes=10))
        assert (again.origin, again.repeats) == (order.origin, order.intake.external_id)
        assert again.received_at - order.received_at == timedelta(minutes=10)
        assert (again.mode, again.steps) == (None, ())
        assert city.recognise(again.intake.external_id) == order.origin
        assert again.intake.external_id != order.intake.external_id
        assert again == repeat_of(city, 3, order, again.number, again.received_at)
