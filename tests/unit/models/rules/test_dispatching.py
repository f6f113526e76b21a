"""派单, 撤回, 退单, 驳回退单, 会商, 裁决."""

import pytest

from models.commands import Actor, RefusalCode
from models.facts import Dispatched, Recalled, Returned, ReturnRefused
from models.kinds import DecisionMode, LimitUnit, State, Urgency
from models.moves import (
    ApproveReply,
    Arbitrate,
    Contact,
    Dispatch,
    Recall,
    RecordVisit,
    Refer,
    RefuseReturn,
    Reply,
    Return,
    SendBack,
    Sign,
    Transfer,
)
from models.parts import Requester
from tests.unit.models.life import (
    CALENDAR,
    DAY,
    EAST,
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
    registered,
    returned,
    routing,
    visiting,
)


@pytest.mark.parametrize(
    ("unit", "suggestions", "by", "claimed", "mode"),
    [
        ("water", ("water", "roads"), OPERATOR, None, DecisionMode.ACCEPTED),
        ("roads", ("water", "roads"), OPERATOR, None, DecisionMode.OVERRIDDEN),
        ("roads", (), OPERATOR, None, DecisionMode.MANUAL),
        ("roads", ("water",), OPERATOR, DecisionMode.AUTO, DecisionMode.OVERRIDDEN),  # a person claims in vain
        ("water", ("water",), SYSTEM, DecisionMode.MANUAL, DecisionMode.MANUAL),
        ("water", ("water",), SYSTEM, None, DecisionMode.ACCEPTED),
    ],
)
def test_how_it_was_decided_is_judged_and_not_claimed(
    unit: str, suggestions: tuple[str, ...], by: Actor, claimed: DecisionMode | None, mode: DecisionMode
) -> None:
    (fact,) = registered(routing=routing(suggestions=suggestions)).do(Dispatch(unit=unit, mode=claimed), by)
    assert isinstance(fact, Dispatched) and fact.mode is mode


def test_a_dispatch_starts_the_limits_of_its_steps() -> None:
    life = dispatched()
    order, at = life.order, NOW + HOUR
    assert (order.dispatched_at, order.first_dispatched_at, order.first_department) == (at, at, "water")
    assert order.sign_due_at == order.return_until == CALENDAR.after(at, 1, LimitUnit.WORKING_DAY)
    assert order.contact_due_at == at + DAY
    urgent = dispatched(urgency=Urgency.URGENT).order
    assert (urgent.sign_due_at, urgent.contact_due_at) == (at + HOUR, at + 2 * HOUR)


@pytest.mark.parametrize(
    "who",
    [
        Requester(name="王*"),
        Requester(phone="138****5678", is_confidential=True),
        Requester(phone="138****5678", is_anonymous=True),
    ],
)
def test_nobody_has_to_call_whom_he_cannot_or_must_not_know(who: Requester) -> None:
    assert dispatched(requester=who).order.contact_due_at is None


def test_the_unit_with_nobody_elses_orders_is_marked() -> None:
    life = dispatched("service")
    assert life.order.is_fallback
    life.do(Recall(reason="已查明"))
    assert not life.order.is_fallback


@pytest.mark.parametrize(
    ("unit", "co_units", "field"),
    [
        ("nobody", (), "unit"),
        ("water", ("nobody",), "co_units.0"),
        ("water", ("roads", "water"), "co_units.1"),
        ("street_town", (), "unit"),
    ],
)
def test_units_are_the_catalogues_each_once_and_a_street_office_needs_the_street(
    unit: str, co_units: tuple[str, ...], field: str
) -> None:
    refusal = registered().refused(Dispatch(unit=unit, co_units=co_units))
    assert refusal.code is RefusalCode.UNKNOWN_CODE and refusal.reason.startswith(f"{field}: ")


def test_the_street_office_is_that_of_the_place() -> None:
    life = dispatched("street_town", street="east")
    assert life.order.lead_department == "east_office"
    life.do(Sign(), EAST)


def test_a_dispatch_is_taken_back_before_it_is_signed() -> None:
    life = dispatched(co_units=("roads",))
    (fact,) = life.do(Recall(reason="派错单位"))
    assert isinstance(fact, Recalled) and (fact.unit, fact.co_units) == ("water", ("roads",))
    order = life.order
    assert (order.state, order.lead_department, order.co_departments) == (State.ACCEPTED, None, ())
    assert handling().refused(Recall(reason="派错单位")).code is RefusalCode.FORBIDDEN_MOVE


class TestReturn:
    def test_it_needs_its_ground(self) -> None:
        refusal = dispatched().refused(Return(reason="unclear"), WATER)
        assert refusal.code is RefusalCode.MISSING and refusal.reason.startswith("basis: ")

    def test_it_waits_for_review_with_the_unit_that_sent_it(self) -> None:
        life = handling()
        (fact,) = life.do(Return(reason="wrong_area", basis="不在辖区"), WATER)
        assert isinstance(fact, Returned) and fact.unit == "water"
        order = life.order
        assert (order.state, order.lead_department, order.signed_at) == (State.RETURN_REVIEW, "water", None)
        assert (order.return_count, order.return_reason, order.return_basis) == (1, "wrong_area", "不在辖区")
        assert order.dispatch_due_at == life.now + 2 * HOUR
        (fact,) = life.do(Dispatch(unit="roads"))
        assert isinstance(fact, Dispatched) and fact.dispatch_no == 2
        assert (life.order.first_department, life.order.lead_department) == ("water", "roads")

    def test_it_is_possible_inside_the_window_only(self) -> None:
        life = dispatched()
        life.now = life.order.return_until
        life.do(Return(reason="not_my_duty", basis="职责清单"), WATER)
        late = handling()
        late.now = late.order.return_until
        refusal = late.refused(Return(reason="not_my_duty", basis="职责清单"), WATER, after=MINUTE)
        assert refusal.code is RefusalCode.TOO_LATE

    def test_a_unit_that_has_handled_it_does_not_return_it(self) -> None:
        life = visiting()
        life.do(RecordVisit(contacted=True, satisfaction="dissatisfied"))
        life.do(Reply(reply_public="已再修"), WATER)
        life.do(SendBack(reason="无照片"))
        assert life.refused(Return(reason="unclear", basis="x"), WATER).code is RefusalCode.TOO_LATE
        assert life.order.state is State.HANDLING

    def test_a_refused_return_leaves_it_with_the_unit_and_starts_its_steps_anew(self) -> None:
        life = returned()
        (fact,) = life.do(RefuseReturn(reason="属供水职责"), after=HOUR)
        assert isinstance(fact, ReturnRefused) and fact.unit == "water"
        order = life.order
        assert (order.state, order.lead_department, order.dispatch_count) == (State.DISPATCHED, "water", 1)
        assert order.sign_due_at == CALENDAR.after(life.now, 1, LimitUnit.WORKING_DAY)
        life.do(Sign(), WATER)

    def test_sent_again_to_the_same_unit_is_another_dispatch(self) -> None:
        life = returned()
        life.do(Dispatch(unit="water"))
        assert life.order.dispatch_count == 2


class TestArbitration:
    def test_the_unit_that_is_named_keeps_it(self) -> None:
        life = returned()
        life.do(Refer(reason="两单位均称非本单位职责"))
        assert (life.order.state, life.order.lead_department) == (State.ARBITRATION, "water")
        assert life.refused(Arbitrate(unit="roads", basis="会议纪要"), OPERATOR).code is RefusalCode.NOT_ALLOWED
        (fact,) = life.do(Arbitrate(unit="roads", basis="会议纪要"), SUPERVISOR)
        assert isinstance(fact, Dispatched) and fact.by_ruling and fact.return_until is None
        assert life.order.is_final
        refusal = life.refused(Return(reason="not_my_duty", basis="不是"), ROADS)
        assert refusal.code is RefusalCode.NOT_ALLOWED

    def test_an_operator_does_not_undo_a_ruling(self) -> None:
        life = returned()
        life.do(Refer(reason="争议"))
        life.do(Arbitrate(unit="roads", basis="会议纪要"), SUPERVISOR)
        assert life.refused(Recall(reason="换单位"), OPERATOR).code is RefusalCode.NOT_ALLOWED
        life.do(Recall(reason="新证据"), SUPERVISOR)
        life.do(Dispatch(unit="water"))
        assert not life.order.is_final
        life.do(Return(reason="not_my_duty", basis="不是"), WATER)

    def test_before_a_dispatch_as_well(self) -> None:
        life = registered()
        life.do(Refer(reason="无人负责"))
        refusal = life.refused(Arbitrate(unit="nobody", basis="兜底"), SUPERVISOR)
        assert refusal.code is RefusalCode.UNKNOWN_CODE
        life.do(Arbitrate(unit="service", co_units=("water",), basis="兜底"), SUPERVISOR)
        assert life.order.is_fallback and life.order.units == {"service", "water"}


def test_the_first_decision_stays_known_after_a_return() -> None:
    life = registered(routing=routing("auto"))
    assert life.order.first_decision_mode is DecisionMode.AUTO
    life.do(Return(reason="not_my_duty", basis="不是"), WATER)
    life.do(Dispatch(unit="roads"))
    assert life.order.first_decision_mode is DecisionMode.AUTO
    assert life.order.decision_mode is DecisionMode.OVERRIDDEN


def test_another_unit_starts_from_nothing() -> None:
    life = dispatched()
    life.do(Sign(), WATER)
    life.do(Contact(), WATER)
    life.do(Transfer(section="管网科", handler="李工"), WATER)
    life.do(Return(reason="not_my_duty", basis="不是"), WATER)
    life.do(Dispatch(unit="roads"))
    order = life.order
    assert (order.signed_at, order.first_contact_at, order.section, order.handler) == (None, None, None, None)


def test_a_unit_is_told_the_matter_and_not_the_person() -> None:
    (fact,) = registered(requester=Requester(name="王*", phone="138****5678", sealed="c2VhbGVk")).do(
        Dispatch(unit="water")
    )
    assert isinstance(fact, Dispatched) and fact.notice.content == "路口水管爆裂"
    told = fact.notice.model_dump_json()
    assert not any(word in told for word in ("王*", "138****5678", "c2VhbGVk"))


def test_the_reply_of_a_returned_order_is_not_waited_for() -> None:
    assert returned().refused(ApproveReply()).code is RefusalCode.FORBIDDEN_MOVE
