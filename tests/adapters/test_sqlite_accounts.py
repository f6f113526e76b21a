"""The account store on SQLite: what a file, a second process and a thief find."""

from __future__ import annotations

import contextlib
import sqlite3
import stat
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatcher.accounts.accounts import Accounts
from dispatcher.accounts.first_start import ensure_administrator
from dispatcher.accounts.passwords import Passwords
from dispatcher.adapters.sqlite.accounts import SqliteAccountStore
from dispatcher.catalogue import default_catalogue_path, load_catalogue
from dispatcher.clock import SystemClock
from models.accounts import Account, LoginLimit, Session
from models.errors import ConfigureFirst
from models.rights import Role

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
LIMIT = LoginLimit(per_name=3, per_address=4, window=timedelta(minutes=15), known_for=timedelta(days=30))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteAccountStore]:
    with contextlib.closing(SqliteAccountStore(tmp_path / "deep" / "accounts.db")) as opened:
        yield opened


def account(name: str, role: Role = Role.OPERATOR) -> Account:
    return Account(id=f"id-{name}", name=name, display=name, role=role, created_at=NOON)


def open_accounts(path: Path) -> Accounts:
    catalogue = load_catalogue(default_catalogue_path())
    return Accounts(SqliteAccountStore(path), catalogue, SystemClock(), passwords=Passwords(CHEAP))


def test_the_file_is_its_owners_only(store: SqliteAccountStore, tmp_path: Path) -> None:
    store.add(account("wang"), "hash", "test")
    for path in (tmp_path / "deep").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_the_files_hold_no_secret(tmp_path: Path) -> None:
    with contextlib.closing(open_accounts(tmp_path / "accounts.db")) as accounts:
        accounts.people.add("wang", Role.OPERATOR, "correct horse battery", by="test")
        signed_in = accounts.login.sign_in("wang", "correct horse battery", "10.1.1.1")
        ends = accounts.clock.now() + timedelta(days=1)
        _, text = accounts.tokens.issue("crm", Role.OPERATOR, expires_at=ends, by="test")
        held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        secret = text.rpartition("_")[2]
        csrf = signed_in.principal.csrf
        assert csrf is not None
        assert sha256(signed_in.cookie.encode()).hexdigest().encode() in held
        for clear in ("correct horse battery", signed_in.cookie, secret, csrf):
            assert clear.encode() not in held
        assert bytes.fromhex(secret) not in held


def test_what_one_process_writes_holds_in_the_other(tmp_path: Path) -> None:
    path = tmp_path / "accounts.db"
    with contextlib.closing(open_accounts(path)) as one, contextlib.closing(open_accounts(path)) as other:
        one.people.add("wang", Role.OPERATOR, "correct horse battery", by="test")
        signed_in = other.login.sign_in("wang", "correct horse battery", "10.1.1.1")
        ends = one.clock.now() + timedelta(days=1)
        token, text = one.tokens.issue("crm", Role.OPERATOR, expires_at=ends, by="test")
        assert one.sessions.principal(signed_in.cookie) is not None
        assert other.tokens.principal(text) is not None
        one.tokens.revoke(token.id, by="test")
        one.people.disable("wang", by="test")
        assert other.tokens.principal(text) is None
        assert other.sessions.principal(signed_in.cookie) is None


def test_of_processes_that_start_at_one_moment_one_makes_the_administrator(tmp_path: Path) -> None:
    path = tmp_path / "accounts.db"
    ready, passwords = threading.Barrier(6), []

    def start() -> None:
        with contextlib.closing(open_accounts(path)) as accounts:
            ready.wait()
            passwords.append(ensure_administrator(accounts))

    workers = [threading.Thread(target=start) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    [password] = filter(None, passwords)
    with contextlib.closing(open_accounts(path)) as accounts:
        accounts.login.sign_in("admin", password, "10.1.1.1")
        assert [entry.by for entry in accounts.store.log()] == ["first start"]


def test_the_log_cannot_be_altered(store: SqliteAccountStore, tmp_path: Path) -> None:
    store.add(account("wang"), "hash", "test")
    with contextlib.closing(sqlite3.connect(tmp_path / "deep" / "accounts.db")) as other:
        for statement in ("DELETE FROM account_log", "UPDATE account_log SET by = 'nobody'"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                other.execute(statement)


def test_a_change_that_fails_is_not_logged(store: SqliteAccountStore) -> None:
    store.add(account("wang"), "hash", "test")
    assert not store.add_first(account("li"), "hash", "test")
    assert [entry.subject for entry in store.log()] == ["wang"]


def test_the_log_comes_in_parts(store: SqliteAccountStore) -> None:
    for n in range(5):
        store.add(account(f"wang{n}"), "hash", "test")
    assert [entry.subject for entry in store.log(limit=2)] == ["wang4", "wang3"]
    assert [entry.subject for entry in store.log(subject="wang1")] == ["wang1"]


def test_verifying_is_a_look_up_in_an_index(store: SqliteAccountStore, tmp_path: Path) -> None:
    statements: list[str] = []
    connection = store._database.read()
    connection.set_trace_callback(statements.append)
    store.session("0" * 64)
    store.token("0" * 16)
    connection.set_trace_callback(None)
    reads = [statement for statement in statements if statement.startswith("SELECT")]
    assert len(reads) == 2
    for statement in reads:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
        assert all(step.startswith("SEARCH") for step in plan), plan


def test_a_hash_is_made_anew_only_where_it_is_still_the_old_one(store: SqliteAccountStore) -> None:
    store.add(account("wang"), "old", "test")
    assert store.rehash("id-wang", "old", "new")
    assert not store.rehash("id-wang", "old", "newer")
    assert store.password_hash("id-wang") == "new"
    assert not store.rehash("nobody", "new", "newer")


def test_of_two_limits_that_are_spent_the_later_end_counts(store: SqliteAccountStore) -> None:
    for name in ("b", "b", "a", "a"):
        assert store.begin_login(name, "10.0.0.1", LIMIT, NOON) is None
    assert store.begin_login("a", "10.0.0.2", LIMIT, NOON + timedelta(minutes=5)) is None
    assert store.begin_login("a", "10.0.0.1", LIMIT, NOON + timedelta(minutes=6)) == NOON + LIMIT.window
    later = NOON + timedelta(minutes=1)
    for name in ("c", "c", "c"):
        assert store.begin_login(name, "10.0.0.3", LIMIT, later) is None
    assert store.begin_login("c", "10.0.0.1", LIMIT, NOON + timedelta(minutes=7)) == later + LIMIT.window


def test_failures_of_who_is_known_there_bar_no_stranger_beside_him(store: SqliteAccountStore) -> None:
    for n, name in enumerate(("a", "b")):
        store.add(account(f"name-{name}"), "hash", "test")
        session = Session(
            id=str(n), account_id=f"id-name-{name}", created_at=NOON, last_seen_at=NOON, expires_at=NOON + LIMIT.window
        )
        assert store.open_session(session, password_hash="hash", address="10.0.0.1")
    for name in ("name-a", "name-b") * 3:
        assert store.begin_login(name, "10.0.0.1", LIMIT, NOON) is None
    for name in ("name-a", "name-b"):
        assert store.begin_login(name, "10.0.0.1", LIMIT, NOON) == NOON + LIMIT.window
        assert store.begin_login(name, "10.0.0.2", LIMIT, NOON) is None
    assert store.begin_login("name-c", "10.0.0.1", LIMIT, NOON) is None


def test_expired_sessions_do_not_pile_up(store: SqliteAccountStore) -> None:
    store.add(account("wang"), "hash", "test")
    for n in range(10):
        at = NOON + timedelta(hours=n)
        session = Session(
            id=str(n), account_id="id-wang", created_at=at, last_seen_at=at, expires_at=at + timedelta(hours=3)
        )
        assert store.open_session(session, password_hash="hash", address="")
    (left,) = store._database.read().execute("SELECT count(*) FROM sessions").fetchone()
    assert left == 3


def test_a_file_of_another_program_or_version_is_a_matter_of_configuration(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(b"not a database, but long enough to be looked at" * 100)
    (tmp_path / "folder.db").mkdir()
    with (
        contextlib.closing(SqliteAccountStore(tmp_path / "b.db")),
        contextlib.closing(sqlite3.connect(tmp_path / "b.db", isolation_level=None)) as other,
    ):
        other.execute("PRAGMA user_version = 99")
    for name in ("a.db", "b.db", "folder.db", "a.db/x.db"):
        with pytest.raises(ConfigureFirst, match=name):
            SqliteAccountStore(tmp_path / name)


Attempt = tuple[int, int, int, bool]
ATTEMPTS = st.lists(
    st.tuples(
        st.integers(0, 1), st.integers(0, 2), st.sampled_from([0, 1, 60, 300]), st.sampled_from([False] * 5 + [True])
    ),
    min_size=10,
    max_size=40,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(attempts=ATTEMPTS)
def test_logins_are_limited_as_a_list_of_failures_says(
    attempts: list[Attempt], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Against the definition, written down with lists: (name, address, known there, when)."""
    failures: list[tuple[str, str, bool, datetime]] = []
    places: set[tuple[str, str]] = set()
    now = NOON
    folder = tmp_path_factory.mktemp("limits")
    with contextlib.closing(SqliteAccountStore(folder / "accounts.db")) as store:
        for n in range(3):
            store.add(account(f"name{n}"), "hash", "test")
        for turn, (who, where, passed_s, right) in enumerate(attempts):
            now += timedelta(seconds=passed_s)
            name, address = f"name{who}", f"10.0.0.{where}"
            known = (name, address) in places
            recent = [one for one in failures if one[3] > now - LIMIT.window]
            by_name = [at for a, b, k, at in recent if a == name and k == known and (not known or b == address)]
            by_address = [at for _, b, k, at in recent if b == address and not k and not known]
            ends = [by_name[-LIMIT.per_name]] if len(by_name) >= LIMIT.per_name else []
            ends += [by_address[-LIMIT.per_address]] if len(by_address) >= LIMIT.per_address else []
            expected = max(ends) + LIMIT.window if ends else None
            assert store.begin_login(name, address, LIMIT, now) == expected
            if expected is not None:
                continue
            failures.append((name, address, known, now))
            if right:
                session = Session(
                    id=str(turn),
                    account_id=f"id-{name}",
                    created_at=now,
                    last_seen_at=now,
                    expires_at=now + LIMIT.window,
                )
                assert store.open_session(session, password_hash="hash", address=address)
                failures = [one for one in failures if one[0] != name]
                places.add((name, address))
