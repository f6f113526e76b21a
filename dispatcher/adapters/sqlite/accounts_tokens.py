"""Rows of other systems' tokens."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dispatcher.adapters.sqlite.accounts_log import note
from dispatcher.adapters.sqlite.database import Database
from dispatcher.adapters.sqlite.store_schema import micros, moment
from models.accounts import Change, Token
from models.errors import CorrectInput
from models.rights import Role, Task

_COLUMNS = "id, name, role, unit, scopes, created_at, expires_at, revoked_at, last_used_at"


class TokenRows:
    """The port's methods on tokens."""

    _database: Database

    def add_token(self, token: Token, secret_hash: bytes, by: str) -> None:
        scopes = None if token.scopes is None else json.dumps(sorted(token.scopes))
        row = (
            token.id, token.name, token.role, token.unit, scopes, micros(token.created_at), micros(token.expires_at),
            secret_hash,
        )  # fmt: skip
        sql = (
            "INSERT INTO tokens (id, name, role, unit, scopes, created_at, expires_at, secret_hash)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        )
        may = "all" if token.scopes is None else ",".join(sorted(token.scopes))
        parts = [token.name, token.role, token.unit, may, f"until {token.expires_at:%Y-%m-%dT%H:%M:%S%z}"]
        with self._database.write() as connection:
            connection.execute(sql, row)
            note(connection, token.created_at, by, Change.TOKEN_ISSUED, token.id, " ".join(filter(None, parts)))

    def token(self, token_id: str) -> tuple[Token, bytes] | None:
        sql = f"SELECT secret_hash, {_COLUMNS} FROM tokens WHERE id = ?"
        with self._database.snapshot() as connection:
            row = connection.execute(sql, (token_id,)).fetchone()
        return row and (_token_of(row[1:]), row[0])

    def tokens(self) -> list[Token]:
        with self._database.snapshot() as connection:
            rows = connection.execute(f"SELECT {_COLUMNS} FROM tokens ORDER BY created_at, id").fetchall()
        return list(map(_token_of, rows))

    def use_token(self, token_id: str, at: datetime) -> None:
        sql = "UPDATE tokens SET last_used_at = ?1 WHERE id = ?2 AND coalesce(last_used_at, 0) < ?1"
        with self._database.write() as connection:
            connection.execute(sql, (micros(at), token_id))

    def revoke_token(self, token_id: str, *, by: str, at: datetime) -> bool:
        with self._database.write() as connection:
            row = connection.execute("SELECT name, revoked_at FROM tokens WHERE id = ?", (token_id,)).fetchone()
            if row is None:
                raise CorrectInput.one("id", f"there is no token {token_id}")
            name, revoked_at = row
            if revoked_at is not None:
                return False
            connection.execute("UPDATE tokens SET revoked_at = ? WHERE id = ?", (micros(at), token_id))
            note(connection, at, by, Change.TOKEN_REVOKED, token_id, name)
        return True


def _token_of(row: Sequence[Any]) -> Token:
    id_, name, role, unit, scopes, created_at, expires_at, revoked_at, last_used_at = row
    return Token(
        id=id_,
        name=name,
        role=Role(role),
        unit=unit,
        # A task that this program does not have any more gives no right; it must not lock the system out of the rest.
        scopes=None if scopes is None else frozenset(task for task in Task if task in json.loads(scopes)),
        created_at=moment(created_at),
        expires_at=moment(expires_at),
        revoked_at=None if revoked_at is None else moment(revoked_at),
        last_used_at=None if last_used_at is None else moment(last_used_at),
    )
