from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher

from dispatcher.accounts.accounts import Accounts
from dispatcher.accounts.login import address_of
from dispatcher.accounts.passwords import Passwords
from models.accounts import SignIn, WaitFirst
from models.errors import CorrectInput
from models.rights import Role
from tests.unit.accounts.conftest import CHEAP, SECRET, SetClock

HOME, AWAY = "10.1.1.1", "203.0.113.9"


def fail(accounts: Accounts, name: str, client: str, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(SignIn):
            accounts.login.sign_in(name, "a wrong password", client)


def blocked(accounts: Accounts, name: str, client: str, password: str = SECRET) -> int:
    with pytest.raises(WaitFirst) as raised:
        accounts.login.sign_in(name, password, client)
    return raised.value.seconds


def test_the_right_password_opens_a_session_whatever_the_case_of_the_name(accounts: Accounts, wang: str) -> None:
    signed_in = accounts.login.sign_in(" Wang.Fang ", SECRET, HOME)
    principal = accounts.sessions.principal(signed_in.cookie)
    assert principal == signed_in.principal
    assert principal is not None
    assert (principal.name, principal.display, principal.role, principal.via) == (wang, "王芳", "operator", "session")
    assert principal.actor().id == wang


def test_wrong_name_wrong_password_and_disabled_account_look_alike(accounts: Accounts, wang: str) -> None:
    accounts.people.add("zhao", Role.OPERATOR, SECRET, by="test")
    accounts.people.disable("zhao", by="test")
    said = set()
    for name, password in (
        (wang, "wrong"), ("nobody", SECRET), ("zhao", SECRET), ("王\ud800", SECRET), ("", ""), ("a" * 9999, SECRET),
    ):  # fmt: skip
        with pytest.raises(SignIn) as raised:
            accounts.login.sign_in(name, password, HOME)
        said.add(str(raised.value))
    assert len(said) == 1


def test_five_failures_close_a_name_for_the_rest_of_the_window(accounts: Accounts, wang: str, clock: SetClock) -> None:
    fail(accounts, wang, AWAY)
    clock.move(minutes=5)
    fail(accounts, wang, AWAY, 4)
    assert blocked(accounts, wang, "198.51.100.7") == 600
    clock.move(minutes=9, seconds=59.5)
    assert blocked(accounts, wang, AWAY) == 1  # and what was refused has not counted
    clock.move(seconds=0.5)
    accounts.login.sign_in(wang, SECRET, AWAY)


def test_a_name_that_nobody_has_is_closed_alike(accounts: Accounts) -> None:
    fail(accounts, "nobody", AWAY, 5)
    assert blocked(accounts, "nobody", AWAY) == 900


def test_success_clears_the_names_count_and_not_the_clients(accounts: Accounts, wang: str) -> None:
    fail(accounts, wang, AWAY, 4)
    accounts.login.sign_in(wang, SECRET, AWAY)
    fail(accounts, wang, HOME, 4)
    accounts.login.sign_in(wang, SECRET, HOME)
    for n in range(5):
        fail(accounts, f"other{n}", "203.0.113.77", 4)
    accounts.login.sign_in(wang, SECRET, HOME)
    assert blocked(accounts, wang, "203.0.113.77") == 900
    assert blocked(accounts, "yet-another", "203.0.113.77") == 900


def test_an_attacker_bars_nobody_from_where_he_usually_signs_in(accounts: Accounts, wang: str, clock: SetClock) -> None:
    accounts.login.sign_in(wang, SECRET, HOME)
    fail(accounts, wang, AWAY, 5)
    accounts.login.sign_in(wang, SECRET, HOME)
    for n in range(5):  # now beside him, behind the same address
        fail(accounts, f"other{n}", HOME, 4)
    fail(accounts, wang, HOME, 4)
    accounts.login.sign_in(wang, SECRET, HOME)
    fail(accounts, wang, HOME, 5)
    assert blocked(accounts, wang, HOME) == 900
    clock.move(minutes=15)
    accounts.login.sign_in(wang, SECRET, HOME)
    clock.move(days=30)
    fail(accounts, wang, AWAY, 5)
    assert blocked(accounts, wang, HOME) == 900  # not known there any more


def test_a_new_password_from_the_command_line_ends_the_wait(accounts: Accounts, wang: str) -> None:
    fail(accounts, wang, AWAY, 5)
    accounts.people.set_password(wang, "another good password", by="admin")
    accounts.login.sign_in(wang, "another good password", AWAY)


def test_a_clock_that_was_set_back_bars_nobody_for_long(accounts: Accounts, wang: str, clock: SetClock) -> None:
    clock.move(days=365)
    fail(accounts, wang, AWAY, 5)
    clock.move(days=-365)
    accounts.login.sign_in(wang, SECRET, AWAY)


def test_attempts_at_one_moment_are_counted_one_by_one(accounts: Accounts, wang: str) -> None:
    said: list[str] = []

    def attempt() -> None:
        try:
            accounts.login.sign_in(wang, "a wrong password", AWAY)
        except (SignIn, WaitFirst) as error:
            said.append(type(error).__name__)

    workers = [threading.Thread(target=attempt) for _ in range(24)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (said.count("SignIn"), said.count("WaitFirst")) == (5, 19)


def test_what_counts_as_one_client() -> None:
    assert address_of("10.1.1.1") == "10.1.1.1" == address_of("::ffff:10.1.1.1")
    assert address_of("2001:db8:1:2:3::4") == address_of("2001:db8:1:2:ffff::1") != address_of("2001:db8:1:3::1")
    assert address_of("fe80::1%eth0") == "fe80::/64"
    assert address_of("testclient") == address_of("") == ""


def test_login_makes_an_outdated_hash_anew_and_keeps_the_sessions(accounts: Accounts, wang: str) -> None:
    before = accounts.login.sign_in(wang, SECRET, HOME)
    accounts.passwords.hasher = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
    accounts.login.sign_in(wang, SECRET, HOME)
    hashed = accounts.store.password_hash(before.principal.account_id)
    assert hashed is not None
    assert "t=2" in hashed
    assert accounts.sessions.principal(before.cookie) is not None
    accounts.login.sign_in(wang, SECRET, HOME)


class Meanwhile(PasswordHasher):
    """Lets something happen while a password is being verified."""

    happens: Callable[[], None] | None = None

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        right = CHEAP.verify(hash, password)
        happens, self.happens = self.happens, None
        if happens is not None:
            happens()
        return right

    def check_needs_rehash(self, hash: str | bytes) -> bool:
        return False


def test_what_changes_while_a_password_is_verified_counts(accounts: Accounts, wang: str) -> None:
    hasher = Meanwhile()
    accounts.login.passwords.hasher = hasher
    changed = Passwords(CHEAP).hash("another good password")
    hasher.happens = lambda: accounts.store.set_password(wang, changed, by="t", at=accounts.clock.now())
    with pytest.raises(SignIn):
        accounts.login.sign_in(wang, SECRET, HOME)
    accounts.login.sign_in(wang, "another good password", HOME)
    hasher.happens = lambda: assert_true(accounts.people.disable(wang, by="t"))
    with pytest.raises(SignIn):
        accounts.login.sign_in(wang, "another good password", HOME)


def test_another_login_that_makes_the_hash_anew_first_is_no_obstacle(accounts: Accounts, wang: str) -> None:
    class Outdated(Meanwhile):
        def check_needs_rehash(self, hash: str | bytes) -> bool:
            account = accounts.store.account(wang)
            assert account is not None
            accounts.store.rehash(account.id, str(hash), CHEAP.hash(SECRET))
            return True

    accounts.login.passwords.hasher = Outdated()
    accounts.login.sign_in(wang, SECRET, HOME)


def test_a_persons_own_change_of_password(accounts: Accounts, wang: str) -> None:
    first, second = (accounts.login.sign_in(wang, SECRET, HOME) for _ in range(2))
    for new in ("short", SECRET, wang):
        for _ in range(3):  # none of these is a failed login
            with pytest.raises(CorrectInput):
                accounts.login.change_password(wang, SECRET, new, HOME)
    with pytest.raises(SignIn):
        accounts.login.change_password(wang, "a wrong password", "another good password", HOME)
    assert accounts.sessions.principal(first.cookie) is not None
    third = accounts.login.change_password(wang, SECRET, "another good password", HOME)
    assert [accounts.sessions.principal(one.cookie) for one in (first, second)] == [None, None]
    assert accounts.sessions.principal(third.cookie) == third.principal
    fail(accounts, wang, HOME)
    assert accounts.store.log()[0].by == wang


def test_who_is_disabled_changes_no_password(accounts: Accounts, wang: str) -> None:
    accounts.people.disable(wang, by="admin")
    with pytest.raises(SignIn):
        accounts.login.change_password(wang, SECRET, "another good password", HOME)
    accounts.people.enable(wang, by="admin")
    accounts.login.sign_in(wang, SECRET, HOME)


def assert_true(value: bool) -> None:
    assert value
