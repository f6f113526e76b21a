"""The program's own moves: the clock, linked orders, another system's archive."""

import pytest

from models.alarms import dues
from models.commands import RefusalCode
from models.facts import Adopted, Alarmed, Closed
from models.kinds import AlarmKind, State
from models.moves import (
    Adopt,
    Alarm,
    AnswerDirectly,
    ApproveReply,
    ChildEnded,
    Close,
    Dispatch,
    Follow,
    Merge,
    RecordClosure,
    Reopen,
    Split,
    SplitPart,
)
from tests.unit.models.life import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    OPERATOR,
    SUPERVISOR,
    SYSTEM,
    WATER,
    Life,
    dispatched,
    handling,
    registered,
    replied,
)

MASTER, FOLLOWER = "MQ0000000000000", "MQ0000000000009"


def merged() -> Life:
    life = registered()
    life.do(Merge(into=MASTER, into_received_at=NOW - DAY))
    return life


@pytest.mark.parametrize("do", [Adopt(follower=FOLLOWER), RecordClosure(), Alarm(kind="warning", due_at=NOW)])
@pytest.mark.parametrize("by", [OPERATOR, SUPERVISOR, WATER])
def test_nobody_else_makes_them(do: object, by: object) -> None:
    refusal = handling().refused(do, by)  # type: ignore[arg-type]
    assert refusal.code is RefusalCode.NOT_ALLOWED


class TestAlarm:
    def test_it_is_given_when_due_and_once(self) -> None:
        life = dispatched()
        due = life.order.sign_due_at
        life.now = due - MINUTE
        assert life.refused(Alarm(kind="unsigned", due_at=due), SYSTEM).code is RefusalCode.NOTHING_TO_DO
        (fact,) = life.do(Alarm(kind="unsigned", due_at=due), SYSTEM, after=MINUTE)
        assert isinstance(fact, Alarmed) and (fact.unit, fact.kind, fact.due_at) == ("water", "unsigned", due)
        assert life.refused(Alarm(kind="unsigned", due_at=due), SYSTEM).code is RefusalCode.NOTHING_TO_DO

    def test_of_another_limit_than_the_one_that_counts_it_is_not(self) -> None:
        life = handling()
        life.now = life.order.due_at
        wrong = Alarm(kind="overdue", due_at=life.order.due_at - DAY)
        assert life.refused(wrong, SYSTEM).code is RefusalCode.NOTHING_TO_DO

    def test_yellow_and_then_red(self) -> None:
        life = handling()
        for kind, card in ((AlarmKind.OVERDUE, "yellow"), (AlarmKind.FAR_OVERDUE, "red")):
            due = next(due for due in dues(life.order) if due.kind is kind)
            life.now = due.at
            life.do(Alarm(kind=kind, due_at=due.at), SYSTEM)
            assert life.order.card == card

    def test_a_unit_that_was_never_told_of_the_order_is_told_of_no_alarm(self) -> None:
        life = registered()
        life.do(Dispatch(unit="water", notify=False), SYSTEM)
        life.now = life.order.sign_due_at
        (fact,) = life.do(Alarm(kind="unsigned", due_at=life.now), SYSTEM)
        assert isinstance(fact, Alarmed) and fact.unit is None


class TestFollowing:
    def test_a_follower_is_adopted_once_and_leaves_once(self) -> None:
        life = dispatched()
        life.do(Adopt(follower=FOLLOWER), SYSTEM)
        assert life.refused(Adopt(follower=FOLLOWER), SYSTEM).code is RefusalCode.NOTHING_TO_DO
        assert life.order.merged_from == (FOLLOWER,)
        life.do(Adopt(follower=FOLLOWER, leaves=True), SYSTEM)
        assert life.refused(Adopt(follower=FOLLOWER, leaves=True), SYSTEM).code is RefusalCode.NOTHING_TO_DO
        assert life.order.merged_from == ()

    def test_the_closing_names_the_followers_and_the_reply_that_they_get(self) -> None:
        life = replied()
        life.do(Adopt(follower=FOLLOWER), SYSTEM)
        (fact,) = life.do(Close())
        assert isinstance(fact, Closed) and (fact.followers, fact.reply_public) == ((FOLLOWER,), "已修复")

    def test_who_comes_late_hears_at_once_how_it_ended(self) -> None:
        life = replied()
        life.do(Close())
        (fact,) = life.do(Adopt(follower=FOLLOWER), SYSTEM)
        assert isinstance(fact, Adopted)
        assert (fact.ended, fact.unit, fact.reply_public) == (True, "water", "已修复")

    def test_it_ends_with_its_master_once_and_with_no_other(self) -> None:
        life = merged()
        assert life.refused(Follow(master=FOLLOWER), SYSTEM).code is RefusalCode.NOTHING_TO_DO
        (fact,) = life.do(Follow(master=MASTER, unit="water", reply_public="已修复"), SYSTEM, after=DAY)
        assert isinstance(fact, Closed) and fact.how == "followed"
        order = life.order
        assert (order.state, order.closing_department, order.reply_public) == (State.CLOSED, "water", "已修复")
        again = life.refused(Follow(master=MASTER, unit="water"), SYSTEM)
        assert again.code is RefusalCode.FORBIDDEN_MOVE
        life.do(Reopen(reason="我这里还漏"))
        assert life.order.lead_department == "water"

    def test_a_follower_takes_its_own_followers_along(self) -> None:
        life = merged()
        life.do(Adopt(follower=FOLLOWER), SYSTEM)
        (fact,) = life.do(Follow(master=MASTER, reply_public="已修复"), SYSTEM)
        assert isinstance(fact, Closed) and fact.followers == (FOLLOWER,)


class TestParts:
    def test_the_whole_closes_with_the_last_of_its_parts(self) -> None:
        life = registered()
        life.do(Split(parts=tuple(SplitPart(title=title, content="内容") for title in "甲乙丙")))
        first, second, third = life.order.children
        for child in (second, first):
            assert [fact.type for fact in life.do(ChildEnded(child=child), SYSTEM)] == ["child_done"]
            assert life.refused(ChildEnded(child=child), SYSTEM).code is RefusalCode.NOTHING_TO_DO
        assert life.refused(ChildEnded(child=FOLLOWER), SYSTEM).code is RefusalCode.NOTHING_TO_DO
        facts = life.do(ChildEnded(child=third), SYSTEM, after=HOUR)
        assert [fact.type for fact in facts] == ["child_done", "closed"]
        assert (life.order.state, life.order.closed_at) == (State.CLOSED, life.now)


class TestRecordedClosure:
    @pytest.mark.parametrize("life", [registered, dispatched, handling, replied])
    def test_it_closes_from_wherever_the_order_stands(self, life: object) -> None:
        one = life()  # type: ignore[operator]
        unit = one.order.lead_department
        one.do(RecordClosure(reply_public="已办"), SYSTEM)
        assert (one.order.state, one.order.closing_department) == (State.CLOSED, unit)

    def test_while_the_requester_is_to_be_called_as_well(self) -> None:
        life = replied()
        life.do(ApproveReply())
        life.do(RecordClosure(), SYSTEM)
        assert life.order.state is State.CLOSED

    def test_a_street_office_is_that_of_the_place_and_an_unknown_unit_is_refused(self) -> None:
        life = registered(street="east")
        assert life.refused(RecordClosure(unit="nobody"), SYSTEM).code is RefusalCode.UNKNOWN_CODE
        life.do(RecordClosure(unit="street_town"), SYSTEM)
        assert life.order.closing_department == "east_office"

    def test_what_ended_is_not_closed_again(self) -> None:
        life = registered()
        life.do(AnswerDirectly(reply_public="已答复"))
        assert life.refused(RecordClosure(), SYSTEM).code is RefusalCode.FORBIDDEN_MOVE
