from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from dispatcher.accounts.accounts import Accounts
from dispatcher.accounts.sessions import SignedIn, csrf_holds
from tests.unit.accounts.conftest import SECRET, SetClock


def signed_in(accounts: Accounts, name: str) -> SignedIn:
    return accounts.login.sign_in(name, SECRET, "10.1.1.1")


def test_a_cookie_that_was_never_given_out_is_nobodys(accounts: Accounts, wang: str) -> None:
    cookie = signed_in(accounts, wang).cookie
    for wrong in ("", cookie[:-1], cookie + "A", cookie.swapcase(), "\ud800", "x" * 100_000):
        assert accounts.sessions.principal(wrong) is None


def test_a_session_ends_when_it_is_idle(accounts: Accounts, wang: str, clock: SetClock) -> None:
    one = signed_in(accounts, wang)
    for _ in range(3):
        clock.move(minutes=59)
        assert accounts.sessions.principal(one.cookie) is not None
    clock.move(minutes=60)
    assert accounts.sessions.principal(one.cookie) is None


def test_a_session_ends_twelve_hours_after_the_login_however_busy(
    accounts: Accounts, wang: str, clock: SetClock
) -> None:
    one = signed_in(accounts, wang)
    for _ in range(23):
        clock.move(minutes=30)
        assert accounts.sessions.principal(one.cookie) is not None
    clock.move(minutes=30)
    assert one.expires_at == clock.now()
    assert accounts.sessions.principal(one.cookie) is None


def test_being_seen_is_written_once_a_minute(accounts: Accounts, wang: str, clock: SetClock, tmp_path: Path) -> None:
    one = signed_in(accounts, wang)
    with contextlib.closing(sqlite3.connect(tmp_path / "accounts.db")) as other:

        def version() -> int:
            return int(other.execute("PRAGMA data_version").fetchone()[0])

        before = version()
        for _ in range(59):
            clock.move(seconds=1)
            accounts.sessions.principal(one.cookie)
        assert version() == before
        clock.move(seconds=1)
        accounts.sessions.principal(one.cookie)
        assert version() != before


def test_signing_out_ends_this_session_and_no_other(accounts: Accounts, wang: str) -> None:
    one, other = signed_in(accounts, wang), signed_in(accounts, wang)
    accounts.sessions.end(one.cookie)
    accounts.sessions.end(one.cookie)
    assert accounts.sessions.principal(one.cookie) is None
    assert accounts.sessions.principal(other.cookie) is not None


def test_disabling_and_a_new_password_end_every_session_for_good(accounts: Accounts, wang: str) -> None:
    one = signed_in(accounts, wang)
    accounts.people.disable(wang, by="test")
    assert accounts.sessions.principal(one.cookie) is None
    accounts.people.enable(wang, by="test")
    assert accounts.sessions.principal(one.cookie) is None
    two = signed_in(accounts, wang)
    accounts.people.set_password(wang, "another good password", by="test")
    assert accounts.sessions.principal(two.cookie) is None


def test_each_session_has_a_csrf_secret_of_its_own(accounts: Accounts, wang: str) -> None:
    one, other = signed_in(accounts, wang), signed_in(accounts, wang)
    principal = accounts.sessions.principal(one.cookie)
    assert principal is not None
    assert principal.csrf is not None
    assert principal.csrf not in (one.cookie, other.principal.csrf)
    assert csrf_holds(principal, one.principal.csrf)
    for wrong in (None, "", other.principal.csrf, one.cookie, principal.csrf[:-1], "\ud800", "民"):
        assert not csrf_holds(principal, wrong)
    assert not csrf_holds(principal.model_copy(update={"csrf": None}), None)
    assert csrf_holds(principal.model_copy(update={"csrf": None, "via": "token"}), None)
