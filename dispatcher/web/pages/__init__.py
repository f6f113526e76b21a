"""The console: Chinese pages for who is signed in, served by the same application as the API."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from dispatcher.web.pages import accounts, closure, intake, login, order, order_moves, orders, suggest
from dispatcher.web.pages.errors import ErrorPages, install_last_resort
from dispatcher.web.pages.guard import Guard
from dispatcher.web.pages.rendering import environment
from dispatcher.wiring import Services

STATIC = Path(__file__).parents[1] / "static"


def install(app: FastAPI, services: Services) -> None:
    """Add the pages, their assets, and what guards them."""
    templates = environment(services)
    app.state.templates = templates
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for part in (login, orders, order, order_moves, intake, suggest, closure, accounts):
        app.include_router(part.router)
    install_last_resort(app, templates)
    app.add_middleware(Guard)
    app.add_middleware(ErrorPages, environment=templates)  # outside of the guard: its 403 is a page as well
