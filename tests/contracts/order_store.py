"""The conformance suite of ``OrderStore``: every adapter subclasses ``OrderStoreContract``.

The subclass gives three fixtures: ``store`` and ``empty``, two empty stores that know nothing of each other, and
``reopened``, which opens ``store`` once more as another client does (a second process, say) and closes it after the
test. What ``project`` took is visible to everybody when it returns.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

from models.apply import replay
from models.commands import Outcome, Refusal, RefusalCode
from models.kinds import State
from models.lifecycle import Move
from models.moves import Dispatch, RecordClosure, Sign
from models.order import Order
from models.ports import OrderStore
from models.query import OrderQuery
from models.records import TopicPartition
from tests.contracts.order_store_figures import OrderFiguresContract
from tests.contracts.order_store_lists import OrderListsContract
from tests.contracts.order_store_lives import city
from tests.contracts.order_store_scope import OrderScopeContract
from tests.contracts.order_store_search import OrderSearchContract
from tests.contracts.order_store_similar import OrderSimilarContract
from tests.contracts.order_store_statistics import OrderStatisticsContract
from tests.contracts.orders import ARCHIVE, NOW, T0, Book

DAY = timedelta(days=1)
P0, P1 = TopicPartition("orders.events", 0), TopicPartition("orders.events", 1)
Reopened = Callable[[], OrderStore]


class OrderStoreContract(
    OrderSearchContract,
    OrderScopeContract,
    OrderListsContract,
    OrderStatisticsContract,
    OrderFiguresContract,
    OrderSimilarContract,
):
    def test_an_empty_store_knows_nothing(self, store: OrderStore) -> None:
        assert store.get("GM1") is None
        assert store.mget(["GM1", "GM2"]) == {}
        assert store.mget([]) == {}
        assert store.history("GM1") == []
        assert store.outcome("c1") is None
        assert store.projected() == {}
        assert list(store.orders()) == []
        assert store.search(OrderQuery(), now=NOW).orders == []
        assert store.search(OrderQuery(), now=NOW).cursor is None
        assert store.count(OrderQuery(), now=NOW) == 0
        assert store.intervals(OrderQuery(), observed_at=NOW).rows == []

    def test_orders_come_back_as_they_went_in(self, store: OrderStore, reopened: Reopened) -> None:
        book = city(6, 60)
        book.project(store)
        for reader in (store, reopened()):
            assert reader.mget([*book.orders, "unknown"]) == book.orders
            for number, order in book.orders.items():
                assert reader.get(number) == order
                history = reader.history(number)
                assert history == [event for event in book.events if event.order_no == number]
                assert replay(history) == order

    def test_every_character_survives(self, store: OrderStore) -> None:
        text = "𠮷😀 \u200d\ufeff\"'\\\t\n\r  全　角 \u2028é e\u0301 \U0010ff00 ü"
        book = Book()
        order = book.register("1", title=text, content=text, address_text=text)
        book.project(store)
        assert store.get(order.order_no) == order
        assert store.search(OrderQuery(), now=NOW).orders == [order]

    def test_thousands_at_once(self, store: OrderStore) -> None:
        book = city(7, 50)
        book.project(store)
        asked = [f"GM{n:013d}" for n in range(5000)] + list(book.orders)
        assert store.mget(asked) == book.orders

    def test_projecting_again_changes_nothing(self, store: OrderStore) -> None:
        book = city(8, 40)
        everything = (list(book.orders.values()), book.events, book.outcomes, {P0: 40})
        store.project(*everything)
        store.project(*everything)
        store.project([], [], [], {})
        assert list(store.orders()) == sorted(book.orders.values(), key=lambda order: order.order_no)
        assert store.count(OrderQuery(text="诉求"), now=NOW) <= 40
        assert sum(len(store.history(number)) for number in book.orders) == len(book.events)
        assert store.projected() == {P0: 40}

    def test_a_newer_version_replaces_and_an_older_never(self, store: OrderStore) -> None:
        book = Book()
        old = book.register("1")
        dispatched = book.act(old, Dispatch(unit="water"), T0 + DAY)
        store.project([dispatched], book.events, book.outcomes, {})
        store.project([old], [], [], {})
        assert store.get(old.order_no) == dispatched
        store.project([dispatched.model_copy(update={"title": "同版本"})], [], [], {})
        assert store.get(old.order_no) == dispatched
        signed = book.act(old, Sign(), T0 + 2 * DAY, ARCHIVE)
        store.project([signed], book.events, book.outcomes, {})
        assert store.get(old.order_no) == signed
        assert store.count(OrderQuery(state=(State.DISPATCHED,)), now=NOW) == 0
        assert store.count(OrderQuery(state=(State.HANDLING,)), now=NOW) == 1

    def test_one_order_several_times_in_one_call(self, store: OrderStore) -> None:
        book = Book()
        first = book.register("1")
        second = book.act(first, Dispatch(unit="water"), T0 + DAY)
        store.project([second, first, second], book.events * 2, book.outcomes * 2, {})
        assert store.get(first.order_no) == second
        assert store.count(OrderQuery(), now=NOW) == 1
        assert store.count(OrderQuery(text="噪音"), now=NOW) == 1
        assert [event.seq for event in store.history(first.order_no)] == list(range(1, second.version + 1))

    def test_a_position_never_goes_back(self, store: OrderStore, reopened: Reopened) -> None:
        store.project([], [], [], {P0: 10, P1: 3})
        store.project([], [], [], {P0: 7})
        assert store.projected() == {P0: 10, P1: 3}
        store.project([], [], [], {P1: 2**40})
        assert reopened().projected() == {P0: 10, P1: 2**40}

    def test_the_first_outcome_stays(self, store: OrderStore) -> None:
        refusal = Refusal(code=RefusalCode.FORBIDDEN_MOVE, reason="…", state=State.CLOSED, version=4, move=Move.SIGN)
        refused = Outcome(command_id="c1", order_no="GM1", decided_at=T0, refusal=refusal)
        other = Outcome(command_id="c1", order_no="GM1", decided_at=T0, version=5)
        store.project([], [], [refused], {})
        store.project([], [], [other], {})
        assert store.outcome("c1") == refused

    def test_outcomes_expire(self, store: OrderStore) -> None:
        outcomes = [
            Outcome(command_id=f"c{n}", order_no="GM1", decided_at=T0 + n * DAY, version=n + 1) for n in range(4)
        ]
        store.project([], [], outcomes, {})
        assert store.expire_outcomes(T0 + 2 * DAY) == 2
        assert [store.outcome(f"c{n}") for n in range(4)] == [None, None, *outcomes[2:]]
        assert store.expire_outcomes(T0 + 2 * DAY) == 0

    def test_waiting_returns_what_is_there_in_time(self, store: OrderStore) -> None:
        outcome = Outcome(command_id="c1", order_no="GM1", decided_at=T0, version=1)
        store.project([], [], [outcome], {})
        start = time.monotonic()
        assert store.wait_outcomes(["c1", "c1"], timeout=20) == {"c1": outcome}
        assert store.wait_outcomes([], timeout=20) == {}
        assert time.monotonic() - start < 10
        assert store.wait_outcomes(["c1", "c2"], timeout=0) == {"c1": outcome}
        assert store.wait_outcomes(["c2"], timeout=0.05) == {}

    def test_waiting_ends_when_the_last_outcome_comes(self, store: OrderStore, reopened: Reopened) -> None:
        outcomes = [Outcome(command_id=f"c{n}", order_no="GM1", decided_at=T0, version=n) for n in (1, 2)]
        writer = reopened()

        def write() -> None:
            for outcome in outcomes:
                time.sleep(0.1)
                writer.project([], [], [outcome], {})

        thread = threading.Thread(target=write)
        thread.start()
        start = time.monotonic()
        found = store.wait_outcomes(["c1", "c2"], timeout=20)
        thread.join()
        assert found == {outcome.command_id: outcome for outcome in outcomes}
        assert time.monotonic() - start < 10

    def test_all_orders_as_of_one_moment(self, store: OrderStore) -> None:
        book = city(9, 300)
        before = dict(book.orders)
        book.project(store)
        seen: list[Order] = []
        for order in store.orders():
            if not seen:
                late = book.handled("late", T0, T0 + DAY, "water")
                open_ = next(o for o in before.values() if o.state is State.HANDLING)
                book.act(open_, RecordClosure(reply_public="已办结"), NOW, ARCHIVE)
                book.project(store)
                assert store.get(late.order_no) == late  # the caller may read and write meanwhile
            seen.append(order)
        assert [order.order_no for order in seen] == sorted(before)
        assert {order.order_no: order for order in seen} == before

    def test_iterating_may_stop_early(self, store: OrderStore) -> None:
        city(10, 20).project(store)
        iterator = store.orders()
        next(iterator)
        del iterator
        assert len(list(store.orders())) == 20

    def test_closing_twice(self, store: OrderStore) -> None:
        store.close()
        store.close()
