"""What every verb needs: the services of this process, closed at the end, and a console."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from dispatcher.logs import configure
from dispatcher.settings import load_settings
from dispatcher.wiring import Services
from models.errors import ConfigureFirst

errors = Console(stderr=True, highlight=False)


@contextmanager
def services(*, existing: bool = False) -> Iterator[Services]:
    """The services by the environment's settings, logging set up.

    ``existing``: the verb looks at an installation; where there is none it raises ``ConfigureFirst`` and makes none.
    """
    found = Services(load_settings())
    configure(found.settings)
    if existing and not found.settings.log_path.exists():
        raise ConfigureFirst(f"no installation in {found.settings.data.resolve()}: set MINSHENG_DATA")
    try:
        yield found
    finally:
        found.close()


def stop_signal() -> threading.Event:
    """Set by SIGTERM or Ctrl-C, which end nothing by themselves from now on."""
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    return over


def progress_bar() -> Progress:
    """A bar on standard error; nothing where that is no terminal."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=errors,
        disable=not errors.is_terminal,
        transient=True,
    )
