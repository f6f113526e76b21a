"""Orders a second from the intake topic through every stage, and the memory that takes.

``python -m tests.bench.bench_pipeline [--orders N] [--rounds N]``
"""

from __future__ import annotations

import argparse
import time
from statistics import median

from scripts.demo.feed import intake_records
from tests.bench.forms import FORMS, WARM_UP, calls, running
from tests.bench.report import machine, table


def through(form: str, orders: int) -> tuple[float, dict[str, float]]:
    """Orders a second from the first append until no stage has anything left and the store has them all;
    peak MiB of each process."""
    with running(form) as found:
        records = intake_records(found.services, calls(found.services, orders, serial=1))
        started = time.perf_counter()
        found.hand_in(records)
        found.wait(WARM_UP + orders)
        return orders / (time.perf_counter() - started), found.memory()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=2, help="the forms take turns, so that a busy moment hits both")
    arguments = parser.parse_args()
    speeds: dict[str, list[float]] = {form: [] for form in FORMS}
    memory: dict[str, dict[str, float]] = {}
    for _ in range(arguments.rounds):
        for form in FORMS:
            speed, memory[form] = through(form, arguments.orders)
            speeds[form].append(speed)
    print(machine())
    table(
        f"end to end, {arguments.orders:,} orders, {arguments.rounds} rounds",
        ["form", "orders/s, median", "worst", "best"],
        [(form, median(found), min(found), max(found)) for form, found in speeds.items()],
    )
    table(
        "peak memory of each process, MiB",
        ["form", "process", "MiB"],
        [(form, f"minsheng serve {part}", peak) for form, parts in memory.items() for part, peak in parts.items()],
    )


if __name__ == "__main__":
    main()
