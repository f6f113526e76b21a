"""签收, 转办, 联系, 延期, 挂账, 协办反馈, 办理反馈."""

import pytest

from models.catalogue import StepRule
from models.commands import RefusalCode
from models.facts import Alarmed, Extended, Replied, Resumed
from models.kinds import AlarmKind, Card, LimitUnit, State
from models.moves import (
    Alarm,
    Contact,
    CoReply,
    DenyExtension,
    DenySuspension,
    GrantExtension,
    GrantSuspension,
    RecordVisit,
    Reply,
    RequestExtension,
    RequestSuspension,
    Resume,
    SendBack,
    Sign,
    Transfer,
)
from tests.unit.models import life as city
from tests.unit.models.life import (
    CALENDAR,
    DAY,
    HOUR,
    MINUTE,
    NOW,
    OPERATOR,
    ROADS,
    SUPERVISOR,
    SYSTEM,
    WATER,
    dispatched,
    handling,
    replied,
    visiting,
)

WORKING_DAY = LimitUnit.WORKING_DAY


def test_the_unit_signs_once() -> None:
    life = dispatched()
    life.do(Sign(), WATER, after=HOUR)
    assert (life.order.state, life.order.signed_at) == (State.HANDLING, life.now)
    assert life.refused(Sign(), WATER).code is RefusalCode.FORBIDDEN_MOVE


def test_a_transfer_goes_to_a_section_or_a_person() -> None:
    life = handling()
    assert life.refused(Transfer(note="请处理"), WATER).code is RefusalCode.MISSING
    life.do(Transfer(section="管网科", handler="李工"), WATER)
    life.do(Transfer(handler="陈工"), WATER)
    assert (life.order.section, life.order.handler) == ("管网科", "陈工")
    life.do(Transfer(section="排水科"), WATER)
    assert (life.order.section, life.order.handler) == ("排水科", None)


def test_the_first_contact_is_the_first_that_reached_the_requester() -> None:
    life = dispatched()
    life.do(Contact(reached=False), WATER, after=HOUR)
    assert life.order.first_contact_at is None
    life.do(Contact(), WATER, after=HOUR)
    first = life.now
    life.do(Contact(), WATER, after=HOUR)
    assert life.order.first_contact_at == first


class TestExtension:
    def test_as_many_working_days_as_were_asked_for_after_the_limit(self) -> None:
        life = handling()
        due = life.order.due_at
        life.do(RequestExtension(days=3, reason="待料"), WATER)
        (fact,) = life.do(GrantExtension())
        assert isinstance(fact, Extended) and fact.unit == "water"
        order = life.order
        assert order.due_at == CALENDAR.after(due, 3, WORKING_DAY) == fact.due_at
        assert order.red_at == CALENDAR.after(order.due_at, 5, WORKING_DAY)
        assert order.warn_at == NOW + (order.due_at - NOW) * 0.75
        assert (order.first_due_at, order.extension_count, order.request) == (due, 1, None)

    def test_one_and_not_more_days_than_the_catalogue_allows(self) -> None:
        life = handling()
        assert life.refused(RequestExtension(days=6, reason="待料"), WATER).code is RefusalCode.TOO_MUCH
        life.do(RequestExtension(days=5, reason="待料"), WATER)
        assert life.refused(RequestExtension(days=1, reason="待料"), WATER).code is RefusalCode.NOTHING_TO_DO
        life.do(GrantExtension())
        assert life.refused(RequestExtension(days=1, reason="待料"), WATER).code is RefusalCode.TOO_MUCH

    def test_it_is_asked_for_before_the_limit_is_over_and_may_be_granted_after(self) -> None:
        life = handling()
        life.now = life.order.due_at
        life.do(RequestExtension(days=5, reason="待料"), WATER)
        life.do(Alarm(kind=AlarmKind.OVERDUE, due_at=life.order.due_at), SYSTEM, after=HOUR)
        assert life.order.card is Card.YELLOW
        life.do(GrantExtension(), after=HOUR)
        # Asked for in time: the card was for a limit that counts no longer.
        assert life.order.due_at > life.now and life.order.card is None
        assert AlarmKind.OVERDUE not in life.order.alarms
        late = handling()
        late.now = late.order.due_at
        assert late.refused(RequestExtension(days=1, reason="x"), WATER, after=MINUTE).code is RefusalCode.TOO_LATE

    def test_what_is_denied_may_be_asked_for_again(self) -> None:
        life = handling()
        due = life.order.due_at
        assert life.refused(DenyExtension(reason="无")).code is RefusalCode.NOTHING_TO_DO
        assert life.refused(GrantExtension()).code is RefusalCode.NOTHING_TO_DO
        life.do(RequestExtension(days=3, reason="待料"), WATER)
        assert life.refused(GrantSuspension(), SUPERVISOR).code is RefusalCode.NOTHING_TO_DO
        life.do(DenyExtension(reason="理由不足"))
        assert (life.order.request, life.order.due_at) == (None, due)
        life.do(RequestExtension(days=3, reason="待料，附单据"), WATER)

    def test_a_rework_has_no_extension(self) -> None:
        life = visiting()
        life.do(RecordVisit(contacted=True, solved=False))
        life.do(Reply(reply_public="已再修"), WATER)
        life.do(SendBack(reason="无照片"))
        assert life.refused(RequestExtension(days=1, reason="x"), WATER).code is RefusalCode.TOO_LATE


class TestSuspension:
    def test_the_district_grants_it_and_the_limit_waits(self) -> None:
        life = handling()
        due = life.order.due_at
        life.do(RequestSuspension(reason="需立项"), WATER)
        assert life.refused(GrantSuspension(), OPERATOR).code is RefusalCode.NOT_ALLOWED
        life.do(GrantSuspension(), SUPERVISOR, after=HOUR)
        since = life.now
        assert life.order.state is State.SUSPENDED
        assert life.refused(Reply(reply_public="完成"), WATER).code is RefusalCode.FORBIDDEN_MOVE
        (fact,) = life.do(Resume(reason="已立项"), WATER, after=30 * DAY)
        assert isinstance(fact, Resumed)
        order = life.order
        assert order.state is State.HANDLING
        assert order.due_at == CALENDAR.paused(due, since, life.now, WORKING_DAY) > due
        assert (order.first_due_at, order.red_at) == (due, CALENDAR.after(order.due_at, 5, WORKING_DAY))

    def test_what_was_overdue_before_is_overdue_after_and_told_once(self) -> None:
        life = handling()
        life.do(RequestSuspension(reason="需立项"), WATER)
        life.now = life.order.due_at + HOUR
        life.do(Alarm(kind=AlarmKind.WARNING, due_at=life.order.warn_at), SYSTEM)
        (fact,) = life.do(Alarm(kind=AlarmKind.OVERDUE, due_at=life.order.due_at), SYSTEM)
        assert isinstance(fact, Alarmed)
        life.do(GrantSuspension(), SUPERVISOR)
        life.do(Resume(), SUPERVISOR, after=20 * DAY)
        assert life.order.due_at <= life.now and life.order.card is Card.YELLOW
        again = life.refused(Alarm(kind=AlarmKind.OVERDUE, due_at=life.order.due_at), SYSTEM)
        assert again.code is RefusalCode.NOTHING_TO_DO

    def test_of_a_rework_it_moves_the_reworks_limit_in_its_own_unit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        days = (StepRule(step="rework", value=5, unit="day"),)
        terms = city.TERMS.__class__(city.CATALOGUE.model_copy(update={"step_limits": days}), CALENDAR)
        for unit, conditions in (("working_day", city.TERMS), ("day", terms)):
            monkeypatch.setattr(city, "TERMS", conditions)
            conditions.catalogue.__dict__.pop("_step_rules", None)
            life = visiting()
            due = life.order.due_at
            life.do(RecordVisit(contacted=True, solved=False))
            rework_due = life.order.rework_due_at
            assert rework_due == CALENDAR.after(life.now, 5, LimitUnit(unit))
            life.do(RequestSuspension(reason="需立项"), WATER)
            life.do(GrantSuspension(), SUPERVISOR)
            since = life.now
            life.do(Resume(), WATER, after=14 * DAY)
            assert life.order.rework_due_at == CALENDAR.paused(rework_due, since, life.now, LimitUnit(unit))
            assert life.order.due_at == due

    def test_one_request_at_a_time(self) -> None:
        life = handling()
        life.do(RequestExtension(days=3, reason="待料"), WATER)
        assert life.refused(RequestSuspension(reason="需立项"), WATER).code is RefusalCode.NOTHING_TO_DO
        life.do(DenyExtension(reason="不足"))
        life.do(RequestSuspension(reason="需立项"), WATER)
        life.do(DenySuspension(reason="可以办"), SUPERVISOR)
        assert life.order.state is State.HANDLING
        assert life.refused(DenySuspension(reason="可以办"), SUPERVISOR).code is RefusalCode.NOTHING_TO_DO


def test_a_reply_answers_the_requester_and_drops_what_was_asked_for() -> None:
    life = handling()
    life.do(RequestExtension(days=3, reason="待料"), WATER)
    refusal = life.refused(Reply(reply_internal="已修"), WATER)
    assert refusal.code is RefusalCode.MISSING and refusal.reason.startswith("reply_public: ")
    (fact,) = life.do(Reply(reply_public="已修复", reply_internal="换管", is_true=True, is_solved=False), WATER)
    assert isinstance(fact, Replied) and fact.unit == "water"
    order = life.order
    assert (order.state, order.replied_at, order.request) == (State.REPLY_REVIEW, life.now, None)
    assert (order.reply_public, order.reply_internal, order.is_true, order.is_solved) == (
        "已修复", "换管", True, False,
    )  # fmt: skip
    assert (order.first_closed_at, order.closing_department) == (None, None)


def test_co_handling_units_reply_beside_the_lead_until_its_reply_is_approved() -> None:
    life = replied(co_units=("roads",))
    life.do(CoReply(reply_internal="路面已恢复"), ROADS, after=HOUR)
    assert [(one.unit, one.reply, one.at) for one in life.order.co_replies] == [("roads", "路面已恢复", life.now)]
    assert life.refused(CoReply(reply_internal="x"), SYSTEM).code is RefusalCode.NOT_ALLOWED
