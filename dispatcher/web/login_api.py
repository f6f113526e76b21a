"""Signing in and out over HTTP, who is signed in, and a password of one's own."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field, SecretStr

from dispatcher.accounts.passwords import MOST
from dispatcher.logs import logger
from dispatcher.web.access import in_browser, services_of, signed_in
from dispatcher.web.problems import problem_responses
from dispatcher.web.shapes import Shape
from dispatcher.web.sign_in import client_of, give_cookie, sign_in, sign_out
from dispatcher.wiring import Services
from models.accounts import Principal, SignIn
from models.base import Value
from models.errors import CorrectInput
from models.rights import TASKS, Role, Task

router = APIRouter(prefix="/api/v1", tags=["登录 sign-in"])
With = Annotated[Services, Depends(services_of)]
Password = Annotated[SecretStr, Field(max_length=MOST)]
_COOKIE: dict[int | str, dict[str, Any]] = {
    200: {"headers": {"Set-Cookie": {"schema": {"type": "string"}, "description": "The session."}}}
}


class Credentials(Value):
    """What a person signs in with."""

    name: Annotated[str, Field(max_length=200, examples=["wang.fang"])]
    password: Password


class NewPassword(Value):
    """A person's own change."""

    old_password: Password
    password: Password


class PrincipalView(Shape):
    """Who asks: a person by the login name, a system as ``token:`` and its name; and the tasks that are open to it."""

    name: str
    display: str
    role: Role
    unit: str | None
    via: Literal["session", "token"]
    tasks: list[Task]


class Me(Shape):
    """Who is signed in. ``csrf`` goes along as ``X-CSRF-Token`` with whatever changes something; None for a token."""

    principal: PrincipalView
    csrf: str | None


def me_of(who: Principal) -> Me:
    """The principal as it is told to itself."""
    tasks = [task for task in Task if who.role in TASKS[task] and who.covers(task)]
    view = PrincipalView(
        name=who.name, display=who.display, role=who.role, unit=who.unit, via=who.via, tasks=tasks
    )  # fmt: skip
    return Me(principal=view, csrf=who.csrf)


@router.post("/login", summary="登录 Sign in", responses={**_COOKIE, **problem_responses(400, 401, 413, 422, 429, 503)})
def login(said: Credentials, request: Request, response: Response) -> Me:
    """A session as a cookie. Name and password are answered alike when one of them is wrong; after too many failures
    ``Retry-After`` says how many seconds to wait."""
    found = sign_in(request, said.name, said.password.get_secret_value())
    give_cookie(request, response, found)
    response.headers["Cache-Control"] = "no-store"
    return me_of(found.principal)


@router.post("/logout", summary="退出 Sign out", status_code=204, responses=problem_responses(401, 403, 503))
def logout(request: Request, response: Response, _who: Annotated[Principal, Depends(in_browser)]) -> None:
    """End the session, in every process at once."""
    sign_out(request, response)


@router.get("/me", summary="当前账号 Who is signed in", responses=problem_responses(401, 403, 503))
def get_me(response: Response, who: Annotated[Principal, Depends(signed_in)]) -> Me:
    """Who asks, and the proof that this session's changes need."""
    response.headers["Cache-Control"] = "no-store"
    return me_of(who)


@router.post(
    "/me/password",
    summary="修改密码 Set one's own password",
    responses={**_COOKIE, **problem_responses(400, 401, 403, 413, 422, 429, 503)},
)
def change_password(
    said: NewPassword,
    request: Request,
    response: Response,
    services: With,
    who: Annotated[Principal, Depends(in_browser)],
) -> Me:
    """Ends every session of the account and begins this browser's anew: take the cookie and ``csrf`` from the answer.
    A wrong old password counts like a failed login."""
    old, new = said.old_password.get_secret_value(), said.password.get_secret_value()
    try:
        found = services.accounts.login.change_password(who.name, old, new, client_of(request))
    except SignIn:
        # No 401: who asks is signed in, and a client must not take the session for ended.
        logger(part="web", client=client_of(request)).warning("password change failed", account=who.name)
        raise CorrectInput.one("old_password", "is not the password") from None
    give_cookie(request, response, found)
    response.headers["Cache-Control"] = "no-store"
    return me_of(found.principal)
