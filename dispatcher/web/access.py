"""Who asks: how a request reaches the services of the process, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from dispatcher.accounts.sessions import csrf_holds
from dispatcher.wiring import Services
from models.accounts import Principal as Principal
from models.commands import Actor
from models.rights import TASKS, Task

COOKIE = "minsheng_session"
CSRF_HEADER, CSRF_FIELD = "X-CSRF-Token", "csrf"
"""Where a request says what a page of its session was given: programs and htmx in the header, forms in the field."""
_FORM = "application/x-www-form-urlencoded"
_SAFE = {"GET", "HEAD", "OPTIONS"}
_BEARER = HTTPBearer(
    auto_error=False, scheme_name="bearer", description="A system's token: `msh_…`, from `minsheng accounts token`."
)
_COOKIE = APIKeyCookie(
    name=COOKIE, auto_error=False, scheme_name="cookie",
    description=f"A signed-in browser; what changes something needs `{CSRF_HEADER}` as well, from the login's answer.",
)  # fmt: skip


def services_of(request: Request) -> Services:
    """The services that the application was made with."""
    found: Services = request.app.state.services
    return found


def principal_of(request: Request) -> Principal:
    """Who asks, by a token or a session. Raises 401 for nobody.

    Who shows a token is nobody else: a token that does not hold is not made up for by a cookie.
    """
    accounts = services_of(request).accounts
    kind, _, text = request.headers.get("authorization", "").partition(" ")
    if kind:
        who = accounts.tokens.principal(text.strip()) if kind.lower() == "bearer" else None
    else:
        who = accounts.sessions.principal(request.cookies.get(COOKIE, ""))
    if who is None:
        raise HTTPException(401, "no valid credentials", {"WWW-Authenticate": "Bearer"})
    return who


async def signed_in(
    request: Request,
    who: Annotated[Principal, Depends(principal_of)],
    _bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
    _cookie: Annotated[str | None, Depends(_COOKIE)],
) -> Principal:
    """Who asks, whatever the role. Raises 401, and 403 for what a browser sends without its session's proof."""
    if request.method not in _SAFE and not csrf_holds(who, await _csrf_of(request, who)):
        raise HTTPException(403, f"no valid {CSRF_HEADER}: another site's page does not act here")
    return who


async def in_browser(who: Annotated[Principal, Depends(signed_in)]) -> Principal:
    """Who has signed in with a password. Raises 401, and 403 for a system."""
    if who.via != "session":
        raise HTTPException(403, "a token has no session and no password")
    return who


@dataclass(frozen=True, slots=True)
class Requires:
    """A dependency: who asks, if the role has the task and the token's scopes hold it. Raises 401 and 403."""

    task: Task

    async def __call__(self, who: Annotated[Principal, Depends(signed_in)]) -> Principal:
        if who.role not in TASKS[self.task]:
            raise HTTPException(403, f"{self.task} is not for the role {who.role}")
        if not who.covers(self.task):
            raise HTTPException(403, f"{self.task} is not among the token's scopes")
        return who


def requires(task: Task) -> Requires:
    """For ``Depends``: lets in who may do ``task``, and answers who it is."""
    return Requires(task)


def actor(who: Principal) -> Actor:
    """Who acts, as commands name them."""
    return who.actor()


async def _csrf_of(request: Request, who: Principal) -> str | None:
    if who.csrf is None:
        return None
    said = request.headers.get(CSRF_HEADER)
    if said is not None or not request.headers.get("content-type", "").startswith(_FORM):
        return said
    field = (await request.form()).get(CSRF_FIELD)
    return field if isinstance(field, str) else None
