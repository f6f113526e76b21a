"""What a query means, said once more in plain Python: the answer that every store must give."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from models.kinds import State
from models.order import Order
from models.ports import OrderReader
from models.query import OrderQuery, SortField

_WIDE = {0xFF01 + n: 0x21 + n for n in range(94) if chr(0x21 + n).isalnum()}


def plain(text: str) -> str:
    """Without the case and width of Latin letters and digits; a run of white space is one space."""
    return re.sub(r"\s+", " ", text.translate(_WIDE).casefold())


def unit_of(order: Order) -> str | None:
    closed = order.state is State.CLOSED
    return (order.closing_department or order.lead_department) if closed else order.lead_department


def value_of(order: Order, field: str) -> Any:
    if field == "requester_kind":
        return order.requester.kind
    return unit_of(order) if field == "unit" else getattr(order, field)


def is_overdue(order: Order, now: datetime) -> bool:
    end = order.closed_at if order.state is State.CLOSED else now
    return order.limit is not None and end is not None and order.limit.due_at < end


def holds(order: Order, text: str) -> bool:
    fields = (order.title, order.content, order.address_text, order.reply_public)
    needle = plain(text)
    part_of_number = re.fullmatch("[0-9a-z]{4,}", needle) is not None and needle in plain(order.order_no)
    return part_of_number or any(needle in plain(field) for field in fields if field)


def matches(order: Order, query: OrderQuery, now: datetime) -> bool:
    for field in (
        "state", "unit", "street", "community", "category", "request_type", "channel", "urgency", "decision_mode",
        "source_system",
    ):  # fmt: skip
        wanted = getattr(query, field)
        if wanted and value_of(order, field) not in wanted:
            return False
    for at, start, end in (
        (order.received_at, query.received_from, query.received_to),
        (order.closed_at, query.closed_from, query.closed_to),
    ):
        if (start is not None and (at is None or at < start)) or (end is not None and (at is None or at >= end)):
            return False
    if query.overdue is not None and is_overdue(order, now) is not query.overdue:
        return False
    return query.text is None or holds(order, query.text)


def key_of(order: Order, sort: SortField) -> datetime | None:
    if sort == "due_at":
        return order.limit.due_at if order.limit is not None else None
    key: datetime | None = getattr(order, sort)
    return key


def expected(orders: Iterable[Order], query: OrderQuery, now: datetime, sort: SortField, descending: bool) -> list[str]:
    """The numbers of the orders that match, sorted; ties by number, orders without the sort field last."""
    found = sorted((order for order in orders if matches(order, query, now)), key=lambda order: order.order_no)
    with_key = [order for order in found if key_of(order, sort) is not None]
    without = [order for order in found if key_of(order, sort) is None]
    with_key.sort(key=lambda order: key_of(order, sort) or now, reverse=descending)  # stable, also in reverse
    return [order.order_no for order in with_key + without]


def all_pages(
    store: OrderReader,
    query: OrderQuery,
    now: datetime,
    sort: SortField = "received_at",
    descending: bool = True,
    limit: int = 7,
) -> list[str]:
    """The numbers that paging shows, page by page to the last."""
    numbers: list[str] = []
    cursor: str | None = None
    while True:
        page = store.search(query, now=now, sort=sort, descending=descending, limit=limit, cursor=cursor)
        numbers += [order.order_no for order in page.orders]
        cursor = page.cursor
        if cursor is None:
            return numbers
        assert len(page.orders) == limit
