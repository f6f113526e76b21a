"""What a rule looks at, and how it refuses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.catalogue import Catalogue, Step
from models.commands import Actor, Command, Refusal, RefusalCode
from models.facts import Fact
from models.order import Order
from models.rights import Role
from models.rules.access import moves_of
from models.terms import Terms

Decision = Sequence[Fact] | Refusal


@dataclass(frozen=True, slots=True)
class Case:
    """A move on an existing order at ``at``, and who makes it."""

    order: Order
    command: Command
    by: Actor
    terms: Terms
    at: datetime
    now: datetime
    """Later than ``at`` for what happened in another system."""

    @property
    def catalogue(self) -> Catalogue:
        return self.terms.catalogue

    @property
    def by_person(self) -> bool:
        """Not by the program itself, and not from another system's archive."""
        return self.by.role is not Role.SYSTEM

    def refuse(self, code: RefusalCode, reason: str) -> Refusal:
        return refuse(self.order, self.command, code, reason)

    def missing(self, field: str, why: str) -> Refusal:
        return self.refuse(RefusalCode.MISSING, f"{field}: {why}")

    def step_due(self, step: Step) -> datetime:
        """When a step that begins now should be done."""
        return self.terms.step_due(step, self.order.urgency, self.order.requester.kind, self.at)

    @property
    def parent(self) -> str | None:
        """The order that this one was split from, where it was split here."""
        return self.order.parent_order_no if self.order.source_system == SPLIT_SOURCE else None


SPLIT_SOURCE = "split"
"""``source_system`` of the orders that others were split into."""


def refuse(order: Order | None, command: Command, code: RefusalCode, reason: str) -> Refusal:
    """A refusal that tells where the order stands, and the moves that it allows to who asked."""
    return Refusal(
        code=code,
        reason=reason,
        state=order.state if order is not None else None,
        version=order.version if order is not None else None,
        move=command.do.move,
        allowed=moves_of(command.actor, order),
    )


def unknown(command: Command) -> Refusal:
    """No such order, or none that this actor may know of: the answers are the same."""
    said = f"no order {command.order_no}"
    return Refusal(code=RefusalCode.UNKNOWN_ORDER, reason=said, move=command.do.move)
