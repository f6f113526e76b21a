"""The contract's part on counting: facets and intervals."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from models.kinds import State
from models.moves import Accept, AnswerDirectly, Dispatch, Follow, Merge, Reopen
from models.ports import OrderStore
from models.query import FacetField, GroupField, IntervalCount, OrderQuery
from tests.contracts.order_store_lives import city
from tests.contracts.order_store_oracle import matches, value_of, why_excluded
from tests.contracts.orders import ARCHIVE, NOW, T0, Book

DAY = timedelta(days=1)
NONE = {"later": 0, "direct_answer": 0, "merged": 0, "split": 0, "rejected": 0}
QUERIES = [
    OrderQuery(),
    OrderQuery(state=(State.CLOSED,), street=("440311002", "440311001")),
    OrderQuery(text="噪音", channel=("web", "hotline")),
    OrderQuery(overdue=True),
    OrderQuery(text="量子"),
]


class OrderStatisticsContract:
    def test_facets_count_what_matches(self, store: OrderStore) -> None:
        book = city(4, 300)
        book.project(store)
        for query in QUERIES:
            found = [order for order in book.orders.values() if matches(order, query, NOW)]
            facets = store.facets(query, get_args(FacetField), now=NOW)
            assert list(facets) == list(get_args(FacetField))
            for field in get_args(FacetField):
                values = (value_of(order, field) for order in found)
                assert facets[field] == Counter(str(value) for value in values if value is not None), (query, field)

    def test_facets_follow_an_order_on_its_way(self, store: OrderStore) -> None:
        book = Book()
        order = book.register("1")
        book.project(store)
        assert store.facets(OrderQuery(), ["unit", "state"], now=NOW) == {"unit": {}, "state": {"accepted": 1}}
        book.act(order, Dispatch(unit="water"), T0 + DAY)
        book.project(store)
        assert store.facets(OrderQuery(), ["state", "unit"], now=NOW) == {
            "state": {"dispatched": 1},
            "unit": {"water": 1},
        }
        assert store.facets(OrderQuery(), [], now=NOW) == {}

    @pytest.mark.parametrize("by", [None, *get_args(GroupField)])
    @pytest.mark.parametrize("final", [False, True])
    def test_intervals_are_the_orders_times(self, store: OrderStore, by: GroupField | None, final: bool) -> None:
        book = city(5, 200)
        book.project(store)
        observed_at = T0 + 60 * DAY
        for query in QUERIES:
            wanted: Counter[tuple[str, datetime, datetime | None]] = Counter()
            excluded = Counter(NONE)
            for order in book.orders.values():
                if not matches(order, query, observed_at):
                    continue
                if (why := why_excluded(order, observed_at)) is not None:
                    excluded[why] += 1
                else:
                    closed = order.closed_at if final else order.first_closed_at
                    closed = None if closed is None or closed > observed_at else closed
                    group = "" if by is None else str(value_of(order, by) or "")
                    wanted[group, order.received_at, closed] += 1
            found = store.intervals(query, observed_at=observed_at, by=by, final=final)
            assert Counter({(r.group, r.received_at, r.closed_at): r.count for r in found.rows}) == wanted
            assert len(found.rows) == len(wanted)
            assert found.excluded == excluded

    def test_equal_times_are_one_row(self, store: OrderStore) -> None:
        book = Book()
        for n in range(3):
            book.handled(f"{n}", T0, T0 + DAY, "water")
        book.register("open")
        book.project(store)
        rows = store.intervals(OrderQuery(), observed_at=NOW, by="unit").rows
        assert sorted(rows, key=lambda row: row.group) == [
            IntervalCount("", T0, None, 1),
            IntervalCount("water", T0, T0 + DAY, 3),
        ]

    def test_a_closing_is_seen_from_its_own_moment_on(self, store: OrderStore) -> None:
        book = Book()
        closed = T0 + timedelta(days=3, microseconds=7)
        book.handled("1", T0 + timedelta(microseconds=1), closed, "water")
        book.project(store)
        (row,) = store.intervals(OrderQuery(), observed_at=closed).rows
        assert (row.received_at, row.closed_at) == (T0 + timedelta(microseconds=1), closed)
        (row,) = store.intervals(OrderQuery(), observed_at=closed - timedelta(microseconds=1)).rows
        assert row.closed_at is None
        assert store.intervals(OrderQuery(), observed_at=T0).rows == []
        assert store.intervals(OrderQuery(), observed_at=T0).excluded == NONE | {"later": 1}

    def test_the_first_closing_and_the_last(self, store: OrderStore) -> None:
        book = Book()
        order = book.handled("1", T0, T0 + DAY, "water")
        again = order.model_copy(update={"version": order.version + 1, "closed_at": T0 + 9 * DAY})
        store.project([again], [], [], {})
        assert store.intervals(OrderQuery(), observed_at=NOW).rows == [IntervalCount("", T0, T0 + DAY, 1)]
        last = store.intervals(OrderQuery(), observed_at=NOW, final=True).rows
        assert last == [IntervalCount("", T0, T0 + 9 * DAY, 1)]

    def test_a_rework_is_open_for_the_final_clock_alone(self, store: OrderStore) -> None:
        book = Book()
        order = book.handled("1", T0, T0 + DAY, "water")
        book.act(order, Reopen(reason="又坏了"), T0 + 5 * DAY)
        book.project(store)
        assert store.intervals(OrderQuery(), observed_at=NOW).rows == [IntervalCount("", T0, T0 + DAY, 1)]
        assert store.intervals(OrderQuery(), observed_at=NOW, final=True).rows == [IntervalCount("", T0, None, 1)]

    def test_a_follower_is_left_out_also_when_it_has_ended(self, store: OrderStore) -> None:
        book = Book()
        master = book.register("1")
        follower = book.register("2", T0 + DAY)
        book.act(follower, Merge(into=master.order_no, into_received_at=T0), T0 + 2 * DAY)
        book.project(store)
        assert store.intervals(OrderQuery(), observed_at=NOW).excluded == NONE | {"merged": 1}
        done = book.act(follower, Follow(master=master.order_no, unit="water"), T0 + 3 * DAY, ARCHIVE)
        assert done.state is State.CLOSED
        book.project(store)
        found = store.intervals(OrderQuery(), observed_at=NOW)
        assert found.excluded == NONE | {"merged": 1}
        assert found.rows == [IntervalCount("", T0, None, 1)]

    def test_the_month_is_shanghais(self, store: OrderStore) -> None:
        book = Book()
        for n, (day, hour) in enumerate([(31, 15), (31, 16)]):
            book.register(f"{n}", datetime(2024, 1, day, hour, 59 if hour == 15 else 0, tzinfo=UTC))
        book.project(store)
        rows = store.intervals(OrderQuery(), observed_at=NOW, by="received_month").rows
        assert sorted(row.group for row in rows) == ["2024-01", "2024-02"]

    def test_direct_answers_are_left_out_and_counted(self, store: OrderStore) -> None:
        book = Book()
        order = book.register("1")
        book.act(order, AnswerDirectly(reply_public="已答复"), T0 + timedelta(minutes=3))
        book.register("2", steps=({"at": T0, "do": Accept()},))
        book.project(store)
        found = store.intervals(OrderQuery(), observed_at=NOW)
        assert found.excluded == NONE | {"direct_answer": 1}
        assert [row.count for row in found.rows] == [1]
