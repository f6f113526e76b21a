"""What every verb needs: the services of this process, closed at the end, and a console."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from dispatcher.logs import configure
from dispatcher.settings import Settings, load_settings
from dispatcher.wiring import Services

errors = Console(stderr=True, highlight=False)


@contextmanager
def services(settings: Settings | None = None) -> Iterator[Services]:
    """The services by the environment's settings, logging set up."""
    found = Services(settings or load_settings())
    configure(found.settings)
    try:
        yield found
    finally:
        found.close()


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
