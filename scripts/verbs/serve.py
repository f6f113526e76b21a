"""``minsheng serve``: the stages, the clock and the web server, or one of them."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from typing import Annotated

import prometheus_client
import typer

from consumers.runner import PARTS, Runner
from dispatcher.logs import logger
from dispatcher.wiring import Services
from models.errors import ConfigureFirst
from scripts.common import services, stop_signal
from scripts.first_start import first_start

Part = StrEnum("Part", {name: name for name in ("all", "web", *PARTS)})  # type: ignore[misc]  # made of the parts
EVERYTHING = Part("all")
GRACE_S = 4


def serve(
    stage: Annotated[Part, typer.Argument(help="What this process does: everything, or one part.")] = EVERYTHING,
) -> None:
    """Serve until SIGTERM or Ctrl-C; then finish the batches at hand and stop."""
    with services() as found:
        if stage == "web":
            with listening(found) as listener:
                found.log, found.store  # noqa: B018 - opens them: what cannot be opened is told before anything is served
                web(found, listener)
        elif stage == "all":
            with listening(found) as listener, at_work(found):
                web(found, listener)
        else:
            _stages(found, [str(stage)])


@contextmanager
def at_work(found: Services) -> Iterator[None]:
    """Every stage and the clock in this process."""
    runner = Runner(found)
    runner.start()
    try:
        yield
    finally:
        runner.stop()


@contextmanager
def listening(found: Services) -> Iterator[socket.socket]:
    """The web server's address, taken before anything else is started. Raises ``ConfigureFirst``."""
    host, port = found.settings.host, found.settings.port
    with ExitStack() as stack:
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            listener = stack.enter_context(socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            listener.listen()
        except (OSError, UnicodeError) as error:
            why = getattr(error, "strerror", None) or error
            raise ConfigureFirst(f"MINSHENG_HOST, MINSHENG_PORT: cannot listen on {host}:{port} ({why})") from error
        yield listener


def web(found: Services, listener: socket.socket, *, demo: bool = False) -> None:
    """Serve HTTP in this thread until a signal comes; ``demo``: a first start makes accounts to try it with."""
    # Here and not above: half a second that the other verbs need not wait for.
    import uvicorn

    from dispatcher.web.app import create_app

    first_start(found, demo=demo)
    host = found.settings.host
    config = uvicorn.Config(
        create_app(found), log_level="warning", timeout_graceful_shutdown=GRACE_S, access_log=False, lifespan="off"
    )
    shown = f"[{host}]" if ":" in host else host
    logger(part="web").info("listening", address=f"http://{shown}:{listener.getsockname()[1]}")
    # uvicorn stops in good order on a signal and then raises it again: ours, so that the stages can stop as well.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    uvicorn.Server(config).run(sockets=[listener])


def _stages(found: Services, names: list[str]) -> None:
    over = stop_signal()
    if found.settings.metrics_port:
        try:
            prometheus_client.start_http_server(
                found.settings.metrics_port, addr=found.settings.host, registry=found.metrics.registry
            )
        except OSError as error:
            said = f"cannot listen on {found.settings.host}:{found.settings.metrics_port} ({error.strerror})"
            raise ConfigureFirst(f"MINSHENG_METRICS_PORT: {said}") from error
    runner = Runner(found, names)
    runner.start()
    while runner.alive() and not over.wait(0.5):
        pass
    runner.stop()
    if not over.is_set():
        raise typer.Exit(1)  # a stage has stopped to call for a person; the log says why
