"""How long the clock takes for one look at many open orders: ``python -m tests.bench.bench_clock [--orders N]``.

One order in fifty is made by the ledger's rules; the others are copies of its row under numbers of their own, for what
is measured is the index that the clock asks, and a million whole lives would take an hour to make.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import tempfile
import threading
import time
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from consumers.clock import AlarmClock
from dispatcher.settings import Settings
from dispatcher.wiring import Services
from models.alarms import alarm_at
from models.moves import Dispatch
from tests.bench.report import machine, table
from tests.contracts.orders import T0, UNITS, Book

COPIES = 50
LOOKS = 30


class SetClock:
    """A clock that stands where it is set."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=1_000_000)
    orders: int = parser.parse_args().orders
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        clock = SetClock(T0)
        services = Services(Settings(data=Path(folder) / "data"), clock=clock)
        try:
            first = _fill(services, orders)
            table(
                f"One look of the clock at {orders:,} open orders",
                ("what is due", "orders told", "median ms", "longest ms"),
                [
                    ("nothing", *_looks(services, clock, first - timedelta(seconds=1))),
                    ("the earliest", *_looks(services, clock, first)),
                ],
            )
        finally:
            services.close()


def _fill(services: Services, orders: int) -> datetime:
    """So many open orders in the store; when the first of them is due."""
    book = Book()
    for n in range(max(1, orders // COPIES)):
        order = book.register(str(n), T0 + timedelta(seconds=n))
        if n % 2:
            book.act(order, Dispatch(unit=UNITS[n % len(UNITS)]), T0 + timedelta(seconds=n))
        if n % 500 == 499:
            book.project(services.store)
    book.project(services.store)
    with closing(sqlite3.connect(services.settings.store_path)) as connection, connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(orders)")]
        kept = [column for column in columns if column not in ("id", "order_no")]
        for copy in range(1, COPIES):
            connection.execute(
                f"INSERT INTO orders (id, order_no, {', '.join(kept)})"
                f" SELECT id + {copy} * (SELECT max(id) FROM orders WHERE order_no NOT LIKE '%-%'),"
                f" order_no || '-{copy}', {', '.join(kept)} FROM orders WHERE order_no NOT LIKE '%-%'"
            )
        # A copy has no document: it waits later than every order that may be told.
        connection.execute("UPDATE orders SET alarm_at = alarm_at + 86400000000 WHERE order_no LIKE '%-%'")
        (found,) = connection.execute("SELECT count(*) FROM orders WHERE alarm_at IS NOT NULL").fetchone()
    print(f"{found:,} orders wait for a moment")
    return min(moment for order in book.orders.values() if (moment := alarm_at(order)) is not None)


def _looks(services: Services, clock: SetClock, at: datetime) -> tuple[int, float, float]:
    """Orders that a look tells, and the median and the longest of several looks in milliseconds."""
    clock.at = at
    told, spent = 0, []
    for _ in range(LOOKS):
        fresh = AlarmClock(services, threading.Event(), 5.0)
        began = time.perf_counter()
        fresh.look()
        spent.append((time.perf_counter() - began) * 1000)
        told = len(services.store.due(at, 10_000))
    return told, statistics.median(spent), max(spent)


if __name__ == "__main__":
    main()
