"""An order as somebody of the demonstration sees it, and what he or she may want to do with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from models.commands import Actor
from models.moves import LaterMove
from models.order import Order
from models.rights import Role
from scripts.demo.behaviour import Median, wait
from scripts.demo.city import City, Origin
from scripts.demo.phrases import Desk
from scripts.demo.slots import Slots
from scripts.demo.wording import reply_of

OPERATORS = 8
SUPERVISOR = Actor(id="demo-supervisor", role=Role.SUPERVISOR)
_CATCHES_UP = timedelta(hours=6)
"""Mean delay of what should have been done while nobody was there."""


class Intention(NamedTuple):
    """A move that somebody will make at a time, unless something else happens to the order before."""

    at: datetime
    actor: Actor
    do: LaterMove


@dataclass(frozen=True, slots=True)
class Scene:
    """``order`` at ``at``. What is drawn about an order follows from the seed, its number and the question, so that
    looking again, also after a restart, gives the same."""

    city: City
    origin: Origin
    order: Order
    at: datetime
    seed: int
    earlier: Order | None = None
    """An open order about the same that came before."""

    def draw(self, question: str) -> Random:
        return Random(f"live/{self.seed}/{self.order.order_no}/{question}")

    def happens(self, question: str, share: float) -> bool:
        return self.draw(question).random() < share

    def after(self, start: datetime | None, median: Median, question: str) -> datetime:
        """A wait from ``start``; soon, where its end has passed already."""
        return self.not_before(self.at, (start or self.at) + wait(self.draw(question), median), question)

    def not_before(self, now: datetime, planned: datetime, question: str) -> datetime:
        if planned >= now:
            return planned
        return now + self.draw(f"late/{question}").expovariate(1.0) * _CATCHES_UP

    def says(self, texts: Callable[[Desk], tuple[str, ...]], question: str = "") -> str:
        """One of the phrases for this."""
        return self.draw(f"says/{question}{self.order.version}").choice(texts(self.city.phrases.desk))

    @property
    def operator(self) -> Actor:
        number = self.draw("operator").randint(1, OPERATORS)
        return Actor(id=f"demo-operator-{number}", role=Role.OPERATOR)

    @property
    def unit(self) -> Actor:
        """The people of the unit that leads."""
        return department(self.order.lead_department or "")

    @property
    def is_rightly_placed(self) -> bool:
        return self.city.is_right(self.origin, self.order.lead_department)

    def reply(self, at: datetime) -> str:
        """What the requester is told of the handling."""
        rng, zone = self.draw(f"reply/{self.order.rework_count}"), ZoneInfo(self.city.catalogue.timezone)
        site, kind = self.origin.site, self.origin.matter.requester
        slots = Slots(rng, self.city.phrases, site, at.astimezone(zone), kind, at_night=False)
        return reply_of(rng, self.city.phrases, self.origin.matter, self.origin.voice, slots)


def department(unit: str) -> Actor:
    """The people of a unit."""
    return Actor(id=f"demo-{unit}", role=Role.DEPARTMENT, unit=unit)
