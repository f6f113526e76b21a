"""``minsheng simulate``: the demonstration city on a system that is running."""

from __future__ import annotations

import signal
import threading
from typing import Annotated

import typer

from consumers.local import stages_at_work, wait_until_drained
from scripts.common import errors, progress_bar, services
from scripts.demo.feed import LiveCity, load_history

LOAD_TIMEOUT_S = 600


def simulate(
    live: Annotated[bool, typer.Option(help="Go on with live orders until Ctrl-C.")] = False,
    rate: Annotated[float | None, typer.Option(min=0, help="Live orders a minute; MINSHENG_DEMO_RATE else.")] = None,
) -> None:
    """Load the demonstration city's history (once for each installation), then with --live its present."""
    with services() as found, stages_at_work(found):
        wait_until_drained(found, LOAD_TIMEOUT_S)  # what an interrupted load has handed in counts as loaded
        with progress_bar() as bar:
            task = bar.add_task("演示数据 history", total=found.settings.demo_orders)
            loaded = load_history(found, lambda orders: bar.advance(task, orders))
            if loaded:
                wait_until_drained(found, LOAD_TIMEOUT_S)
        errors.print(f"{loaded} orders of history loaded" if loaded else "the history is there already")
        if live:
            over = threading.Event()
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: over.set())
            LiveCity(found, found.settings.demo_rate if rate is None else rate).run(over)
