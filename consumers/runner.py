"""The stages of one process: each in a thread, started together and stopped together."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

from consumers.clock import NAME as CLOCK
from consumers.clock import AlarmClock
from consumers.deliver import DeliverStage
from consumers.dispatch import DispatchStage
from consumers.follow import FollowStage
from consumers.ledger import LedgerStage
from consumers.loop import Loop
from consumers.rebuild import renew
from consumers.stage import Stage
from dispatcher.logs import logger
from dispatcher.wiring import Services
from models.errors import RetryLater

STAGES: dict[str, Callable[[Services], Stage]] = {
    "dispatch": DispatchStage,
    "ledger": LedgerStage,
    "deliver": DeliverStage,
    "follow": FollowStage,
}
PARTS = (*STAGES, CLOCK)
"""What a process can serve: the stages, which read topics, and the clock, which reads the store."""
HOUSEKEEPING_S = 60.0
# A batch makes some ten thousand objects that live until its commit; Python's own 700 would have the collector walk
# over them again and again for nothing, a tenth of all the time.
COLLECT_AFTER = 10_000


class Runner:
    """Runs stages and the clock in the background of this process."""

    def __init__(self, services: Services, parts: Sequence[str] = PARTS) -> None:
        """``parts``: some of ``PARTS``.

        Raises ``ConfigureFirst`` for what cannot be opened: here, and not in a thread that nobody watches.
        """
        if LedgerStage.name in parts:
            renew(services)
        services.log, services.store  # noqa: B018 - opens them
        self._services = services
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._work_of(name), name=name) for name in parts]
        self._threads.append(threading.Thread(target=self._keep_house, name="housekeeping"))

    def start(self) -> None:
        gc.set_threshold(COLLECT_AFTER)
        for thread in self._threads:
            thread.start()

    def alive(self) -> bool:
        """Every part is still at work: none has stopped to call for a person."""
        return all(thread.is_alive() for thread in self._threads)

    def stop(self) -> None:
        """Finish the batches at hand and leave the groups. Idempotent."""
        self._stop.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def _work_of(self, part: str) -> Callable[[], None]:
        if part == CLOCK:
            return AlarmClock(self._services, self._stop, self._services.settings.clock_interval).run
        return Loop(STAGES[part](self._services), self._services, self._stop).run

    def _keep_house(self) -> None:
        """Drop what has outlived its retention."""
        log = logger(part="housekeeping")
        while not self._stop.wait(HOUSEKEEPING_S):
            now = self._services.clock.now()
            try:
                records = self._services.log.expire(now)
                outcomes = self._services.store.expire_outcomes(
                    now - timedelta(days=self._services.settings.outcome_days)
                )
            except RetryLater as error:
                log.warning("tries again later", reason=str(error))
                continue
            if records or outcomes:
                log.info("dropped what has outlived its retention", records=records, outcomes=outcomes)
