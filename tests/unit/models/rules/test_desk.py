"""受理, 不予受理, 补正, 直接答复, 并单, 拆单."""

from datetime import timedelta
from typing import Any

import pytest

from models.changes import ADDED
from models.commands import RefusalCode
from models.facts import Amended, Closed, Merged, Rejected, WasSplit
from models.ids import order_no
from models.kinds import AlarmKind, LimitUnit, RejectReason, State, Urgency
from models.moves import (
    Accept,
    Alarm,
    Amend,
    AnswerDirectly,
    Dispatch,
    GrantExtension,
    Merge,
    Reconsider,
    RecordedStep,
    Reject,
    RequestExtension,
    Return,
    Sign,
    Split,
    SplitPart,
    Unmerge,
)
from models.rules.desk import child_id
from tests.unit.models.life import (
    CALENDAR,
    DAY,
    HOUR,
    MINUTE,
    NOW,
    OPERATOR,
    SUPERVISOR,
    SYSTEM,
    WATER,
    dispatched,
    registered,
    returned,
)

EARLIER = "MQ0000000000000"


def test_a_rejection_says_why_and_may_be_reconsidered_by_a_supervisor_only() -> None:
    life = returned()
    life.do(Reject(reason=RejectReason.STATUTORY_ROUTE, basis="应向法院起诉", reply_public="请向法院起诉"))
    order = life.order
    assert (order.state, order.reject_reason, order.reply_public) == (State.REJECTED, "statutory_route", "请向法院起诉")
    assert order.lead_department is None and order.closed_at is None and order.first_closed_at is None
    assert life.refused(Reconsider(reason="可以受理"), OPERATOR).code is RefusalCode.NOT_ALLOWED
    life.do(Reconsider(reason="可以受理"), SUPERVISOR, after=DAY)
    order = life.order
    assert (order.state, order.reject_reason, order.reject_basis, order.reply_public) == (
        State.ACCEPTED, None, None, None,
    )  # fmt: skip
    assert order.dispatch_due_at == NOW + DAY + 4 * HOUR


def test_an_order_that_was_rejected_before_it_was_accepted_is_accepted_when_reconsidered() -> None:
    steps = (RecordedStep(at=NOW, do=Reject(reason="no_facts", basis="无具体事项")),)
    life = registered(steps=steps)
    assert life.order.accepted_at is None
    life.do(Reconsider(reason="补充了事实"), SUPERVISOR, after=HOUR)
    assert life.order.accepted_at == life.now


def test_a_direct_answer_closes_without_a_unit_and_needs_the_answer() -> None:
    life = registered()
    refusal = life.refused(AnswerDirectly())
    assert refusal.code is RefusalCode.MISSING and refusal.reason.startswith("reply_public")
    life.do(AnswerDirectly(reply_public="请拨打供水热线"), after=HOUR)
    order = life.order
    assert (order.is_direct_answer, order.closing_department, order.state) == (True, None, State.CLOSED)
    assert order.closed_at == order.first_closed_at == life.now


class TestAmend:
    def test_what_is_added_follows_what_was_said_and_what_is_left_out_stays(self) -> None:
        life = registered(street="east", community="翠湖")
        life.do(Amend(reason="回拨核实", content="漏水已两天", address_text="翠湖路3号", category="水务"))
        order = life.order
        assert order.content == "路口水管爆裂" + ADDED + "漏水已两天"
        assert (order.address_text, order.category, order.street, order.community) == (
            "翠湖路3号", "水务", "east", "翠湖",
        )  # fmt: skip

    def test_nothing_is_no_amendment(self) -> None:
        refusal = registered().refused(Amend(reason="核实", content=""))
        assert refusal.code is RefusalCode.MISSING

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"street": "north"}, "street"),
            ({"item_code": "x"}, "item_code"),
            ({"category": "天气"}, "category"),
            ({"request_type": "praise"}, "request_type"),
            ({"community": "北村"}, "community"),
            ({"community": "上村"}, "community"),
            ({"street": "west", "community": "翠湖"}, "community"),
        ],
    )
    def test_codes_are_the_catalogues_and_communities_lie_in_their_street(self, wrong: Any, field: str) -> None:
        refusal = registered(street="east").refused(Amend(reason="核实", **wrong))
        assert refusal.code is RefusalCode.UNKNOWN_CODE and refusal.reason.startswith(f"{field}: ")

    def test_another_street_forgets_the_community_of_the_first(self) -> None:
        life = registered(street="east", community="翠湖")
        life.do(Amend(reason="核实", street="west"))
        assert (life.order.street, life.order.community) == ("west", None)

    def test_a_community_tells_the_street_where_none_is_known(self) -> None:
        life = registered()
        life.do(Amend(reason="核实", community="上村"))
        assert (life.order.street, life.order.community) == ("west", "上村")

    def test_another_type_brings_another_limit_counted_from_the_receipt(self) -> None:
        life = registered()
        (fact,) = life.do(Amend(reason="实为咨询", request_type="consult"), after=HOUR)
        assert isinstance(fact, Amended) and fact.limit is not None
        due = CALENDAR.after(NOW, 2, LimitUnit.WORKING_DAY)
        assert (fact.limit.value, fact.limit.due_at) == (2, due)
        order = life.order
        assert (order.due_at, order.first_due_at) == (due, due)
        assert order.warn_at == CALENDAR.after(NOW, 1.5, LimitUnit.WORKING_DAY)
        assert order.red_at == CALENDAR.after(due, 5, LimitUnit.WORKING_DAY)

    def test_a_longer_limit_takes_back_what_was_told_of_the_shorter(self) -> None:
        life = registered(item_code="burst")
        life.now = NOW + 25 * HOUR
        life.do(Alarm(kind=AlarmKind.WARNING, due_at=life.order.warn_at), SYSTEM)
        life.do(Alarm(kind=AlarmKind.OVERDUE, due_at=life.order.due_at), SYSTEM)
        assert life.order.card == "yellow"
        life.do(Amend(reason="不是爆管", item_code="pothole"))
        assert (life.order.alarms, life.order.card) == ((), None)

    def test_an_extension_that_was_granted_before_stays_granted(self) -> None:
        life = dispatched()
        life.do(Sign(), WATER)
        life.do(RequestExtension(days=3, reason="待料"), WATER)
        life.do(GrantExtension())
        granted = life.order.due_at - life.order.first_due_at
        life.do(Return(reason="wrong_area", basis="不在供水范围"), WATER)
        life.do(Amend(reason="实为咨询", request_type="consult"))
        assert life.order.due_at == life.order.first_due_at + granted and granted > timedelta()

    def test_what_becomes_urgent_is_to_be_dispatched_at_once_and_no_amendment_wins_time(self) -> None:
        life = registered()
        life.do(Amend(reason="有人被困", urgency=Urgency.URGENT), after=10 * MINUTE)
        due = life.order.dispatch_due_at
        assert due == NOW + 30 * MINUTE
        life.do(Amend(reason="已脱困", urgency=Urgency.NORMAL), after=10 * MINUTE)
        assert life.order.dispatch_due_at == due


class TestMerge:
    def test_an_order_ends_with_an_earlier_one_and_may_leave_it_again(self) -> None:
        life = returned()
        (fact,) = life.do(Merge(into=EARLIER, into_received_at=NOW - DAY))
        assert fact == Merged(into=EARLIER)
        assert (life.order.state, life.order.merged_into, life.order.lead_department) == (State.MERGED, EARLIER, None)
        life.do(Unmerge(reason="不是同一处"), after=HOUR)
        assert (life.order.state, life.order.merged_into) == (State.ACCEPTED, None)
        assert life.order.dispatch_due_at == life.now + 2 * HOUR

    def test_only_an_earlier_order_can_be_followed(self) -> None:
        life = registered()
        for into, received_at in ((EARLIER, NOW + MINUTE), (life.number, NOW), ("MQ0000000000002", NOW)):
            refusal = life.refused(Merge(into=into, into_received_at=received_at))
            assert refusal.code is RefusalCode.IMPOSSIBLE_TIME and refusal.reason.startswith("into: ")
        life.do(Merge(into=EARLIER, into_received_at=NOW))

    def test_the_desk_must_say_when_the_other_came_in(self) -> None:
        assert registered().refused(Merge(into=EARLIER)).code is RefusalCode.MISSING


class TestSplit:
    PARTS = (SplitPart(title="水管", content="水管爆裂", item_code="burst"), SplitPart(title="坑", content="路面塌陷"))

    def test_each_part_is_an_order_with_a_number_that_follows_from_the_parents(self) -> None:
        life = registered()
        (fact,) = life.do(Split(parts=self.PARTS))
        assert isinstance(fact, WasSplit) and fact.parts == self.PARTS
        assert fact.children == tuple(order_no("MQ", "split", f"{life.number}/{n}") for n in (1, 2))
        assert child_id(life.number, 1) == f"{life.number}/1"
        assert (life.order.state, life.order.children) == (State.SPLIT, fact.children)

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"item_code": "x"}, "parts.1.item_code"),
            ({"street": "north"}, "parts.1.street"),
            ({"community": "上村"}, "parts.1.community"),
            ({"street": "west", "community": "翠湖"}, "parts.1.community"),
        ],
    )
    def test_a_part_that_could_not_be_registered_is_refused_at_once(self, wrong: Any, field: str) -> None:
        part = SplitPart(title="坑", content="路面塌陷", **wrong)
        refusal = registered(street="east").refused(Split(parts=(self.PARTS[0], part)))
        assert refusal.code is RefusalCode.UNKNOWN_CODE and refusal.reason.startswith(f"{field}: ")


def test_what_ends_tells_those_that_follow_and_the_order_it_is_a_part_of() -> None:
    child = registered(source_system="split", external_id=f"{EARLIER}/1", parent_order_no=EARLIER)
    (closed,) = child.do(AnswerDirectly(reply_public="已答复"))
    assert isinstance(closed, Closed) and closed.parent == EARLIER
    other = registered(source_system="split", external_id=f"{EARLIER}/2", parent_order_no=EARLIER)
    (rejected,) = other.do(Reject(reason="no_facts", basis="无具体事项"))
    assert isinstance(rejected, Rejected) and rejected.parent == EARLIER
    # Another system's parents are not ours.
    foreign = registered(parent_order_no=EARLIER)
    (closed,) = foreign.do(AnswerDirectly(reply_public="已答复"))
    assert isinstance(closed, Closed) and closed.parent is None


def test_nothing_is_accepted_twice() -> None:
    assert registered().refused(Accept()).code is RefusalCode.FORBIDDEN_MOVE
    assert dispatched().refused(Dispatch(unit="roads")).code is RefusalCode.FORBIDDEN_MOVE
