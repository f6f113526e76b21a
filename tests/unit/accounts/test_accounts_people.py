from __future__ import annotations

from typing import Any

import pytest

from dispatcher.accounts.accounts import Accounts
from dispatcher.accounts.first_start import ensure_administrator
from models.accounts import Change
from models.errors import CorrectInput
from models.rights import Role
from tests.unit.accounts.conftest import SECRET


def test_an_account_is_found_as_it_was_made(accounts: Accounts) -> None:
    made = accounts.people.add("chen.wei", Role.DEPARTMENT, SECRET, by="admin", display="陈伟", unit="water")
    assert accounts.store.account("chen.wei") == made
    assert accounts.store.accounts() == [made]
    assert (made.display, made.unit, made.disabled) == ("陈伟", "water", False)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"role": Role.SYSTEM}, "role"),
        ({"role": Role.DEPARTMENT}, "unit"),
        ({"role": Role.DEPARTMENT, "unit": "no-such-unit"}, "unit"),
        ({"role": Role.DEPARTMENT, "unit": "street_town"}, "unit"),
        ({"unit": "water"}, "unit"),
        ({"name": "Wang"}, "name"),
        ({"name": "王芳"}, "name"),
        ({"name": "a"}, "name"),
        ({"name": "wang\n"}, "name"),
        ({"name": "token:x"}, "name"),
        ({"name": "w" * 49}, "name"),
        ({"display": "a\x00"}, "display"),
        ({"password": "short"}, "password"),
        ({"name": "wang.fang"}, "name"),
    ],
)
def test_what_no_account_may_be(accounts: Accounts, wang: str, wrong: dict[str, Any], field: str) -> None:
    good = {"name": "li.na", "role": Role.OPERATOR, "password": SECRET, "by": "admin"}
    with pytest.raises(CorrectInput) as raised:
        accounts.people.add(**good | wrong)
    assert [problem.field for problem in raised.value.problems] == [field]
    assert [one.name for one in accounts.store.accounts()] == [wang]


def test_every_change_is_logged_and_no_secret_with_it(accounts: Accounts, wang: str) -> None:
    accounts.people.set_password(wang, "another good password", by="admin")
    assert accounts.people.disable(wang, by="li")
    assert not accounts.people.disable(wang, by="li")
    assert accounts.people.enable(wang, by="admin")
    assert not accounts.people.enable(wang, by="admin")
    entries = accounts.store.log()
    assert [(entry.by, entry.change) for entry in reversed(entries)] == [
        ("test", Change.CREATED),
        ("admin", Change.PASSWORD_SET),
        ("li", Change.DISABLED),
        ("admin", Change.ENABLED),
    ]
    assert {entry.subject for entry in entries} == {wang}
    assert entries[-1].detail == "operator"
    assert "$argon2" not in repr(entries)


def test_nobody_can_change_an_account_that_is_not_there(accounts: Accounts) -> None:
    for change in (
        lambda: accounts.people.disable("nobody", by="admin"),
        lambda: accounts.people.enable("nobody", by="admin"),
        lambda: accounts.people.set_password("nobody", SECRET, by="admin"),
    ):
        with pytest.raises(CorrectInput, match="name: there is no account nobody"):
            change()
    assert accounts.store.log() == []


def test_the_last_administrator_stays(accounts: Accounts) -> None:
    accounts.people.add("admin-1", Role.ADMINISTRATOR, SECRET, by="test")
    accounts.people.add("admin-2", Role.ADMINISTRATOR, SECRET, by="test")
    assert accounts.people.disable("admin-1", by="admin-2")
    with pytest.raises(CorrectInput, match="name: admin-2 is the last administrator"):
        accounts.people.disable("admin-2", by="admin-2")
    accounts.people.enable("admin-1", by="admin-2")
    assert accounts.people.disable("admin-2", by="admin-1")


def test_the_first_start_makes_an_administrator_once(accounts: Accounts) -> None:
    password = ensure_administrator(accounts)
    assert password is not None
    assert accounts.login.sign_in("admin", password, "10.1.1.1").principal.role is Role.ADMINISTRATOR
    assert ensure_administrator(accounts) is None


def test_where_there_is_an_account_the_first_start_makes_none(accounts: Accounts, wang: str) -> None:
    assert ensure_administrator(accounts) is None
    assert [one.name for one in accounts.store.accounts()] == [wang]
