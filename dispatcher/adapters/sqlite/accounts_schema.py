"""The tables of ``accounts.db``. Of every secret there is a hash and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

from dispatcher.adapters.sqlite.database import Database
from models.errors import ConfigureFirst

SCHEMA_VERSION = 1

# A row of attempts is a login that has failed, or whose password is being looked at; known: from a place of the
# account's. AUTOINCREMENT: the log shows where an entry is missing.
SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (
  id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, display TEXT NOT NULL, role TEXT NOT NULL, unit TEXT,
  disabled INTEGER NOT NULL, created_at INTEGER NOT NULL, password_hash TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sessions (
  id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES accounts (id), created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sessions_account ON sessions (account_id);
CREATE INDEX IF NOT EXISTS sessions_expires_at ON sessions (expires_at);
CREATE TABLE IF NOT EXISTS tokens (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, unit TEXT, scopes TEXT, created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, revoked_at INTEGER, last_used_at INTEGER, secret_hash BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS attempts (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, address TEXT NOT NULL, known INTEGER NOT NULL, at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS attempts_name ON attempts (name, at);
CREATE INDEX IF NOT EXISTS attempts_address ON attempts (address, at);
CREATE INDEX IF NOT EXISTS attempts_at ON attempts (at);
CREATE TABLE IF NOT EXISTS places (
  account_id TEXT NOT NULL REFERENCES accounts (id), address TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (account_id, address)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS account_log (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, by TEXT NOT NULL, change TEXT NOT NULL,
  subject TEXT NOT NULL, detail TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS account_log_subject ON account_log (subject)
"""

# Apart from the rest, which is split at its semicolons.
_APPEND_ONLY = [
    f"CREATE TRIGGER IF NOT EXISTS account_log_no_{action} BEFORE {action} ON account_log "
    "BEGIN SELECT RAISE(ABORT, 'account_log is append-only'); END"
    for action in ("UPDATE", "DELETE")
]


def open_accounts(path: Path) -> Database:
    """The database, made where there is none. Raises ``ConfigureFirst`` for a file that is none of ours."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # For its owner only; SQLite gives the files beside it the same rights.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise ConfigureFirst(f"{path}: {error}") from error
    database = Database(path, SCHEMA, durable=True)
    try:
        with database.write() as connection:
            (found,) = connection.execute("PRAGMA user_version").fetchone()
            if found not in (0, SCHEMA_VERSION):
                raise ConfigureFirst(f"{path}: has schema {found}, this program needs {SCHEMA_VERSION}")
            for statement in _APPEND_ONLY:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    except BaseException:  # whatever it was, nobody has the file to close it
        database.close()
        raise
    return database
