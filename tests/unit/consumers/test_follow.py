"""Stage ``follow`` on a real log and store: orders that are linked end together, each exactly once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consumers.follow import FollowStage
from consumers.summary import every_record, summarise
from dispatcher.settings import Settings
from dispatcher.vault.command import seal_command
from dispatcher.vault.reveal import reveal
from dispatcher.wiring import Services
from models.codec import from_record
from models.commands import Command
from models.errors import RetryLater
from models.ids import order_no
from models.kinds import RejectReason, State
from models.moves import (
    AnswerDirectly,
    Close,
    Dispatch,
    Merge,
    Recall,
    Reconsider,
    Reject,
    Reply,
    Sign,
    Split,
    SplitPart,
    Unmerge,
)
from models.records import StoredRecord
from models.topics import COMMANDS, EVENTS, INTAKE
from tests.unit.consumers.conftest import NOW, OPERATOR, SUPERVISOR, WATER, Flow, message

REPLY = "已修复，感谢您的来电。"
VAGUE = {"title": "事", "content": "嗯"}
"""Words that go to nobody by themselves."""


def number(external_id: int) -> str:
    return order_no("GM", "t", str(external_id))


def taken_in(flow: Flow, count: int) -> list[str]:
    """Orders that wait to be dispatched, each received a minute after the one before."""
    for n in range(count):
        at = NOW - timedelta(hours=1) + timedelta(minutes=n)
        flow.hand_in(message(n, received_at=at.isoformat(), **VAGUE))
    flow.run()
    return [number(n) for n in range(count)]


def merge(flow: Flow, one: str, into: str) -> None:
    flow.command(one, Merge(into=into, into_received_at=flow.order(into).received_at))


def answer(flow: Flow, one: str) -> None:
    flow.command(one, AnswerDirectly(reply_public=REPLY))


def test_followers_end_with_their_master_through_a_chain(flow: Flow) -> None:
    first, second, third = taken_in(flow, 3)
    merge(flow, third, second)
    merge(flow, second, first)
    flow.run()
    assert (flow.order(first).merged_from, flow.order(second).merged_from) == ((second,), (third,))
    assert flow.order(third).state is State.MERGED
    answer(flow, first)
    flow.run()
    for one in (second, third):
        assert (flow.order(one).state, flow.order(one).reply_public) == (State.CLOSED, REPLY)
        assert flow.facts(one).count("closed") == 1


def test_who_comes_late_to_a_master_that_is_over_ends_at_once(flow: Flow) -> None:
    first, second, third = taken_in(flow, 3)
    merge(flow, second, first)  # on its way while the master is answered
    flow.run("ledger")
    answer(flow, first)
    flow.command(third, Reject(reason=RejectReason.OUT_OF_SCOPE, basis="不属受理范围"))
    flow.run()
    assert (flow.order(second).state, flow.order(second).reply_public) == (State.CLOSED, REPLY)
    merged = flow.order(first)
    assert (merged.merged_from, merged.state) == ((second,), State.CLOSED)


def test_a_rejected_master_ends_its_followers(flow: Flow) -> None:
    first, second = taken_in(flow, 2)
    merge(flow, second, first)
    flow.run()
    flow.command(first, Reject(reason=RejectReason.SETTLED, basis="已有生效判决", reply_public="请见判决书"))
    flow.run()
    assert (flow.order(second).state, flow.order(second).reply_public) == (State.CLOSED, "请见判决书")
    flow.command(first, Reconsider(reason="复核"), SUPERVISOR)  # and what has ended stays ended
    flow.run()
    answer(flow, first)
    flow.run()
    assert flow.facts(second).count("closed") == 1


def test_who_no_longer_follows_goes_on_alone(flow: Flow) -> None:
    first, second = taken_in(flow, 2)
    merge(flow, second, first)
    flow.run()
    flow.command(second, Unmerge(reason="不是同一事项"))
    answer(flow, first)  # in the same batch: the master still thinks that it is followed
    flow.run()
    assert flow.order(first).merged_from == ()
    assert flow.order(second).state is State.ACCEPTED
    assert "closed" not in flow.facts(second)


def test_who_follows_an_order_that_nobody_knows_can_be_set_free(flow: Flow) -> None:
    first, second = taken_in(flow, 2)
    flow.command(second, Merge(into="GM0000000000000", into_received_at=flow.order(first).received_at))
    flow.run()
    assert flow.order(second).state is State.MERGED
    flow.command(second, Unmerge(reason="主单不存在"))
    flow.run()
    assert flow.order(second).state is State.ACCEPTED


PARTS = (
    SplitPart(title="路灯不亮", content="公明路路灯不亮"),
    SplitPart(title="井盖破损", content="楼村井盖破损", street="440311003", community="楼村"),
    SplitPart(title="事", content="嗯"),
)


def test_a_split_order_ends_with_its_last_part(flow: Flow) -> None:
    [parent] = taken_in(flow, 1)
    flow.command(parent, Split(parts=PARTS))
    flow.run()
    whole = flow.order(parent)
    parts = [flow.order(child) for child in whole.children]
    assert [(part.title, part.content) for part in parts] == [(part.title, part.content) for part in PARTS]
    assert {(part.parent_order_no, part.source_system) for part in parts} == {(parent, "split")}
    assert {part.received_at for part in parts} == {whole.received_at}
    assert [(part.street, part.community) for part in parts] == [
        ("440311002", None), ("440311003", "楼村"), ("440311002", None),
    ]  # fmt: skip
    assert all(part.routing is not None and part.routing.model_version for part in parts)
    summary = summarise(flow.services)
    assert (summary.received, summary.orders, summary.adds_up) == (4, 4, True)

    *others, last = (part.order_no for part in parts)
    for child in others:
        end(flow, child)
        assert flow.order(parent).state is State.SPLIT
    flow.command(last, Split(parts=PARTS[1:]))  # a part of a part
    flow.run()
    for child in flow.order(last).children:
        assert flow.order(parent).state is State.SPLIT
        end(flow, child)
    assert {flow.order(one).state for one in (parent, last)} == {State.CLOSED}
    assert flow.order(parent).children_ended == (*others, last)
    assert flow.facts(parent).count("closed") == 1


def end(flow: Flow, one: str) -> None:
    """Rejected, or where no unit has it answered."""
    if flow.order(one).state is State.DISPATCHED:
        flow.command(one, Recall(reason="误派"))
        flow.command(one, Reject(reason=RejectReason.NO_FACTS, basis="经核查无此事"))
    else:
        answer(flow, one)
    flow.run()


def test_an_order_in_a_split_one_that_was_merged_ends_with_the_parts(flow: Flow) -> None:
    first, second = taken_in(flow, 2)
    merge(flow, second, first)
    flow.command(first, Split(parts=PARTS[1:]))
    flow.run()
    for child in flow.order(first).children:
        assert flow.order(second).state is State.MERGED
        end(flow, child)
    assert flow.order(second).state is State.CLOSED


def test_a_stage_that_dies_before_or_after_its_commit_changes_nothing(flow: Flow) -> None:
    first, second, third = taken_in(flow, 3)
    merge(flow, second, first)
    flow.command(third, Split(parts=PARTS))
    flow.run("ledger")
    consumer = flow.services.log.subscribe("follow", (EVENTS,))
    stage = FollowStage(flow.services)
    records: list[StoredRecord] = []
    while not records:
        records = consumer.poll(500, 1).records
    consumer.rewind()
    while not records:
        records = consumer.poll(500, 1).records
    outputs = stage.handle(records).outputs
    again = stage.handle(records).outputs  # the same events make the same commands, and parts of the same numbers
    assert [(one.topic, one.key) for one in again] == [(one.topic, one.key) for one in outputs]
    assert [one for one in again if one.topic == COMMANDS] == [one for one in outputs if one.topic == COMMANDS]
    consumer.close()  # dies before the commit
    flow.services.log.append(outputs)  # and as if a log without transactions had kept them
    flow.run()
    commands = [from_record(Command, record) for record in every_record(flow.services.log, COMMANDS)]
    adopts = [command.command_id for command in commands if command.do.move == "adopt"]
    assert len(adopts) == 2
    assert len(set(adopts)) == 1
    assert flow.facts(first).count("adopted") == 1
    children = flow.order(third).children
    assert len(children) == 3
    assert all(flow.facts(child).count("received") == 1 for child in children)
    assert sum(flow.services.log.end_offsets(INTAKE).values()) == 3 + 2 * 3
    assert summarise(flow.services).adds_up


def test_a_split_waits_for_the_store_to_show_it(flow: Flow) -> None:
    [parent] = taken_in(flow, 1)
    flow.command(parent, Split(parts=PARTS))
    flow.run("ledger")
    event = next(record for record in every_record(flow.services.log, EVENTS) if record.headers["type"] == b"split")
    behind = Services(Settings(data=flow.services.settings.data / "behind", partitions=2), clock=flow.clock)
    try:
        with pytest.raises(RetryLater, match="does not show yet"):
            FollowStage(behind).handle([event])
    finally:
        behind.close()


def test_what_was_sealed_of_the_whole_is_sealed_anew_for_each_part(flow: Flow) -> None:
    flow.hand_in(
        message(0, **VAGUE, name="欧阳无双", phone="13987650432", is_confidential=True, address_text="上村一巷3号402房")
    )
    flow.run()
    parent, vault = number(0), flow.services.vault
    parts = (SplitPart(title="事", content="嗯，请打13812345678"), PARTS[1])
    wish = Command(command_id="split", order_no=parent, actor=OPERATOR, do=Split(parts=parts))
    flow.send(seal_command(vault, wish, flow.order(parent)))
    flow.run()
    first, second = (flow.order(child) for child in flow.order(parent).children)
    assert "13812345678" not in first.content
    said = reveal(vault, first, flow.services.store.history(first.order_no)).handed_in
    assert said["content"] == parts[0].content
    assert (said["name"], said["phone"], said["address_text"]) == ("欧阳无双", "13987650432", "上村一巷3号402房")
    other = reveal(vault, second, flow.services.store.history(second.order_no)).handed_in
    assert (other["name"], other["phone"], second.address_text) == ("欧阳无双", "13987650432", None)
    for part in (first, second):
        assert part.requester.is_confidential
        assert part.requester.phone_hashes == flow.order(parent).requester.phone_hashes != ()
    for record in every_record(flow.services.log, INTAKE):
        if record.position.topic == INTAKE and b"split" in record.value:
            assert "欧阳" not in record.value.decode() and "13987650432" not in record.value.decode()


def test_the_reply_of_a_reviewed_master_reaches_its_followers(flow: Flow) -> None:
    first, second = taken_in(flow, 2)
    merge(flow, second, first)
    flow.command(first, Dispatch(unit="water"))
    flow.run()
    flow.command(first, Sign(), WATER)
    flow.command(first, Reply(reply_public=REPLY), WATER)
    flow.command(first, Close())
    flow.run()
    follower = flow.order(second)
    assert (follower.state, follower.reply_public, follower.closing_department) == (State.CLOSED, REPLY, "water")
