"""The web application, made of its parts."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response

from dispatcher.web import (
    accounts_api,
    classify_api,
    closure_api,
    commands_api,
    docs,
    figures_api,
    find_api,
    handed_in,
    intake_api,
    lifecycle_api,
    login_api,
    openapi,
    operations,
    orders_api,
    problems,
    reveal_api,
    similar_api,
    tokens_api,
)
from dispatcher.web.body import BodyLimit
from dispatcher.web.exports import api as exports_api
from dispatcher.web.pages import install as install_pages
from dispatcher.wiring import Services

_PARTS = (
    intake_api, handed_in, orders_api, exports_api, commands_api, reveal_api, find_api, similar_api, lifecycle_api,
    classify_api, closure_api, figures_api, login_api, accounts_api, tokens_api, operations, docs,
)  # fmt: skip


def create_app(services: Services) -> FastAPI:
    """The application on these services; nothing is opened before the first request needs it."""
    app = FastAPI(
        title="民声 Minsheng",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        generate_unique_id_function=openapi.operation_id,
    )
    app.state.services = services
    for part in _PARTS:
        app.include_router(part.router)
    openapi.describe(app)
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
