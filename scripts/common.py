"""What every verb needs: the services of this process, closed at the end, and a console."""

from __future__ import annotations

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
