"""What the order store must answer about sketches and tallies; part of ``OrderStoreContract``."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from dispatcher.similar.sketch import Kind, finding_keys, key_of, sketch_of
from models.alike import Group, Tally
from models.kinds import OPEN_STATES
from models.moves import AnswerDirectly
from models.ports import OrderStore
from tests.contracts.order_store_lives import city
from tests.contracts.orders import NOW, T0, Book

HOUR = timedelta(hours=1)
LONG_AGO = T0 - timedelta(days=400)


class OrderSimilarContract:
    def test_open_orders_are_found_by_each_of_their_keys_and_no_others(self, store: OrderStore) -> None:
        book = city(31, 120)
        book.project(store)
        opened = {number: sketch_of(o) for number, o in book.orders.items() if o.state in OPEN_STATES}

        for key in {key for sketch in opened.values() for key in finding_keys(sketch.places)}:
            holders = [sketch for sketch in opened.values() if key in finding_keys(sketch.places)]
            found = store.sketches([key], since=LONG_AGO)
            assert sorted(found) == sorted(holders)
            assert [one.received_at for one in found] == sorted((one.received_at for one in found), reverse=True)
        assert store.sketches([key_of(Kind.ROAD, "没有路")], since=LONG_AGO) == []
        assert store.sketches([], since=LONG_AGO) == []

    def test_several_keys_give_each_order_once_the_newest_first(self, store: OrderStore) -> None:
        book = Book()
        for hour in range(5):
            book.register(f"{hour}", T0 + hour * HOUR, community="上村", title="禾叶路路灯不亮")
        book.project(store)
        keys = [key_of(Kind.COMMUNITY, "上村"), key_of(Kind.ROAD, "禾叶路")]

        assert len(store.sketches(keys, since=LONG_AGO)) == 5
        newest = store.sketches(keys, since=LONG_AGO, limit=2)
        assert [one.received_at for one in newest] == [T0 + 4 * HOUR, T0 + 3 * HOUR]
        since = store.sketches(keys, since=T0 + 3 * HOUR)
        assert [one.received_at for one in since] == [T0 + 4 * HOUR, T0 + 3 * HOUR]

    def test_an_order_that_ends_is_no_longer_found_and_still_teaches(self, store: OrderStore) -> None:
        book = Book()
        order = book.register("1", community="上村")
        book.project(store)
        keys = [key_of(Kind.COMMUNITY, "上村")]
        assert [one.order_no for one in store.sketches(keys, since=LONG_AGO)] == [order.order_no]

        book.act(order, AnswerDirectly(reply_public="已当场答复"), T0 + HOUR)
        book.project(store)

        assert store.sketches(keys, since=LONG_AGO) == []
        assert [one.order_no for one in store.lessons(10)] == [order.order_no]

    def test_lessons_are_the_newest_orders_and_the_newest_of_each_item(self, store: OrderStore) -> None:
        book = city(32, 40)
        last = max(order.received_at for order in book.orders.values())
        for hour in range(1, 6):
            book.register(f"without item {hour}", last + hour * HOUR)
        book.project(store)
        by_time = sorted(book.orders.values(), key=lambda order: (order.received_at, order.order_no), reverse=True)
        named = {order.item_code: order for order in reversed(by_time) if order.item_code is not None}

        assert store.lessons(100) == [sketch_of(order) for order in by_time]
        wanted = {order.order_no for order in (*by_time[:5], *named.values())}
        assert store.lessons(5) == [sketch_of(order) for order in by_time if order.order_no in wanted]

    def test_tallies_count_every_order_with_a_street_in_its_day(self, store: OrderStore) -> None:
        book = city(33, 300, days=20)
        book.register("no street", T0 + HOUR)
        book.project(store)
        until = T0 + timedelta(days=18, hours=5)
        counted: Counter[tuple[int, str, str | None, str | None, str | None]] = Counter()
        for order in book.orders.values():
            days_ago = (until - order.received_at - timedelta(microseconds=1)) // timedelta(days=1)
            if order.street is not None and 0 <= days_ago < 14:
                counted[days_ago, order.street, order.community, order.category, order.item_code] += 1

        found = store.tallies(until=until, days=14)

        assert Counter(found) == Counter(Tally(*kind, count) for kind, count in counted.items())

    def test_members_are_those_of_the_group_and_the_time(self, store: OrderStore) -> None:
        book = city(34, 200)
        book.project(store)
        sample = next(order for order in book.orders.values() if order.street is not None)
        since, until = T0 + timedelta(days=10), T0 + timedelta(days=70)
        assert sample.street is not None
        for group in (
            Group(sample.street),
            Group(sample.street, sample.community),
            Group(sample.street, category=sample.category),
            Group(sample.street, sample.community, item_code=sample.item_code),
        ):
            wanted = [
                order
                for order in book.orders.values()
                if since <= order.received_at < until
                and order.street == group.street
                and group.community in (None, order.community)
                and group.category in (None, order.category)
                and group.item_code in (None, order.item_code)
            ]
            newest = sorted(wanted, key=lambda order: order.received_at, reverse=True)
            assert store.members(group, since=since, until=until) == [sketch_of(order) for order in newest]
            assert len(store.members(group, since=since, until=until, limit=3)) == min(3, len(newest))
        assert store.members(Group("nowhere"), since=since, until=NOW) == []
