"""The contract's part on lists: what is due, and facts across orders."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import get_args

import pytest

from models.alarms import alarm_at, dues
from models.commands import Actor
from models.errors import CorrectInput
from models.events import Event
from models.moves import Alarm, Reveal
from models.order import Order
from models.ports import OrderStore
from models.query import JournalKind
from models.rights import Role
from tests.contracts.order_store_lives import city
from tests.contracts.orders import ARCHIVE, NOW, T0, Book

DAY = timedelta(days=1)


def numbers(orders: Iterable[Order]) -> list[str]:
    return [order.order_no for order in orders]


def all_due(store: OrderStore, before: timedelta, limit: int) -> list[Order]:
    found: list[Order] = []
    while page := store.due(T0 + before, limit, after=found[-1] if found else None):
        assert len(page) <= limit
        found += page
    return found


def newest_first(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda event: (event.at, event.order_no, event.seq), reverse=True)


def all_facts(store: OrderStore, kind: JournalKind, limit: int) -> list[Event]:
    found: list[Event] = []
    cursor: str | None = None
    while True:
        page = store.facts(kind, limit=limit, cursor=cursor)
        found += page.events
        cursor = page.cursor
        if cursor is None:
            return found
        assert len(page.events) == limit


class OrderListsContract:
    def test_what_is_due_comes_earliest_first(self, store: OrderStore) -> None:
        book = city(40, 300)
        book.project(store)
        watched = {number: alarm_at(order) for number, order in book.orders.items()}
        for days in (-1, 3, 30, 90, 400):
            wanted = sorted((at, number) for number, at in watched.items() if at and at <= T0 + days * DAY)
            found = store.due(T0 + days * DAY, 1000)
            assert numbers(found) == [number for _, number in wanted]
            assert found == [book.orders[number] for number in numbers(found)]
            assert numbers(store.due(T0 + days * DAY, 7)) == numbers(found)[:7]
            assert all_due(store, days * DAY, 7) == found
        assert wanted

    def test_an_order_is_due_at_its_moment_and_not_before(self, store: OrderStore) -> None:
        book = Book()
        order = book.register("1")
        book.project(store)
        at = alarm_at(order)
        assert at is not None
        assert store.due(at - timedelta(microseconds=1), 10) == []
        assert store.due(at, 10) == [order]

    def test_it_stays_due_until_the_alarm_is_projected(self, store: OrderStore) -> None:
        book = Book()
        order = book.register("1")
        book.project(store)
        first, second, *_ = dues(order)
        assert first.kind is not None
        assert first.at < second.at
        told = book.act(order, Alarm(kind=first.kind, due_at=first.at), first.at, ARCHIVE)
        assert store.due(first.at, 10) == [order]
        book.project(store)
        assert store.due(second.at - timedelta(microseconds=1), 10) == []
        assert store.due(second.at, 10) == [told]

    def test_ties_are_paged_by_number(self, store: OrderStore) -> None:
        book = Book()
        for n in range(20):
            book.register(f"{n}", T0 + (n % 2) * DAY)
        book.project(store)
        found = all_due(store, 30 * DAY, 3)
        at = {order.order_no: alarm_at(order) for order in book.orders.values()}
        assert numbers(found) == sorted(book.orders, key=lambda number: (at[number], number))

    @pytest.mark.parametrize("kind", get_args(JournalKind))
    def test_facts_of_a_kind_newest_first(self, store: OrderStore, kind: JournalKind) -> None:
        book = city(41, 300)
        book.project(store)
        store.project([], book.events, [], {})  # again
        wanted = newest_first(event for event in book.events if event.fact.type == kind)
        assert len(wanted) > 20
        assert store.facts(kind, limit=1000).events == wanted
        assert all_facts(store, kind, 7) == wanted
        assert all_facts(store, kind, len(wanted)) == wanted
        since, until = wanted[-5].at, wanted[4].at
        inside = [event for event in wanted if since <= event.at < until]
        assert store.facts(kind, since=since, until=until, limit=1000).events == inside

    def test_facts_of_one_actor_and_one_unit(self, store: OrderStore) -> None:
        book = Book()
        order = book.handled("1", T0, T0 + DAY, "water")
        people = [
            Actor(id="li", role=Role.DEPARTMENT, unit="water"),
            Actor(id="wang", role=Role.DEPARTMENT, unit="water"),
            Actor(id="li", role=Role.OPERATOR),
        ]
        for n, who in enumerate(people * 2):
            book.act(order, Reveal(reason="联系诉求人"), NOW if n < 3 else NOW + DAY, who)
        book.project(store)
        newest = newest_first(event for event in book.events if event.fact.type == "revealed")
        for actor, unit in (("li", None), (None, "water"), ("li", "water"), ("zhao", None), (None, "housing")):
            wanted = [e for e in newest if actor in (None, e.actor.id) and unit in (None, e.actor.unit)]
            assert store.facts("revealed", actor=actor, unit=unit).events == wanted
        page = store.facts("revealed", actor="li", limit=1)
        assert page.cursor is not None
        rest = store.facts("revealed", actor="li", cursor=page.cursor)
        assert [*page.events, *rest.events] == [event for event in newest if event.actor.id == "li"]
        assert rest.cursor is None

    def test_facts_may_be_none(self, store: OrderStore) -> None:
        assert store.facts("revealed").events == []
        assert store.facts("revealed").cursor is None

    @pytest.mark.parametrize("cursor", ["", "x", "!!!", "e30", "W10", "字", "a" * 5000])
    def test_no_cursor_of_facts_is_refused(self, store: OrderStore, cursor: str) -> None:
        with pytest.raises(CorrectInput, match="cursor"):
            store.facts("revealed", cursor=cursor)

    def test_a_cursor_of_other_facts_is_refused(self, store: OrderStore) -> None:
        city(42, 100).project(store)
        cursor = store.facts("revealed", limit=2).cursor
        assert cursor is not None
        assert cursor.isascii()
        with pytest.raises(CorrectInput, match="cursor"):
            store.facts("supervised", cursor=cursor)
