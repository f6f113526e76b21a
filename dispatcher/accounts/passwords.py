"""Passwords: argon2id, what is asked of a new one, and one that the machine invents."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import HashingError, VerificationError, VerifyMismatchError

from models.errors import CorrectInput, RetryLater

LEAST = 12
MOST = 1024
_AT_ONCE = 4
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread on paper: no i, l, o, 0, 1


def check_password(password: str, name: str) -> None:
    """Raises ``CorrectInput`` for a password that an account called ``name`` must not have."""
    said = unicodedata.normalize("NFKC", password)
    if len(said) < LEAST:
        raise CorrectInput.one("password", f"has fewer than {LEAST} characters")
    if len(password) > MOST:
        raise CorrectInput.one("password", f"has more than {MOST} characters")
    if not said.casefold().replace(name, ""):
        raise CorrectInput.one("password", "is the login name")
    if len(set(said)) < 4:
        raise CorrectInput.one("password", "repeats fewer than four different characters")


def invent_password() -> str:
    """Four groups of five characters: 99 bits of chance."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))


@dataclass
class Passwords:
    """Hashes and verifies; the default costs are the low-memory ones of RFC 9106 (64 MiB, 3 passes).

    No more than four at once, so that a rush of logins takes 256 MiB and not the machine; the rest wait.
    """

    hasher: PasswordHasher = field(default_factory=PasswordHasher)
    _slots: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(_AT_ONCE))

    @cached_property
    def _nobodys(self) -> str:
        return self.hash(secrets.token_urlsafe(32))

    def hash(self, password: str) -> str:
        """The argon2id hash with its costs and salt. Raises ``RetryLater`` where memory is short."""
        with self._slots:
            try:
                return self.hasher.hash(_bytes(password))
            except HashingError as error:
                raise RetryLater(f"a password cannot be hashed now: {error}") from error

    def verify(self, hashed: str | None, password: str) -> bool:
        """Whether it is the password; for ``hashed`` None (nobody) no, after the same time."""
        nobodys = self._nobodys  # made before the first answer, so that the first nobody takes no longer
        if len(password) > MOST:
            hashed, password = None, password[:MOST]
        with self._slots:
            try:
                self.hasher.verify(hashed or nobodys, _bytes(password))
            except VerifyMismatchError:
                return False
            except VerificationError as error:
                raise RetryLater(f"a password cannot be verified now: {error}") from error
        return hashed is not None

    def outdated(self, hashed: str) -> bool:
        """Whether it was made with other costs than today's."""
        return self.hasher.check_needs_rehash(hashed)


def _bytes(password: str) -> bytes:
    # One keyboard sends composed, the next full-width characters for the same keys.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
