"""``minsheng simulate``: the demonstration city on a system that is running."""

from __future__ import annotations

from typing import Annotated

import typer

from consumers.local import stages_at_work, wait_until_drained
from dispatcher.wiring import Services
from scripts.common import errors, progress_bar, services, stop_signal
from scripts.demo.feed import load_history
from scripts.demo.live_city import LiveCity

LOAD_TIMEOUT_S = 600


def simulate(
    live: Annotated[bool, typer.Option(help="Go on with live orders until Ctrl-C.")] = False,
    rate: Annotated[float | None, typer.Option(min=0, help="Live orders a minute; MINSHENG_DEMO_RATE else.")] = None,
) -> None:
    """Load the demonstration city's history (once for each installation), then with --live its present."""
    with services() as found, stages_at_work(found):
        loaded = history_shown(found)
        errors.print(f"{loaded} orders of history loaded" if loaded else "the history is there already")
        if live:
            LiveCity(found, found.settings.demo_rate if rate is None else rate).run(stop_signal())


def history_shown(found: Services) -> int:
    """Load the history with a progress bar and wait until the store has it; how many orders, 0 if it was there."""
    wait_until_drained(found, LOAD_TIMEOUT_S)  # what an interrupted load has handed in counts as loaded
    with progress_bar() as bar:
        task = bar.add_task("演示数据 history", total=found.settings.demo_orders)
        loaded = load_history(found, lambda orders: bar.advance(task, orders))
        if loaded:
            wait_until_drained(found, LOAD_TIMEOUT_S)
    return loaded
