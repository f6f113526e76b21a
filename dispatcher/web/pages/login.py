"""``/login`` and ``/logout``: who works here says who it is; and the page that work begins on."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from dispatcher.accounts.passwords import MOST
from dispatcher.web.access import in_browser, principal_of, signed_in
from dispatcher.web.pages.forms import form_of
from dispatcher.web.pages.rendering import page
from dispatcher.web.pages.ways import LOGIN
from dispatcher.web.sign_in import give_cookie, sign_in, sign_out
from models.accounts import Principal, SignIn, WaitFirst
from models.rights import TASKS, Task

router = APIRouter(include_in_schema=False)
_LANDINGS = ((Task.READ, "/orders"), (Task.ACCOUNTS, "/accounts"))
_HERE = re.compile(r"/(?![/\\])[^\x00-\x1f\x7f\\]*")
"""A path of this site: browsers take two slashes, and what they strip down to two, for another one."""
_NEXT_MAX = 2000
_NAME_MAX = 200
_MINUTE_S = 60
_HOME = "/"


@router.get(_HOME)
def home(who: Annotated[Principal, Depends(signed_in)]) -> RedirectResponse:
    """Where the work of this role begins."""
    return RedirectResponse(_landing(who), 307)


@router.get(LOGIN)
def ask(request: Request, next: str = _HOME) -> Response:
    """The form; whoever is signed in already goes on."""
    try:
        principal_of(request)
    except HTTPException:
        return _page(request, next)
    return RedirectResponse(_here(next), 303)


@router.post(LOGIN)
def enter(request: Request, form: Annotated[FormData, Depends(form_of)]) -> Response:
    """Go on to where one wanted to, or the form again with why not."""
    name, password, wanted = (_text(form, field) for field in ("name", "password", "next"))
    try:
        found = sign_in(request, name[:_NAME_MAX], password[: MOST + 1])
    except SignIn:
        return _page(request, wanted, name, "用户名或密码不正确。", 401, {"WWW-Authenticate": "Bearer"})
    except WaitFirst as error:
        minutes = -(-error.seconds // _MINUTE_S)
        told = f"登录失败次数过多，请 {minutes} 分钟后再试；如忘记密码，请联系系统管理员重设。"
        return _page(request, wanted, name, told, 429, {"Retry-After": str(error.seconds)})
    response = RedirectResponse(_here(wanted), 303)
    give_cookie(request, response, found)
    return response


@router.post("/logout")
def leave(request: Request, _who: Annotated[Principal, Depends(in_browser)]) -> RedirectResponse:
    """End the session; the form of somebody else comes next."""
    response = RedirectResponse(LOGIN, 303)
    sign_out(request, response)
    return response


def _landing(who: Principal) -> str:
    for task, path in _LANDINGS:
        if who.role in TASKS[task] and who.covers(task):
            return path
    raise HTTPException(403, f"no page is for the role {who.role}")


def _here(wanted: str) -> str:
    """``wanted`` where it is a path of this site, else home."""
    return wanted if len(wanted) <= _NEXT_MAX and _HERE.fullmatch(wanted) else _HOME


def _text(form: FormData, field: str) -> str:
    value = form.get(field)
    return value if isinstance(value, str) else ""


def _page(
    request: Request,
    wanted: str,
    name: str = "",
    told: str = "",
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> HTMLResponse:
    response = page(request, "login.html", status, nav="", next=_here(wanted), name=name[:_NAME_MAX], told=told)
    response.headers.update(headers or {})
    return response
