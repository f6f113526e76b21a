from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

import pytest

from dispatcher.calendar import WorkCalendar
from dispatcher.catalogue import default_catalogue_path, load_catalogue
from dispatcher.codes import Codes
from dispatcher.intake import registration, resolve
from dispatcher.settings import Settings
from dispatcher.wiring import Services
from models.apply import replay
from models.catalogue import Catalogue
from models.commands import Actor, Command, Refusal
from models.decide import decide
from models.intake import Intake, SealedIntake
from models.kinds import State
from models.lifecycle import Move
from models.parts import Routing
from models.rights import Role
from models.terms import Terms
from scripts.demo.city import City
from scripts.demo.history import history
from scripts.demo.plan import PlannedOrder, plan
from scripts.demo.settle import settle_all

END = datetime(2026, 3, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@lru_cache
def guangming() -> Catalogue:
    return load_catalogue(default_catalogue_path())


@lru_cache
def planned() -> tuple[PlannedOrder, ...]:
    orders = plan(guangming(), 5, END - timedelta(days=120), END, 1500)
    return tuple(settle_all(Services(Settings()), City(guangming()), tuple(orders)))


def test_every_history_is_a_valid_intake_with_times_in_order_and_none_after_now() -> None:
    for order in planned():
        intake = history(order, END)
        assert Intake.model_validate(intake.model_dump()) == intake
        assert Intake.model_validate_json(intake.model_dump_json()) == intake
        times = [intake.received_at]
        for back in intake.returns:
            times += [back.dispatched_at, back.returned_at]
        visited_at = intake.visit.visited_at if intake.visit else None
        times += [intake.dispatched_at, intake.signed_at, intake.replied_at, intake.closed_at, visited_at]
        known = [at for at in times if at is not None]
        assert known == sorted(known)
        if intake.first_contact_at is not None:
            assert intake.dispatched_at is not None
            assert intake.dispatched_at <= intake.first_contact_at <= (intake.replied_at or END)
        assert known[-1] <= END
        assert (intake.dispatched_at is None) == (intake.lead_department is None)
        assert (intake.reply_public is None) == (intake.replied_at is None and not intake.is_direct_answer)
        assert intake.replied_at or intake.is_direct_answer or not intake.closed_at


WHOLE = [
    Move.DISPATCH, Move.RETURN, Move.DISPATCH, Move.SIGN, Move.CONTACT, Move.REPLY, Move.CLOSE, Move.VISIT,
]  # fmt: skip


def test_the_history_grows_step_by_step() -> None:
    order = next(order for order in planned() if [step.move for step in order.steps] == WHOLE)
    sent, back, _, signed, spoke, replied, closed, visited = (step.at for step in order.steps)

    waiting = history(order, sent - SECOND)
    assert (waiting.lead_department, waiting.dispatched_at, waiting.returns) == (None, None, ())
    first = history(order, back - SECOND)
    assert (first.lead_department, first.dispatched_at) == (order.steps[0].unit, sent)
    returned = history(order, back)
    assert (returned.lead_department, returned.dispatched_at) == (None, None)
    assert [(r.department, r.dispatched_at, r.returned_at, r.reason) for r in returned.returns] == [
        (order.steps[1].unit, sent, back, order.steps[1].reason)
    ]
    assert history(order, signed - SECOND).signed_at is None
    assert history(order, spoke - SECOND).first_contact_at is None
    assert history(order, replied - SECOND).reply_public is None
    assert (history(order, replied).replied_at, history(order, closed - SECOND).closed_at) == (replied, None)
    done = history(order, closed)
    assert (done.lead_department, done.signed_at, done.closed_at, done.visit) == (order.unit, signed, closed, None)
    assert done.reply_public == order.steps[-3].reply
    assert (done.category, done.item_code) == (order.origin.matter.category, order.origin.matter.item)
    visit = history(order, visited).visit
    assert visit is not None and order.steps[-1].visit is not None
    assert (visit.visited_at, visit.satisfaction) == (visited, order.steps[-1].visit.satisfaction)


def test_a_direct_answer_has_no_department() -> None:
    order = next(order for order in planned() if order.steps[0].move is Move.ANSWER_DIRECTLY)
    intake = history(order, order.steps[0].at)

    assert intake.is_direct_answer and intake.closed_at and intake.reply_public
    assert intake.lead_department is None and intake.dispatched_at is None


def test_slow_orders_are_still_open() -> None:
    states = [history(order, END) for order in planned()]
    open_orders = [intake for intake in states if intake.closed_at is None]

    assert 0.02 * len(states) < len(open_orders) < 0.35 * len(states)
    assert any(intake.signed_at is not None for intake in open_orders)


def test_an_order_of_the_future_has_no_history() -> None:
    with pytest.raises(ValueError, match="received after"):
        history(planned()[-1], planned()[-1].received_at - SECOND)


def test_the_ledger_takes_every_history_and_comes_to_its_state() -> None:
    catalogue = guangming()
    codes, calendar = Codes(catalogue), WorkCalendar(catalogue.days, catalogue.timezone)
    terms = Terms(catalogue, calendar)
    routing = Routing(
        mode="suggest", unit=None, rule="test", reason="", threshold=None, model_version="", list_version=""
    )
    states = set()
    for order in planned():
        intake = SealedIntake(**resolve(history(order, END), codes, END).model_dump())
        do = registration(intake, "help", "民政", routing, catalogue, calendar, END)
        archive = Actor(id="archive", role=Role.SYSTEM)
        command = Command(command_id="c", order_no=f"GM{order.number}", actor=archive, do=do)
        events = decide(None, command, terms, END)
        assert not isinstance(events, Refusal), events
        after = replay(events)
        assert after is not None
        states.add(after.state)
        assert (after.state is State.CLOSED) == (intake.closed_at is not None)
        assert (after.first_closed_at, after.return_count) == (intake.closed_at, len(intake.returns))
        assert (after.first_contact_at, after.replied_at) == (intake.first_contact_at, intake.replied_at)
        assert after.visited_at == (intake.visit.visited_at if intake.visit and intake.visit.contacted else None)
    assert states >= {State.CLOSED, State.HANDLING, State.DISPATCHED}
