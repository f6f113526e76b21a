"""The web application, made of its parts."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response

from dispatcher.web import classify_api, closure_api, commands_api, docs, intake_api, operations, orders_api, problems
from dispatcher.web.body import BodyLimit
from dispatcher.web.pages import install as install_pages
from dispatcher.wiring import Services


def create_app(services: Services) -> FastAPI:
    """The application on these services; nothing is opened before the first request needs it."""
    app = FastAPI(title="民声 Minsheng", version="1", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.state.services = services
    for part in (intake_api, orders_api, commands_api, classify_api, closure_api, operations, docs):
        app.include_router(part.router)
    install_pages(app, services)
    problems.install(app)
    services.metrics.registry.register(operations.LogState(services))

    @app.middleware("http")
    async def measure(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        began = time.monotonic()
        response = await call_next(request)
        route = request.scope.get("route")
        services.metrics.requests.labels(
            getattr(route, "path", "unknown"), request.method, response.status_code
        ).observe(time.monotonic() - began)
        return response

    app.add_middleware(BodyLimit, limit=services.settings.body_limit)
    return app
