"""Facts that do not follow are errors; facts that were applied before are none."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.apply import apply, replay
from models.commands import Actor
from models.events import Event
from models.facts import Accepted, Approved, Closed, Dispatched, Notice, Received, Revealed, Reworked, Routed, Signed
from models.kinds import LimitUnit, State
from models.lifecycle import Move
from models.parts import Limit, Requester, Routing
from models.rights import Role
from models.transitions import move_of, target_of

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
RECEIVED = Received(
    source_system="s", external_id="1", channel="hotline", request_type="help", urgency="normal", title="题",
    content="文", requester=Requester(), limit=Limit(value=1, unit=LimitUnit.DAY, due_at=AT),
)  # fmt: skip
ROUTED = Routed(
    routing=Routing(mode="suggest", unit="a", rule="r", reason="", threshold=0.5, model_version="m", list_version="1")
)


def event(seq: int, fact: Any, order_no: str = "N1") -> Event:
    return Event(
        event_id=f"c/{seq}", order_no=order_no, seq=seq, at=AT + timedelta(hours=seq), recorded_at=AT,
        actor=Actor(id="a", role=Role.SYSTEM), command_id="c", fact=fact,
    )  # fmt: skip


def test_nothing_is_no_order() -> None:
    assert replay([]) is None


def test_a_receipt_moves_nothing_but_the_version() -> None:
    order = replay([event(1, RECEIVED), event(2, ROUTED)])
    assert order and (order.state, order.version, order.updated_at) == (State.RECEIVED, 2, AT + timedelta(hours=2))
    assert order.routing == ROUTED.routing


def test_applied_before_changes_nothing() -> None:
    order = replay([event(1, RECEIVED), event(2, Accepted())])
    assert apply(order, event(1, RECEIVED)) is order
    assert apply(order, event(2, Accepted())) is order


@pytest.mark.parametrize("events", [[event(2, RECEIVED)], [event(1, RECEIVED), event(3, Accepted())]])
def test_a_gap_names_the_order_and_the_numbers(events: list[Event]) -> None:
    with pytest.raises(ValueError, match=r"N1: event \d after \d leaves a gap"):
        replay(events)


@pytest.mark.parametrize(
    "events",
    [
        [event(1, Accepted())],
        [event(1, ROUTED)],
        [event(1, RECEIVED), event(2, RECEIVED)],
        [event(1, RECEIVED), event(2, Signed())],
        [event(1, RECEIVED), event(2, Closed(how="reviewed"))],
        [event(1, RECEIVED), event(2, Closed(how="recorded")), event(3, Accepted())],
    ],
)
def test_a_fact_that_the_table_forbids_is_an_error(events: list[Event]) -> None:
    with pytest.raises(ValueError, match="no fact of an order in state"):
        replay(events)


def test_an_event_of_another_order_is_an_error() -> None:
    with pytest.raises(ValueError, match="N2"):
        replay([event(1, RECEIVED), event(2, Accepted(), order_no="N2")])


def test_one_fact_may_record_several_moves() -> None:
    moves = {
        how: move_of(Closed(how=how)) for how in ("reviewed", "visited", "direct", "recorded", "followed", "parts")
    }
    assert moves == {
        "reviewed": Move.CLOSE, "visited": Move.VISIT, "direct": Move.ANSWER_DIRECTLY,
        "recorded": Move.RECORD_CLOSURE, "followed": Move.FOLLOW, "parts": Move.CHILD_ENDED,
    }  # fmt: skip
    assert (move_of(Approved()), move_of(Approved(recorded=True))) == (Move.APPROVE_REPLY, Move.RECORD_CLOSURE)
    assert move_of(Reworked(unit="a", cause="visit")) is Move.VISIT
    assert move_of(Reworked(unit="a", cause="reopened")) is Move.REOPEN
    notice = Notice(
        channel="hotline", request_type="help", urgency="normal", title="题", content="文", received_at=AT
    )  # fmt: skip
    ruled = Dispatched(unit="a", mode="manual", dispatch_no=1, by_ruling=True, notice=notice)
    assert (move_of(ruled), target_of(ruled)) == (Move.ARBITRATE, State.DISPATCHED)
    assert (move_of(ROUTED), target_of(ROUTED)) == (None, None)


def test_what_a_person_need_not_have_seen_is_no_revision() -> None:
    order = replay([event(1, RECEIVED), event(2, Accepted()), event(3, Revealed(reason="核实"))])
    assert order and (order.version, order.revision) == (3, 2)


def test_the_order_before_is_left_as_it_was() -> None:
    before = apply(None, event(1, RECEIVED))
    apply(before, event(2, Accepted()))
    assert (before.version, before.state, before.accepted_at) == (1, State.RECEIVED, None)
