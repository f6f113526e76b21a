"""Rows of sessions, and the places where an account has signed in."""

from __future__ import annotations

from datetime import datetime

from dispatcher.adapters.sqlite.accounts_people import ACCOUNT, account_of
from dispatcher.adapters.sqlite.database import Database
from dispatcher.adapters.sqlite.store_schema import micros, moment
from models.accounts import Account, Session

_FIND = (
    f"SELECT {ACCOUNT}, sessions.created_at, last_seen_at, expires_at"
    " FROM sessions JOIN accounts ON accounts.id = account_id WHERE sessions.id = ? AND NOT disabled"
)
_PLACE = "INSERT INTO places (account_id, address, at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at"


class SessionRows:
    """The port's methods on sessions."""

    _database: Database

    def open_session(self, session: Session, *, password_hash: str, address: str) -> bool:
        at, account_id = micros(session.created_at), session.account_id
        with self._database.write() as connection:
            still = "SELECT name FROM accounts WHERE id = ? AND password_hash = ? AND NOT disabled"
            found = connection.execute(still, (account_id, password_hash)).fetchone()
            if found is None:
                return False
            connection.execute("DELETE FROM attempts WHERE name = ?", found)
            connection.execute("DELETE FROM sessions WHERE expires_at <= ?", (at,))
            connection.execute(
                "INSERT INTO sessions (id, account_id, created_at, last_seen_at, expires_at) VALUES (?, ?, ?, ?, ?)",
                (session.id, account_id, at, micros(session.last_seen_at), micros(session.expires_at)),
            )
            connection.execute(_PLACE, (account_id, address, at))
        return True

    def session(self, session_id: str) -> tuple[Session, Account] | None:
        with self._database.snapshot() as connection:
            row = connection.execute(_FIND, (session_id,)).fetchone()
        if row is None:
            return None
        *account, created_at, last_seen_at, expires_at = row
        session = Session(
            id=session_id,
            account_id=account[0],
            created_at=moment(created_at),
            last_seen_at=moment(last_seen_at),
            expires_at=moment(expires_at),
        )
        return session, account_of(account)

    def see_session(self, session_id: str, at: datetime) -> None:
        sql = "UPDATE sessions SET last_seen_at = ?1 WHERE id = ?2 AND last_seen_at < ?1"
        with self._database.write() as connection:
            connection.execute(sql, (micros(at), session_id))

    def end_session(self, session_id: str) -> None:
        with self._database.write() as connection:
            connection.execute("DELETE FROM sessions WHERE id = ?", (session_id,))
