"""The contract's part on the service's figures: the counts are those that a walk over the orders finds."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from models.figures import STAGES, Counts
from models.kinds import PLEASED, State
from models.order import Order
from models.ports import OrderStore
from models.query import GroupField, OrderQuery, Scope
from tests.contracts.order_store_lives import city
from tests.contracts.order_store_oracle import matches, value_of
from tests.contracts.orders import T0

DAY = timedelta(days=1)
QUERIES = [OrderQuery(), OrderQuery(street=("440311001",)), OrderQuery(text="噪音")]


def counted(orders: list[Order], seen: datetime) -> Counts:
    """The definitions of ``Counts`` once more, order by order."""
    found = Counts()
    for order in orders:
        found.orders += 1
        linked = order.merged_into is not None or order.children or order.state is State.REJECTED
        if linked or order.is_direct_answer:
            found.excluded += 1
            continue
        closed_at = order.first_closed_at if order.first_closed_at and order.first_closed_at <= seen else None
        found.closed += closed_at is not None
        if order.due_at and (closed_at or order.due_at <= seen):
            found.due += 1
            found.on_time += bool(closed_at and closed_at <= order.due_at)
        strict = order.limit.due_at if order.limit else None
        if strict and (closed_at or strict <= seen):
            found.strictly_due += 1
            found.strictly_on_time += bool(closed_at and closed_at <= strict)
        contacted = order.first_contact_at if order.first_contact_at and order.first_contact_at <= seen else None
        if order.contact_due_at and (contacted or order.contact_due_at <= seen):
            found.must_contact += 1
            found.contacted_in_time += bool(contacted and contacted <= order.contact_due_at)
        if order.visit and order.visit.contacted:
            found.visited += order.visit.solved is not None
            found.solved += order.visit.solved is True
            found.rated += order.visit.satisfaction is not None
            found.satisfied += order.visit.satisfaction in PLEASED
        if order.dispatch_count:
            found.dispatched += 1
            found.hops += order.dispatch_count
            found.never_returned += order.return_count == 0
            if order.first_decision_mode is not None:
                name = order.first_decision_mode.value
                setattr(found, name, getattr(found, name) + 1)
            if closed_at:
                found.dispatched_and_closed += 1
                found.first_right += order.return_count == 0 and order.first_department == order.closing_department
        if order.closed_at and order.closed_at <= seen:
            found.ended += 1
            for stage in STAGES:
                found.stage_seconds[stage] += round(getattr(order.spent, stage))
    return found


class OrderFiguresContract:
    @pytest.mark.parametrize("by", [None, "unit", "street", "request_type", "received_month"])
    @pytest.mark.parametrize("within", [None, Scope("water")])
    def test_figures_are_counted_over_the_orders(
        self, store: OrderStore, by: GroupField | None, within: Scope | None
    ) -> None:
        book = city(11, 150)
        book.project(store)
        for seen in (T0 + 20 * DAY, T0 + 90 * DAY):
            for query in QUERIES:
                kept = [
                    order
                    for order in book.orders.values()
                    if matches(order, query, seen) and (within is None or within.shows(order))
                ]
                groups: dict[str, list[Order]] = {}
                for order in kept:
                    value = value_of(order, by) if by else None
                    groups.setdefault(str(value) if value is not None else "", []).append(order)
                expected = {group: counted(orders, seen) for group, orders in groups.items()}
                assert store.figures(query, observed_at=seen, within=within, by=by) == expected

    def test_misroutes_are_the_returned_and_closed(self, store: OrderStore) -> None:
        book = city(12, 150)
        book.project(store)
        seen = T0 + 90 * DAY
        found: dict[tuple[str, str], list[float]] = {}
        for order in book.orders.values():
            plain = order.merged_into is None and not order.children and order.state is not State.REJECTED
            closed = order.first_closed_at is not None and order.first_closed_at <= seen
            if not (plain and closed and order.return_count) or order.is_direct_answer:
                continue
            if order.first_department and order.closing_department:
                pair = (order.first_department, order.closing_department)
                found.setdefault(pair, []).append(round(order.spent.return_loop))
        told = store.misroutes(OrderQuery(), observed_at=seen)
        assert {(one.first, one.closing): (one.orders, one.lost_seconds) for one in told} == {
            pair: (len(lost), sum(lost)) for pair, lost in found.items()
        }
        assert [one.lost_seconds for one in told] == sorted((one.lost_seconds for one in told), reverse=True)
