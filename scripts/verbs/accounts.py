"""``minsheng accounts``: people's accounts and other systems' tokens; needs no password, only the data directory."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Annotated

import typer

from dispatcher.accounts.accounts import Accounts
from dispatcher.accounts.passwords import invent_password
from models.accounts import Token
from models.errors import ConfigureFirst, CorrectInput
from models.rights import Role, Task
from scripts.common import errors, services

app = typer.Typer(help="Accounts of people and tokens of other systems.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Login name: small letters, digits, dot, hyphen, underscore.")]
Roles = Annotated[Role, typer.Option(help="What the account may do.")]
Unit = Annotated[str | None, typer.Option(help="Unit code of the catalogue; for the role department only.")]
Generate = Annotated[bool, typer.Option("--generate", help="Invent the password and print it, once.")]


@app.command("list")
def list_() -> None:
    """One line for each account: login name, display name, role, unit, state, since when."""
    with _accounts() as found:
        for one in found.store.accounts():
            state = "disabled" if one.disabled else "enabled"
            print("\t".join([one.name, one.display, one.role, one.unit or "-", state, _time(one.created_at)]))


@app.command()
def add(
    name: Name,
    role: Roles,
    unit: Unit = None,
    display: Annotated[str | None, typer.Option(help="The name that others see; the login name when left out.")] = None,
    generate: Generate = False,
) -> None:
    """Make an account. The password is asked for; where standard input is no terminal, its first line is taken."""
    with _accounts(create=True) as found:
        password = _password(generate)
        found.people.add(name, role, password, by=_by(), display=display, unit=unit)
        print(password if generate else f"{name}: added")


@app.command()
def disable(name: Name) -> None:
    """Let nobody in by this account any more, and end its sessions."""
    with _accounts() as found:
        print(f"{name}: disabled" if found.people.disable(name, by=_by()) else f"{name}: was disabled already")


@app.command()
def enable(name: Name) -> None:
    """Let a disabled account in again, with its old password."""
    with _accounts() as found:
        print(f"{name}: enabled" if found.people.enable(name, by=_by()) else f"{name}: was not disabled")


@app.command()
def password(name: Name, generate: Generate = False) -> None:
    """Set a password; ends the account's sessions, and any wait after failed logins."""
    with _accounts() as found:
        new = _password(generate)
        found.people.set_password(name, new, by=_by())
        print(new if generate else f"{name}: password set")


@app.command()
def tokens() -> None:
    """One line for each token: id, system, role, unit, tasks, state, end, last use."""
    with _accounts() as found:
        now = found.clock.now()
        for one in found.store.tokens():
            scopes = "all" if one.scopes is None else ",".join(sorted(one.scopes))
            used = _time(one.last_used_at) if one.last_used_at else "never"
            fields = [
                one.id,
                one.name,
                one.role,
                one.unit or "-",
                scopes,
                _state(one, now),
                _time(one.expires_at),
                used,
            ]
            print("\t".join(fields))


@app.command()
def token(
    name: Annotated[str, typer.Argument(help="What the system is called in histories.")],
    role: Roles,
    days: Annotated[int, typer.Option(help="Days until it ends.", min=1, max=366)],
    unit: Unit = None,
    scope: Annotated[list[Task] | None, typer.Option(help="A task that it may do; again for more; none: all.")] = None,
) -> None:
    """Issue a token and print it: it is shown this once and never again."""
    with _accounts() as found:
        ends = found.clock.now() + timedelta(days=days)
        issued, text = found.tokens.issue(name, role, expires_at=ends, by=_by(), unit=unit, scopes=scope or None)
        print(text)
        errors.print(f"token {issued.id} for {issued.name}, until {_time(issued.expires_at)}", markup=False)


@app.command()
def revoke(token_id: Annotated[str, typer.Argument(help="The token's id, as `tokens` shows it.")]) -> None:
    """End a token, at once."""
    with _accounts() as found:
        revoked = found.tokens.revoke(token_id, by=_by())
        print(f"{token_id}: revoked" if revoked else f"{token_id}: was revoked already")


@app.command()
def log(limit: Annotated[int, typer.Option(help="Most lines.", min=1)] = 1000) -> None:
    """Who changed which account or token, when and how; the latest first."""
    with _accounts() as found:
        for one in found.store.log(limit=limit):
            print("\t".join([_time(one.at), one.by, one.change, one.subject, one.detail]))


@contextmanager
def _accounts(*, create: bool = False) -> Iterator[Accounts]:
    with services() as found:
        if not create and not found.settings.accounts_path.exists():
            raise ConfigureFirst(f"no accounts in {found.settings.data.resolve()}: set MINSHENG_DATA")
        yield found.accounts


def _password(generate: bool) -> str:
    if generate:
        return invent_password()
    if sys.stdin.isatty():
        asked: str = typer.prompt("password", hide_input=True, confirmation_prompt=True, err=True)
        return asked
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise CorrectInput.one("password", "standard input is empty; write it there, or use --generate")
    return line


def _by() -> str:
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # an account of the machine without a name, as containers have them
        user = str(os.getuid())
    return f"cli:{user}"[:64]


def _state(one: Token, now: datetime) -> str:
    if one.revoked_at is not None:
        return "revoked"
    return "valid" if now < one.expires_at else "expired"


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
