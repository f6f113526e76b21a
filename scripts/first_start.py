"""The first start: the accounts that an installation begins with, their passwords shown once, to a person only."""

from __future__ import annotations

from rich.box import SIMPLE
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from dispatcher.accounts.first_start import ensure_administrator
from dispatcher.accounts.passwords import invent_password
from dispatcher.accounts.people import FIRST
from dispatcher.logs import logger
from dispatcher.wiring import Services
from models.query import OrderQuery
from models.rights import Role
from scripts.common import errors

_DEMO = ((Role.OPERATOR, "演示坐席"), (Role.SUPERVISOR, "演示督办"), (Role.ANALYST, "演示分析"))
_BY = "first start"
_NAME_WIDTH = 11
_NEW = "minsheng accounts password NAME --generate"


def first_start(found: Services, *, demo: bool = False, console: Console = errors) -> None:
    """Where there is no account, make the administrator, with ``demo`` one of each role as well, and show them.

    A log that is collected (JSON, no terminal) is no place for a password: then nothing is made, and the log says how.
    """
    if found.accounts.store.accounts():
        return
    if found.settings.log_format == "json" and not console.is_terminal:
        how = f"minsheng accounts add {FIRST} --role {Role.ADMINISTRATOR} --generate"
        logger(part="web").warning("nobody can sign in yet", make_an_administrator=how)
        return
    password = ensure_administrator(found.accounts)
    if password is None:
        return  # another process was faster, and shows it
    rows = [(FIRST, Role.ADMINISTRATOR, "", password)]
    if demo:
        rows += _demo_accounts(found)
    console.print(_box(rows))


def _demo_accounts(found: Services) -> list[tuple[str, Role, str, str]]:
    """Name, role, unit's name and password of one new account of each role that handles orders."""
    busy = _busy_unit(found)
    people: list[tuple[Role, str, str | None]] = [(role, display, None) for role, display in _DEMO]
    if busy is not None:
        people.append((Role.DEPARTMENT, "演示承办", busy))
    rows = []
    for role, display, unit in people:
        password = invent_password()
        found.accounts.people.add(role.value, role, password, by=_BY, display=display, unit=unit)
        rows.append((role.value, role, found.catalogue.unit_name(unit) or "", password))
    return rows


def _busy_unit(found: Services) -> str | None:
    """The unit with the most orders, else the first that an account can be of."""
    counts = found.store.facets(OrderQuery(), ["unit"], now=found.clock.now())["unit"]
    units = [unit.code for unit in found.catalogue.units if not unit.by_place]
    return max(units, key=lambda unit: counts.get(unit, 0), default=None)


def _box(rows: list[tuple[str, Role, str, str]]) -> Panel:
    # Here and not above: the whole web stands behind it, and other verbs need not wait for that.
    from dispatcher.web.pages.words import ROLES

    table = Table(box=SIMPLE, pad_edge=False)
    table.add_column("用户名 name", min_width=_NAME_WIDTH)
    table.add_column("密码 password", min_width=len(rows[0][-1]))  # half a password is none
    table.add_column("角色 role")
    for name, role, unit, password in rows:
        table.add_row(name, Text(password, style="bold"), f"{ROLES[role]}{f'（{unit}）' if unit else ''}")
    said = Text(f"只显示这一次。Shown only once; a new one: {_NEW}")
    return Panel(Group(table, said), title="首次启动 First start", expand=False)
