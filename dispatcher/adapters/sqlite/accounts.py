"""The account store on one SQLite file of its own: what it holds cannot be rebuilt, and belongs to its owner only."""

from __future__ import annotations

from pathlib import Path

from dispatcher.adapters.sqlite.accounts_attempts import AttemptRows
from dispatcher.adapters.sqlite.accounts_log import LogRows
from dispatcher.adapters.sqlite.accounts_people import AccountRows
from dispatcher.adapters.sqlite.accounts_schema import open_accounts
from dispatcher.adapters.sqlite.accounts_sessions import SessionRows
from dispatcher.adapters.sqlite.accounts_tokens import TokenRows


class SqliteAccountStore(AccountRows, SessionRows, TokenRows, AttemptRows, LogRows):
    """``AccountStore`` for all threads and processes of one machine; a commit survives a power cut.

    Raises ``ConfigureFirst`` for a file that is none of ours or that another version of this program wrote.
    """

    def __init__(self, path: Path) -> None:
        self._database = open_accounts(path)

    def close(self) -> None:
        self._database.close()
