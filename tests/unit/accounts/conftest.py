from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from dispatcher.accounts.accounts import Accounts
from dispatcher.accounts.passwords import Passwords
from dispatcher.adapters.sqlite.accounts import SqliteAccountStore
from dispatcher.catalogue import default_catalogue_path, load_catalogue
from models.catalogue import Catalogue
from models.rights import Role

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SECRET = "correct horse battery"


@dataclass
class SetClock:
    time: datetime = datetime(2026, 3, 2, 8, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def move(self, **by: float) -> None:
        self.time += timedelta(**by)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(default_catalogue_path())


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def accounts(tmp_path: Path, catalogue: Catalogue, clock: SetClock) -> Iterator[Accounts]:
    store = SqliteAccountStore(tmp_path / "accounts.db")
    with contextlib.closing(Accounts(store, catalogue, clock, passwords=Passwords(CHEAP))) as opened:
        yield opened


@pytest.fixture
def wang(accounts: Accounts) -> str:
    """An operator's login name; the password is ``SECRET``."""
    return accounts.people.add("wang.fang", Role.OPERATOR, SECRET, by="test", display="王芳").name
