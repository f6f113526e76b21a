"""Who acts through the API: people's accounts, other systems' tokens, and the port that keeps them.

Nothing here holds a secret: a store sees passwords, session ids and tokens only as hashes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Protocol

from pydantic import StringConstraints

from models.base import Clean, Code, Instant, Value
from models.commands import Actor
from models.errors import MinshengError
from models.rights import Role, Task

LOGIN_NAME = r"^[a-z0-9][a-z0-9._-]{1,47}$"
LoginName = Annotated[str, StringConstraints(pattern=LOGIN_NAME)]
"""What a person signs in with; never given to anybody else, so that a history's names keep their meaning."""

SystemName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=48), Clean]
"""What another system is called in histories; a new token may carry the name of the one it replaces."""


class SignIn(MinshengError):
    """Nobody is known by these credentials: sign in with others. Says not whether name or password is wrong."""


class WaitFirst(MinshengError):
    """Too many failures: try again in ``seconds`` (at least 1)."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"too many failed attempts, try again in {seconds} s")


class Account(Value):
    """A person. ``unit`` is a department's and nobody else's."""

    id: Code
    name: LoginName
    display: Code
    role: Role
    unit: Code | None = None
    disabled: bool = False
    created_at: Instant


class Token(Value):
    """Another system's right to act until ``expires_at``; ``id`` is the public part of the token's text.

    ``scopes`` None: every task of the role.
    """

    id: Code
    name: SystemName
    role: Role
    unit: Code | None = None
    scopes: frozenset[Task] | None = None
    created_at: Instant
    expires_at: Instant
    revoked_at: Instant | None = None
    last_used_at: Instant | None = None
    """To the minute."""


class Session(Value):
    """A browser that an account signed in with; ``id`` is the SHA-256 of the cookie, in hexadecimal."""

    id: Code
    account_id: Code
    created_at: Instant
    last_seen_at: Instant
    """To the minute."""
    expires_at: Instant


class Principal(Value):
    """Who makes this request. ``csrf`` is what a session's forms must send back; a token has none."""

    account_id: Code
    name: Code
    display: Code
    role: Role
    unit: Code | None = None
    scopes: frozenset[Task] | None = None
    via: Literal["session", "token"]
    csrf: str | None = None

    def covers(self, task: Task) -> bool:
        """Whether the token's scopes hold the task; whether the role does is the table's to say."""
        return self.scopes is None or task in self.scopes

    def actor(self) -> Actor:
        """Who this is in an order's history: the login name, or ``token:`` and the system's name."""
        return Actor(id=self.name, role=self.role, unit=self.unit)


class Change(StrEnum):
    """What was done to an account or a token."""

    CREATED = "created"
    DISABLED = "disabled"
    ENABLED = "enabled"
    PASSWORD_SET = "password_set"
    TOKEN_ISSUED = "token_issued"
    TOKEN_REVOKED = "token_revoked"


class LogEntry(Value):
    """One change: ``by`` made it to ``subject`` (a login name or a token's id). ``detail`` holds no secret."""

    at: Instant
    by: Code
    change: Change
    subject: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class LoginLimit:
    """How many failures a ``window`` bears.

    ``per_name`` for one name, ``per_address`` for one client address. An account that has signed in from an
    address within ``known_for`` is known there: its attempts from there are limited by themselves (``per_name``),
    whatever strangers do elsewhere, so nobody can lock out people who sit where they usually sit.
    """

    per_name: int
    per_address: int
    window: timedelta
    known_for: timedelta


class AccountStore(Protocol):
    """Accounts, sessions, tokens, failed logins and the log of changes, for several processes at once.

    Every method is one transaction that is durable when it returns. Each change writes its ``LogEntry`` in the
    same transaction; entries are never changed or removed. May be called from any thread; raises ``RetryLater``
    when the engine does not answer. ``CorrectInput`` names the field.
    """

    def add(self, account: Account, password_hash: str, by: str) -> None:
        """A new account. Raises ``CorrectInput`` when the name was ever taken."""
        ...

    def add_first(self, account: Account, password_hash: str, by: str) -> bool:
        """The same where there is no account at all, else nothing; of several at one moment one is True."""
        ...

    def account(self, name: str) -> Account | None: ...

    def accounts(self) -> list[Account]:
        """All, by name."""
        ...

    def password_hash(self, account_id: str) -> str | None: ...

    def rehash(self, account_id: str, old: str, new: str) -> bool:
        """The same password hashed anew; sessions stay, nothing is logged. False, and nothing done, when ``old`` is
        not the hash any more."""
        ...

    def set_password(self, name: str, password_hash: str, *, by: str, at: datetime) -> None:
        """Ends the account's sessions and forgets its failures. Raises ``CorrectInput`` for an unknown name."""
        ...

    def set_disabled(self, name: str, disabled: bool, *, by: str, at: datetime) -> bool:
        """False: it was so already, and nothing was logged. Disabling ends the account's sessions.

        Raises ``CorrectInput`` for an unknown name, and for the last administrator who is not disabled.
        """
        ...

    def begin_login(self, name: str, address: str, limit: LoginLimit, at: datetime) -> datetime | None:
        """Count an attempt as failed before its password is looked at, so that none slips by beside others.

        None: counted, go on. Otherwise the limit is spent, nothing was counted, and the moment returned is the
        first at which the same call may be let in. Attempts older than the window are forgotten.
        """
        ...

    def open_session(self, session: Session, *, password_hash: str, address: str) -> bool:
        """A successful login: the session, the address as one where the account is known, its failures forgotten.

        False, and nothing done, where the account was disabled or got another password meanwhile. The
        sessions that have expired by ``session.created_at`` are removed.
        """
        ...

    def session(self, session_id: str) -> tuple[Session, Account] | None:
        """One indexed read. None where it was ended, or the account is disabled; expiry is the caller's to judge."""
        ...

    def see_session(self, session_id: str, at: datetime) -> None:
        """``last_seen_at``; never goes back."""
        ...

    def end_session(self, session_id: str) -> None:
        """Idempotent."""
        ...

    def add_token(self, token: Token, secret_hash: bytes, by: str) -> None: ...

    def token(self, token_id: str) -> tuple[Token, bytes] | None:
        """With the SHA-256 of its secret; one indexed read. Revocation and expiry are the caller's to judge."""
        ...

    def tokens(self) -> list[Token]:
        """All, revoked ones included, by moment of issue."""
        ...

    def use_token(self, token_id: str, at: datetime) -> None:
        """``last_used_at``; never goes back."""
        ...

    def revoke_token(self, token_id: str, *, by: str, at: datetime) -> bool:
        """False: revoked already, and nothing was logged. Raises ``CorrectInput`` for an unknown id."""
        ...

    def log(self, *, limit: int = 1000, subject: str | None = None) -> Sequence[LogEntry]:
        """The last changes, the latest first."""
        ...

    def close(self) -> None:
        """Idempotent."""
        ...
