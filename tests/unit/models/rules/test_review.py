"""办结审核, 回访, 重办, 归档; 催办, 督办, 查看个人信息."""

import pytest

from models.commands import RefusalCode
from models.facts import Closed, Supervised
from models.kinds import LimitUnit, State
from models.moves import (
    Adopt,
    AnswerDirectly,
    ApproveReply,
    Archive,
    Close,
    RecordVisit,
    Reopen,
    Reply,
    Reveal,
    SendBack,
    Supervise,
    Urge,
)
from models.parts import Requester
from tests.unit.models.life import (
    CALENDAR,
    DAY,
    HOUR,
    MINUTE,
    OPERATOR,
    ROADS,
    SUPERVISOR,
    SYSTEM,
    WATER,
    Life,
    dispatched,
    registered,
    replied,
    visiting,
)

PLEASED = RecordVisit(contacted=True, solved=True, satisfaction="satisfied")
DISSATISFIED = RecordVisit(contacted=True, solved=True, satisfaction="dissatisfied", comment="还在漏")
NOBODY = RecordVisit(contacted=False)


def reworked(life: Life) -> None:
    life.do(DISSATISFIED)
    life.do(Reply(reply_public="已再修"), WATER, after=DAY)
    life.do(ApproveReply(), after=HOUR)


def test_an_approved_reply_is_the_first_closing_and_the_visit_the_last() -> None:
    life = replied()
    life.do(ApproveReply(), after=HOUR)
    approved = life.now
    order = life.order
    assert (order.state, order.first_closed_at, order.closed_at) == (State.VISITING, approved, None)
    assert order.closing_department == "water"
    facts = life.do(PLEASED, after=DAY)
    assert [fact.type for fact in facts] == ["visited", "closed"]
    order = life.order
    assert (order.state, order.first_closed_at, order.closed_at) == (State.CLOSED, approved, life.now)
    assert (order.visited_at, order.reopen_until) == (life.now, life.now + 30 * DAY)
    assert order.visit is not None and order.visit.satisfaction == "satisfied" and order.dissatisfied_count == 0


def test_closed_without_a_visit_both_closings_are_one() -> None:
    life = replied()
    (fact,) = life.do(Close(), after=HOUR)
    assert isinstance(fact, Closed) and (fact.how, fact.unit) == ("reviewed", "water")
    assert life.order.first_closed_at == life.order.closed_at == life.now
    assert life.order.reply_public == "已修复"


def test_a_reply_that_does_not_do_goes_back_to_the_unit() -> None:
    life = replied()
    life.do(SendBack(reason="未附照片"))
    assert (life.order.state, life.order.replied_at) == (State.HANDLING, None)
    life.do(Reply(reply_public="已修复，附照片"), WATER)
    assert life.refused(SendBack(reason="x"), WATER).code is RefusalCode.NOT_ALLOWED


class TestVisit:
    def test_it_is_given_up_after_as_many_calls_as_the_catalogue_says(self) -> None:
        life = visiting()
        for attempts in (1, 2):
            assert [fact.type for fact in life.do(NOBODY, after=HOUR)] == ["visited"]
            assert (life.order.state, life.order.visit_attempts) == (State.VISITING, attempts)
        facts = life.do(NOBODY, after=HOUR)
        assert [fact.type for fact in facts] == ["visited", "closed"]
        assert life.order.visited_at is None and life.order.visit is not None and not life.order.visit.contacted

    @pytest.mark.parametrize(
        "said",
        [
            {"satisfaction": "dissatisfied"},
            {"satisfaction": "very_dissatisfied"},
            {"solved": False},
            {"solved": False, "satisfaction": "satisfied"},
            {"solved": True, "satisfaction": "dissatisfied"},
        ],
    )
    def test_dissatisfied_once_is_reworked(self, said: dict[str, object]) -> None:
        life = visiting()
        closed = life.order.first_closed_at
        facts = life.do(RecordVisit(contacted=True, comment="还在漏", **said))
        assert [fact.type for fact in facts] == ["visited", "reworked"]
        order = life.order
        assert (order.state, order.lead_department, order.rework_count) == (State.REWORK, "water", 1)
        assert order.rework_due_at == CALENDAR.after(life.now, 5, LimitUnit.WORKING_DAY)
        assert (order.first_closed_at, order.closed_at, order.replied_at) == (closed, None, None)

    def test_twice_is_supervised_as_well_and_the_third_time_it_is_closed(self) -> None:
        life = visiting()
        reworked(life)
        facts = life.do(DISSATISFIED)
        assert [fact.type for fact in facts] == ["visited", "supervised", "reworked"]
        assert isinstance(facts[1], Supervised) and facts[1].level == life.order.supervise_level == 2
        life.do(Reply(reply_public="三修"), WATER)
        life.do(ApproveReply())
        facts = life.do(DISSATISFIED)
        assert [fact.type for fact in facts] == ["visited", "closed"]
        assert (life.order.dissatisfied_count, life.order.rework_count) == (3, 2)

    def test_a_level_that_was_higher_before_stays(self) -> None:
        life = visiting()
        life.do(Supervise(level=3, reason="市领导批示"), SUPERVISOR)
        reworked(life)
        life.do(DISSATISFIED)
        assert life.order.supervise_level == 3

    def test_not_answering_after_the_rework_does_not_unsay_what_was_said(self) -> None:
        life = visiting()
        reworked(life)
        assert life.order.visit_attempts == 0
        for _ in range(3):
            life.do(NOBODY)
        assert life.order.state is State.CLOSED
        assert life.order.visit is not None and life.order.visit.satisfaction == "dissatisfied"

    @pytest.mark.parametrize(
        ("visit", "field"),
        [
            (RecordVisit(contacted=True), "satisfaction"),
            (RecordVisit(contacted=False, solved=True), "contacted"),
            (RecordVisit(contacted=False, satisfaction="fair"), "contacted"),
        ],
    )
    def test_what_cannot_be_is_refused(self, visit: RecordVisit, field: str) -> None:
        refusal = visiting().refused(visit)
        assert refusal.code is RefusalCode.MISSING and refusal.reason.startswith(f"{field}: ")


class TestReopening:
    def test_a_complaint_within_thirty_days_reopens_it_for_the_unit_that_closed_it(self) -> None:
        life = visiting()
        life.do(PLEASED)
        first = life.order.first_closed_at
        life.now = life.order.reopen_until
        assert life.refused(Reopen(reason="又漏了"), WATER).code is RefusalCode.NOT_ALLOWED
        life.do(Reopen(reason="又漏了"))
        order = life.order
        assert (order.state, order.lead_department, order.closed_at) == (State.REWORK, "water", None)
        assert (order.first_closed_at, order.reopen_until, order.rework_count) == (first, None, 1)
        life.do(Reply(reply_public="已再修"), WATER, after=DAY)
        life.do(Close(), after=HOUR)
        assert (life.order.first_closed_at, life.order.closed_at) == (first, life.now)

    def test_later_it_is_too_late(self) -> None:
        life = replied()
        life.do(Close())
        assert life.refused(Reopen(reason="又漏了"), after=30 * DAY + MINUTE).code is RefusalCode.TOO_LATE

    def test_a_direct_answer_has_nobody_to_do_it_again(self) -> None:
        life = registered()
        life.do(AnswerDirectly(reply_public="请拨打供水热线"))
        assert life.refused(Reopen(reason="没人接")).code is RefusalCode.NOT_ALLOWED

    def test_it_is_archived_when_nobody_can_reopen_it_any_more(self) -> None:
        life = replied()
        life.do(Close())
        assert life.refused(Archive(), SUPERVISOR, after=29 * DAY).code is RefusalCode.NOT_ALLOWED
        life.do(Archive(), SUPERVISOR, after=DAY)
        assert life.order.state is State.ARCHIVED
        assert life.refused(Reopen(reason="又漏了")).code is RefusalCode.FORBIDDEN_MOVE


def test_urging_counts_and_changes_nothing_that_somebody_saw() -> None:
    life = dispatched()
    seen = life.order.version
    life.do(Urge(note="来电催办"))
    life.do(Urge())
    life.do(Reveal(reason="回拨诉求人"))
    life.do(Adopt(follower="MQ0000000000009"), SYSTEM)
    assert (life.order.urge_count, life.order.revision, life.order.version) == (2, seen, seen + 4)
    for version in (seen - 1, seen + 5):
        assert life.refused(Urge(), expected_version=version).code is RefusalCode.STALE_VERSION
    for version in (seen, seen + 2, seen + 4):
        assert not hasattr(life.answer(Urge(), OPERATOR, expected_version=version), "code")


def test_supervision_only_rises() -> None:
    life = dispatched()
    life.do(Supervise(level=2, reason="逾期"), SUPERVISOR)
    for level in (1, 2):
        refusal = life.refused(Supervise(level=level, reason="逾期"), SUPERVISOR)
        assert refusal.code is RefusalCode.NOTHING_TO_DO
    assert life.refused(Supervise(level=3, reason="逾期"), OPERATOR).code is RefusalCode.NOT_ALLOWED


@pytest.mark.parametrize("hidden", [{"is_confidential": True}, {"is_anonymous": True}])
def test_a_requester_who_stays_unknown_is_shown_to_no_unit(hidden: dict[str, bool]) -> None:
    life = dispatched(co_units=("roads",), requester=Requester(name="王*", phone="138****5678", **hidden))
    for by in (WATER, ROADS):
        assert life.refused(Reveal(reason="联系诉求人"), by).code is RefusalCode.NOT_ALLOWED
    life.do(Reveal(reason="联系诉求人"), OPERATOR)


def test_any_other_requester_is_shown_to_the_units_that_have_the_order() -> None:
    life = dispatched(co_units=("roads",))
    for by in (WATER, ROADS, OPERATOR, SUPERVISOR):
        assert [fact.type for fact in life.do(Reveal(reason="联系诉求人"), by)] == ["revealed"]
