"""A recorded past becomes steps of our own life cycle, which the ledger's rules accept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatcher.calendar import WorkCalendar
from dispatcher.catalogue import default_catalogue_path, load_catalogue
from dispatcher.codes import Codes
from dispatcher.intake import read_intake, registration, resolve
from dispatcher.vault.intake import seal_intake
from dispatcher.vault.keys import Key
from dispatcher.vault.vault import Vault
from models.apply import replay
from models.commands import Actor, Command
from models.decide import decide
from models.errors import CorrectInput
from models.intake import Intake
from models.kinds import DecisionMode, State
from models.order import HandedIn, Order
from models.parts import Requester, Routing
from models.rights import Role
from models.terms import Terms

CATALOGUE = load_catalogue(default_catalogue_path())
CALENDAR, CODES = WorkCalendar(CATALOGUE.days), Codes(CATALOGUE)
VAULT = Vault((Key(b"k" * 32),))
TERMS = Terms(CATALOGUE, CALENDAR)
NOW = datetime(2026, 3, 20, 2, 0, tzinfo=UTC)
START = NOW - timedelta(days=10)


def at(days: float) -> str:
    return (START + timedelta(days=days)).isoformat()


def registered(mode: str = "suggest", unit: str | None = None, **past: Any) -> tuple[Order, list[Any]]:
    raw = {"source_system": "old", "external_id": "1", "title": "t", "content": "c", "received_at": at(0)} | past
    intake = seal_intake(VAULT, resolve(read_intake(raw), CODES, NOW))
    routing = Routing(mode=mode, unit=unit, rule="r", reason="", threshold=None, model_version="m", list_version="l")
    do = registration(intake, "consult", "城乡建设", routing, CATALOGUE, CALENDAR, NOW)
    command = Command(command_id="x", order_no="GM1", actor=Actor(id="i", role=Role.SYSTEM), do=do)
    events = decide(None, command, TERMS, NOW)
    assert isinstance(events, list), events
    order = replay(events)
    assert order is not None
    return order, events


def test_a_closed_row_of_an_archive_keeps_its_real_times() -> None:
    order, _ = registered(closed_at=at(3))
    assert (order.state, order.received_at, order.closed_at) == (State.CLOSED, START, START + timedelta(days=3))
    assert (order.first_closed_at, order.closing_department, order.is_direct_answer) == (order.closed_at, None, False)


def test_the_closing_unit_is_kept() -> None:
    assert registered(closed_at=at(3), lead_department="water")[0].closing_department == "water"


def test_a_whole_past_with_a_return() -> None:
    order, events = registered(
        returns=[{"department": "water", "dispatched_at": at(1), "returned_at": at(2), "reason": "not_my_duty"}],
        lead_department="housing", dispatched_at=at(3), signed_at=at(4), closed_at=at(9), decision_mode="overridden",
        reply_public="已处理",
    )  # fmt: skip
    assert (order.first_department, order.closing_department) == ("water", "housing")
    assert (order.return_count, order.dispatch_count, order.state) == (1, 2, State.CLOSED)
    assert (order.signed_at, order.first_dispatched_at) == (START + timedelta(days=4), START + timedelta(days=1))
    assert order.decision_mode is DecisionMode.OVERRIDDEN
    assert [event.fact.notify for event in events if event.fact.type == "dispatched"] == [False, False]


def test_an_open_past_notifies_the_unit_that_has_it() -> None:
    order, events = registered(lead_department="housing", dispatched_at=at(3), signed_at=at(4))
    assert order.state is State.HANDLING
    assert [event.fact.notify for event in events if event.fact.type == "dispatched"] == [True]


def test_a_direct_answer() -> None:
    order, _ = registered(closed_at=at(0), is_direct_answer=True)
    assert (order.state, order.is_direct_answer) == (State.CLOSED, True)


def test_assigned_elsewhere_at_an_unknown_time_counts_from_now() -> None:
    order, _ = registered(lead_department="housing")
    assert (order.state, order.dispatched_at) == (State.DISPATCHED, NOW)


@pytest.mark.parametrize(
    ("mode", "unit", "state"), [("auto", "water", State.DISPATCHED), ("suggest", None, State.ACCEPTED)]
)
def test_a_live_order_goes_by_its_routing(mode: str, unit: str | None, state: State) -> None:
    order, _ = registered(mode=mode, unit=unit)
    assert (order.state, order.lead_department, order.accepted_at) == (state, unit, NOW)
    assert order.decision_mode is (DecisionMode.AUTO if unit else None)


def test_an_open_order_of_an_archive_waits_for_a_person() -> None:
    order, _ = registered(mode="auto", unit="water", is_archive=True)
    assert (order.state, order.accepted_at, order.lead_department) == (State.ACCEPTED, START, None)


def test_no_unit_is_told_of_what_it_knows_from_another_system() -> None:
    order, events = registered(lead_department="housing", dispatched_at=at(3), is_archive=True)
    assert (order.state, order.lead_department) == (State.DISPATCHED, "housing")
    assert [event.fact.notify for event in events if event.fact.type == "dispatched"] == [False]


WHOLE = {
    "lead_department": "housing", "dispatched_at": at(1), "signed_at": at(3), "first_contact_at": at(2),
    "replied_at": at(4), "closed_at": at(5), "reply_public": "已处理",
}  # fmt: skip


@pytest.mark.parametrize("contact", [2, 3.5])
def test_contact_reply_and_visit_of_a_past(contact: float) -> None:
    said = {"contacted": True, "solved": False, "satisfaction": "dissatisfied", "visited_at": at(7)}
    order, _ = registered(**WHOLE | {"first_contact_at": at(contact)}, visit=said)
    days = [START + timedelta(days=n) for n in (contact, 4, 5, 7, 7)]
    times = [order.first_contact_at, order.replied_at, order.first_closed_at, order.visited_at, order.closed_at]
    assert (times, order.state, order.reply_public) == (days, State.CLOSED, "已处理")
    assert order.visit is not None
    assert (order.visit.solved, order.visit.satisfaction) == (False, "dissatisfied")


def test_a_visit_after_a_closure_of_which_nothing_else_is_known() -> None:
    order, _ = registered(closed_at=at(3), visit={"contacted": False, "visited_at": at(4)}, lead_department="water")
    assert (order.first_closed_at, order.closed_at) == (START + timedelta(days=3), START + timedelta(days=4))
    assert (order.state, order.closing_department) == (State.CLOSED, "water")


def test_a_reply_without_a_signature_is_no_reply() -> None:
    order, _ = registered(**WHOLE | {"signed_at": None})
    assert (order.state, order.replied_at, order.reply_public) == (State.CLOSED, None, "已处理")
    assert order.first_contact_at == START + timedelta(days=2)


def test_replied_and_not_closed_waits_for_the_review() -> None:
    order, _ = registered(**{name: value for name, value in WHOLE.items() if name != "closed_at"})
    assert (order.state, order.replied_at) == (State.REPLY_REVIEW, START + timedelta(days=4))


@pytest.mark.parametrize(
    ("past", "field", "reason"),
    [
        ({"first_contact_at": at(0.5)}, "first_contact_at", "before dispatched_at"),
        ({"first_contact_at": at(4.5)}, "replied_at", "before first_contact_at"),
        ({"replied_at": at(2.5)}, "replied_at", "before signed_at"),
        ({"replied_at": at(5.5)}, "closed_at", "before replied_at"),
        ({"visit": {"contacted": True, "visited_at": at(4)}}, "visit.visited_at", "before closed_at"),
        ({"visit": {"contacted": True, "visited_at": at(99)}}, "visit.visited_at", "future"),
        ({"first_contact_at": at(99)}, "first_contact_at", "future"),
        ({"signed_at": None, "closed_at": None}, "replied_at", "needs signed_at"),
        ({"signed_at": None, "dispatched_at": None}, "replied_at", "needs dispatched_at"),
        ({"dispatched_at": None}, "first_contact_at", "needs dispatched_at"),
        ({"closed_at": None, "visit": {"contacted": True, "visited_at": at(7)}}, "visit", "needs closed_at"),
        ({"visit": {"contacted": False, "solved": True, "visited_at": at(7)}}, "visit", "said nothing"),
    ],
)
def test_an_impossible_past_names_its_field(past: dict[str, Any], field: str, reason: str) -> None:
    with pytest.raises(CorrectInput) as caught:
        registered(**WHOLE | past)
    assert reason in {problem.field: problem.reason for problem in caught.value.problems}[field]


def test_no_unit_handled_what_the_hotline_answered() -> None:
    with pytest.raises(CorrectInput, match="visit: follows what a unit handled"):
        registered(closed_at=at(0), is_direct_answer=True, visit={"contacted": True, "visited_at": at(1)})


def test_every_field_that_is_handed_in_is_taken_over() -> None:
    past = {"returns", "dispatched_at", "signed_at", "closed_at", "is_direct_answer", "reply_public", "decision_mode"}
    past |= {"first_contact_at", "replied_at", "visit"}
    otherwise = past | {"lead_department", "is_archive", "requester_kind", "received_at"}
    taken = HandedIn.model_fields.keys() | Requester.model_fields.keys()
    assert Intake.model_fields.keys() - taken == otherwise
