"""How long each stage took; that the stages add up is checked on every life in test_decide_any_sequence."""

from models.moves import (
    ApproveReply,
    Close,
    Dispatch,
    GrantSuspension,
    RecordVisit,
    RefuseReturn,
    Reopen,
    Reply,
    RequestSuspension,
    Resume,
    Return,
    Sign,
)
from models.parts import Spent
from tests.unit.models.life import DAY, HOUR, ROADS, SUPERVISOR, WATER, dispatched, registered, returned

H, D = HOUR.total_seconds(), DAY.total_seconds()


def test_a_straight_life() -> None:
    life = registered()
    life.do(Dispatch(unit="water"), after=HOUR)
    life.do(Sign(), WATER, after=2 * HOUR)
    life.do(Reply(reply_public="已修复"), WATER, after=3 * HOUR)
    life.do(ApproveReply(), after=4 * HOUR)
    life.do(RecordVisit(contacted=False), after=5 * HOUR)
    life.do(RecordVisit(contacted=True, solved=True), after=6 * HOUR)
    assert life.order.spent == Spent(dispatch_wait=H, sign_wait=2 * H, handling=3 * H, review=4 * H, visit=11 * H)


def test_a_dispatch_that_came_to_nothing_is_a_return_loop_up_to_the_next_one() -> None:
    life = dispatched()
    life.do(Sign(), WATER, after=2 * HOUR)
    life.do(Return(reason="not_my_duty", basis="不是"), WATER, after=3 * HOUR)
    life.do(Dispatch(unit="roads"), after=4 * HOUR)
    life.do(Sign(), ROADS, after=5 * HOUR)
    life.do(Reply(reply_public="已修复"), ROADS, after=6 * HOUR)
    assert life.order.spent == Spent(dispatch_wait=H, return_loop=9 * H, sign_wait=5 * H, handling=6 * H)


def test_a_refused_return_cost_its_loop_as_well() -> None:
    life = returned()
    life.do(RefuseReturn(reason="属供水"), after=2 * HOUR)
    life.do(Sign(), WATER, after=4 * HOUR)
    assert life.order.spent == Spent(dispatch_wait=H, return_loop=3 * H, sign_wait=4 * H)


def test_what_is_done_again_is_rework_also_after_a_pause() -> None:
    life = dispatched()
    life.do(Sign(), WATER)
    life.do(Reply(reply_public="已修复"), WATER)
    life.do(Close())
    life.do(Reopen(reason="又漏了"), after=DAY)
    life.do(RequestSuspension(reason="需立项"), WATER, after=HOUR)
    life.do(GrantSuspension(), SUPERVISOR, after=HOUR)
    life.do(Resume(), WATER, after=2 * DAY)
    life.do(Reply(reply_public="已再修"), WATER, after=3 * HOUR)
    assert life.order.spent == Spent(dispatch_wait=H, idle=D, rework=5 * H, suspended=2 * D)
