"""What operators, departments and supervisors of the demonstration do with orders that the real system dispatches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush

from models.catalogue import Catalogue
from models.commands import Actor
from models.kinds import OPEN_STATES, State
from models.moves import LaterMove
from models.order import Order
from scripts.demo import department, hotline
from scripts.demo.city import City
from scripts.demo.scene import Scene

_SAME_MATTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Action:
    """A move that somebody makes on an order at a time; ``expected_version`` is the one that they saw."""

    at: datetime
    order_no: str
    actor: Actor
    do: LaterMove
    expected_version: int


class LivePlan:
    """The actions to come on the orders that it was shown; it keeps nothing that a restart would lose.

    ``pace`` is how many times faster than life delays pass; ``operators`` is the share of the waiting orders
    that the demonstration's operators decide, the rest stay for the person who watches.
    """

    def __init__(self, catalogue: Catalogue, seed: int, pace: float = 1.0, operators: float = 1.0) -> None:
        self.city = City(catalogue)
        self._seed, self._pace, self._operators = seed, pace, operators
        self._actions: list[tuple[datetime, int, Action]] = []
        self._version: dict[str, int] = {}
        self._open: dict[str, dict[str, Order]] = {}
        """Open orders by what they are about, and number."""
        self._serial = 0

    def __len__(self) -> int:
        """Actions that wait, the outdated ones included until their time."""
        return len(self._actions)

    def follow(self, order: Order, at: datetime) -> None:
        """Look at an order as it stands now; shown again in a later version, its earlier actions lapse.

        Orders of another source and orders that nobody of the demonstration understands are left alone.
        """
        origin = self.city.recognise(order.external_id) if order.is_demo else None
        if origin is None or self._version.get(order.order_no, 0) >= order.version:
            return
        self._version[order.order_no] = order.version
        scene = Scene(self.city, origin, order, at, self._seed, self._earlier(order))
        if order.state is State.ACCEPTED and not scene.happens("decides", self._operators):
            return
        wishes = [*hotline.wishes(scene), *department.wishes(scene)]
        for wish in wishes:
            when = at + max(wish.at - at, timedelta()) / self._pace
            self._plan(Action(when, order.order_no, wish.actor, wish.do, order.version))
        if not wishes and order.state not in OPEN_STATES:
            del self._version[order.order_no]

    def due(self, now: datetime) -> list[Action]:
        """The actions whose time has come, soonest first; each is given out once, and one of an order at a time."""
        found: dict[str, Action] = {}
        later: list[Action] = []
        while self._actions and self._actions[0][0] <= now:
            action = heappop(self._actions)[2]
            if self._version.get(action.order_no) != action.expected_version:
                continue
            if found.setdefault(action.order_no, action) is not action:
                later.append(action)  # for the next time, should the first one be refused
        for action in later:
            self._plan(action)
        return list(found.values())

    def _plan(self, action: Action) -> None:
        self._serial += 1
        heappush(self._actions, (action.at, self._serial, action))

    def _earlier(self, order: Order) -> Order | None:
        """The oldest open order about the same that came before this one, which is kept in mind for later ones."""
        about = order.external_id.rpartition("-")[2]
        known = self._open.setdefault(about, {})
        if order.state in OPEN_STATES:
            known[order.order_no] = order
        else:
            known.pop(order.order_no, None)
        before = [one for one in known.values() if timedelta() < order.received_at - one.received_at < _SAME_MATTER]
        if not known:
            del self._open[about]
        return min(before, key=lambda one: one.received_at, default=None)
