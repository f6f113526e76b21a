"""How fast the embedded store takes orders in and answers: ``python -m tests.bench.bench_store [--orders N]``."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import get_args

from dispatcher.adapters.sqlite.store import SqliteOrderStore
from models.ids import order_no
from models.kinds import State
from models.query import FacetField, OrderQuery, Scope
from tests.bench.report import machine
from tests.contracts.order_store_lives import PHONES, city
from tests.contracts.orders import NOW, T0

BATCH = 500
OPEN = (State.DISPATCHED, State.HANDLING)
BIG = Scope("water")
READS: dict[str, Callable[[SqliteOrderStore], object]] = {
    "first page, no condition": lambda s: s.search(OrderQuery(), now=NOW),
    "first page, unit, open": lambda s: s.search(OrderQuery(unit=("water",), state=OPEN), now=NOW),
    "first page, street, by closing": lambda s: s.search(OrderQuery(street=("440311002",)), now=NOW, sort="closed_at"),
    "first page, overdue": lambda s: s.search(OrderQuery(overdue=True), now=NOW, sort="due_at"),
    "search 1 character (水)": lambda s: s.search(OrderQuery(text="水"), now=NOW),
    "search 2 characters (停水)": lambda s: s.search(OrderQuery(text="停水"), now=NOW),
    "search 6 characters (施工噪音扰民)": lambda s: s.search(OrderQuery(text="施工噪音扰民"), now=NOW),
    "search 6 characters, rare (编号0012)": lambda s: s.search(OrderQuery(text="编号0012"), now=NOW),
    "search 4 characters, none (量子力学)": lambda s: s.search(OrderQuery(text="量子力学"), now=NOW),
    "search 2 characters, filters": lambda s: s.search(OrderQuery(text="停水", unit=("water",), overdue=True), now=NOW),
    "count, no condition": lambda s: s.count(OrderQuery(), now=NOW),
    "count 1 character (水)": lambda s: s.count(OrderQuery(text="水"), now=NOW),
    "count 2 characters, filter": lambda s: s.count(OrderQuery(text="停水", street=("440311002",)), now=NOW),
    "facets, all fields": lambda s: s.facets(OrderQuery(), get_args(FacetField), now=NOW),
    "facets, two fields": lambda s: s.facets(OrderQuery(), ("state", "unit"), now=NOW),
    "facets, all fields, text": lambda s: s.facets(OrderQuery(text="停水"), get_args(FacetField), now=NOW),
    "facets, all fields, 7 days": lambda s: s.facets(
        OrderQuery(received_from=T0, received_to=T0 + timedelta(days=7)), get_args(FacetField), now=NOW
    ),
    "first page, a big unit's own": lambda s: s.search(OrderQuery(), now=NOW, within=BIG),
    "a big unit's inbox by limit": lambda s: s.search(OrderQuery(state=OPEN), now=NOW, within=BIG, sort="due_at"),
    "count, a big unit's own": lambda s: s.count(OrderQuery(), now=NOW, within=BIG),
    "facets, a big unit's own": lambda s: s.facets(OrderQuery(), ("state", "unit"), now=NOW, within=BIG),
    "first page, one requester": lambda s: s.search(OrderQuery(phone_hash=PHONES[:1]), now=NOW),
    "first page, asked for an extension": lambda s: s.search(OrderQuery(has_request=("extension",)), now=NOW),
    "first page, supervised": lambda s: s.search(OrderQuery(supervised=True), now=NOW),
    "due, nothing": lambda s: s.due(T0 - timedelta(days=1), 100),
    "due, 100": lambda s: s.due(NOW, 100),
    "facts, revealed": lambda s: s.facts("revealed"),
    "figures": lambda s: s.figures(OrderQuery(), observed_at=NOW),
    "intervals by month": lambda s: s.intervals(OrderQuery(), observed_at=NOW, by="received_month"),
    "mget 1000": lambda s: s.mget([order_no("GM", "test", f"{n % 2}-{n // 2}") for n in range(1000)]),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=9)
    arguments = parser.parse_args()
    say = sys.stdout.write
    say(f"{machine()}\n")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        store = SqliteOrderStore(path)
        try:
            wall, cpu, events = project(store, arguments.orders)
            say(f"{'project':42s} {wall:8,.0f} orders/s, {cpu:,.0f} per second of CPU; {events:.1f} events each\n")
            size = sum(file.stat().st_size for file in path.parent.iterdir())
            say(f"{'size':42s} {size / arguments.orders / 1000:8.1f} kB/order\n")
            for name, read in READS.items():
                p50, worst = latency(partial(read, store), arguments.repeat)
                say(f"{name:42s} {p50:8.1f} ms p50 {worst:8.1f} ms worst\n")
        finally:
            store.close()


def project(store: SqliteOrderStore, orders: int) -> tuple[float, float, float]:
    """Orders per second and per second of CPU (serialising and writing, not making them), and events per order."""
    spent, busy, events = 0.0, 0.0, 0
    for seed, batch in enumerate(batches(orders)):
        book = city(seed, batch)
        events += len(book.events)
        start, cpu = time.perf_counter(), time.process_time()
        book.project(store)
        spent += time.perf_counter() - start
        busy += time.process_time() - cpu
    return orders / spent, orders / busy, events / orders


def batches(orders: int) -> Iterator[int]:
    yield from [BATCH] * (orders // BATCH)
    if orders % BATCH:
        yield orders % BATCH


def latency(read: Callable[[], object], repeat: int) -> tuple[float, float]:
    """Milliseconds: median and worst."""
    times: Sequence[float] = [timed(read) for _ in range(repeat)]
    return statistics.median(times), max(times)


def timed(read: Callable[[], object]) -> float:
    start = time.perf_counter()
    read()
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
