"""The clock: tells the ledger when an order's limit comes near or is over, and when it may be archived."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dispatcher.health import Condition
from dispatcher.logs import logger
from dispatcher.wiring import Services
from models.alarms import Due, dues
from models.codec import to_record
from models.commands import Actor, Command
from models.errors import MinshengError, RetryLater
from models.moves import Alarm, Archive
from models.order import Order
from models.rights import Role
from models.topics import COMMANDS

NAME = "clock"
BY = Actor(id=NAME, role=Role.SYSTEM)
MOST = 1000
"""Orders told of and not answered at one time, alarms and archivings alike: a flood of them (an archive was imported,
it is midnight) must not keep people's commands waiting."""
PAGE = 500
PAUSE_S = 0.5
"""Between passes while there is more to tell."""
ANSWER = timedelta(minutes=1)
"""How long the ledger may take before it is asked what has become of it."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Told:
    version: int
    at: datetime
    times: int


class AlarmClock:
    """Watches every order that waits for a moment; remembers only what the ledger has not answered yet.

    Any number of clocks may run: what they send has the same ids, and the ledger gives each alarm once.
    """

    def __init__(self, services: Services, stop: threading.Event, interval: float, most: int = MOST) -> None:
        """``interval``: seconds from one look to the next."""
        self._services, self._stop, self._interval, self._most = services, stop, interval, most
        self._told: dict[str, _Told] = {}
        self._log = logger(part=NAME)

    def run(self) -> None:
        """Look at the orders until the stop event is set; returns early only when a person is needed."""
        try:
            while not self._stop.is_set():
                self._stop.wait(self._turn())
        except MinshengError as error:
            self._tell(Condition.STOPPED, str(error))
        except Exception as error:  # noqa: BLE001 - nobody else would see it: the health page must not say "at work"
            self._log.error("the clock failed", error=type(error).__name__, exc_info=error)
            self._tell(Condition.STOPPED, f"{type(error).__name__} in the clock; the log says more")

    def look(self) -> bool:
        """One pass: tell the ledger what is due and was not told before; whether there is more than one pass tells.

        Raises ``RetryLater`` when the store or the log does not answer; then the next pass tells it.
        """
        now = self._services.clock.now()
        began, told, commands = time.monotonic(), dict[str, _Told](), list[Command]()
        for order in self._due(now):
            if len(told) == self._most:
                break
            known = self._told.get(order.order_no)
            if known is None or known.version != order.version:
                new = _Told(order.version, now, 1)
            elif now - known.at < ANSWER:
                new = known
            else:
                new = _Told(order.version, now, known.times + self._answered(order, known.times, now))
            told[order.order_no] = new
            if known is None or (new.version, new.times) != (known.version, known.times):
                commands += _commands(order, new.times, now)
        self._services.log.append([to_record(COMMANDS, command) for command in commands])
        self._told = told
        metrics = self._services.metrics
        metrics.clock.observe(time.monotonic() - began)
        for command in commands:
            kind = command.do.kind if isinstance(command.do, Alarm) else command.do.move
            metrics.told.labels(str(kind)).inc()
        return len(told) == self._most

    def _answered(self, order: Order, times: int, now: datetime) -> bool:
        """Whether the ledger has decided, and the order is due all the same."""
        ids = [command.command_id for command in _commands(order, times, now)]
        return bool(self._services.store.wait_outcomes(ids, 0))

    def _due(self, now: datetime) -> Iterator[Order]:
        """Everything due by now, by its moment."""
        last: Order | None = None
        while page := self._services.store.due(now, PAGE, after=last):
            yield from page
            last = page[-1]

    def _turn(self) -> float:
        """Seconds to wait before the next look."""
        try:
            full = self.look()
        except RetryLater as error:
            self._services.metrics.retries.labels(NAME).inc()
            self._tell(Condition.WAITING, f"waits and tries again: {error}")
            return self._interval
        self._tell(Condition.RUNNING, "at work")
        return min(PAUSE_S, self._interval) if full else self._interval

    def _tell(self, condition: Condition, sentence: str) -> None:
        if self._services.health.tell(NAME, condition, sentence, self._services.clock.now()):
            level = {Condition.STOPPED: self._log.error, Condition.WAITING: self._log.warning}
            level.get(condition, self._log.info)(sentence)


def _commands(order: Order, times: int, now: datetime) -> list[Command]:
    """What is due, the same for every clock.

    A repetition is a wish of its own: where the first one was refused because the ledger's clock runs behind this one,
    it would be answered the same for as long as outcomes are kept.
    """
    return [_command(order, due, f":{times}" if times > 1 else "") for due in dues(order) if due.at <= now]


def _command(order: Order, due: Due, again: str) -> Command:
    do = Archive() if due.kind is None else Alarm(kind=due.kind, due_at=due.at)
    micros = (due.at - _EPOCH) // timedelta(microseconds=1)
    command_id = f"{NAME}:{order.order_no}:{due.kind or do.move}:{micros}{again}"
    return Command(command_id=command_id, order_no=order.order_no, actor=BY, do=do)
