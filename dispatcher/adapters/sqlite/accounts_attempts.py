"""Rows of failed logins, and how many are too many.

A table of ours and not a rate-limit library: the count must hold across the web processes without a server beside
them, be taken and checked in the transaction that also knows the account's places, and be cleared by name.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime

from dispatcher.adapters.sqlite.database import Database
from dispatcher.adapters.sqlite.store_schema import micros, moment
from models.accounts import LoginLimit

_ACCOUNT = "account_id = (SELECT id FROM accounts WHERE name = ?)"


class AttemptRows:
    """The port's method on logins that begin."""

    _database: Database

    def begin_login(self, name: str, address: str, limit: LoginLimit, at: datetime) -> datetime | None:
        since, window = at - limit.window, limit.window
        with self._database.write() as connection:
            # Those from the future, too: a clock that was set back must not bar anybody for longer than the window.
            connection.execute("DELETE FROM attempts WHERE at <= ? OR at > ?", (micros(since), micros(at + window)))
            known = _is_known(connection, name, address, at - limit.known_for)
            if known:
                full = [_nth(connection, limit.per_name, "name = ? AND address = ? AND known", name, address)]
            else:
                full = [
                    _nth(connection, limit.per_name, "name = ? AND NOT known", name),
                    _nth(connection, limit.per_address, "address = ? AND NOT known", address),
                ]
            spent = [moment(one) + window for one in full if one is not None]
            if spent:
                return max(spent)
            sql = "INSERT INTO attempts (name, address, known, at) VALUES (?, ?, ?, ?)"
            connection.execute(sql, (name, address, known, micros(at)))
        return None


def _is_known(connection: sqlite3.Connection, name: str, address: str, since: datetime) -> bool:
    connection.execute(f"DELETE FROM places WHERE {_ACCOUNT} AND at <= ?", (name, micros(since)))
    found = connection.execute(f"SELECT 1 FROM places WHERE {_ACCOUNT} AND address = ?", (name, address))
    return found.fetchone() is not None


def _nth(connection: sqlite3.Connection, count: int, where: str, *values: str) -> int | None:
    """When the last but ``count - 1`` was; None: there are fewer."""
    sql = f"SELECT at FROM attempts WHERE {where} ORDER BY at DESC LIMIT 1 OFFSET ?"
    row = connection.execute(sql, (*values, count - 1)).fetchone()
    return row and int(row[0])
