"""What operators and departments of the demonstration do with orders that the real system dispatches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from random import Random
from zoneinfo import ZoneInfo

from models.catalogue import Catalogue
from models.commands import Actor
from models.kinds import State
from models.moves import AnswerDirectly, Close, Dispatch, LaterMove, Return, Sign
from models.order import Order
from models.rights import Role
from scripts.demo.behaviour import WITH_SUGGESTIONS, direct_wait, handling, sign_wait, wait
from scripts.demo.city import City, Origin
from scripts.demo.slots import Slots
from scripts.demo.wording import basis_of, reply_of

OPERATOR = Actor(id="demo-operator", role=Role.OPERATOR)
_CHOICE = (0.5, 0.8)
_CHOOSES_WRONG = 0.06


@dataclass(frozen=True, slots=True)
class Action:
    """A move that somebody makes on an order at a time; ``expected_version`` is the one that they saw."""

    at: datetime
    order_no: str
    actor: Actor
    do: LaterMove
    expected_version: int


def react(
    city: City, origin: Origin, order: Order, at: datetime, rng: Random
) -> list[tuple[timedelta, Actor, LaterMove]]:
    """What is done next with an order as it stands at ``at``, each after its delay, soonest first.

    Waiting for a decision: an operator answers or dispatches. With the right unit: it signs and closes. With a
    wrong one: it sends the order back with a reason. Sent back: an operator dispatches it to the right unit.
    """
    right, era = city.right_unit(origin), WITH_SUGGESTIONS
    department = Actor(id=f"demo-{order.lead_department}", role=Role.DEPARTMENT, unit=order.lead_department)
    match order.state:
        case State.ACCEPTED if origin.voice == "consult" and rng.random() < origin.matter.direct:
            reply = _reply(city, origin, at, rng)
            return [(direct_wait(rng, order.channel), OPERATOR, AnswerDirectly(reply_public=reply))]
        case State.ACCEPTED:
            wrong = rng.random() < _CHOOSES_WRONG
            unit = city.wrong_unit(rng, origin) if wrong else right
            return [(wait(rng, _CHOICE), OPERATOR, Dispatch(unit=unit))]
        case State.RETURN_REVIEW:
            return [(wait(rng, era.review), OPERATOR, Dispatch(unit=right))]
        case State.DISPATCHED | State.HANDLING if not city.is_right(origin, order.lead_department):
            reason = city.return_reason(rng, origin, order.lead_department or "")
            basis = basis_of(rng, city.phrases, reason, city.catalogue.unit_name(right))
            return [(wait(rng, era.notice_wrong), department, Return(reason=reason, basis=basis))]
        case State.DISPATCHED:
            return [(sign_wait(rng, era, order.urgency), department, Sign())]
        case State.HANDLING:
            done = handling(rng, origin.matter, origin.voice, order.urgency)
            return [(done, department, Close(reply_public=_reply(city, origin, at + done, rng)))]
    return []


class LivePlan:
    """The actions to come on the orders that it was shown; it keeps nothing that a restart would lose.

    ``pace`` is how many times faster than life delays pass; ``operators`` is the share of the waiting orders
    that the demonstration's operators decide, the rest stay for the person who watches.
    """

    def __init__(self, catalogue: Catalogue, seed: int, pace: float = 1.0, operators: float = 1.0) -> None:
        self.city = City(catalogue)
        self._rng = Random(f"live/{seed}")
        self._pace, self._operators = pace, operators
        self._actions: list[tuple[datetime, int, Action]] = []
        self._version: dict[str, int] = {}
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
        if order.state is State.CLOSED:
            self._version.pop(order.order_no, None)
            return
        self._version[order.order_no] = order.version
        if order.state is State.ACCEPTED and self._rng.random() >= self._operators:
            return
        for delay, actor, do in react(self.city, origin, order, at, self._rng):
            self._serial += 1
            action = Action(at + delay / self._pace, order.order_no, actor, do, order.version)
            heappush(self._actions, (action.at, self._serial, action))

    def due(self, now: datetime) -> list[Action]:
        """The actions whose time has come, soonest first; each is given out once."""
        found = []
        while self._actions and self._actions[0][0] <= now:
            action = heappop(self._actions)[2]
            if self._version.get(action.order_no) == action.expected_version:
                found.append(action)
        return found


def _reply(city: City, origin: Origin, at: datetime, rng: Random) -> str:
    zone = ZoneInfo(city.catalogue.timezone)
    slots = Slots(rng, city.phrases, origin.site, at.astimezone(zone), origin.matter.requester, at_night=False)
    return reply_of(rng, city.phrases, origin.matter, origin.voice, slots)
