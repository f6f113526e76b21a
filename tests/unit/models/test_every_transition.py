"""Each pair of a state and a move that the table allows can really be made, and leads where the table says."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from models import moves
from models.alarms import dues
from models.apply import apply
from models.commands import Actor, Refusal
from models.events import Event
from models.kinds import State
from models.lifecycle import TABLE, Move
from models.moves import Adopt, Alarm, RecordedStep
from models.order import Order
from models.rights import MAY, Role
from tests.unit.models.life import DAY, NOW, OPERATOR, ROADS, SUPERVISOR, SYSTEM, WATER, Life, register
from tests.unit.models.wishes import FOLLOWER, KINDS, MASTER, PROLOGUES

PEOPLE = {Role.OPERATOR: OPERATOR, Role.SUPERVISOR: SUPERVISOR}
CLOSED = next(steps for steps in PROLOGUES if steps and steps[-1][0].move is Move.CLOSE)
GOOD: dict[Move, list[Any]] = {
    Move.REJECT: [moves.Reject(reason="no_facts", basis="无事实")],
    Move.AMEND: [moves.Amend(reason="核实", content="补充")],
    Move.ANSWER_DIRECTLY: [moves.AnswerDirectly(reply_public="已答复")],
    Move.DISPATCH: [moves.Dispatch(unit="roads")],
    Move.ARBITRATE: [moves.Arbitrate(unit="roads", basis="纪要")],
    Move.MERGE: [moves.Merge(into=MASTER, into_received_at=NOW - DAY)],
    Move.SPLIT: [moves.Split(parts=(moves.SplitPart(title="甲", content="甲"),) * 2)],
    Move.RETURN: [moves.Return(reason="unclear", basis="要素不全")],
    Move.TRANSFER: [moves.Transfer(section="管网科")],
    Move.REQUEST_EXTENSION: [moves.RequestExtension(days=1, reason="待料")],
    Move.CO_REPLY: [moves.CoReply(reply_internal="已办")],
    Move.REPLY: [moves.Reply(reply_public="已修复")],
    Move.VISIT: [
        moves.RecordVisit(contacted=False),
        moves.RecordVisit(contacted=True, solved=True),
        moves.RecordVisit(contacted=True, solved=False),
    ],
    Move.SUPERVISE: [moves.Supervise(level=3, reason="逾期")],
    Move.REVEAL: [moves.Reveal(reason="联系诉求人")],
    Move.ADOPT: [Adopt(follower=FOLLOWER)],
    Move.FOLLOW: [moves.Follow(master=MASTER)],
    Move.RECORD_CLOSURE: [moves.RecordClosure(), moves.RecordClosure(visit_follows=True)],
}


def lives(state: State | None) -> Iterator[Life]:
    """Orders in this state, each come there another way."""
    if state is None:
        yield Life()
        return
    barely = RecordedStep(at=NOW, do=Adopt(follower="MQ0000000000008"))
    for steps in PROLOGUES:
        life = Life()
        if state is State.RECEIVED:
            life.do(register(steps=(barely,)), SYSTEM)
        else:
            life.do(register(), SYSTEM)
            for do, by in steps:
                life.do(do, by, after=timedelta(minutes=20))
            if state is State.ARCHIVED and steps is CLOSED:
                life.do(moves.Archive(), SUPERVISOR, after=30 * DAY)
        if life.order.state is state:
            yield life
            if state is State.SPLIT:
                life.do(moves.ChildEnded(child=life.order.children[0]), SYSTEM)
                yield life


def wishes(life: Life, move: Move) -> list[Any]:
    if move is Move.REGISTER:
        return [register()]
    if move is Move.ALARM:
        life.now += 60 * DAY
        return [Alarm(kind=due.kind, due_at=due.at) for due in dues(life.order) if due.kind is not None]
    if move is Move.CHILD_ENDED:
        return [moves.ChildEnded(child=child) for child in life.order.children]
    if move is Move.ARCHIVE:
        life.now += 31 * DAY
    return GOOD.get(move) or [KINDS[move](**({"reason": "理由"} if "reason" in KINDS[move].model_fields else {}))]


def makers(move: Move) -> list[Actor]:
    if not MAY[move]:
        return [SYSTEM]
    departments = [WATER, ROADS] if Role.DEPARTMENT in MAY[move] else []
    return [*(PEOPLE[role] for role in MAY[move] if role in PEOPLE), *departments]


@pytest.mark.parametrize(("state", "move"), TABLE)
def test_it_can_be_made_by_those_who_may_and_leads_where_the_table_says(state: State | None, move: Move) -> None:
    reached: set[State | None] = set()
    made_by: set[Role] = set()
    for by in makers(move):
        for life in lives(state):
            for do in wishes(life, move):
                before, answer = life.state, life.answer(do, by)
                if not isinstance(answer, Refusal):
                    first = answer[:1] if move is Move.REGISTER else answer  # what follows it are moves of their own
                    reached.add(replay_on(before, first))
                    made_by.add(by.role)
    assert reached == set(TABLE[state, move])
    has_units = any(life.order.units for life in lives(state)) if state else True
    assert made_by == (set(MAY[move]) - (set() if has_units else {Role.DEPARTMENT}) or {Role.SYSTEM})


def replay_on(order: Order | None, events: list[Event]) -> State | None:
    for event in events:
        order = apply(order, event)
    return order.state if order is not None else None
