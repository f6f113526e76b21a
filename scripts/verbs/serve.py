"""``minsheng serve``: the stages and the web server, or one of them."""

from __future__ import annotations

import signal
import socket
import threading
from enum import StrEnum
from typing import Annotated

import prometheus_client
import typer
import uvicorn

from consumers.runner import STAGES, Runner
from dispatcher.logs import logger
from dispatcher.web.app import create_app
from dispatcher.wiring import Services
from models.errors import ConfigureFirst
from scripts.common import services

Part = StrEnum("Part", {name: name for name in ("all", "web", *STAGES)})  # type: ignore[misc]  # made of the stages
EVERYTHING = Part("all")
GRACE_S = 4


def serve(
    stage: Annotated[Part, typer.Argument(help="What this process does: everything, or one part.")] = EVERYTHING,
) -> None:
    """Serve until SIGTERM or Ctrl-C; then finish the batches at hand and stop."""
    with services() as found:
        if stage == "web":
            web(found)
        elif stage == "all":
            runner = Runner(found)
            runner.start()
            try:
                web(found)
            finally:
                runner.stop()
        else:
            _stages(found, [str(stage)])


def web(found: Services, ready: threading.Event | None = None) -> None:
    """Serve HTTP in this thread until a signal comes."""
    host, port = found.settings.host, found.settings.port
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise ConfigureFirst(f"MINSHENG_PORT: cannot listen on {host}:{port} ({error.strerror})") from error
    config = uvicorn.Config(
        create_app(found), log_level="warning", timeout_graceful_shutdown=GRACE_S, access_log=False, lifespan="off"
    )
    shown = f"[{host}]" if ":" in host else host
    logger(part="web").info("listening", address=f"http://{shown}:{listener.getsockname()[1]}")
    if ready is not None:
        ready.set()
    # uvicorn stops in good order on a signal and then raises it again: ours, so that the stages can stop as well.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    try:
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        listener.close()


def _stages(found: Services, names: list[str]) -> None:
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    if found.settings.metrics_port:
        prometheus_client.start_http_server(
            found.settings.metrics_port, addr=found.settings.host, registry=found.metrics.registry
        )
    runner = Runner(found, names)
    runner.start()
    while runner.alive() and not over.wait(0.5):
        pass
    runner.stop()
    if not over.is_set():
        raise typer.Exit(1)  # a stage has stopped to call for a person; the log says why
