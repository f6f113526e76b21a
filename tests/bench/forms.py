"""The two forms in which the stages run: all in one process, and one process each; both with the web server."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from consumers.runner import PARTS, STAGES
from dispatcher.settings import Settings
from dispatcher.wiring import Services
from models.intake import Intake
from models.query import OrderQuery
from models.records import Record
from scripts.demo.feed import arrivals, intake_records
from tests.system.installation import Installation

FORMS: dict[str, tuple[str, ...]] = {"one process": ("all",), "a process each": (*PARTS, "web")}
LOOK_S = 0.02
GIVE_UP_S = 300.0
WARM_UP = 200


class Running:
    """A form at work on a data directory of its own, and the bench's own access to log and store."""

    def __init__(self, here: Installation, services: Services) -> None:
        self.here = here
        self.services = services

    def hand_in(self, records: list[Record]) -> None:
        """Append in transactions of the size that other systems send."""
        for first in range(0, len(records), 500):
            self.services.log.append(records[first : first + 500])

    def wait(self, orders: int) -> None:
        """Until every stage's lag is 0 and the store has so many orders. Raises ``TimeoutError``."""
        log, store, clock = self.services.log, self.services.store, self.services.clock
        deadline = time.monotonic() + GIVE_UP_S
        while (
            any(sum(log.lag(stage).values()) for stage in STAGES) or store.count(OrderQuery(), now=clock.now()) < orders
        ):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{orders} orders are not through after {GIVE_UP_S:.0f} s")
            time.sleep(LOOK_S)

    def memory(self) -> dict[str, float]:
        """Peak resident MiB of each process so far; nan where the system does not tell."""
        return {name: peak_memory(process.pid) for name, process in self.here.processes.items()}


@contextmanager
def running(form: str) -> Iterator[Running]:
    """Start a form, let ``WARM_UP`` orders through, end it afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        here = Installation(data, log_level="warning")
        services = Services(Settings(data=data))
        try:
            for part in FORMS[form]:
                here.start(part, "serve", part)
            here.ready()
            found = Running(here, services)
            found.hand_in(intake_records(services, calls(services, WARM_UP, serial=0)))
            found.wait(WARM_UP)
            yield found
            for part in FORMS[form]:
                here.stop(part)
        finally:
            here.close()
            services.close()


def calls(services: Services, orders: int, serial: int) -> list[Intake]:
    """Live orders of the demonstration city, without a past; another ``serial``, other orders."""
    end = services.clock.now() - timedelta(hours=serial + 1)
    return [one.intake for one in arrivals(services, end - timedelta(minutes=30), end, orders)]


def peak_memory(pid: int) -> float:
    """Peak resident MiB of a process that runs; nan where the system does not tell."""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        found = None
    return int(found[1]) / 1024 if found else float("nan")
