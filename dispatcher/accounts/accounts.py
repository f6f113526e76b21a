"""Everything about accounts in one place, for the web layer and the command line."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

from dispatcher.accounts.login import Login
from dispatcher.accounts.passwords import Passwords
from dispatcher.accounts.people import People
from dispatcher.accounts.sessions import Sessions
from dispatcher.accounts.tokens import Tokens
from dispatcher.settings import Settings
from models.accounts import AccountStore, LoginLimit
from models.catalogue import Catalogue
from models.ports import Clock

LOGIN_LIMIT = LoginLimit(per_name=5, per_address=20, window=timedelta(minutes=15), known_for=timedelta(days=30))


@dataclass(frozen=True, slots=True)
class Policy:
    """What an installation may set."""

    session_lasts: timedelta = timedelta(hours=12)
    session_idle: timedelta = timedelta(hours=1)
    login: LoginLimit = LOGIN_LIMIT


def policy_of(settings: Settings) -> Policy:
    """As the environment says."""
    login = replace(
        LOGIN_LIMIT,
        per_name=settings.login_attempts,
        per_address=settings.login_address_attempts,
        window=timedelta(seconds=settings.login_window_s),
    )
    return Policy(timedelta(hours=settings.session_hours), timedelta(minutes=settings.session_idle_minutes), login)


@dataclass
class Accounts:
    """The parts, on one store."""

    store: AccountStore
    catalogue: Catalogue
    clock: Clock
    policy: Policy = Policy()
    passwords: Passwords = field(default_factory=Passwords)

    def __post_init__(self) -> None:
        self.people = People(self.store, self.passwords, self.catalogue, self.clock)
        self.sessions = Sessions(self.store, self.clock, self.policy.session_lasts, self.policy.session_idle)
        self.tokens = Tokens(self.store, self.catalogue, self.clock)
        self.login = Login(self.store, self.passwords, self.people, self.sessions, self.clock, self.policy.login)

    def close(self) -> None:
        """Idempotent."""
        self.store.close()
