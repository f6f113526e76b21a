"""``minsheng run``: everything in one process, with the demonstration city; what ``scripts/run`` starts."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import ExitStack
from datetime import timedelta
from typing import Annotated

import typer

from consumers.local import wait_until_drained
from consumers.summary import summarise
from dispatcher.closure.from_store import store_report
from dispatcher.wiring import Services
from models.errors import StopConsumer
from models.query import OrderQuery
from scripts.common import errors, services
from scripts.demo.feed import arrivals, intake_records
from scripts.demo.live_city import LiveCity
from scripts.verbs.closure import table
from scripts.verbs.serve import at_work, listening, web
from scripts.verbs.simulate import LOAD_TIMEOUT_S, history_shown
from scripts.verbs.status import show


def run(
    once: Annotated[bool, typer.Option(help="Load, stream --orders live ones, print the summary, exit.")] = False,
    empty: Annotated[bool, typer.Option(help="Without the demonstration city.")] = False,
    orders: Annotated[int, typer.Option(min=0, help="Live orders that --once streams.")] = 1000,
) -> None:
    """Run stages, web server and demonstration city until Ctrl-C."""
    with services() as found, ExitStack() as stack:
        listener = None if once else stack.enter_context(listening(found))
        stack.enter_context(at_work(found))
        if not empty:
            _history(found)
        if listener is None:
            _stream(found, 0 if empty else orders)
        else:
            _serve(found, listener, demo=not empty)


def _history(found: Services) -> None:
    began = time.monotonic()
    loaded = history_shown(found)
    if loaded:
        errors.print(f"演示数据: {loaded} orders of history loaded in {time.monotonic() - began:.1f} s")


def _stream(found: Services, orders: int) -> None:
    """A bounded number of live orders, then the summary."""
    if orders:
        now = found.clock.now()
        intakes = [one.intake for one in arrivals(found, now - timedelta(minutes=10), now, orders)]
        began = time.monotonic()
        found.log.append(intake_records(found, intakes))
        wait_until_drained(found, LOAD_TIMEOUT_S)
        spent = time.monotonic() - began
        errors.print(f"演示数据: {orders} live orders through all stages in {spent:.1f} s")
    summary = summarise(found)
    show(found, summary)
    print("closure times 办结时长:")
    print(table(store_report(found.store, found.calendar, OrderQuery(), found.clock.now())))
    if not summary.adds_up:
        raise StopConsumer("the summary does not add up")


def _serve(found: Services, listener: socket.socket, demo: bool) -> None:
    over = threading.Event()
    city = threading.Thread(target=LiveCity(found, found.settings.demo_rate).run, args=(over,), name="demo")
    if demo:
        city.start()
    try:
        web(found, listener, demo=demo)
    finally:
        over.set()
        if demo:
            city.join()
