"""Who asks: how a request reaches the services of the process, and whose it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from dispatcher.wiring import Services
from models.accounts import Principal as Principal
from models.commands import Actor
from models.rights import TASKS, Task

_BEARER = HTTPBearer(auto_error=False, scheme_name="bearer")
_COOKIE = APIKeyCookie(name="minsheng_session", auto_error=False, scheme_name="cookie")


def services_of(request: Request) -> Services:
    """The services that the application was made with."""
    found: Services = request.app.state.services
    return found


def principal_of(request: Request) -> Principal:
    """Who asks. Raises 401."""
    said = request.headers.get("authorization", "").removeprefix("Bearer ")
    known: dict[str, Principal] = getattr(request.app.state, "principals", {})
    who = known.get(said) or known.get(request.cookies.get("minsheng_session", ""))
    if who is None:
        raise HTTPException(401, "no valid credentials", {"WWW-Authenticate": "Bearer"})
    return who


def requires(task: Task) -> Callable[..., Principal]:
    """A dependency."""

    def allowed(
        request: Request,
        _bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
        _cookie: Annotated[str | None, Depends(_COOKIE)],
    ) -> Principal:
        who = principal_of(request)
        if who.role not in TASKS[task] or not who.covers(task):
            raise HTTPException(403, f"{task} is not for the role {who.role}")
        return who

    allowed.task = task  # type: ignore[attr-defined]
    return allowed


def actor(who: Principal) -> Actor:
    """Who acts, as commands name them."""
    return who.actor()
