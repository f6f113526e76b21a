"""What the clock has to tell of an order, and when."""

from datetime import datetime

import pytest

from models.alarms import alarm_at, dues
from models.kinds import AlarmKind, LimitUnit
from models.moves import (
    Alarm,
    AnswerDirectly,
    ApproveReply,
    Arbitrate,
    Archive,
    Close,
    Contact,
    Dispatch,
    GrantSuspension,
    Merge,
    RecordVisit,
    Refer,
    Reject,
    Reply,
    RequestSuspension,
    Resume,
    SendBack,
    Sign,
    Split,
    SplitPart,
)
from tests.unit.models.life import (
    CALENDAR,
    DAY,
    HOUR,
    NOW,
    SUPERVISOR,
    SYSTEM,
    WATER,
    Life,
    dispatched,
    handling,
    registered,
    replied,
    returned,
    visiting,
)

K = AlarmKind
LIMIT = [K.WARNING, K.OVERDUE, K.FAR_OVERDUE]


def kinds(life: Life) -> list[AlarmKind | None]:
    return [due.kind for due in dues(life.order)]


def times(life: Life) -> list[datetime]:
    return [due.at for due in dues(life.order)]


def give_all(life: Life) -> None:
    """As the clock does, long after every limit."""
    life.now += 400 * DAY
    while dues(life.order):
        due = dues(life.order)[0]
        assert due.kind is not None
        life.do(Alarm(kind=due.kind, due_at=due.at), SYSTEM)


def test_before_the_dispatch() -> None:
    life = registered()
    assert kinds(life) == [K.UNDISPATCHED, *LIMIT]
    assert times(life)[0] == alarm_at(life.order) == NOW + 2 * HOUR


def test_with_the_unit_until_it_signs_and_calls() -> None:
    life = dispatched()
    assert kinds(life) == [K.UNCONTACTED, K.UNSIGNED, *LIMIT]
    life.do(Sign(), WATER)
    assert kinds(life) == [K.UNCONTACTED, *LIMIT]
    life.do(Contact(), WATER)
    assert kinds(life) == LIMIT
    assert times(life) == sorted(times(life))


def test_while_the_reply_is_reviewed_the_limit_runs() -> None:
    life = replied()
    assert kinds(life) == LIMIT
    life.do(SendBack(reason="无照片"))
    assert kinds(life) == LIMIT


def test_while_the_requester_is_called_nothing_runs() -> None:
    life = visiting()
    assert dues(life.order) == [] and alarm_at(life.order) is None


def test_a_rework_has_one_limit_wherever_it_stands() -> None:
    life = visiting()
    life.do(RecordVisit(contacted=True, solved=False))
    due = CALENDAR.after(life.now, 5, LimitUnit.WORKING_DAY)
    assert dues(life.order) == [(due, K.REWORK_OVERDUE)]
    life.do(Reply(reply_public="已再修"), WATER)
    assert kinds(life) == [K.REWORK_OVERDUE]
    life.do(SendBack(reason="无照片"))
    assert kinds(life) == [K.REWORK_OVERDUE]
    life.do(Reply(reply_public="已再修"), WATER)
    life.do(ApproveReply())
    assert kinds(life) == []


def test_the_second_rework_is_watched_anew() -> None:
    life = visiting()
    for _ in range(2):
        life.do(RecordVisit(contacted=True, solved=False))
        give_all(life)
        assert life.order.alarms.count(K.REWORK_OVERDUE) == 1
        life.do(Reply(reply_public="已再修"), WATER)
        life.do(ApproveReply())


def test_while_it_is_put_aside_nothing_runs() -> None:
    life = handling()
    life.do(RequestSuspension(reason="需立项"), WATER)
    life.do(GrantSuspension(), SUPERVISOR)
    assert dues(life.order) == []
    life.do(Resume(), WATER, after=60 * DAY)
    assert kinds(life) == LIMIT and times(life)[1] > life.now


def test_a_ruling_has_no_limit_of_its_own() -> None:
    life = returned()
    life.do(Refer(reason="争议"))
    assert kinds(life) == LIMIT
    life.do(Arbitrate(unit="roads", basis="纪要"), SUPERVISOR)
    assert kinds(life) == [K.UNCONTACTED, K.UNSIGNED, *LIMIT]


@pytest.mark.parametrize(
    "do",
    [
        Reject(reason="no_facts", basis="无具体事项"),
        Merge(into="MQ0000000000000", into_received_at=NOW),
        Split(parts=(SplitPart(title="甲", content="甲"), SplitPart(title="乙", content="乙"))),
    ],
)
def test_what_nobody_works_on_is_not_watched(do: object) -> None:
    life = registered()
    life.do(do)
    assert dues(life.order) == []


def test_what_is_closed_may_be_archived_in_time_and_is_then_forgotten() -> None:
    life = registered()
    life.do(AnswerDirectly(reply_public="已答复"))
    assert dues(life.order) == [(NOW + 30 * DAY, None)]
    life.do(Archive(), SYSTEM, after=30 * DAY)
    assert alarm_at(life.order) is None


def test_each_is_given_once_and_a_new_dispatch_starts_its_steps_anew() -> None:
    life = dispatched()
    give_all(life)
    assert set(life.order.alarms) == {K.UNCONTACTED, K.UNSIGNED, *LIMIT} and len(life.order.alarms) == 5
    returned_again = returned()
    give_all(returned_again)
    assert K.UNDISPATCHED in returned_again.order.alarms
    returned_again.do(Dispatch(unit="roads"))
    assert kinds(returned_again) == [K.UNCONTACTED, K.UNSIGNED]
    closed = replied()
    give_all(closed)
    closed.do(Close())
    assert kinds(closed) == [None]
