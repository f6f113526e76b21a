"""What stands in each column of an exported order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from dispatcher.web.pages import words
from dispatcher.web.pages.rendering import Names
from models.order import Order

Cell = str | int | float | datetime | None
Column = tuple[str, Callable[[Order, Names], Cell]]


def _field(name: str) -> Callable[[Order, Names], Cell]:
    def read(order: Order, names: Names) -> Cell:
        value: Cell = getattr(order, name)
        return value

    return read


def _named(field: str, name: str | None = None) -> Callable[[Order, Names], Cell]:
    """The Chinese name of a code; empty where there is none."""

    def read(order: Order, names: Names) -> Cell:
        value: str | None = getattr(order, name or field)
        return names.of(field, value) if value else None

    return read


def _units(order: Order, names: Names) -> Cell:
    return "、".join(names.unit(code) for code in order.co_departments) or None


def _yes(value: bool | None) -> str | None:
    return None if value is None else "是" if value else "否"


def _visit(name: str, tell: Callable[[Any], str | None]) -> Callable[[Order, Names], Cell]:
    return lambda order, names: tell(getattr(order.visit, name)) if order.visit is not None else None


COLUMNS: tuple[Column, ...] = (
    ("工单编号", _field("order_no")),
    ("状态", _named("state")),
    ("受理渠道", _named("channel")),
    ("诉求类型", _named("request_type")),
    ("紧急程度", _named("urgency")),
    ("标题", _field("title")),
    ("诉求内容", _field("content")),
    ("街道", _named("street")),
    ("社区", _field("community")),
    ("事发地址", _field("address_text")),
    ("类别", _field("category")),
    ("事项", _named("item_code")),
    ("主办单位", _named("unit", "lead_department")),
    ("协办单位", _units),
    ("首派单位", _named("unit", "first_department")),
    ("办结单位", _named("unit", "closing_department")),
    ("派单方式", _named("decision_mode")),
    ("派单次数", _field("dispatch_count")),
    ("退单次数", _field("return_count")),
    ("受理时间", _field("received_at")),
    ("首次派单时间", _field("first_dispatched_at")),
    ("签收时间", _field("signed_at")),
    ("首次联系时间", _field("first_contact_at")),
    ("办理反馈时间", _field("replied_at")),
    ("办结时间", _field("first_closed_at")),
    ("回访时间", _field("visited_at")),
    ("最终办结时间", _field("closed_at")),
    ("原时限", _field("first_due_at")),
    ("现时限", _field("due_at")),
    ("延期次数", _field("extension_count")),
    ("催办次数", _field("urge_count")),
    ("督办级别", _field("supervise_level")),
    ("督办牌", lambda order, names: words.CARDS[order.card] if order.card else None),
    ("属实", lambda order, names: _yes(order.is_true)),
    ("单位称已解决", lambda order, names: _yes(order.is_solved)),
    ("诉求人称已解决", _visit("solved", _yes)),
    ("满意度", _visit("satisfaction", lambda value: words.SATISFACTIONS[value] if value else None)),
    ("重办次数", _field("rework_count")),
    ("答复内容", _field("reply_public")),
    ("母单", _field("parent_order_no")),
    ("并入工单", _field("merged_into")),
    ("来源系统", _field("source_system")),
)
HEADER = [name for name, _ in COLUMNS]


def row_of(order: Order, names: Names) -> list[Cell]:
    """The cells of one order; times in the catalogue's zone."""
    return [_local(read(order, names), names) for _, read in COLUMNS]


def _local(cell: Cell, names: Names) -> Cell:
    return cell.astimezone(names.zone) if isinstance(cell, datetime) else cell
