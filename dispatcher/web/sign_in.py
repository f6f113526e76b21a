"""Signing in and out over HTTP: the cookie, and a line in the program's log."""

from __future__ import annotations

import math

from fastapi import Request, Response

from dispatcher.accounts.sessions import SignedIn
from dispatcher.logs import logger
from dispatcher.web.access import COOKIE, services_of
from models.accounts import SignIn, WaitFirst


def client_of(request: Request) -> str:
    """The address that the request came from, as far as the server knows it."""
    return request.client.host if request.client is not None else ""


def sign_in(request: Request, name: str, password: str) -> SignedIn:
    """A new session in place of the one that the browser had. Raises ``SignIn`` and ``WaitFirst``.

    The log tells of every attempt. Whose name was tried in vain it does not say: people type a password there.
    """
    accounts, log = services_of(request).accounts, logger(part="web", client=client_of(request))
    try:
        found = accounts.login.sign_in(name, password, client_of(request))
    except SignIn:
        log.warning("sign-in failed")
        raise
    except WaitFirst as error:
        log.warning("sign-in must wait", seconds=error.seconds)
        raise
    log.info("signed in", account=found.principal.name)
    accounts.sessions.end(request.cookies.get(COOKIE, ""))
    return found


def sign_out(request: Request, response: Response) -> None:
    """End the browser's session, here and in the browser."""
    services_of(request).accounts.sessions.end(request.cookies.get(COOKIE, ""))
    response.delete_cookie(COOKIE, path="/", secure=_is_safe(request), httponly=True, samesite="lax")


def give_cookie(request: Request, response: Response, found: SignedIn) -> None:
    """Let the browser keep the session for as long as it can last."""
    left = found.expires_at - services_of(request).clock.now()
    response.set_cookie(
        COOKIE, found.cookie, max_age=math.ceil(left.total_seconds()), path="/", secure=_is_safe(request),
        httponly=True, samesite="lax",
    )  # fmt: skip


def _is_safe(request: Request) -> bool:
    # A proxy on this machine that ends TLS says so (X-Forwarded-Proto), and the server believes it.
    return request.url.scheme == "https"
