"""The first start: an administrator with a password that is shown once."""

from __future__ import annotations

from dispatcher.accounts.passwords import invent_password
from dispatcher.accounts.people import People


def ensure_administrator(people: People) -> str | None:
    """The password of the new account ``admin``; None where there is an account already.

    Of several processes that start at one moment one gets the password.
    """
    if people.store.accounts():
        return None
    password = invent_password()
    return password if people.add_first_administrator(password) else None
