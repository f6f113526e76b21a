"""People's accounts over HTTP, for administrators; and the log of what was done to accounts and tokens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field
from starlette.exceptions import HTTPException

from dispatcher.accounts.passwords import invent_password
from dispatcher.web.access import requires, services_of
from dispatcher.web.login_api import Password
from dispatcher.web.problems import problem_responses
from dispatcher.web.shapes import Shape
from dispatcher.wiring import Services
from models.accounts import Account, LogEntry, LoginName, Principal
from models.base import Code, Value
from models.errors import CorrectInput
from models.rights import Role, Task

router = APIRouter(prefix="/api/v1", tags=["账号 accounts"])
With = Annotated[Services, Depends(services_of)]
Administrator = Annotated[Principal, Depends(requires(Task.ACCOUNTS))]
_OF_ONE = problem_responses(401, 403, 404, 409, 503)
_WITH_BODY = problem_responses(400, 401, 403, 409, 413, 422, 503)


class NewAccount(Value):
    """An account to be made; without ``password`` one is invented and shown in the answer."""

    name: Annotated[LoginName, Field(examples=["wang.fang"])]
    role: Role
    unit: Code | None = None
    display: Annotated[Code | None, Field(examples=["王芳"])] = None
    password: Password | None = None


class PasswordToSet(Value):
    """A new password of somebody's; one is invented where it is left out."""

    password: Password | None = None


class AccountView(Shape):
    """An account, without anything secret."""

    name: str
    display: str
    role: Role
    unit: str | None
    disabled: bool
    created_at: datetime


class MadeAccount(AccountView):
    """``password``: the invented one, shown this once."""

    password: str | None


class Accounts(Shape):
    """All accounts by name, disabled ones included."""

    accounts: list[AccountView]


class AccountLog(Shape):
    """The last changes, the latest first."""

    entries: list[LogEntry]


class LogParams(Value):
    """Which entries: of all accounts and tokens, or of one by its login name or token id."""

    subject: Annotated[str, Field(max_length=64)] | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 200


@router.get("/accounts", summary="账号列表 All accounts", responses=problem_responses(401, 403, 503))
def list_accounts(services: With, _who: Administrator) -> Accounts:
    """Every account there ever was: a history's names keep their meaning."""
    return Accounts(accounts=[AccountView.model_validate(_fields(one)) for one in services.accounts.store.accounts()])


@router.post("/accounts", summary="新建账号 Make an account", status_code=201, responses=_WITH_BODY)
def add_account(new: NewAccount, response: Response, services: With, who: Administrator) -> MadeAccount:
    """A new person; 409 for a name that somebody has or had."""
    if services.accounts.store.account(new.name) is not None:
        raise HTTPException(409, f"the name {new.name} is taken")
    password, invented = _password(new.password)
    made = services.accounts.people.add(
        new.name, new.role, password, by=who.name, display=new.display, unit=new.unit
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return MadeAccount.model_validate(_fields(made) | {"password": invented})


@router.post("/accounts/{name}/disable", summary="停用账号 Disable an account", responses=_OF_ONE)
def disable_account(name: str, services: With, who: Administrator) -> AccountView:
    """Let nobody in by it any more and end its sessions, at once. The last administrator stays: 409."""
    return _changed(services, name, lambda: services.accounts.people.disable(name, by=who.name))


@router.post("/accounts/{name}/enable", summary="启用账号 Enable an account", responses=_OF_ONE)
def enable_account(name: str, services: With, who: Administrator) -> AccountView:
    """Let it in again, with its old password."""
    return _changed(services, name, lambda: services.accounts.people.enable(name, by=who.name))


@router.post(
    "/accounts/{name}/password",
    summary="重设密码 Set an account's password",
    responses={**_WITH_BODY, **problem_responses(404)},
)
def set_password(
    name: str, new: PasswordToSet, response: Response, services: With, who: Administrator
) -> MadeAccount:  # fmt: skip
    """Ends the account's sessions, and any wait after failed logins."""
    account = _known(services, name)
    password, invented = _password(new.password)
    services.accounts.people.set_password(name, password, by=who.name)
    response.headers["Cache-Control"] = "no-store"
    return MadeAccount.model_validate(_fields(account) | {"password": invented})


@router.get("/account-log", summary="账号变更记录 Changes to accounts", responses=problem_responses(401, 403, 422, 503))
def get_account_log(params: Annotated[LogParams, Query()], services: With, _who: Administrator) -> AccountLog:
    """Who changed which account or token when, and how."""
    return AccountLog(entries=list(services.accounts.store.log(limit=params.limit, subject=params.subject)))


def _fields(one: Account) -> dict[str, object]:
    return one.model_dump(include=set(AccountView.model_fields))


def _known(services: Services, name: str) -> Account:
    found = services.accounts.store.account(name)
    if found is None:
        raise HTTPException(404, f"no account {name}")
    return found


def _password(given: Password | None) -> tuple[str, str | None]:
    """The password, and again where it was invented."""
    if given is not None:
        return given.get_secret_value(), None
    invented = invent_password()
    return invented, invented


def _changed(services: Services, name: str, change: Callable[[], bool]) -> AccountView:
    _known(services, name)
    try:
        change()
    except CorrectInput as error:
        raise HTTPException(409, error.problems[0].reason) from error
    return AccountView.model_validate(_fields(_known(services, name)))
