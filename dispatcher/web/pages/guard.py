"""What browsers are told about pages, and which forms they may send."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatcher.web.problems import problem

OTHERS = ("/api/", "/healthz", "/readyz", "/metrics")
"""Paths that programs ask for; everything else is for browsers."""

_HEADERS = {
    # Styles may be inline because ECharts sets them on its tooltips; scripts never are.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_SAFE = {"GET", "HEAD", "OPTIONS"}
_FOREIGN = {"cross-site", "same-site"}
"""What a browser says of a request that another site's page makes; programs say nothing."""


def is_page(path: str) -> bool:
    """Whether browsers show what lies at ``path``."""
    return not path.startswith(OTHERS)


class Guard:
    """Security headers on pages; what another site's page sends, to a page or to the API, is answered 403."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not is_page(scope["path"]):
            if scope["method"] not in _SAFE and Headers(scope=scope).get("sec-fetch-site") in _FOREIGN:
                await problem(403, "another site's page does not act here")(scope, receive, send)
            else:
                await self._app(scope, receive, send)
            return
        # Personal data stays out of shared caches; assets are asked for again, so that none outlives an update.
        cache = "no-cache" if scope["path"].startswith("/static/") else "no-store"

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers["Cache-Control"] = cache
            await send(message)

        if scope["method"] not in _SAFE and not _same_origin(Headers(scope=scope)):
            await problem(403, "the form comes from another site")(scope, receive, headed)
            return
        await self._app(scope, receive, headed)


def _same_origin(headers: Headers) -> bool:
    fetched = headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched == "same-origin"
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == headers.get("host")
