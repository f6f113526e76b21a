"""The demonstration city at work: its citizens call, and its people work on what comes in."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta
from heapq import heappop, heappush
from random import Random

from dispatcher.logs import logger
from dispatcher.wiring import Services
from models.codec import to_record
from models.commands import Command
from models.errors import RejoinGroup, RetryLater
from models.intake import Intake
from models.kinds import OPEN_STATES
from models.ports import Consumer
from models.topics import COMMANDS, EVENTS
from scripts.demo.feed import CHUNK, DEMO, arrivals, intake_records
from scripts.demo.live import LivePlan
from scripts.demo.plan import PlannedOrder, repeat_of

AHEAD = timedelta(minutes=30)
TICK_S = 0.5
REPEATED, REPEATED_AFTER_S = 0.06, 900.0
"""Share of the live matters that somebody else brings as well, and the mean time after which."""
ROOM = 90_000
"""Half of the numbers that a range of live orders has (a hundred a second): the second half is the repeats'."""
OPERATORS = 0.7
"""Share of the waiting live orders that the demonstration's operators decide; the rest is for whoever watches."""


class LiveCity:
    """Citizens who call at ``rate`` orders a minute, and operators and departments who work on what is dispatched."""

    def __init__(self, services: Services, rate: float) -> None:
        self._services = services
        self._rate = rate
        self._people = LivePlan(services.catalogue, services.settings.demo_seed, operators=OPERATORS)
        self._coming: list[tuple[datetime, int, PlannedOrder]] = []
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
            for planned in arrivals(self._services, start, self._planned_until, orders):
                heappush(self._coming, (planned.received_at, planned.number, planned))
        due: list[Intake] = []
        while self._coming and self._coming[0][0] <= now:
            planned = heappop(self._coming)[2]
            due.append(planned.intake)
            self._repeat(planned)
        if due:
            self._services.log.append(intake_records(self._services, due))

    def _repeat(self, planned: PlannedOrder) -> None:
        """A few matters are brought by somebody else as well, soon afterwards."""
        seed = self._services.settings.demo_seed
        rng = Random(f"{seed}/repeats/{planned.number}")
        if planned.repeats is None and planned.origin.voice == "tell" and rng.random() < REPEATED:
            at = planned.received_at + timedelta(seconds=round(rng.expovariate(1 / REPEATED_AFTER_S)) + 1)
            again = repeat_of(self._people.city, seed, planned, planned.number + ROOM, at)
            heappush(self._coming, (at, again.number, again))

    def _watch(self, consumer: Consumer) -> None:
        """See what has happened to orders; what the store does not show yet is looked at the next time."""
        while records := consumer.poll(CHUNK, 0).records:
            seen = {record.key: int(json.loads(record.value)["seq"]) for record in records}
            now = self._services.clock.now()
            orders = self._services.store.mget(list(seen))
            if any(number not in orders or orders[number].version < seq for number, seq in seen.items()):
                consumer.rewind()
                return
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
