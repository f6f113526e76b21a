"""How long an order takes to its department's topic, and the API to its answer, at a steady rate.

``python -m tests.bench.bench_latency [--rate N] [--seconds N]``

Orders come at random moments (exponential gaps). Each is timed from the moment at which it was due, so that
an order that waits for the one before it counts as late. A reader waits on all department topics as the
departments' systems do; of the orders it sees those that were dispatched automatically.
"""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import Random

import httpx

from dispatcher.desk import sealed_records
from models.intake import Intake
from models.topics import department_topic
from tests.bench.forms import FORMS, WARM_UP, Running, calls, running
from tests.bench.report import machine, percentile, table

CALLERS = 32
HEADERS = ["form", "handed in", "measured to", "orders", "p50 ms", "p99 ms", "max ms"]
Row = tuple[str, str, str, int, float, float, float]


@contextmanager
def departments(found: Running) -> Iterator[dict[str, float]]:
    """The moment at which each order number appears on a department's topic; read to the end on leaving."""
    seen: dict[str, float] = {}
    topics = [department_topic(unit.code) for unit in found.services.catalogue.units]
    consumer = found.services.log.subscribe("bench", topics)
    over = threading.Event()

    def read() -> None:
        while not over.is_set() or any(found.services.log.lag("bench").values()):
            records = consumer.poll(500, 0.1).records
            now = time.monotonic()
            seen.update((record.key, now) for record in records)
            consumer.commit([])
        consumer.close()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield seen
    finally:
        over.set()
        reader.join()


def paced(intakes: Sequence[Intake], rate: float, hand_in: Callable[[Intake, float], None]) -> None:
    """Hand each in at its moment."""
    draw = Random(len(intakes))
    due = time.monotonic()
    for intake in intakes:
        due += draw.expovariate(rate)
        time.sleep(max(0.0, due - time.monotonic()))
        hand_in(intake, due)


def by_topic(found: Running, intakes: Sequence[Intake], rate: float) -> Iterator[tuple[str, list[float]]]:
    """Seconds to the department topics of orders that another system appends."""
    began: dict[str, float] = {}

    def append(intake: Intake, due: float) -> None:
        [record] = sealed_records(found.services, [intake])
        began[record.key] = due
        found.services.log.append([record])

    with departments(found) as seen:
        paced(intakes, rate, append)
        found.wait(WARM_UP + len(intakes))
    yield "department topic", [at - began[key] for key, at in seen.items() if key in began]


def by_api(found: Running, intakes: Sequence[Intake], rate: float) -> Iterator[tuple[str, list[float]]]:
    """Seconds to the answer 201 of the API, and to the department topics."""
    began: dict[str, float] = {}
    answers: list[float] = []
    limits, who = httpx.Limits(max_connections=CALLERS), found.here.token("bench", "operator")
    with httpx.Client(limits=limits, headers=who) as client, ThreadPoolExecutor(CALLERS) as callers:

        def post(intake: Intake, due: float) -> None:
            body = intake.model_dump(mode="json", exclude_defaults=True)
            answer = client.post(f"{found.here.url}/api/v1/orders", json=body, timeout=30)
            if answer.status_code != 201:
                raise RuntimeError(f"{answer.status_code}: {answer.text[:300]}")
            answers.append(time.monotonic() - due)

        waiting = []

        def call(intake: Intake, due: float) -> None:
            began[sealed_records(found.services, [intake])[0].key] = due
            waiting.append(callers.submit(post, intake, due))

        with departments(found) as seen:
            paced(intakes, rate, call)
            for answer in waiting:
                answer.result()
            found.wait(WARM_UP + len(intakes))
    yield "answer 201", answers
    yield "department topic", [at - began[key] for key, at in seen.items() if key in began]


WAYS = {"intake topic": by_topic, "API": by_api}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=50.0, help="orders a second")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long, for each form and way in")
    arguments = parser.parse_args()
    orders = round(arguments.rate * arguments.seconds)
    rows: list[Row] = []
    for form in FORMS:
        for way, measure in WAYS.items():
            with running(form) as found:
                for target, took in measure(found, calls(found.services, orders, serial=1), arguments.rate):
                    ms = [1000 * seconds for seconds in took]
                    rows.append((form, way, target, len(ms), percentile(ms, 0.5), percentile(ms, 0.99), max(ms)))
    print(machine())
    table(f"latency at {arguments.rate:g} orders/s for {arguments.seconds:g} s", HEADERS, rows)


if __name__ == "__main__":
    main()
