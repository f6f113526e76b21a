"""The demonstration city at work: its history into the intake topic, then its people on live orders."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from dispatcher.chunks import chunks
from dispatcher.intake import intake_record
from dispatcher.logs import logger
from dispatcher.vault.intake import seal_intake
from dispatcher.wiring import Services
from models.codec import to_record
from models.commands import Command
from models.errors import RejoinGroup, RetryLater
from models.intake import Intake
from models.kinds import OPEN_STATES
from models.order import DEMO_SOURCE
from models.ports import Consumer
from models.query import OrderQuery
from models.records import Record
from models.topics import COMMANDS, EVENTS
from scripts.demo.city import City
from scripts.demo.history import history
from scripts.demo.live import LivePlan
from scripts.demo.plan import PlannedOrder, plan
from scripts.demo.settle import settle_all

CHUNK = 500
AHEAD = timedelta(minutes=30)
TICK_S = 0.5
DEMO = OrderQuery(source_system=(DEMO_SOURCE,))
OPERATORS = 0.7
"""Share of the waiting live orders that the demonstration's operators decide; the rest is for whoever watches."""


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


class LiveCity:
    """Citizens who call at ``rate`` orders a minute, and operators and departments who work on what is dispatched."""

    def __init__(self, services: Services, rate: float) -> None:
        self._services = services
        self._rate = rate
        self._people = LivePlan(services.catalogue, services.settings.demo_seed, operators=OPERATORS)
        self._coming: deque[PlannedOrder] = deque()
        self._planned_until: datetime = services.clock.now()

    def run(self, stop: threading.Event) -> None:
        """Live until the event is set; waits while an engine does not answer."""
        log = logger(part="demo")
        consumer = self._services.log.subscribe("demo", (EVENTS,))
        known = False
        try:
            while not stop.wait(TICK_S):
                try:
                    if not known:
                        self._meet_open_orders()
                        known = True
                    self._call()
                    self._watch(consumer)
                    self._act()
                except (RetryLater, RejoinGroup) as error:
                    consumer.rewind()
                    log.warning("waits", reason=str(error))
        finally:
            if not stop.is_set():
                log.error("has stopped by itself: no more live orders come in")
            consumer.close()

    def _meet_open_orders(self) -> None:
        """After a start: everything of the demonstration that is still open."""
        store, now = self._services.store, self._services.clock.now()
        query = DEMO.model_copy(update={"state": OPEN_STATES})
        cursor: str | None = None
        while True:
            page = store.search(query, now=now, limit=500, cursor=cursor)
            for order in page.orders:
                self._people.follow(order, now)
            cursor = page.cursor
            if cursor is None:
                return

    def _call(self) -> None:
        """The orders whose time has come."""
        now = self._services.clock.now()
        if self._rate and now >= self._planned_until:
            start, self._planned_until = now, now + AHEAD
            orders = max(1, round(self._rate * AHEAD.total_seconds() / 60))
            self._coming.extend(arrivals(self._services, start, self._planned_until, orders))
        due: list[Intake] = []
        while self._coming and self._coming[0].received_at <= now:
            due.append(self._coming.popleft().intake)
        if due:
            self._services.log.append(intake_records(self._services, due))

    def _watch(self, consumer: Consumer) -> None:
        """See what has happened to orders. Raises ``RetryLater`` until the store shows it."""
        while records := consumer.poll(CHUNK, 0).records:
            seen = {record.key: int(json.loads(record.value)["seq"]) for record in records}
            now = self._services.clock.now()
            orders = self._services.store.mget(list(seen))
            if any(number not in orders or orders[number].version < seq for number, seq in seen.items()):
                raise RetryLater("the store does not show yet what has happened")
            for order in orders.values():
                self._people.follow(order, now)
            consumer.commit([])

    def _act(self) -> None:
        commands = [
            Command(
                # The version makes it one wish: acting twice on what was seen once changes nothing.
                command_id=f"demo:{action.order_no}:{action.expected_version}:{action.do.move}:{action.actor.id}",
                order_no=action.order_no,
                actor=action.actor,
                do=action.do,
                expected_version=action.expected_version,
            )
            for action in self._people.due(self._services.clock.now())
        ]
        if commands:
            self._services.log.append([to_record(COMMANDS, command) for command in commands])
