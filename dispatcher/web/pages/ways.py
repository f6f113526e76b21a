"""Where a browser goes from an error: back to the page that led here, or to the login and on."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlencode, urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope, Send

from dispatcher.web.pages.guard import is_page

LOGIN = "/login"
_PATH = re.compile(r"/(?![/\\])")
"""A path of this site: what begins with two slashes would name another."""


def came_from(scope: Scope) -> str | None:
    """The page of ours that led here, as a path with its query; None for another site's, and for this page itself."""
    headers = Headers(scope=scope)
    try:
        referer = urlsplit(headers.get("referer", ""))
    except ValueError:
        return None
    if referer.netloc != headers.get("host") or not is_page(referer.path) or not _PATH.match(referer.path):
        return None
    here = scope["method"] in ("GET", "HEAD"), scope["path"], scope["query_string"].decode("latin-1")
    if here == (True, unquote(referer.path), referer.query):
        return None
    return f"{referer.path}?{referer.query}" if referer.query else referer.path


async def to_login(scope: Scope, send: Send) -> None:
    """Lead a browser to the login and back again; a part of a page that is asked for takes the whole page along."""
    headers = Headers(scope=scope)
    here = scope["path"] + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
    is_part = "hx-request" in headers
    wanted = here if scope["method"] in ("GET", "HEAD") and not is_part else came_from(scope) or "/"
    address = f"{LOGIN}?{urlencode({'next': wanted})}".encode()
    answer = [(b"cache-control", b"no-store"), (b"content-length", b"0")]
    answer.append((b"hx-redirect" if is_part else b"location", address))
    await send({"type": "http.response.start", "status": 401 if is_part else 303, "headers": answer})
    await send({"type": "http.response.body", "body": b""})
