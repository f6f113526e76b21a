"""Stages for a command that needs them: those that are running already, or some of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from consumers.runner import STAGES, Runner
from dispatcher.wiring import Services
from models.errors import StopConsumer


@contextmanager
def stages_at_work(services: Services) -> Iterator[None]:
    """Every stage has a live member inside: where another process serves a stage, this one does not."""
    missing = [name for name in STAGES if services.log.members(name) == 0]
    runner = Runner(services, missing)
    runner.start()
    try:
        yield
    finally:
        runner.stop()


def wait_until_drained(services: Services, timeout: float) -> None:
    """Until no stage has anything left to do. Raises ``StopConsumer`` when one has stopped or time is up."""
    deadline = time.monotonic() + timeout
    while True:
        lags = {name: sum(services.log.lag(name).values()) for name in STAGES}
        if not any(lags.values()):
            return
        stopped = [r.sentence for r in services.health.reports().values() if r.condition == "stopped"]
        if stopped:
            raise StopConsumer(stopped[0])
        if time.monotonic() > deadline:
            raise StopConsumer(f"not finished after {timeout:.0f} s; still to do: {lags}")
        time.sleep(0.05)
