"""The counts of what was received add up, whatever is still under way."""

from __future__ import annotations

from consumers.summary import summarise
from models.codec import to_record
from models.commands import Actor, Command
from models.moves import Accept
from models.rights import Role
from models.topics import COMMANDS
from tests.unit.consumers.conftest import Flow, message


def test_nothing(flow: Flow) -> None:
    summary = summarise(flow.services)
    assert (summary.received, summary.orders, summary.waiting, summary.adds_up) == (0, 0, 0, True)


def test_before_any_stage_has_ever_run(flow: Flow) -> None:
    flow.hand_in(message(1), message(2))
    summary = summarise(flow.services)
    assert (summary.received, summary.waiting, summary.adds_up) == (2, 2, True)


def test_between_the_stages(flow: Flow) -> None:
    flow.hand_in(*(message(n) for n in range(5)), b"bad", message(1))
    flow.run("dispatch")
    summary = summarise(flow.services)
    assert (summary.received, summary.waiting, summary.dead_letters, summary.orders) == (7, 6, 1, 0)
    assert summary.adds_up
    flow.run("ledger")
    summary = summarise(flow.services)
    assert (summary.orders, summary.duplicates, summary.dead_letters, summary.waiting) == (5, 1, 1, 0)
    assert summary.adds_up


def test_a_wish_that_waits_is_no_message_received(flow: Flow) -> None:
    flow.hand_in(message(1))
    flow.run()
    [order] = flow.services.store.orders()
    actor = Actor(id="o", role=Role.OPERATOR)
    wish = Command(command_id="w", order_no=order.order_no, actor=actor, do=Accept())
    flow.services.log.append([to_record(COMMANDS, wish)])
    summary = summarise(flow.services)
    assert (summary.received, summary.orders, summary.waiting, summary.adds_up) == (1, 1, 0, True)
