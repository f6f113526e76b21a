from __future__ import annotations

import threading
import time

import pytest
from argon2 import PasswordHasher

from dispatcher.accounts.passwords import LEAST, Passwords, check_password, invent_password
from models.errors import CorrectInput

CHEAP = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}


class Watched(PasswordHasher):
    """Counts how many verifications run, altogether and at once."""

    def __init__(self) -> None:
        super().__init__(**CHEAP)
        self.calls = self.now = self.most = 0
        self.guard = threading.Lock()

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        with self.guard:
            self.calls += 1
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            time.sleep(0.01)
            return super().verify(hash, password)
        finally:
            with self.guard:
                self.now -= 1


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("a2345678901", "fewer than 12"),
        ("", "fewer than 12"),
        ("ﬀﬀﬀ", "fewer than 12"),  # six letters once normalised
        ("a1b2" * 300, "more than 1024"),
        ("district-office", "is the login name"),
        ("District-Officedistrict-office", "is the login name"),
        ("abababababababab", "fewer than four different"),
    ],
)
def test_what_no_password_may_be(password: str, reason: str) -> None:
    with pytest.raises(CorrectInput, match=reason) as raised:
        check_password(password, "district-office")
    assert [problem.field for problem in raised.value.problems] == ["password"]


def test_what_a_password_may_be() -> None:
    for password in ("district-office-17", "光明区的路灯今天又坏了一盏", "correct horse battery"):
        check_password(password, "district-office")


def test_invented_passwords_are_good_and_differ() -> None:
    invented = {invent_password() for _ in range(200)}
    assert len(invented) == 200
    for password in invented:
        check_password(password, "admin")
        assert len(password) >= LEAST


def test_only_the_password_verifies_and_the_hash_is_argon2id_with_a_salt() -> None:
    passwords = Passwords(PasswordHasher(**CHEAP))
    hashed = passwords.hash("correct horse battery")
    assert hashed.startswith("$argon2id$")
    assert hashed != passwords.hash("correct horse battery")
    assert passwords.verify(hashed, "correct horse battery")
    assert passwords.verify(hashed, "ｃorrect　horse battery")  # a full-width keyboard
    for wrong in ("Correct horse battery", "correct horse battery ", "", "\ud800", "x" * 5000):
        assert not passwords.verify(hashed, wrong)


def test_nobodys_password_takes_the_same_work_and_is_never_right() -> None:
    hasher = Watched()
    passwords = Passwords(hasher)
    assert not passwords.verify(None, "correct horse battery")
    assert hasher.calls == 1
    assert not passwords.verify(passwords.hash("correct horse battery"), "y" * 5000)
    assert hasher.calls == 2


def test_four_verifications_at_once_and_no_more() -> None:
    hasher = Watched()
    passwords = Passwords(hasher)
    hashed = passwords.hash("correct horse battery")
    workers = [threading.Thread(target=passwords.verify, args=(hashed, "wrong")) for _ in range(16)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (hasher.calls, hasher.most) == (16, 4)


def test_other_costs_make_a_hash_outdated() -> None:
    passwords = Passwords(PasswordHasher(**CHEAP))
    hashed = passwords.hash("correct horse battery")
    assert not passwords.outdated(hashed)
    assert Passwords(PasswordHasher(**CHEAP | {"time_cost": 2})).outdated(hashed)
