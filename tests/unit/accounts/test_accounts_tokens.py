from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dispatcher.accounts.accounts import Accounts
from models.accounts import Change
from models.errors import CorrectInput
from models.rights import TASKS, Role, Task
from tests.unit.accounts.conftest import SetClock

YEAR = timedelta(days=366)


def issue(accounts: Accounts, name: str = "区运管平台", role: Role = Role.OPERATOR, **more: Any) -> tuple[str, str]:
    ends = accounts.clock.now() + more.pop("lasts", YEAR)
    token, text = accounts.tokens.issue(name, role, expires_at=ends, by="admin", **more)
    return token.id, text


def test_a_token_is_its_systems_until_it_ends(accounts: Accounts, clock: SetClock) -> None:
    token_id, text = issue(accounts, role=Role.DEPARTMENT, unit="water", scopes=[Task.READ, Task.ACT])
    assert text.startswith(f"msh_{token_id}_")
    principal = accounts.tokens.principal(text)
    assert principal is not None
    assert (principal.role, principal.unit, principal.via, principal.csrf) == ("department", "water", "token", None)
    assert principal.actor().id == "token:区运管平台"
    assert [task for task in Task if principal.covers(task)] == [Task.READ, Task.ACT]
    clock.move(days=366, seconds=-1)
    assert accounts.tokens.principal(text) is not None
    clock.move(seconds=1)
    assert accounts.tokens.principal(text) is None


def test_without_scopes_it_covers_every_task(accounts: Accounts) -> None:
    principal = accounts.tokens.principal(issue(accounts)[1])
    assert principal is not None
    assert all(map(principal.covers, Task))


def test_another_secret_or_another_form_is_nobodys(accounts: Accounts) -> None:
    first, text = issue(accounts)
    second, other = issue(accounts)
    last = "0" if text[-1] != "0" else "1"
    wrongs = [
        "",
        "msh_",
        text[:-1] + last,
        text + "0",
        text.upper(),
        " " + text,
        text + "\n",
        text.replace(first, second),
    ]
    wrongs += [
        text.replace(first, "0" * 16),
        text.replace("_", "-"),
        "\ud800",
        "msh_" + "٠" * 16 + text[20:],
        other[4:],
    ]
    assert [accounts.tokens.principal(wrong) for wrong in wrongs] == [None] * len(wrongs)


def test_revocation_holds_at_once(accounts: Accounts) -> None:
    token_id, text = issue(accounts)
    other = issue(accounts)[1]
    assert accounts.tokens.revoke(token_id, by="admin")
    assert accounts.tokens.principal(text) is None
    assert accounts.tokens.principal(other) is not None
    assert not accounts.tokens.revoke(token_id, by="admin")
    with pytest.raises(CorrectInput, match="id: there is no token"):
        accounts.tokens.revoke("f" * 16, by="admin")
    assert [entry.change for entry in accounts.store.log(subject=token_id)] == [
        Change.TOKEN_REVOKED,
        Change.TOKEN_ISSUED,
    ]


def test_the_last_use_is_known_to_the_minute(accounts: Accounts, clock: SetClock) -> None:
    _, text = issue(accounts)
    seen = []
    for _ in range(5):
        accounts.tokens.principal(text)
        seen.append(accounts.store.tokens()[0].last_used_at)
        clock.move(seconds=30)
    assert seen == [clock.now() - timedelta(seconds=ago) for ago in (150, 150, 90, 90, 30)]


@pytest.mark.parametrize("role", list(Role))
def test_scopes_are_tasks_of_the_role(accounts: Accounts, role: Role) -> None:
    if role is Role.SYSTEM:
        return
    unit = "water" if role is Role.DEPARTMENT else None
    for task in Task:
        if role in TASKS[task]:
            issue(accounts, role=role, unit=unit, scopes=[task])
        else:
            with pytest.raises(CorrectInput, match=f"scopes: {task} is no task of the role {role}"):
                issue(accounts, role=role, unit=unit, scopes=[task])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"role": Role.SYSTEM}, "role"),
        ({"role": Role.DEPARTMENT}, "unit"),
        ({"role": Role.DEPARTMENT, "unit": "no-such-unit"}, "unit"),
        ({"role": Role.DEPARTMENT, "unit": "street_town"}, "unit"),
        ({"unit": "water"}, "unit"),
        ({"scopes": []}, "scopes"),
        ({"lasts": YEAR + timedelta(seconds=1)}, "expires_at"),
        ({"lasts": timedelta(0)}, "expires_at"),
        ({"name": "x"}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "长" * 49}, "name"),
    ],
)
def test_what_no_token_may_be(accounts: Accounts, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(CorrectInput) as raised:
        issue(accounts, **wrong)
    assert [problem.field for problem in raised.value.problems] == [field]
    assert accounts.store.tokens() == []
