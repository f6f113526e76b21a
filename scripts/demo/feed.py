"""The demonstration city's orders on the intake topic: its history, and those that come in live."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from dispatcher.chunks import chunks
from dispatcher.intake import intake_record
from dispatcher.vault.intake import seal_intake
from dispatcher.wiring import Services
from models.intake import Intake
from models.order import DEMO_SOURCE
from models.query import OrderQuery
from models.records import Record
from scripts.demo.city import City
from scripts.demo.history import history
from scripts.demo.plan import PlannedOrder, plan
from scripts.demo.settle import settle_all

CHUNK = 500
DEMO = OrderQuery(source_system=(DEMO_SOURCE,))


def load_history(services: Services, progress: Callable[[int], None] = lambda _: None) -> int:
    """Hand in the past, each order with its own; how many. Nothing when this installation has it already.

    Orders after the roll-out are routed first: how they were dispatched is what their receipts will say.
    """
    settings, now = services.settings, services.clock.now()
    if not settings.demo_orders or services.store.count(DEMO, now=now):
        return 0
    start = now - timedelta(days=settings.demo_days)
    planned = plan(services.catalogue, settings.demo_seed, start, now, settings.demo_orders)
    total = 0
    city = City(services.catalogue)
    for chunk in chunks(planned, CHUNK):
        settled = settle_all(services, city, chunk)
        services.log.append(intake_records(services, (history(one, now) for one in settled)))
        total += len(chunk)
        progress(len(chunk))
    return total


def arrivals(services: Services, start: datetime, end: datetime, orders: int) -> Iterator[PlannedOrder]:
    """Live orders received in a range; their numbers follow from its start, so that no two runs share one."""
    number = 10_000_000 + int(start.timestamp()) * 100
    return plan(services.catalogue, services.settings.demo_seed, start, end, orders, first_number=number)


def intake_records(services: Services, intakes: Iterable[Intake]) -> list[Record]:
    """What another system would put on the intake topic."""
    return [intake_record(seal_intake(services.vault, intake), services.catalogue) for intake in intakes]
