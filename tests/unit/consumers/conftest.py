"""Stages on real adapters in an empty data directory, driven to the end of their topics by the real loop."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from consumers.runner import Runner
from dispatcher.settings import Settings
from dispatcher.wiring import Services
from models.records import Record
from models.topics import INTAKE

NOW = datetime(2026, 3, 31, 4, tzinfo=UTC)
"""Noon in Shenzhen, on a Tuesday."""


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
        names = stages or ("dispatch", "ledger", "deliver")
        runner = Runner(self.services, names)
        runner.start()
        deadline = time.monotonic() + 20
        try:
            while not (until() if until else self._drained(names)):
                assert time.monotonic() < deadline, self.services.health.reports()
                time.sleep(0.01)
        finally:
            runner.stop()

    def _drained(self, names: tuple[str, ...]) -> bool:
        lags = [self.services.log.lag(name) for name in names]
        return all(lags) and not any(sum(lag.values()) for lag in lags)


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
