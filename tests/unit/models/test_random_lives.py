"""Long lives of moves that fit: Hypothesis looks for odd beginnings, this for odd combinations late in a life."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from typing import Any

from models import moves
from models.alarms import dues
from models.commands import Actor
from models.kinds import ENDED_STATES, State
from models.lifecycle import TABLE, Move
from models.moves import Adopt, Alarm, ChildEnded
from models.order import Order
from models.parts import Requester
from models.rights import MAY, Role
from tests.unit.models.life import NOW, OPERATOR, SUPERVISOR, SYSTEM, register
from tests.unit.models.test_decide_any_sequence import LifeOfAnOrder
from tests.unit.models.test_every_transition import GOOD
from tests.unit.models.wishes import FOLLOWER, KINDS

LIVES, LENGTH = 120, 60
MORE: dict[Move, list[Any]] = {
    Move.DISPATCH: [moves.Dispatch(unit="water", co_units=("roads",)), moves.Dispatch(unit="street_town")],
    Move.AMEND: [moves.Amend(reason="核实", request_type="consult"), moves.Amend(reason="核实", item_code="burst")],
    Move.ADOPT: [Adopt(follower=FOLLOWER, leaves=True)],
    Move.RECORD_CLOSURE: [moves.RecordClosure(unit="roads")],
}
CHECKS = [check for name, check in vars(LifeOfAnOrder).items() if hasattr(check, "hypothesis_stateful_invariant")]


def wish(rng: random.Random, order: Order, move: Move) -> Any:
    if move is Move.ALARM:
        due = [due for due in dues(order) if due.kind is not None]
        return Alarm(kind=due[0].kind, due_at=due[0].at) if due else Alarm(kind="warning", due_at=NOW)
    if move is Move.CHILD_ENDED:
        return ChildEnded(child=rng.choice(order.children))
    if move in GOOD:
        return rng.choice(GOOD[move] + MORE.get(move, []))
    return KINDS[move](**({"reason": "理由"} if "reason" in KINDS[move].model_fields else {}))


def somebody(rng: random.Random, order: Order, move: Move) -> Actor:
    units = [unit for unit in (order.lead_department, *order.co_departments) if unit]
    departments = [Actor(id="u", role=Role.DEPARTMENT, unit=unit) for unit in units]
    fit = [by for by in (OPERATOR, SUPERVISOR, *departments) if by.role in MAY[move]]
    return rng.choice(fit) if fit and rng.random() < 0.95 else SYSTEM


def live(rng: random.Random, made: Counter[tuple[State | None, Move]]) -> None:
    life = LifeOfAnOrder()
    who = Requester(name="王*", phone="138****5678", is_confidential=rng.random() < 0.2)
    life.send(register(requester=who, street=rng.choice([None, "east"])), SYSTEM, None)
    for _ in range(LENGTH):
        order = life.order
        assert order is not None
        life.now += timedelta(minutes=rng.choice([-30, 0, 1, 20, 600, 6000, 60_000]))
        allowed = [move for state, move in TABLE if state is order.state]
        lasting = [move for move in allowed if not set(TABLE[order.state, move]) & {*ENDED_STATES}]
        move = rng.choice(lasting or allowed) if rng.random() < 0.9 else rng.choice(allowed)
        seen = len(life.events)
        life.send(wish(rng, order, move), somebody(rng, order, move), order.version)
        for check in CHECKS:
            check(life)
        made[order.state, move] += len(life.events) > seen


def test_every_invariant_holds_all_along() -> None:
    made: Counter[tuple[State | None, Move]] = Counter()
    rng = random.Random(12345)
    for _ in range(LIVES):
        live(rng, made)
    occurred = {pair for pair, times in made.items() if times}
    assert {state for state, _ in occurred} >= set(State) - {State.RECEIVED}
    assert len(occurred) > 100 and sum(made.values()) > 4000
