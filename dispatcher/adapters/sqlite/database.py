"""One SQLite file in WAL mode: a connection for each thread, one writer at a time, errors in our words."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.errors import ConfigureFirst, RetryLater

BUSY_TIMEOUT_S = 30.0


class Database:
    """A file that several threads and processes read and write.

    ``durable``: a commit survives a power cut (an fsync each); otherwise it survives the process only, which
    is enough for what can be rebuilt.
    """

    def __init__(self, path: Path, schema: str, *, durable: bool) -> None:
        self.path = path
        self._durable = durable
        self._local = threading.local()
        self._open: list[tuple[threading.Thread, sqlite3.Connection]] = []
        self._closed = False
        # Writers of one process queue here, fairly and without SQLite's sleeping retries.
        self._writer = threading.RLock()
        self._guard = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self.write() as connection:
                for statement in filter(None, map(str.strip, schema.split(";"))):
                    connection.execute(statement)
        except (OSError, sqlite3.DatabaseError, RetryLater) as error:
            self.close()
            raise ConfigureFirst(f"{path}: {error}") from error

    def read(self) -> sqlite3.Connection:
        """The calling thread's connection, in autocommit mode. Raises ``RetryLater`` once the file is closed."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            with _our_errors(self.path):
                connection = self._connect()
            self._local.connection = connection
        return connection

    def _connect(self) -> sqlite3.Connection:
        with self._guard:
            if self._closed:
                raise RetryLater(f"{self.path.name}: closed")
            # Threads come and go (a web server's): what an ended one left open is closed by the next newcomer.
            ended = [connection for thread, connection in self._open if not thread.is_alive()]
            self._open = [pair for pair in self._open if pair[0].is_alive()]
            for connection in ended:
                connection.close()
            connection = sqlite3.connect(
                self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False, cached_statements=256
            )
            self._open.append((threading.current_thread(), connection))
        # Before the first table. Records and documents of 1 to 4 kB fill such pages; in those of 4096 bytes each
        # would take one or two of its own, and the log more than twice the room.
        connection.execute("PRAGMA page_size=16384")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={'FULL' if self._durable else 'NORMAL'}")
        connection.execute("PRAGMA cache_size=-16384")
        connection.execute("PRAGMA temp_store=MEMORY")
        return connection

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Several reads that see one moment."""
        with _our_errors(self.path):
            connection = self.read()
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                _roll_back(connection)

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A write transaction: committed at the end, rolled back by any exception."""
        with self._writer, _our_errors(self.path):
            connection = self.read()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:  # a Ctrl-C, too, must not leave the transaction open
                _roll_back(connection)
                raise

    def close(self) -> None:
        """Close the connections of all threads. Idempotent."""
        with self._writer, self._guard:
            self._closed = True
            while self._open:
                self._open.pop()[1].close()
            self._local = threading.local()


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")


@contextmanager
def _our_errors(path: Path) -> Iterator[None]:
    """Locked, full or unreadable for now: the same call may succeed later."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise RetryLater(f"{path.name}: {error}") from error
