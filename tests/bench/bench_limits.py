"""How many due dates a core computes: the limit of an order by the shipped rules, and each unit by itself.

``python -m tests.bench.bench_limits [--orders N]``
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from dispatcher.calendar import WorkCalendar
from dispatcher.catalogue import default_catalogue_path, load_catalogue
from models.catalogue import Step
from models.kinds import LimitUnit, RequesterKind, Urgency
from models.terms import Terms
from tests.bench.report import machine, table

PASSES = 3
YEARS = 3
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
WEEK = timedelta(days=7)


def pace(compute: Callable[[int], object], cases: int) -> float:
    """Calls a second, the best of ``PASSES``."""
    best = 0.0
    for _ in range(PASSES):
        began = time.perf_counter()
        for case in range(cases):
            compute(case)
        best = max(best, cases / (time.perf_counter() - began))
    return best


def drawn(orders: int) -> tuple[list[datetime], list[tuple[Urgency, RequesterKind, str, str | None]]]:
    """Times of receipt over ``YEARS``, and what the rules ask for: one order in three has an item."""
    draw = random.Random(1)
    catalogue = load_catalogue(default_catalogue_path())
    types = [term.code for term in catalogue.request_types]
    items = [item.code for item in catalogue.items]
    received = [FIRST + timedelta(seconds=draw.randrange(YEARS * 365 * 86_400)) for _ in range(orders)]
    asked = [
        (
            draw.choices(list(Urgency), (94, 5, 1))[0],
            draw.choices(list(RequesterKind), (9, 1))[0],
            draw.choice(types),
            draw.choice(items) if draw.random() < 1 / 3 else None,
        )
        for _ in range(orders)
    ]
    return received, asked


def computations(
    received: Sequence[datetime], asked: Sequence[tuple[Urgency, RequesterKind, str, str | None]]
) -> Iterator[tuple[str, Callable[[int], object]]]:
    """What is measured, by its name: a function of the order's number."""
    catalogue = load_catalogue(default_catalogue_path())
    calendar = WorkCalendar(catalogue.days, catalogue.timezone, catalogue.office_hours)
    terms = Terms(catalogue, calendar)
    yield "limit of an order (limit_for)", lambda n: calendar.limit_for(catalogue, *asked[n], received[n])
    yield "limit of a step (Terms.step_due)", lambda n: terms.step_due(Step.SIGN, *asked[n][:2], received[n])
    for unit in LimitUnit:
        yield f"7.5 {unit} after", partial(_after, calendar, received, unit)
    for unit in (LimitUnit.WORKING_HOUR, LimitUnit.WORKING_DAY):
        yield f"paused for a week, {unit}", partial(_paused, calendar, received, unit)


def _after(calendar: WorkCalendar, received: Sequence[datetime], unit: LimitUnit, n: int) -> datetime:
    return calendar.after(received[n], 7.5, unit)


def _paused(calendar: WorkCalendar, received: Sequence[datetime], unit: LimitUnit, n: int) -> datetime:
    return calendar.paused(received[n], received[n] - WEEK, received[n], unit)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=100_000)
    orders = parser.parse_args().orders
    print(machine())
    table(
        f"{orders:,} orders of {YEARS} years, best of {PASSES}",
        ["due dates on one core", "a second"],
        [(name, pace(compute, orders)) for name, compute in computations(*drawn(orders))],
    )


if __name__ == "__main__":
    main()
