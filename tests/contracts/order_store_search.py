"""The contract's part on finding orders: text, filters, sort, cursors."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest

from models.errors import CorrectInput
from models.kinds import (
    OPEN_STATES,
    PLEASED,
    Card,
    LimitUnit,
    RejectReason,
    RequesterKind,
    Satisfaction,
    State,
    Urgency,
)
from models.moves import ApproveReply, Dispatch, LaterMove, Merge, Reject, Reopen, Reply, Sign
from models.parts import Limit
from models.ports import OrderStore
from models.query import OrderQuery, SortField
from tests.contracts.order_store_lives import PHONES, city
from tests.contracts.order_store_oracle import all_pages, expected
from tests.contracts.orders import ARCHIVE, NOW, T0, UNITS, Book

DAY = timedelta(days=1)
FILTERS = [
    OrderQuery(),
    OrderQuery(state=(State.HANDLING,)),
    OrderQuery(state=(State.ACCEPTED, State.CLOSED)),
    OrderQuery(state=(State.CLOSED,), unit=("water", "housing")),
    OrderQuery(unit=UNITS[:1]),
    OrderQuery(unit=UNITS[1:3], state=(State.DISPATCHED, State.HANDLING)),
    OrderQuery(street=("440311002",), category=("住房",)),
    OrderQuery(community=("翠湖", "石围"), channel=("web",)),
    OrderQuery(request_type=("help",), urgency=(Urgency.URGENT, Urgency.CRITICAL)),
    OrderQuery(decision_mode=("accepted",)),
    OrderQuery(source_system=("test",), unit=("nobody",)),
    OrderQuery(received_from=T0 + 20 * DAY, received_to=T0 + 40 * DAY),
    OrderQuery(closed_from=T0 + 20 * DAY),
    OrderQuery(closed_to=T0 + 40 * DAY, street=("440311001", "440311006")),
    OrderQuery(overdue=True),
    OrderQuery(overdue=False),
    OrderQuery(overdue=True, state=(State.CLOSED,)),
    OrderQuery(overdue=True, state=OPEN_STATES),
    OrderQuery(overdue=True, state=(State.CLOSED, State.REWORK), min_returns=1),
    OrderQuery(item_code=("noise",)),
    OrderQuery(item_code=("noise", "street_light"), requester_kind=(RequesterKind.ENTERPRISE,)),
    OrderQuery(satisfaction=(Satisfaction.DISSATISFIED, Satisfaction.VERY_DISSATISFIED)),
    OrderQuery(satisfaction=PLEASED, unit=UNITS[:2]),
    OrderQuery(card=(Card.YELLOW,)),
    OrderQuery(card=(Card.YELLOW, Card.RED), state=(State.CLOSED,)),
    OrderQuery(has_request=("extension",)),
    OrderQuery(has_request=("extension", "suspension")),
    OrderQuery(supervised=True),
    OrderQuery(supervised=False, card=(Card.RED,)),
    OrderQuery(min_returns=1),
    OrderQuery(min_returns=2, street=("440311001", "440311002", "440311006")),
    OrderQuery(min_urges=1, supervised=True),
    OrderQuery(min_urges=2),
    OrderQuery(min_returns=0, min_urges=0, state=(State.SUSPENDED,)),
    OrderQuery(phone_hash=PHONES[:1]),
    OrderQuery(phone_hash=PHONES[:3], state=(State.CLOSED,)),
    OrderQuery(phone_hash=(PHONES[0], "f" * 32), text="停水"),
    OrderQuery(state=(State.MERGED, State.SPLIT, State.REJECTED)),
    OrderQuery(state=(State.ARCHIVED,)),
    OrderQuery(text="施工"),
    OrderQuery(text="噪"),
    OrderQuery(text="编号", channel=("hotline",)),
    OrderQuery(text="整改", unit=("water",), overdue=False, received_from=T0 + 5 * DAY),
    OrderQuery(text="量子力学"),
]
TEXT = (
    '(A) "停水" 8月3日22:00~6:00　通知\r\n 未张贴!NOT x OR y* NEAR/2 ^z𠮷野家😀\U0001f468\u200d\U0001f469 LD-0317'
    " Ｖ２Ｒａｙ it's 50% a_b\\c"
)
FOUND = [
    "停", "停水", '"', '"停水"', "(", "(a)", "~6:00", "22:00", "2:", "*", "y*", "^", "^z", "NEAR", "near/2", "NOT",
    "!not X", "or", "x or y", "𠮷", "𠮷野", "😀", "\u200d", "LD-03", "ld-0317", "ｌｄ-０３", "v2ray", "Ｖ２ＲＡＹ", "'",
    "t's", "50%", "%", "_", "a_b", "\\", "b\\c", "通知 未张贴", "通知\t\n未", " 通", "　", '水" 8', "c",
]  # fmt: skip
NOT_FOUND = [
    "水停",
    "停 水",
    "停*",
    "22:0 0",
    "知未",
    "𠮷家",
    "*y",
    "LD0317",
    "a b\\c",
    "50_",
    "OR NOT",
    "😁",
    "c(",
    "d",
    "9",
]


class OrderSearchContract:
    def test_any_substring_is_found_and_nothing_else(self, store: OrderStore) -> None:
        book = Book()
        target = book.register("1", title="标题", content=TEXT).order_no
        book.register("2", title="别的", content="别的事情")
        book.project(store)
        for needle in FOUND:
            query = OrderQuery(text=needle)
            assert [o.order_no for o in store.search(query, now=NOW).orders] == [target], needle
            assert store.count(query, now=NOW) == 1, needle
        for needle in NOT_FOUND:
            query = OrderQuery(text=needle, source_system=("test",))
            if needle.casefold() not in target.casefold():
                assert store.search(query, now=NOW).orders == [], needle
                assert store.count(query, now=NOW) == 0, needle

    def test_text_looks_into_five_fields_and_never_across_two(self, store: OrderStore) -> None:
        book = Book()
        order = book.handled(
            "1", T0, T0 + DAY, "water", title="甲乙", content="丙丁", address_text="戊己", reply_public="庚辛"
        )
        book.project(store)
        for needle in ("甲乙", "丙丁", "戊己", "庚辛", "辛", "甲", order.order_no, order.order_no[3:9].lower()):
            assert store.count(OrderQuery(text=needle), now=NOW) == 1, needle
        for needle in (
            "乙丙",
            "丁戊",
            "己庚",
            "乙 丙",
            "辛" + order.order_no[0],
            order.order_no[3:6],
            order.order_no[0],
        ):
            assert store.count(OrderQuery(text=needle), now=NOW) == 0, needle

    def test_the_requester_is_not_found_by_text(self, store: OrderStore) -> None:
        book = Book()
        requester = {
            "name": "欧**", "phone": "138****5678", "enterprise_name": "某某电子", "uscc": "91440300MA5XXXXXXX",
            "phone_hashes": ("5e884898da28",), "id_hash": "04715", "sealed": "q83vASNFZ4mrze8B",
        }  # fmt: skip
        book.register("1", requester=requester)
        book.project(store)
        for needle in ("欧", "138", "****", "电子", "91440300", "5e884898da28", "04715", "q83vASNFZ4mrze8B"):
            assert store.count(OrderQuery(text=needle), now=NOW) == 0
            assert store.search(OrderQuery(text=needle), now=NOW).orders == []

    def test_a_text_that_changed_is_found_as_it_is_now(self, store: OrderStore) -> None:
        book = Book()
        order = book.handled("1", T0, T0 + DAY, "water", reply_public="已更换水管")
        book.project(store)
        newer = order.model_copy(update={"version": order.version + 1, "content": "改", "reply_public": "已更换阀门"})
        store.project([newer], [], [], {})
        assert store.count(OrderQuery(text="水管"), now=NOW) == 0
        assert store.count(OrderQuery(text="休息"), now=NOW) == 0
        assert store.count(OrderQuery(text="已更换阀门"), now=NOW) == 1
        assert store.search(OrderQuery(text="阀门"), now=NOW).orders == [newer]

    def test_filters_and_sorts(self, store: OrderStore) -> None:
        book = city(1, 400)
        book.project(store)
        hit = 0
        for query in FILTERS:
            for sort in get_args(SortField):
                for descending in (True, False):
                    wanted = expected(book.orders.values(), query, NOW, sort, descending)
                    page = store.search(query, now=NOW, sort=sort, descending=descending, limit=500)
                    assert [order.order_no for order in page.orders] == wanted, (query, sort, descending)
                    assert page.cursor is None
            assert store.count(query, now=NOW) == len(wanted), query
            hit += bool(wanted)
        assert hit == len(FILTERS) - 2, "but for two, each query has something to find"

    @pytest.mark.parametrize("descending", [True, False])
    @pytest.mark.parametrize("sort", get_args(SortField))
    def test_paging_shows_each_order_once_in_order(self, store: OrderStore, sort: SortField, descending: bool) -> None:
        book = Book()
        for n in range(40):  # many ties, and orders that were never closed or have no limit
            received = T0 + (n % 3) * DAY
            order = book.register(f"{n}", received) if n % 2 else book.handled(f"{n}", received, T0 + 5 * DAY, "water")
            if n % 5 == 0:
                book.orders[order.order_no] = order.model_copy(update={"due_at": None})
        book.project(store)
        for query in (OrderQuery(), OrderQuery(text="噪音"), OrderQuery(state=(State.ACCEPTED,))):
            wanted = expected(book.orders.values(), query, NOW, sort, descending)
            assert all_pages(store, query, NOW, sort, descending) == wanted
            assert all_pages(store, query, NOW, sort, descending, limit=1) == wanted
            assert all_pages(store, query, NOW, sort, descending, limit=len(wanted)) == wanted

    def test_orders_that_come_and_go_do_not_disturb_paging(self, store: OrderStore) -> None:
        book = city(2, 30)
        book.project(store)
        before = set(book.orders)
        first = store.search(OrderQuery(), now=NOW, limit=10)
        for n in range(20):
            book.register(f"new-{n}", T0 + n * 4 * DAY)
        book.project(store)
        rest, cursor = [], first.cursor
        while cursor is not None:
            page = store.search(OrderQuery(), now=NOW, limit=10, cursor=cursor)
            rest += page.orders
            cursor = page.cursor
        shown = [order.order_no for order in first.orders + rest]
        assert len(shown) == len(set(shown))
        assert before <= set(shown)

    def test_times_are_exact_to_the_microsecond(self, store: OrderStore) -> None:
        book = Book()
        numbers = [book.register(f"{n}", T0.replace(year=2099) + timedelta(microseconds=n)).order_no for n in range(3)]
        book.project(store)
        at = T0.replace(year=2099) + timedelta(microseconds=1)
        assert all_pages(store, OrderQuery(received_from=at), NOW, descending=False) == numbers[1:]
        assert all_pages(store, OrderQuery(received_to=at), NOW) == numbers[:1]

    def test_the_limit_ends_before_now_not_at_it(self, store: OrderStore) -> None:
        book = Book()
        limit = Limit(value=1, unit=LimitUnit.DAY, due_at=T0 + DAY)
        book.register("open", limit=limit)
        book.handled("in time", T0, T0 + DAY, "water", limit=limit)
        late = book.handled("late", T0, T0 + DAY + timedelta(microseconds=1), "water", limit=limit)
        book.project(store)
        overdue = OrderQuery(overdue=True)
        assert all_pages(store, overdue, T0 + DAY) == [late.order_no]
        assert store.count(overdue, now=T0 + DAY + timedelta(microseconds=1)) == 2
        assert store.count(OrderQuery(overdue=False), now=T0 + DAY) == 2

    def test_the_limit_counts_to_the_first_closing_and_for_nobody_who_has_no_work(self, store: OrderStore) -> None:
        """A rework has a limit of its own; who was merged or rejected owes no answer in time."""
        book = Book()
        limit = Limit(value=1, unit=LimitUnit.DAY, due_at=T0 + DAY)
        master = book.register("master", limit=limit)
        again = book.register("again", limit=limit)
        moves: list[LaterMove] = [Dispatch(unit="water"), Sign(), Reply(reply_public="已修"), ApproveReply()]
        for n, do in enumerate(moves, 1):
            again = book.act(again, do, T0 + n * timedelta(hours=1), ARCHIVE)
        merged = book.register("merged", T0 + timedelta(hours=1), limit=limit)
        book.act(merged, Merge(into=master.order_no, into_received_at=T0), T0 + 2 * DAY)
        rejected = book.register("rejected", limit=limit)
        book.act(rejected, Reject(reason=RejectReason.NO_FACTS, basis="无事实"), T0 + 2 * DAY)
        reopened = book.handled("reopened", T0, T0 + timedelta(hours=5), "water", limit=limit)
        book.act(reopened, Reopen(reason="又坏了"), NOW)
        book.project(store)
        assert all_pages(store, OrderQuery(overdue=True), NOW + 9 * DAY) == [master.order_no]
        assert store.count(OrderQuery(overdue=False), now=NOW + 9 * DAY) == 4

    def test_overdue_asks_for_the_limit_as_it_stands(self, store: OrderStore) -> None:
        order = Book().register("1", limit=Limit(value=1, unit=LimitUnit.DAY, due_at=T0 + DAY))
        store.project([order.model_copy(update={"due_at": T0 + 3 * DAY})], [], [], {})
        assert store.count(OrderQuery(overdue=True), now=T0 + 2 * DAY) == 0
        assert store.count(OrderQuery(overdue=True), now=T0 + 4 * DAY) == 1

    def test_followers_and_parts(self, store: OrderStore) -> None:
        book = city(11, 400)
        masters = {order.merged_into for order in book.orders.values()} - {None}
        parent = next(order for order in book.orders.values() if order.children)
        for n in (1, 2):
            book.register(f"part {n}", NOW + n * DAY, parent_order_no=parent.order_no)
        book.project(store)
        assert len(masters) > 5
        for query in (
            *(OrderQuery(merged_into=master) for master in masters),
            OrderQuery(parent_order_no=parent.order_no),
            OrderQuery(merged_into=parent.order_no),
        ):
            wanted = expected(book.orders.values(), query, NOW, "received_at", True)
            assert all_pages(store, query, NOW) == wanted
            assert store.count(query, now=NOW) == len(wanted)
        assert len(all_pages(store, OrderQuery(parent_order_no=parent.order_no), NOW)) == 2

    def test_what_an_order_is_found_by_follows_its_newest_version(self, store: OrderStore) -> None:
        order = Book().register("1", requester={"phone_hashes": ("aa", "bb")})
        moved = order.model_copy(
            update={
                "version": order.version + 1,
                "merged_into": "GM2",
                "requester": order.requester.model_copy(update={"phone_hashes": ("bb", "cc")}),
            }
        )
        left = moved.model_copy(update={"version": order.version + 2, "merged_into": None})
        for version, found in ((order, "aa bb"), (moved, "bb cc GM2"), (left, "bb cc")):
            store.project([version], [], [], {})
            for key in ("aa", "bb", "cc"):
                assert store.count(OrderQuery(phone_hash=(key,)), now=NOW) == found.count(key), (found, key)
            assert store.count(OrderQuery(merged_into="GM2"), now=NOW) == found.count("GM2")
        assert store.search(OrderQuery(phone_hash=("bb", "cc")), now=NOW).orders == [left]

    def test_the_unit_is_the_one_that_has_it_then_the_one_that_closed_it(self, store: OrderStore) -> None:
        book = Book()
        number = book.handled("1", T0, T0 + DAY, "water").order_no
        closed = book.orders[number].model_copy(update={"lead_department": "housing", "version": 90})
        store.project([closed], [], [], {})
        assert store.count(OrderQuery(unit=("water",)), now=NOW) == 1
        assert store.count(OrderQuery(unit=("housing",)), now=NOW) == 0
        reopened = closed.model_copy(update={"state": State.HANDLING, "version": 91})
        store.project([reopened], [], [], {})
        assert store.count(OrderQuery(unit=("water",)), now=NOW) == 0
        assert store.count(OrderQuery(unit=("housing",)), now=NOW) == 1

    @pytest.mark.parametrize("cursor", ["", "x", "!!!", "e30", "bm90IGpzb24", "W10", "字", "a" * 5000, "WzEsMiwzLDRd"])
    def test_no_cursor_is_refused(self, store: OrderStore, cursor: str) -> None:
        with pytest.raises(CorrectInput, match="cursor"):
            store.search(OrderQuery(), now=NOW, cursor=cursor)

    def test_a_cursor_of_another_sort_is_refused(self, store: OrderStore) -> None:
        city(3, 20).project(store)
        cursor = store.search(OrderQuery(), now=NOW, limit=5).cursor
        assert cursor is not None
        assert cursor.isascii()
        with pytest.raises(CorrectInput, match="cursor"):
            store.search(OrderQuery(), now=NOW, sort="updated_at", cursor=cursor)
        with pytest.raises(CorrectInput, match="cursor"):
            store.search(OrderQuery(), now=NOW, descending=False, cursor=cursor)
