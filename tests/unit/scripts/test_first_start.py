"""The first start: who may come in from then on, and where the passwords are shown."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console
from structlog.testing import capture_logs

from dispatcher.settings import Settings
from dispatcher.wiring import Services
from models.rights import Role
from scripts.first_start import first_start
from tests.unit.web.people import cheaply

PASSWORD = r"(?:[a-z2-9]{5}-){3}[a-z2-9]{5}"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    found = cheaply(Services(Settings(data=tmp_path)))
    yield found
    found.close()


def shown(found: Services, *, demo: bool = False, terminal: bool = False, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=terminal, no_color=True)
    first_start(found, demo=demo, console=console)
    assert isinstance(console.file, io.StringIO)
    return re.sub(r"\x1b\[[0-9;]*m", "", console.file.getvalue())


def test_the_administrator_is_shown_once(services: Services) -> None:
    with capture_logs() as lines:
        [password] = re.findall(PASSWORD, shown(services))
        assert shown(services) == ""
    assert lines == []
    assert services.accounts.login.sign_in("admin", password, "").principal.role is Role.ADMINISTRATOR


@pytest.mark.parametrize("width", [48, 80, 200])
def test_the_demonstration_has_somebody_of_each_role(services: Services, width: int) -> None:
    said = shown(services, demo=True, width=width)
    found = dict(re.findall(rf"(\w+) +({PASSWORD})", said))
    assert found.keys() == {"admin", "operator", "supervisor", "analyst", "department"}
    for name, password in found.items():
        services.accounts.login.sign_in(name, password, "")
    department = services.accounts.store.account("department")
    assert department is not None and department.unit is not None
    if width == 200:
        assert (
            services.catalogue.unit_name(department.unit) or "?"
        ) in said and "minsheng accounts password NAME --generate" in said
    assert shown(services, demo=True) == ""


def test_where_there_are_accounts_the_demonstration_makes_none(services: Services) -> None:
    services.accounts.people.add("li", Role.ADMINISTRATOR, "correct horse battery", by="test")
    assert shown(services, demo=True) == ""
    assert [one.name for one in services.accounts.store.accounts()] == ["li"]


@pytest.mark.parametrize("terminal", [True, False])
def test_a_collected_log_gets_no_password(tmp_path: Path, terminal: bool) -> None:
    found = cheaply(Services(Settings(data=tmp_path, log_format="json")))
    with capture_logs() as lines:
        said = shown(found, terminal=terminal)
    assert (len(re.findall(PASSWORD, said)), len(lines)) == ((1, 0) if terminal else (0, 1))
    assert not re.search(PASSWORD, str(lines))
    assert bool(found.accounts.store.accounts()) == terminal
    found.close()
