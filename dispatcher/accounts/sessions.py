"""Sessions of browsers: a random cookie of which only the hash is kept."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from models.accounts import Account, AccountStore, Principal, Session
from models.ports import Clock

SEEN_EVERY = timedelta(minutes=1)
_COOKIE_MOST = 128


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a browser gets: ``cookie`` is shown to it and kept nowhere else."""

    cookie: str
    principal: Principal
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Sessions:
    """Ends each session ``lasts`` after the login, or ``idle`` after it was last seen."""

    store: AccountStore
    clock: Clock
    lasts: timedelta
    idle: timedelta

    def open(self, account: Account, password_hash: str, address: str) -> SignedIn | None:
        """A session for who has shown the password with this hash; None where it does not hold any more."""
        cookie, now = secrets.token_urlsafe(32), self.clock.now()
        session = Session(
            id=_digest(cookie), account_id=account.id, created_at=now, last_seen_at=now, expires_at=now + self.lasts
        )
        if not self.store.open_session(session, password_hash=password_hash, address=address):
            return None
        return SignedIn(cookie, _principal(account, cookie), session.expires_at)

    def principal(self, cookie: str) -> Principal | None:
        """Whose cookie it is; None for one that was never given out, has ended or expired."""
        if not cookie or len(cookie) > _COOKIE_MOST:
            return None
        found = self.store.session(_digest(cookie))
        if found is None:
            return None
        session, account = found
        now = self.clock.now()
        if now >= session.expires_at or now >= session.last_seen_at + self.idle:
            return None
        if now >= session.last_seen_at + SEEN_EVERY:
            self.store.see_session(session.id, now)
        return _principal(account, cookie)

    def end(self, cookie: str) -> None:
        """Sign out. Idempotent."""
        self.store.end_session(_digest(cookie))


def csrf_holds(principal: Principal, given: str | None) -> bool:
    """Whether a request that changes something comes from a page of this session; a token needs no proof."""
    if principal.csrf is None:
        return principal.via == "token"
    return hmac.compare_digest(principal.csrf.encode(), (given or "").encode("utf-8", "surrogatepass"))


def _digest(cookie: str) -> str:
    return sha256(cookie.encode("utf-8", "surrogatepass")).hexdigest()


def _principal(account: Account, cookie: str) -> Principal:
    # Derived from the cookie, so that it is there in every process and kept in none.
    csrf = hmac.digest(cookie.encode("utf-8", "surrogatepass"), b"minsheng csrf", "sha256").hex()
    return Principal(
        account_id=account.id,
        name=account.name,
        display=account.display,
        role=account.role,
        unit=account.unit,
        via="session",
        csrf=csrf,
    )
