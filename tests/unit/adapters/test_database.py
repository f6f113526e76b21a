from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dispatcher.adapters.sqlite import database
from dispatcher.adapters.sqlite.database import Database
from models.errors import ConfigureFirst, RetryLater

SCHEMA = "CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY); CREATE TABLE IF NOT EXISTS u (n INTEGER)"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with contextlib.closing(Database(tmp_path / "deep" / "x.db", SCHEMA, durable=True)) as opened:
        yield opened


def numbers(db: Database) -> list[int]:
    return [row[0] for row in db.read().execute("SELECT n FROM t ORDER BY n")]


def test_a_write_is_committed_at_its_end(db: Database) -> None:
    with db.write() as connection:
        connection.execute("INSERT INTO t VALUES (1)")
    with contextlib.closing(sqlite3.connect(db.path)) as other:
        assert other.execute("SELECT n FROM t").fetchall() == [(1,)]


def test_any_exception_rolls_back(db: Database) -> None:
    with pytest.raises(KeyboardInterrupt), db.write() as connection:
        connection.execute("INSERT INTO t VALUES (1)")
        raise KeyboardInterrupt
    assert numbers(db) == []
    with db.write() as connection:
        connection.execute("INSERT INTO t VALUES (2)")
    assert numbers(db) == [2]


def test_a_snapshot_sees_one_moment(db: Database) -> None:
    with db.snapshot() as connection:
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
        with contextlib.closing(sqlite3.connect(db.path, isolation_level=None)) as other:
            other.execute("INSERT INTO t VALUES (1)")
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
    assert numbers(db) == [1]


def test_threads_write_one_after_another(db: Database) -> None:
    def work(first: int) -> None:
        for n in range(first, first + 50):
            with db.write() as connection:
                connection.execute("INSERT INTO t VALUES (?)", (n,))

    workers = [threading.Thread(target=work, args=(first,)) for first in (0, 100, 200)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(numbers(db)) == 150


def test_a_locked_file_is_retry_later_and_then_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.05)
    with contextlib.closing(Database(tmp_path / "x.db", SCHEMA, durable=False)) as db:
        with contextlib.closing(sqlite3.connect(db.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(RetryLater, match=r"x[.]db"), db.write():
                pass
        with db.write() as connection:
            connection.execute("INSERT INTO t VALUES (1)")
        assert numbers(db) == [1]


def test_what_is_no_database_is_a_matter_of_configuration(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"not a database, but long enough to be looked at" * 100)
    with pytest.raises(ConfigureFirst, match=r"x[.]db"):
        Database(tmp_path / "x.db", SCHEMA, durable=False)
    with pytest.raises(ConfigureFirst):
        Database(tmp_path / "x.db" / "y.db", SCHEMA, durable=False)


def test_close_is_idempotent_and_closes_the_connections_of_all_threads(tmp_path: Path) -> None:
    db = Database(tmp_path / "x.db", SCHEMA, durable=False)
    thread = threading.Thread(target=db.read)
    thread.start()
    thread.join()
    connection = db.read()
    db.close()
    db.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")
