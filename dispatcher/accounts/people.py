"""People's accounts: made, disabled, enabled, given a password."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from dispatcher.accounts.passwords import Passwords, check_password
from dispatcher.accounts.values import checked, place_problems, raise_problems
from models.accounts import Account, AccountStore
from models.catalogue import Catalogue
from models.errors import CorrectInput
from models.masking import mask_numbers
from models.ports import Clock
from models.rights import Role

FIRST = "admin"


@dataclass(frozen=True, slots=True)
class People:
    """What an administrator does with accounts; ``by`` is who does it, for the log."""

    store: AccountStore
    passwords: Passwords
    catalogue: Catalogue
    clock: Clock

    def add(
        self, name: str, role: Role, password: str, *, by: str, display: str | None = None, unit: str | None = None
    ) -> Account:
        """A new account. Raises ``CorrectInput`` naming each wrong field."""
        if mask_numbers(name) != name:
            raise CorrectInput.one("name", "is a phone or identity number: a login name is shown and written down")
        raise_problems(*place_problems(role, unit, self.catalogue))
        account = self._account(name, role, display, unit)
        check_password(password, name)
        self.store.add(account, self.passwords.hash(password), by)
        return account

    def add_first_administrator(self, password: str) -> bool:
        """The account ``admin``, where there is no account at all; False: there is one."""
        account = self._account(FIRST, Role.ADMINISTRATOR, "系统管理员", None)
        return self.store.add_first(account, self.passwords.hash(password), "first start")

    def set_password(self, name: str, password: str, *, by: str) -> None:
        """Ends all sessions of the account, and any wait after failed logins."""
        check_password(password, name)
        self.store.set_password(name, self.passwords.hash(password), by=by, at=self.clock.now())

    def disable(self, name: str, *, by: str) -> bool:
        """Ends all sessions. False: was disabled already. The last administrator stays (``CorrectInput``)."""
        return self.store.set_disabled(name, True, by=by, at=self.clock.now())

    def enable(self, name: str, *, by: str) -> bool:
        """The old password holds again. False: was not disabled."""
        return self.store.set_disabled(name, False, by=by, at=self.clock.now())

    def _account(self, name: str, role: Role, display: str | None, unit: str | None) -> Account:
        return checked(
            Account,
            id=secrets.token_hex(8),
            name=name,
            display=display or name,
            role=role,
            unit=unit,
            created_at=self.clock.now(),
        )
