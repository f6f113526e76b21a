"""The first start: an administrator with a password that is shown once."""

from __future__ import annotations

from dispatcher.accounts.accounts import Accounts
from dispatcher.accounts.passwords import invent_password


def ensure_administrator(accounts: Accounts) -> str | None:
    """The password of the new account ``admin``; None where there is an account already.

    Of several processes that start at one moment one gets the password.
    """
    if accounts.store.accounts():
        return None
    password = invent_password()
    return password if accounts.people.add_first_administrator(password) else None
