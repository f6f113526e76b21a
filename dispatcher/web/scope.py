"""What somebody may know of: which orders, and which of their moves."""

from __future__ import annotations

from collections.abc import Sequence

from dispatcher.web.problems import UnknownOrder
from dispatcher.wiring import Services
from models.accounts import Principal
from models.order import Order
from models.query import Scope
from models.rights import Role
from models.rules.access import may_know

_NOBODYS = ""
"""No unit has this code: a department's account without a unit sees nothing."""


def scope_of(who: Principal) -> Scope | None:
    """A department's own orders; None for who may know of every order."""
    return Scope(who.unit or _NOBODYS) if who.role is Role.DEPARTMENT else None


def order_for(services: Services, who: Principal, order_no: str) -> Order:
    """The order, where ``who`` may know of it. Raises the same 404 for every other number, whether an order has it or
    not."""
    order = services.store.get(order_no)
    if order is None or not may_know(who.actor(), order):
        raise UnknownOrder(order_no)
    return order


def visible(services: Services, who: Principal, order_nos: Sequence[str]) -> dict[str, Order]:
    """Of these orders those that ``who`` may know of, by number."""
    by, found = who.actor(), services.store.mget(list(dict.fromkeys(order_nos)))
    return {number: order for number, order in found.items() if may_know(by, order)}
