"""What a query means, said once more in plain Python: the answer that every store must give."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from models.kinds import State
from models.order import Order
from models.ports import OrderReader
from models.query import OrderQuery, Scope, SortField

_WIDE = {0xFF01 + n: 0x21 + n for n in range(94) if chr(0x21 + n).isalnum()}


def plain(text: str) -> str:
    """Without the case and width of Latin letters and digits; a run of white space is one space."""
    return re.sub(r"\s+", " ", text.translate(_WIDE).casefold())


def unit_of(order: Order) -> str | None:
    closed = order.state in (State.CLOSED, State.ARCHIVED)
    return (order.closing_department or order.lead_department) if closed else order.lead_department


def value_of(order: Order, field: str) -> Any:
    match field:
        case "requester_kind":
            return order.requester.kind
        case "unit":
            return unit_of(order)
        case "has_request":
            return order.request.kind if order.request else None
        case "received_month":
            return order.received_at.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m")
        case "satisfaction":
            return order.visit.satisfaction if order.visit else None
    return getattr(order, field)


def is_overdue(order: Order, now: datetime) -> bool:
    if order.due_at is None:
        return False
    if order.first_closed_at is not None:
        return order.due_at < order.first_closed_at
    ended = {State.CLOSED, State.ARCHIVED, State.REJECTED, State.MERGED, State.SPLIT}
    return order.state not in ended and order.due_at < now


def concerns(order: Order, unit: str) -> bool:
    return unit in (order.lead_department, order.closing_department, *order.co_departments)


def why_excluded(order: Order, observed_at: datetime) -> str | None:
    for why, holds_ in (
        ("later", order.received_at > observed_at),
        ("direct_answer", order.is_direct_answer),
        ("merged", order.merged_into is not None),
        ("split", order.children != ()),
        ("rejected", order.state is State.REJECTED),
    ):
        if holds_:
            return why
    return None


def holds(order: Order, text: str) -> bool:
    fields = (order.title, order.content, order.address_text, order.reply_public)
    needle = plain(text)
    part_of_number = re.fullmatch("[0-9a-z]{4,}", needle) is not None and needle in plain(order.order_no)
    return part_of_number or any(needle in plain(field) for field in fields if field)


def matches(order: Order, query: OrderQuery, now: datetime) -> bool:
    for field in (
        "state", "unit", "street", "community", "category", "request_type", "channel", "urgency", "decision_mode",
        "source_system", "item_code", "requester_kind", "satisfaction", "card", "has_request",
    ):  # fmt: skip
        wanted = getattr(query, field)
        if wanted and value_of(order, field) not in wanted:
            return False
    if query.phone_hash and not set(query.phone_hash) & set(order.requester.phone_hashes):
        return False
    for field in ("merged_into", "parent_order_no"):
        if getattr(query, field) not in (None, getattr(order, field)):
            return False
    if order.return_count < (query.min_returns or 0) or order.urge_count < (query.min_urges or 0):
        return False
    if query.supervised is not None and (order.supervise_level > 0) is not query.supervised:
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
    within: Scope | None = None,
) -> list[str]:
    """The numbers that paging shows, page by page to the last."""
    numbers: list[str] = []
    cursor: str | None = None
    while True:
        page = store.search(query, now=now, within=within, sort=sort, descending=descending, limit=limit, cursor=cursor)
        numbers += [order.order_no for order in page.orders]
        cursor = page.cursor
        if cursor is None:
            return numbers
        assert len(page.orders) == limit
