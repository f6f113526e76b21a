"""The contract's part on scopes: a department's questions are answered as if nothing else existed."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest

from models.kinds import State
from models.moves import Dispatch, Recall, Reopen
from models.ports import OrderStore
from models.query import FacetField, GroupField, OrderQuery, Scope, SortField
from tests.contracts.order_store_lives import city
from tests.contracts.order_store_oracle import all_pages, concerns, expected
from tests.contracts.order_store_search import FILTERS
from tests.contracts.orders import NOW, T0, UNITS, Book

DAY = timedelta(days=1)


class OrderScopeContract:
    @pytest.mark.parametrize("unit", [*UNITS[:2], "nobody"])
    def test_a_scope_is_a_store_of_its_own(self, store: OrderStore, empty: OrderStore, unit: str) -> None:
        """Whatever is asked, the answer is that of a store which holds the unit's orders and no others."""
        book = city(30, 300)
        book.project(store)
        own = [order for order in book.orders.values() if concerns(order, unit)]
        assert 0 < len(own) < 250 or unit == "nobody"
        assert any(order.state is State.CLOSED and order.closing_department != unit for order in own) or not own
        empty.project(own, [], [], {})
        within = Scope(unit)
        for query in FILTERS:
            assert store.count(query, now=NOW, within=within) == empty.count(query, now=NOW), query
            fields = get_args(FacetField)
            assert store.facets(query, fields, now=NOW, within=within) == empty.facets(query, fields, now=NOW), query
            for sort in get_args(SortField):
                wanted = expected(own, query, NOW, sort, True)
                assert all_pages(store, query, NOW, sort, limit=40, within=within) == wanted, (query, sort)
        for by in (None, *get_args(GroupField)):
            mine = store.intervals(OrderQuery(), observed_at=T0 + 60 * DAY, within=within, by=by)
            theirs = empty.intervals(OrderQuery(), observed_at=T0 + 60 * DAY, by=by)
            assert mine.excluded == theirs.excluded
            assert sorted(map(repr, mine.rows)) == sorted(map(repr, theirs.rows))

    @pytest.mark.parametrize("limit", [1, 3])
    @pytest.mark.parametrize("descending", [True, False])
    def test_paging_goes_through_led_and_co_handled_orders_in_one_order(
        self, store: OrderStore, limit: int, descending: bool
    ) -> None:
        book = Book()
        for n in range(24):
            order = book.register(f"{n}", T0 + (n % 4) * DAY)
            lead, co_units = (("water", ()), ("housing", ("water",)), ("housing", ()))[n % 3]
            book.act(order, Dispatch(unit=lead, co_units=co_units), T0 + 5 * DAY)
        book.project(store)
        own = [order for order in book.orders.values() if concerns(order, "water")]
        for sort in get_args(SortField):
            wanted = expected(own, OrderQuery(), NOW, sort, descending)
            shown = all_pages(store, OrderQuery(), NOW, sort, descending, limit, within=Scope("water"))
            assert shown == wanted
            assert len(shown) == 16

    def test_an_order_leaves_the_scope_with_its_unit(self, store: OrderStore) -> None:
        book = Book()
        order = book.register("1")
        for do, units in (
            (Dispatch(unit="water", co_units=("housing",)), {"water", "housing"}),
            (Recall(reason="派错"), set()),
            (Dispatch(unit="transport"), {"transport"}),
        ):
            order = book.act(order, do, NOW)
            book.project(store)
            for unit in UNITS:
                assert store.count(OrderQuery(), now=NOW, within=Scope(unit)) == (unit in units), (do, unit)
                assert Scope(unit).shows(order) == (unit in units)

    def test_who_closed_it_keeps_it_and_who_has_it_again_gets_it(self, store: OrderStore) -> None:
        book = Book()
        order = book.handled("1", T0, T0 + DAY, "water")
        moved = order.model_copy(update={"version": order.version + 1, "lead_department": "housing"})
        store.project([moved], [], [], {})
        for unit in ("water", "housing"):
            assert store.search(OrderQuery(), now=NOW, within=Scope(unit)).orders == [moved]
        reopened = book.act(order, Reopen(reason="又坏了"), T0 + 2 * DAY)
        store.project([reopened.model_copy(update={"version": order.version + 2})], [], [], {})
        assert store.count(OrderQuery(), now=NOW, within=Scope("water")) == 1
        assert store.count(OrderQuery(), now=NOW, within=Scope("housing")) == 0
