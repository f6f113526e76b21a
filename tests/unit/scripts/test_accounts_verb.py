"""Accounts and tokens from the command line."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from dispatcher.settings import Settings
from dispatcher.wiring import Services
from models.rights import Role
from scripts.minsheng import main

Verb = Callable[..., tuple[int, str, str]]
SECRET = "correct horse battery"


@pytest.fixture
def verb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Verb]:
    """Runs `minsheng accounts …` in this process: exit status, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MINSHENG_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("MINSHENG_LOG_LEVEL", "error")

    def run(*arguments: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["minsheng", "accounts", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as ended:
            main()
            sys.exit(0)
        out, err = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, out, err

    yield run
    structlog.reset_defaults()


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    found = Services(Settings(data=tmp_path / "data"))
    yield found
    found.close()


def said(result: tuple[int, str, str]) -> str:
    assert (result[0], result[2]) == (0, ""), result
    return result[1]


def refused(result: tuple[int, str, str]) -> str:
    code, out, err = result
    assert (code, out, err.count("\n")) == (2, "", 1), result
    assert err.startswith("minsheng: ")
    return err.removeprefix("minsheng: ").strip()


def test_an_account_from_its_making_to_its_end(verb: Verb, services: Services) -> None:
    made = verb(
        "add", "chen.wei", "--role", "department", "--unit", "water", "--display", "陈伟", typed=f"{SECRET}\r\nx\n"
    )
    assert said(made) == "chen.wei: added\n"
    assert services.accounts.login.sign_in("chen.wei", SECRET, "10.1.1.1").principal.unit == "water"
    assert said(verb("list")).split("\t")[:5] == ["chen.wei", "陈伟", "department", "water", "enabled"]
    new = said(verb("password", "chen.wei", "--generate")).strip()
    signed_in = services.accounts.login.sign_in("chen.wei", new, "10.1.1.1")
    assert said(verb("disable", "chen.wei")) == "chen.wei: disabled\n"
    assert said(verb("disable", "chen.wei")) == "chen.wei: was disabled already\n"
    assert services.accounts.sessions.principal(signed_in.cookie) is None
    assert "\tdisabled\t" in said(verb("list"))
    assert said(verb("enable", "chen.wei")) == "chen.wei: enabled\n"
    assert said(verb("enable", "chen.wei")) == "chen.wei: was not disabled\n"
    lines = [line.split("\t") for line in said(verb("log")).splitlines()]
    assert [line[2] for line in lines] == ["enabled", "disabled", "password_set", "created"]
    assert all(line[1].startswith("cli:") and line[3] == "chen.wei" for line in lines)
    assert len(said(verb("log", "--limit", "1")).splitlines()) == 1


def test_a_generated_password_is_all_that_is_printed(verb: Verb, services: Services) -> None:
    password = said(verb("add", "wang", "--role", "operator", "--generate"))
    assert services.accounts.login.sign_in("wang", password.rstrip("\n"), "10.1.1.1").principal.role is Role.OPERATOR


def test_a_token_from_its_issue_to_its_end(verb: Verb, services: Services) -> None:
    said(verb("add", "wang", "--role", "operator", "--generate"))
    code, out, err = verb(
        "token", "区运管平台", "--role", "operator", "--days", "30", "--scope", "hand_in", "--scope", "read"
    )
    assert (code, out.count("\n"), err.count("\n")) == (0, 1, 1)
    text = out.strip()
    token_id = text.split("_")[1]
    assert token_id in err
    assert text not in err
    assert services.accounts.tokens.principal(text) is not None
    fields = said(verb("tokens")).strip().split("\t")
    assert fields[:6] == [token_id, "区运管平台", "operator", "-", "hand_in,read", "valid"]
    assert fields[7] != "never"
    assert said(verb("revoke", token_id)) == f"{token_id}: revoked\n"
    assert said(verb("revoke", token_id)) == f"{token_id}: was revoked already\n"
    assert services.accounts.tokens.principal(text) is None
    assert "\trevoked\t" in said(verb("tokens"))


def test_what_is_wrong_is_one_line_that_names_the_field(verb: Verb) -> None:
    said(verb("add", "admin", "--role", "administrator", typed=SECRET))
    assert refused(verb("add", "wang", "--role", "operator")).startswith("password: standard input is empty")
    assert refused(verb("add", "wang", "--role", "operator", typed="short")) == "password: has fewer than 12 characters"
    assert refused(verb("add", "Wang", "--role", "operator", typed=SECRET)).startswith("name: ")
    assert refused(verb("add", "wang", "--role", "system", typed=SECRET)).startswith("role: ")
    assert refused(verb("add", "wang", "--role", "operator", "--unit", "water", typed=SECRET)).startswith("unit: ")
    assert refused(verb("add", "admin", "--role", "operator", typed=SECRET)) == "name: admin is taken"
    assert refused(verb("disable", "admin")).startswith("name: admin is the last administrator")
    assert refused(verb("password", "nobody", typed=SECRET)) == "name: there is no account nobody"
    assert refused(verb("revoke", "0" * 16)).startswith("id: there is no token")
    wrong = verb("token", "crm", "--role", "analyst", "--days", "9", "--scope", "act")
    assert refused(wrong) == "scopes: act is no task of the role analyst"
    assert verb("token", "crm", "--role", "analyst", "--days", "367")[0] == 2
    assert verb("token", "crm", "--role", "analyst")[0] == 2
    assert [line.split("\t")[0] for line in said(verb("list")).splitlines()] == ["admin"]


def test_only_add_makes_a_file(verb: Verb, tmp_path: Path) -> None:
    for arguments in (["list"], ["tokens"], ["log"], ["disable", "wang"], ["revoke", "0"], ["password", "x"]):
        assert refused(verb(*arguments)).startswith("no accounts in ")
    assert not (tmp_path / "data").exists()
