"""What is exported: the orders of a query as one table, one order as several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from dispatcher.receipts import receipts
from dispatcher.web.exports.columns import HEADER, Cell, row_of
from dispatcher.web.exports.tables import Sheet
from dispatcher.web.pages import words
from dispatcher.web.pages.rendering import Names
from dispatcher.web.pages.timeline import timeline
from models.events import Event
from models.order import Order
from models.ports import OrderReader
from models.query import OrderQuery, Scope

MOST = 100_000
"""Orders in one export."""
_PAGE = 500


def orders_of(store: OrderReader, query: OrderQuery, within: Scope | None, now: datetime) -> Iterator[Order]:
    """The orders that match, the latest received first, at most ``MOST``."""
    left, cursor = MOST, None
    while left > 0:
        page = store.search(query, now=now, within=within, limit=min(_PAGE, left), cursor=cursor)
        yield from page.orders
        left, cursor = left - len(page.orders), page.cursor
        if cursor is None:
            return


def query_sheet(orders: Iterator[Order], names: Names) -> Sheet:
    """One row an order."""
    return Sheet("工单", HEADER, (row_of(order, names) for order in orders))


def order_sheets(order: Order, events: Sequence[Event], names: Names) -> list[Sheet]:
    """The order itself, what happened to it, and what each dispatch was decided on."""
    fields = zip(HEADER, row_of(order, names), strict=True)
    return [
        Sheet("工单", ("字段", "内容"), ((name, cell) for name, cell in fields)),
        Sheet("办理过程", ("时间", "动作", "办理人", "说明"), _steps(events, names)),
        Sheet("派单依据", _RECEIPT_HEADER, _decisions(events, names)),
    ]


_RECEIPT_HEADER = (
    "派单次序", "时间", "派单方式", "承办单位", "协办单位", "决定人", "规则", "规则说明", "阈值", "概率", "改派原因",
    "裁决依据", "推荐单位", "模型版本", "清单版本",
)  # fmt: skip


def _steps(events: Sequence[Event], names: Names) -> Iterator[Sequence[Cell]]:
    for step in timeline(events, names):
        yield step.at.astimezone(names.zone), step.name, step.who, "；".join(step.details)


def _decisions(events: Sequence[Event], names: Names) -> Iterator[Sequence[Cell]]:
    for one in receipts(events):
        suggested = "、".join(f"{names.unit(each.unit)} {each.probability:.1%}" for each in one.suggestions)
        yield (
            one.dispatch_no, one.decided_at.astimezone(names.zone), words.MODES[one.mode], names.unit(one.unit),
            "、".join(map(names.unit, one.co_units)), one.decided_by, one.rule, one.reason, one.threshold,
            one.probability, one.override_reason, one.basis, suggested, one.model_version, one.list_version,
        )  # fmt: skip
