"""The embedded store: the port's contract, and what is its own (processes, crashes, its two ways to a text)."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dispatcher.adapters.sqlite import store_search
from dispatcher.adapters.sqlite.store import SqliteOrderStore, schema_of
from dispatcher.adapters.sqlite.store_schema import SCHEMA_VERSION
from dispatcher.adapters.sqlite.swap import fresh_store
from models.commands import Outcome
from models.errors import ConfigureFirst
from models.query import OrderQuery
from models.records import TopicPartition
from tests.contracts.order_store import OrderStoreContract
from tests.contracts.order_store_lives import city
from tests.contracts.order_store_oracle import all_pages, expected
from tests.contracts.order_store_search import FILTERS
from tests.contracts.orders import NOW, T0, Book

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a folder" / "store.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteOrderStore]:
    store = SqliteOrderStore(path)
    yield store
    store.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[SqliteOrderStore]:
    store = SqliteOrderStore(tmp_path / "another.db")
    yield store
    store.close()


@pytest.fixture
def reopened(path: Path) -> Iterator[Callable[[], SqliteOrderStore]]:
    opened: list[SqliteOrderStore] = []

    def open_() -> SqliteOrderStore:
        opened.append(SqliteOrderStore(path))
        return opened[-1]

    yield open_
    for store in opened:
        store.close()


class TestSqliteOrderStore(OrderStoreContract):
    pass


@pytest.mark.parametrize("walk", [0, 250, 2000])
def test_both_ways_to_a_text_give_the_same(store: SqliteOrderStore, monkeypatch: pytest.MonkeyPatch, walk: int) -> None:
    monkeypatch.setattr(store_search, "WALK", walk)
    book = city(20, 400)
    book.project(store)
    for query in (each for each in FILTERS if each.text):
        for sort in ("received_at", "closed_at"):
            wanted = expected(book.orders.values(), query, NOW, sort, True)
            assert all_pages(store, query, NOW, sort, limit=40) == wanted, (query, sort)


def test_personal_data_lies_in_the_document_only(store: SqliteOrderStore, path: Path) -> None:
    """Sealed and masked forms in the document and the fact, the keyed hash in ``keys``, nothing anywhere else."""
    requester = {
        "name": "欧**",
        "phone": "138****5678",
        "sealed": "q83vASNFZ4mrze8B",
        "phone_hashes": ("5e884898da28",),
    }
    book = Book()
    book.register("1", requester=requester)
    book.project(store)
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables.remove("text_index")  # it keeps nothing itself; what it is made of are tables beside it
        holders: dict[str, set[str]] = {}
        for table in tables:
            stored = repr(connection.execute(f"SELECT * FROM {table}").fetchall())
            for what in ("欧*", "138****", "q83vASNFZ4mrze8B", "5e884898da28"):
                if what in stored:
                    holders.setdefault(what, set()).add(table)
    assert holders["5e884898da28"] == {"documents", "events", "keys"}
    assert holders["欧*"] == holders["138****"] == holders["q83vASNFZ4mrze8B"] == {"documents", "events"}


def test_readers_see_whole_projections_while_a_writer_writes(
    store: SqliteOrderStore, reopened: Callable[[], SqliteOrderStore]
) -> None:
    """Order and event come together; a reader never waits for the writer, nor sees half of a batch."""
    reader, done, seen = reopened(), threading.Event(), set()
    book, batch = city(21, 200), 20

    def write() -> None:
        orders = list(book.orders.values())
        for start in range(0, len(orders), batch):
            part = orders[start : start + batch]
            numbers = {order.order_no for order in part}
            events = [event for event in book.events if event.order_no in numbers]
            store.project(part, events, [], {TopicPartition("orders.events", 0): start + batch})
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    while not done.is_set():
        number = reader.count(OrderQuery(), now=NOW)
        assert number % batch == 0
        assert sum(1 for _ in reader.orders()) % batch == 0
        seen.add(number)
    thread.join()
    assert reader.count(OrderQuery(), now=NOW) == 200
    assert reader.projected() == {TopicPartition("orders.events", 0): 200}


def test_concurrent_projections_of_the_same_orders(
    store: SqliteOrderStore, reopened: Callable[[], SqliteOrderStore]
) -> None:
    book = city(22, 60)
    others = [store, reopened(), reopened()]
    orders = list(book.orders.values())

    def write(each: SqliteOrderStore, n: int) -> None:
        for start in range(n, n + 60, 6):
            part = [orders[(start + m) % 60] for m in range(12)]
            older = [order.model_copy(update={"version": order.version - n}) for order in part]
            each.project(older, book.events, book.outcomes, {TopicPartition("t", 0): start})

    threads = [threading.Thread(target=write, args=(each, n)) for n, each in enumerate(others)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.mget(list(book.orders)) == book.orders
    for needle in ("施工", "热线", "整"):
        query = OrderQuery(text=needle)
        assert store.count(query, now=NOW) == len(expected(orders, query, NOW, "received_at", True))


WRITER = """
import sys
from pathlib import Path
from dispatcher.adapters.sqlite.store import SqliteOrderStore
from models.records import TopicPartition
from tests.contracts.order_store_lives import city

store = SqliteOrderStore(Path(sys.argv[1]))
for seed in range(int(sys.argv[2])):
    book = city(seed, 10)
    book.project(store, {TopicPartition("orders.events", 0): seed + 1})
    print(seed, flush=True)
store.close()
"""


def _writer(path: Path, batches: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(path), str(batches)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_a_killed_writer_leaves_whole_batches(store: SqliteOrderStore, path: Path) -> None:
    with _writer(path, 10_000) as process:
        assert process.stdout is not None
        for _ in range(5):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    batches = store.projected()[TopicPartition("orders.events", 0)]
    assert batches >= 5
    books = [city(seed, 10) for seed in range(batches)]
    wanted = {number: order for book in books for number, order in book.orders.items()}
    assert {order.order_no: order for order in store.orders()} == wanted
    for book in books:
        for number in book.orders:
            assert len(store.history(number)) == book.orders[number].version
    query = OrderQuery(text="夜间")
    assert store.count(query, now=NOW) == len(expected(wanted.values(), query, NOW, "received_at", True))
    city(batches, 10).project(store)  # and it takes more
    assert store.count(OrderQuery(), now=NOW) == 10 * batches + 10


def test_an_outcome_from_another_process_wakes_the_waiting(store: SqliteOrderStore, path: Path) -> None:
    with _writer(path, 1) as process:
        found = store.wait_outcomes(["c1", "c12"], timeout=30)
        assert process.wait() == 0
    assert set(found) == {"c1", "c12"}


def test_closing_ends_a_wait(store: SqliteOrderStore) -> None:
    found: list[dict[str, Outcome]] = []
    thread = threading.Thread(target=lambda: found.append(store.wait_outcomes(["never"], timeout=60)))
    thread.start()
    time.sleep(0.2)
    start = time.monotonic()
    store.close()
    thread.join(timeout=20)
    assert found == [{}]
    assert time.monotonic() - start < 10


def test_a_file_of_another_version_is_named(path: Path) -> None:
    SqliteOrderStore(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ConfigureFirst, match="schema 99"):
        SqliteOrderStore(path)


def test_a_file_of_the_first_version_is_named_and_left_alone(path: Path) -> None:
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, order_no TEXT, is_direct INTEGER)")
        connection.execute("PRAGMA user_version = 1")
    before = path.read_bytes()
    with pytest.raises(ConfigureFirst, match=r"schema 1, this program needs .*minsheng rebuild"):
        SqliteOrderStore(path)
    assert path.read_bytes() == before
    assert schema_of(path) == 1
    with fresh_store(path) as fresh:
        city(1, 10).project(fresh.store)
        fresh.take_over()
    assert schema_of(path) == SCHEMA_VERSION
    with closing(SqliteOrderStore(path)) as store:
        assert store.count(OrderQuery(), now=NOW) == 10


def test_a_file_that_is_no_database_is_named(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"PK\x03\x04 no database at all" * 100)
    with pytest.raises(ConfigureFirst, match=r"store\.db"):
        SqliteOrderStore(path)


def test_a_step_that_changes_no_text_leaves_the_index_alone(store: SqliteOrderStore, path: Path) -> None:
    book = Book()
    order = book.register("1")
    book.project(store)
    connection = sqlite3.connect(path)
    before = connection.execute("SELECT id, block FROM text_index_data ORDER BY id").fetchall()
    store.project([order.model_copy(update={"version": 9, "updated_at": T0.replace(year=2025)})], [], [], {})
    assert connection.execute("SELECT id, block FROM text_index_data ORDER BY id").fetchall() == before
    connection.close()
