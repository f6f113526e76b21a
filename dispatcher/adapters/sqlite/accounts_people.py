"""Rows of people's accounts."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dispatcher.adapters.sqlite.accounts_log import note
from dispatcher.adapters.sqlite.database import Database
from dispatcher.adapters.sqlite.store_schema import micros, moment
from models.accounts import Account, Change
from models.errors import CorrectInput
from models.rights import Role

ACCOUNT = "accounts.id, accounts.name, display, role, unit, disabled, accounts.created_at"
_INSERT = (
    "INSERT INTO accounts (id, name, display, role, unit, disabled, created_at, password_hash)"
    " SELECT ?, ?, ?, ?, ?, ?, ?, ?"
)


def account_of(row: Sequence[Any]) -> Account:
    """The value of the columns of ``ACCOUNT``."""
    id_, name, display, role, unit, disabled, created_at = row
    return Account(
        id=id_,
        name=name,
        display=display,
        role=Role(role),
        unit=unit,
        disabled=bool(disabled),
        created_at=moment(created_at),
    )


class AccountRows:
    """The port's methods on accounts."""

    _database: Database

    def add(self, account: Account, password_hash: str, by: str) -> None:
        with self._database.write() as connection:
            if _insert(
                connection, account, password_hash, by, "WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE name=?)"
            ):
                return
        raise CorrectInput.one("name", f"{account.name} is taken")

    def add_first(self, account: Account, password_hash: str, by: str) -> bool:
        with self._database.write() as connection:
            return _insert(connection, account, password_hash, by, "WHERE NOT EXISTS (SELECT 1 FROM accounts)")

    def account(self, name: str) -> Account | None:
        with self._database.snapshot() as connection:
            return _find(connection, name)

    def accounts(self) -> list[Account]:
        with self._database.snapshot() as connection:
            rows = connection.execute(f"SELECT {ACCOUNT} FROM accounts ORDER BY name").fetchall()
        return list(map(account_of, rows))

    def password_hash(self, account_id: str) -> str | None:
        with self._database.snapshot() as connection:
            row = connection.execute("SELECT password_hash FROM accounts WHERE id = ?", (account_id,)).fetchone()
        return row and str(row[0])

    def rehash(self, account_id: str, old: str, new: str) -> bool:
        sql = "UPDATE accounts SET password_hash = ? WHERE id = ? AND password_hash = ?"
        with self._database.write() as connection:
            return connection.execute(sql, (new, account_id, old)).rowcount == 1

    def set_password(self, name: str, password_hash: str, *, by: str, at: datetime) -> None:
        with self._database.write() as connection:
            account = _existing(connection, name)
            connection.execute("UPDATE accounts SET password_hash = ? WHERE id = ?", (password_hash, account.id))
            connection.execute("DELETE FROM sessions WHERE account_id = ?", (account.id,))
            connection.execute("DELETE FROM attempts WHERE name = ?", (name,))
            note(connection, at, by, Change.PASSWORD_SET, name)

    def set_disabled(self, name: str, disabled: bool, *, by: str, at: datetime) -> bool:
        with self._database.write() as connection:
            account = _existing(connection, name)
            if account.disabled == disabled:
                return False
            if disabled and account.role is Role.ADMINISTRATOR and _administrators(connection) == 1:
                raise CorrectInput.one("name", f"{name} is the last administrator and stays")
            connection.execute("UPDATE accounts SET disabled = ? WHERE id = ?", (disabled, account.id))
            connection.execute("DELETE FROM sessions WHERE account_id = ?", (account.id,))
            note(connection, at, by, Change.DISABLED if disabled else Change.ENABLED, name)
        return True


def _insert(connection: sqlite3.Connection, account: Account, password_hash: str, by: str, where: str) -> bool:
    values: tuple[object, ...] = (
        account.id, account.name, account.display, account.role, account.unit, account.disabled,
        micros(account.created_at), password_hash,
    )  # fmt: skip
    if "?" in where:
        values = (*values, account.name)
    made = connection.execute(f"{_INSERT} {where}", values).rowcount == 1
    if made:
        detail = account.role if account.unit is None else f"{account.role} {account.unit}"
        note(connection, account.created_at, by, Change.CREATED, account.name, detail)
    return made


def _find(connection: sqlite3.Connection, name: str) -> Account | None:
    row = connection.execute(f"SELECT {ACCOUNT} FROM accounts WHERE name = ?", (name,)).fetchone()
    return row and account_of(row)


def _existing(connection: sqlite3.Connection, name: str) -> Account:
    account = _find(connection, name)
    if account is None:
        raise CorrectInput.one("name", f"there is no account {name}")
    return account


def _administrators(connection: sqlite3.Connection) -> int:
    sql = "SELECT count(*) FROM accounts WHERE role = ? AND NOT disabled"
    return int(connection.execute(sql, (Role.ADMINISTRATOR,)).fetchone()[0])
