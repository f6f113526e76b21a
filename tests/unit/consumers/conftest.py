"""Stages on real adapters in an empty data directory, driven to the end of their topics by the real loop."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from consumers.local import shown
from consumers.runner import STAGES, Runner
from dispatcher.settings import Settings
from dispatcher.wiring import Services
from models.codec import to_record
from models.commands import Actor, Command
from models.moves import LaterMove
from models.order import Order
from models.records import Record, TopicPartition
from models.rights import Role
from models.topics import COMMANDS, EVENTS, INTAKE

NOW = datetime(2026, 3, 31, 4, tzinfo=UTC)
"""Noon in Shenzhen, on a Tuesday."""
OPERATOR = Actor(id="o", role=Role.OPERATOR)
WATER = Actor(id="w", role=Role.DEPARTMENT, unit="water")
SUPERVISOR = Actor(id="v", role=Role.SUPERVISOR)


class SetClock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


class Flow:
    """An installation whose stages run until nothing is left to do."""

    def __init__(self, data: Path, **settings: Any) -> None:
        self.clock = SetClock()
        self._wishes = 0
        self.services = Services(Settings(data=data, partitions=2, **settings), clock=self.clock)

    def hand_in(self, *messages: Any) -> None:
        """Intake messages as another system would append them: dicts, or raw bytes."""
        self.services.log.append(
            [
                Record(INTAKE, f"k{n}", said if isinstance(said, bytes) else json.dumps(said).encode())
                for n, said in enumerate(messages)
            ]
        )

    def run(self, *stages: str, until: Callable[[], bool] | None = None) -> None:
        """Until every stage named (all by default) has done everything, or ``until`` holds."""
        names = stages or tuple(STAGES)
        runner = Runner(self.services, names)
        runner.start()
        deadline = time.monotonic() + 20
        try:
            while not (until() if until else self._drained(names)):
                assert time.monotonic() < deadline, self.services.health.reports()
                time.sleep(0.01)
        finally:
            runner.stop()

    def command(self, number: str, do: LaterMove, actor: Actor = OPERATOR) -> None:
        """Somebody's wish, on the ledger's topic."""
        self._wishes += 1
        self.send(Command(command_id=f"wish{self._wishes}", order_no=number, actor=actor, do=do))

    def send(self, command: Command) -> None:
        self.services.log.append([to_record(COMMANDS, command)])

    def order(self, number: str) -> Order:
        found = self.services.store.get(number)
        assert found is not None
        return found

    def facts(self, number: str) -> list[str]:
        return [event.fact.type for event in self.services.store.history(number)]

    def _drained(self, names: tuple[str, ...]) -> bool:
        ends = self._ends()
        lags = [self.services.log.lag(name) for name in names]
        idle = all(lags) and not any(sum(lag.values()) for lag in lags)
        return idle and ("ledger" not in names or shown(self.services)) and ends == self._ends()

    def _ends(self) -> list[dict[TopicPartition, int]]:
        return [self.services.log.end_offsets(topic) for topic in (INTAKE, COMMANDS, EVENTS)]


@pytest.fixture
def flow(tmp_path: Path) -> Iterator[Flow]:
    made = Flow(tmp_path / "data")
    yield made
    made.services.close()


def message(number: int, **more: Any) -> dict[str, Any]:
    return {
        "source_system": "t", "external_id": str(number), "title": f"路灯{number}", "content": "路灯不亮，请修",
        "street": "公明街道",
    } | more  # fmt: skip
