"""Stages for a command that needs them: those that are running already, or some of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from consumers.runner import STAGES, Runner
from dispatcher.wiring import Services
from models.errors import StopConsumer
from models.records import TopicPartition
from models.topics import COMMANDS, EVENTS, INTAKE, REFUSALS


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
        ends = _ends(services)
        lags = {name: services.log.lag(name) for name in STAGES}
        # A group that has never joined has no lag to show: that is not the same as nothing to do. And facts lead to
        # new commands: only while nothing is added do lags that were read one after the other say one thing.
        idle = all(lags.values()) and not any(sum(lag.values()) for lag in lags.values())
        if idle and shown(services) and ends == _ends(services):
            return
        stopped = [r.sentence for r in services.health.reports().values() if r.condition == "stopped"]
        if stopped:
            raise StopConsumer(stopped[0])
        if time.monotonic() > deadline:
            raise StopConsumer(f"not finished after {timeout:.0f} s; still to do: {_left(lags)}")
        time.sleep(0.05)


def _ends(services: Services) -> list[dict[TopicPartition, int]]:
    return [services.log.end_offsets(topic) for topic in (INTAKE, COMMANDS, EVENTS)]


def shown(services: Services) -> bool:
    """The store has all that the ledger wrote: it projects a batch only after its commit."""
    projected = services.store.projected()
    return all(
        projected.get(partition, 0) >= end
        for topic in (EVENTS, REFUSALS)
        for partition, end in services.log.end_offsets(topic).items()
    )


def _left(lags: Mapping[str, Mapping[TopicPartition, int]]) -> str:
    return ", ".join(f"{name} {sum(lag.values())}" for name, lag in lags.items())
