"""Who may know of an order, and who may make which move on it."""

from typing import Any

import pytest

from models.commands import Actor, RefusalCode
from models.kinds import State
from models.lifecycle import Move
from models.moves import (
    Accept,
    AnswerDirectly,
    Contact,
    CoReply,
    Dispatch,
    Reply,
    Return,
    Reveal,
    Sign,
    Transfer,
)
from models.rights import Role
from models.rules.access import moves_of
from tests.unit.models.life import (
    ADMINISTRATOR,
    ANALYST,
    OPERATOR,
    ROADS,
    SUPERVISOR,
    SYSTEM,
    WATER,
    Life,
    dispatched,
    handling,
    register,
    registered,
    replied,
    returned,
)


@pytest.mark.parametrize("version", [None, 1, 4, 99])
@pytest.mark.parametrize("do", [Sign(), Return(reason="unclear"), Accept(), Reveal(reason="核实诉求人")])
@pytest.mark.parametrize("by", [ROADS, Actor(id="x", role=Role.DEPARTMENT), ADMINISTRATOR])
def test_a_foreign_order_is_answered_exactly_as_an_unknown_number(by: Actor, do: Any, version: int | None) -> None:
    foreign = dispatched().refused(do, by, expected_version=version)
    assert foreign == Life().refused(do, by, expected_version=version)
    assert (foreign.code, foreign.state, foreign.version, foreign.allowed) == (
        RefusalCode.UNKNOWN_ORDER, None, None, (),
    )  # fmt: skip


@pytest.mark.parametrize("by", [WATER, ROADS, ANALYST, ADMINISTRATOR])
def test_who_does_not_register_learns_nothing_of_the_number(by: Actor) -> None:
    refusal = dispatched().refused(register(), by)
    assert refusal == Life().refused(register(), by)
    assert (refusal.code, refusal.allowed) == (RefusalCode.NOT_ALLOWED, ())


def test_an_unknown_order_allows_nothing() -> None:
    assert Life().refused(Sign(), OPERATOR).allowed == ()


def test_the_unit_keeps_sight_of_what_it_sent_back_until_another_has_it() -> None:
    life = returned()
    assert life.refused(Sign(), WATER).code is RefusalCode.FORBIDDEN_MOVE
    life.do(Dispatch(unit="roads"))
    assert life.refused(Sign(), WATER).code is RefusalCode.UNKNOWN_ORDER


def test_a_co_handling_unit_sees_the_order_and_only_replies() -> None:
    life = handling(co_units=("roads",))
    assert life.refused(Reply(reply_public="完成"), ROADS).code is RefusalCode.NOT_ALLOWED
    assert life.refused(Transfer(section="养护科"), ROADS).allowed == (Move.CONTACT, Move.CO_REPLY, Move.REVEAL)
    life.do(Contact(), ROADS)
    life.do(CoReply(reply_internal="路面已恢复"), ROADS)
    assert life.refused(CoReply(reply_internal="已办"), WATER).code is RefusalCode.NOT_ALLOWED


def test_a_refusal_allows_what_the_role_may_do_now() -> None:
    life = replied()
    operator = life.refused(Sign(), OPERATOR)
    assert operator.code is RefusalCode.FORBIDDEN_MOVE and operator.state is State.REPLY_REVIEW
    assert operator.allowed == (Move.APPROVE_REPLY, Move.CLOSE, Move.SEND_BACK, Move.URGE, Move.REVEAL)
    assert set(life.refused(Sign(), SUPERVISOR).allowed) == {*operator.allowed, Move.SUPERVISE}
    assert life.refused(Sign(), WATER).allowed == (Move.REVEAL,)
    assert life.refused(Sign(), ANALYST).allowed == ()


@pytest.mark.parametrize(
    ("do", "by"),
    [
        (Dispatch(unit="water"), ANALYST),
        (AnswerDirectly(reply_public="请拨打供水热线"), ANALYST),
        (Reveal(reason="想知道是谁"), ANALYST),
    ],
)
def test_an_analyst_moves_nothing(do: Any, by: Actor) -> None:
    refusal = registered().refused(do, by)
    assert (refusal.code, refusal.state, refusal.allowed) == (RefusalCode.NOT_ALLOWED, State.ACCEPTED, ())


def test_the_moves_that_a_page_offers_are_those_that_a_refusal_names() -> None:
    life = handling(co_units=("roads",))
    for by in (OPERATOR, SUPERVISOR, WATER, ROADS, ANALYST):
        assert moves_of(by, life.order) == life.refused(Accept(), by).allowed
    assert moves_of(Actor(id="e", role=Role.DEPARTMENT, unit="east_office"), life.order) == ()
    assert moves_of(OPERATOR, None) == (Move.REGISTER,)
    assert Move.RECORD_CLOSURE not in moves_of(SYSTEM, life.order)
