"""Signing in: the limit, the password, the session; wrong names and wrong passwords look alike."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network

from dispatcher.accounts.passwords import Passwords, check_password
from dispatcher.accounts.people import People
from dispatcher.accounts.sessions import Sessions, SignedIn
from models.accounts import LOGIN_NAME, Account, AccountStore, LoginLimit, SignIn, WaitFirst
from models.errors import CorrectInput
from models.masking import mask_numbers
from models.ports import Clock

_WRONG = "name or password is wrong"
_NAME = re.compile(LOGIN_NAME)


@dataclass(frozen=True, slots=True)
class Login:
    """Lets people in by name and password. ``client`` is the address that the request came from."""

    store: AccountStore
    passwords: Passwords
    people: People
    sessions: Sessions
    clock: Clock
    limit: LoginLimit

    def sign_in(self, name: str, password: str, client: str) -> SignedIn:
        """A new session. Raises ``SignIn`` for a wrong name, a wrong password and a disabled account alike, and
        ``WaitFirst`` when the name or the client has failed too often."""
        account, hashed, address = self._verified(name, password, client)
        signed_in = self.sessions.open(account, hashed, address)
        if signed_in is None:
            raise SignIn(_WRONG)
        return signed_in

    def change_password(self, name: str, old: str, new: str, client: str) -> SignedIn:
        """A person's own change: all sessions end, a new one begins. Raises as ``sign_in``, and ``CorrectInput``."""
        check_password(new, name)  # first: what is no password must not count as a failed login
        if old == new:
            raise CorrectInput.one("password", "is the old one")
        account, _, _ = self._verified(name, old, client)
        self.people.set_password(account.name, new, by=account.name)
        return self.sign_in(account.name, new, client)

    def _verified(self, name: str, password: str, client: str) -> tuple[Account, str, str]:
        """The account, the hash that the password matches, and the address as it counts."""
        known_form = name.strip().lower()
        if not _NAME.fullmatch(known_form) or mask_numbers(known_form) != known_form:
            known_form = ""  # nobody's; all such names share one count, and somebody's number is not written down
        address = address_of(client)
        now = self.clock.now()
        wait = self.store.begin_login(known_form, address, self.limit, now)
        if wait is not None:
            raise WaitFirst(_seconds(now, wait))
        account = self.store.account(known_form)
        hashed = self.store.password_hash(account.id) if account is not None else None
        right = self.passwords.verify(hashed, password)
        if account is None or hashed is None or not right or account.disabled:
            raise SignIn(_WRONG)
        if self.passwords.outdated(hashed):
            hashed = self._rehashed(account, hashed, password)
        return account, hashed, address

    def _rehashed(self, account: Account, old: str, password: str) -> str:
        fresh = self.passwords.hash(password)
        if self.store.rehash(account.id, old, fresh):
            return fresh
        # Somebody was faster: another login, or a new password.
        now = self.store.password_hash(account.id)
        if now is None or not self.passwords.verify(now, password):
            raise SignIn(_WRONG)
        return now


def address_of(client: str) -> str:
    """What counts as one client: an IPv4 address, or an IPv6 network of 64 bits, which is one household's."""
    try:
        address = ip_address(client.partition("%")[0])
    except ValueError:
        return ""  # a Unix socket, a test: one client
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ip_network((address, 64), strict=False))
    return str(address)


def _seconds(now: datetime, until: datetime) -> int:
    return max(1, math.ceil((until - now).total_seconds()))
