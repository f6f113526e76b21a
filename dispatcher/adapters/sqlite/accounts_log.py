"""The log of changes to accounts and tokens: written in the change's own transaction, never altered."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from dispatcher.adapters.sqlite.database import Database
from dispatcher.adapters.sqlite.store_schema import micros, moment
from models.accounts import Change, LogEntry


def note(connection: sqlite3.Connection, at: datetime, by: str, change: Change, subject: str, detail: str = "") -> None:
    """One entry."""
    sql = "INSERT INTO account_log (at, by, change, subject, detail) VALUES (?, ?, ?, ?, ?)"
    connection.execute(sql, (micros(at), by, change, subject, detail))


class LogRows:
    """Reads the log."""

    _database: Database

    def log(self, *, limit: int = 1000, subject: str | None = None) -> Sequence[LogEntry]:
        where = "" if subject is None else "WHERE subject = ?"
        sql = f"SELECT at, by, change, subject, detail FROM account_log {where} ORDER BY id DESC LIMIT ?"
        with self._database.snapshot() as connection:
            rows = connection.execute(sql, (limit,) if subject is None else (subject, limit)).fetchall()
        return [
            LogEntry(at=moment(at), by=by, change=change, subject=who, detail=detail)
            for at, by, change, who, detail in rows
        ]
