"""The store from the log: again, in pieces, and compared."""

from __future__ import annotations

from consumers.projection import catch_up, next_offsets
from consumers.rebuild import differences, rebuild
from models.commands import Command
from models.moves import Archive, Dispatch, Urge
from models.records import Position, TopicPartition
from models.topics import EVENTS
from tests.unit.consumers.conftest import OPERATOR, Flow, message


def fill(flow: Flow) -> None:
    past = {
        "received_at": "2026-01-05T08:00:00+08:00", "lead_department": "water", "reply_public": "好",
        "dispatched_at": "2026-01-05T09:00:00+08:00", "closed_at": "2026-01-09T11:00:00+08:00",
    }  # fmt: skip
    flow.hand_in(*(message(n, **(past if n % 2 else {})) for n in range(30)), message(3), b"bad")
    flow.run()


def test_a_rebuilt_store_equals_the_one_at_hand(flow: Flow) -> None:
    fill(flow)
    with flow.services.fresh_store() as fresh:
        told: list[int] = []
        total = rebuild(flow.services.log, fresh.store, told.append)
        assert told == sorted(told)
        assert total == told[-1] > 100
        assert list(differences(flow.services.store, fresh.store)) == []
        for order in flow.services.store.orders():
            assert fresh.store.history(order.order_no) == flow.services.store.history(order.order_no)
        assert fresh.store.projected() == flow.services.store.projected()
        assert rebuild(flow.services.log, fresh.store) == 0


def test_a_difference_is_found_on_either_side(flow: Flow) -> None:
    fill(flow)
    orders = list(flow.services.store.orders())
    with flow.services.fresh_store() as fresh:
        assert len(list(differences(flow.services.store, fresh.store))) == 30
        assert len(list(differences(fresh.store, flow.services.store))) == 30
        rebuild(flow.services.log, fresh.store)
        changed = orders[5].model_copy(update={"version": orders[5].version + 1, "title": "改"})
        fresh.store.project([changed], [], [], {})
        assert list(differences(flow.services.store, fresh.store)) == [(orders[5], changed)]


def test_catching_up_does_not_mind_what_was_projected_already(flow: Flow) -> None:
    fill(flow)
    place = TopicPartition(EVENTS, 0)
    before = list(flow.services.store.orders())
    assert catch_up(flow.services.log, flow.services.store, place) == 0
    with flow.services.fresh_store() as fresh:
        fresh.store.project(before, [], [], {})  # all documents, and no position: everything comes again
        assert rebuild(flow.services.log, fresh.store) > 100
        assert list(fresh.store.orders()) == before


def test_next_offsets() -> None:
    positions = [Position("a", 0, 3), Position("a", 0, 1), Position("a", 1, 0), Position("b", 0, 9)]
    assert next_offsets(positions) == {
        TopicPartition("a", 0): 4, TopicPartition("a", 1): 1, TopicPartition("b", 0): 10,
    }  # fmt: skip
    assert next_offsets([]) == {}


def test_what_became_of_a_command_is_the_same_from_its_facts_alone(flow: Flow) -> None:
    """A ledger that dies between its commit and the projection must not turn a repetition into another request."""
    flow.hand_in(message(1))
    flow.run()
    [order] = flow.services.store.orders()
    asked = Command(command_id="mine", order_no=order.order_no, actor=OPERATOR, do=Urge(), digest="of this request")
    refused = asked.model_copy(update={"command_id": "refused", "do": Archive()})
    dispatched = asked.model_copy(update={"command_id": "sent", "do": Dispatch(unit="water")})
    for command in (asked, refused, dispatched):
        flow.send(command)
    flow.run()
    known = flow.services.store.wait_outcomes(["mine", "refused", "sent"], 0)
    assert {outcome.digest for outcome in known.values()} == {"of this request"}
    with flow.services.fresh_store() as fresh:
        rebuild(flow.services.log, fresh.store)
        assert fresh.store.wait_outcomes(["mine", "refused", "sent"], 0) == known
