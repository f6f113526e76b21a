"""Stage ``deliver``, and where personal data must never appear."""

from __future__ import annotations

import io
import json
import sqlite3
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import structlog
from prometheus_client import generate_latest

from consumers.clock import AlarmClock
from consumers.summary import every_record
from models.commands import Actor
from models.department import DepartmentMessage
from models.ids import order_no
from models.kinds import ReturnReason, Satisfaction, State
from models.moves import (
    ApproveReply,
    Contact,
    DenyExtension,
    Dispatch,
    GrantExtension,
    GrantSuspension,
    LaterMove,
    Recall,
    RecordVisit,
    RefuseReturn,
    Reply,
    RequestExtension,
    RequestSuspension,
    Resume,
    Return,
    SendBack,
    Sign,
    Supervise,
    Urge,
)
from models.records import Record
from models.topics import COMMANDS, DEADLETTER, EVENTS, REFUSALS
from tests.unit.consumers.conftest import OPERATOR, SUPERVISOR, WATER, Flow, message

NAME, PHONE, FIRM, CODE = "欧阳无双", "13987650432", "无双贸易行", "91440300MA5EXAMPL1"
PERSON = {"name": NAME, "phone": PHONE, "enterprise_name": FIRM, "uscc": CODE, "requester_kind": "enterprise"}
DISSATISFIED = RecordVisit(contacted=True, solved=False, satisfaction=Satisfaction.DISSATISFIED, comment="未解决")
REPLY = Reply(reply_public="已处理。", reply_internal="现场已核实")
HANDLED: tuple[tuple[LaterMove, Actor], ...] = (
    (Return(reason=ReturnReason.UNCLEAR, basis="要素不全"), WATER),
    (RefuseReturn(reason="要素齐全"), OPERATOR),
    (Sign(), WATER),
    (Contact(), WATER),
    (Urge(note="市民再次来电"), OPERATOR),
    (Supervise(level=1, reason="社会关注"), SUPERVISOR),
    (RequestExtension(days=3, reason="须停水施工"), WATER),
    (DenyExtension(reason="理由不足"), OPERATOR),
    (RequestExtension(days=5, reason="须停水施工"), WATER),
    (GrantExtension(), OPERATOR),
    (RequestSuspension(reason="等待立项"), WATER),
    (GrantSuspension(), SUPERVISOR),
    (Resume(reason="已立项"), SUPERVISOR),
    (REPLY, WATER),
    (SendBack(reason="未附照片"), OPERATOR),
    (REPLY, WATER),
    (ApproveReply(), OPERATOR),
    (DISSATISFIED, OPERATOR),
    (REPLY, WATER),
    (ApproveReply(), OPERATOR),
    (RecordVisit(contacted=True, solved=True, satisfaction=Satisfaction.SATISFIED), OPERATOR),
)
"""A life with everything that a unit may be told of."""


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What the process logs, as JSON lines."""
    stream = io.StringIO()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(stream),
    )
    yield stream
    structlog.reset_defaults()


def notices(flow: Flow) -> list[tuple[str, DepartmentMessage]]:
    topics = [name for name in flow.services.log.topics() if name.startswith("dept.")]
    return [
        (topic, DepartmentMessage.model_validate_json(record.value))
        for topic in topics
        for record in every_record(flow.services.log, topic)
    ]


def told(flow: Flow, unit: str) -> list[str]:
    """What a unit was told, by time."""
    mine = [one for topic, one in notices(flow) if topic == f"dept.{unit}"]
    assert {one.unit for one in mine} <= {unit}
    return [one.kind for one in mine]


def waiting(flow: Flow) -> str:
    flow.hand_in(message(1, title="事", content="嗯"))
    flow.run()
    assert notices(flow) == []
    [order] = flow.services.store.orders()
    return order.order_no


def test_each_dispatch_reaches_its_units_once(flow: Flow) -> None:
    one = waiting(flow)
    flow.command(one, Dispatch(unit="water", co_units=("transport", "urban_mgmt")))
    flow.command(one, Return(reason=ReturnReason.UNCLEAR, basis="要素不全"), WATER)
    flow.command(one, Dispatch(unit="housing"))
    flow.run()
    flow.run()
    found = {(topic, one.unit, one.role, one.dispatch_no) for topic, one in notices(flow)}
    assert found == {
        ("dept.water", "water", "lead", 1),
        ("dept.transport", "transport", "co", 1),
        ("dept.urban_mgmt", "urban_mgmt", "co", 1),
        ("dept.housing", "housing", "lead", 2),
    }
    assert len(notices(flow)) == len({(one.event_id, one.unit) for _, one in notices(flow)}) == 4
    assert {one.order.title for _, one in notices(flow) if one.order} == {"事"}


def test_a_unit_learns_what_becomes_of_its_order(flow: Flow) -> None:
    one = waiting(flow)
    flow.command(one, Dispatch(unit="water", co_units=("transport",)))
    flow.command(one, Recall(reason="误派"))
    flow.command(one, Dispatch(unit="water"))
    for do, by in HANDLED:
        flow.command(one, do, by)
    flow.run()
    assert flow.order(one).state is State.CLOSED
    assert told(flow, "transport") == ["dispatched", "recalled"]
    assert told(flow, "water") == [
        "dispatched", "recalled", "dispatched", "return_refused", "urged", "supervised", "denied", "extended",
        "suspended", "resumed", "sent_back", "approved", "reworked", "approved", "closed",
    ]  # fmt: skip
    by_kind = {message.kind: message for topic, message in notices(flow) if topic == "dept.water"}
    assert (by_kind["supervised"].level, by_kind["supervised"].reason) == (1, "社会关注")
    assert by_kind["urged"].reason == "市民再次来电"
    assert by_kind["extended"].due_at is not None
    dispatched = by_kind["dispatched"].due_at
    assert dispatched is not None
    assert by_kind["extended"].due_at > dispatched
    assert by_kind["reworked"].due_at == flow.order(one).rework_due_at


def test_an_alarm_reaches_the_unit_that_was_told_of_the_order(flow: Flow) -> None:
    past = {"received_at": "2026-03-02T08:00:00+08:00", "lead_department": "water"}
    flow.hand_in(message(1, **past), message(2, **past, is_archive=True))
    flow.run()
    flow.clock.at += timedelta(days=60)
    AlarmClock(flow.services, threading.Event(), 5.0).look()
    flow.run()
    assert {"warning", "overdue"} <= {kind for order in flow.services.store.orders() for kind in order.alarms}
    alarms = [one for _, one in notices(flow) if one.kind == "alarmed"]
    assert {one.order_no for one in alarms} == {order_no("GM", "t", "1")}
    assert {"warning", "overdue", "far_overdue"} <= {one.alarm for one in alarms}


def test_a_past_that_is_over_tells_nobody(flow: Flow) -> None:
    past = {
        "received_at": "2026-01-05T08:00:00+08:00", "lead_department": "water",
        "dispatched_at": "2026-01-05T09:00:00+08:00",
    }  # fmt: skip
    signed = past | {"signed_at": "2026-01-06T09:00:00+08:00"}
    closed = signed | {"replied_at": "2026-01-08T11:00:00+08:00", "closed_at": "2026-01-09T11:00:00+08:00"}
    visit = {"visited_at": "2026-01-12T11:00:00+08:00", "contacted": True, "satisfaction": "satisfied"}
    flow.hand_in(message(1, **closed), message(2, **signed), message(3, **closed, visit=visit))
    flow.run()
    assert {order.state for order in flow.services.store.orders()} == {State.CLOSED, State.HANDLING}
    assert [one.order.title for _, one in notices(flow) if one.order] == ["路灯2"]
    assert len(notices(flow)) == 1


def test_garbage_among_the_facts_does_not_hold_up_the_rest(flow: Flow) -> None:
    flow.services.log.append([Record(EVENTS, "k", b"garbage", {"type": b"dispatched"})])
    flow.hand_in(*(message(n, lead_department="water") for n in range(5)))
    flow.run("dispatch")
    flow.run("deliver")
    assert len(list(every_record(flow.services.log, DEADLETTER))) == 1


def test_personal_data_stays_where_it_belongs(flow: Flow, logged: io.StringIO) -> None:
    flow.hand_in(
        *(message(n, **PERSON) for n in range(20)),
        message(1, **PERSON),  # a duplicate: a refusal
        message(99, **PERSON, street="无此街道"),  # a dead letter
        message(98, **PERSON, title=[NAME, PHONE]),
        json.dumps(PERSON).encode() + b"}",
    )
    flow.run()
    [some, *_] = flow.services.store.orders()
    assert (some.requester.name, some.requester.phone) == ("欧***", "139****0432")
    flow.command(some.order_no, Dispatch(unit="nobody"))
    flow.run()
    assert notices(flow)
    assert '"event": "dead letter"' in logged.getvalue()

    kept = ("dept.urban_mgmt", REFUSALS, DEADLETTER)
    values = [record.value for topic in kept for record in every_record(flow.services.log, topic)]
    assert len(values) > 10
    seen = [value.decode() for value in values]
    seen += [str(record.headers) for record in every_record(flow.services.log, DEADLETTER)]
    seen += [logged.getvalue(), generate_latest(flow.services.metrics.registry).decode()]
    seen += list(cells(flow, documents=False))
    nowhere(seen, NAME, PHONE, FIRM, CODE)
    # A firm that does not hide is named in its own order; a person is named nowhere, and no number is.
    decided = [record.value for topic in (COMMANDS, EVENTS) for record in every_record(flow.services.log, topic)]
    nowhere([*(value.decode() for value in decided), *cells(flow, documents=True)], NAME, PHONE)


def nowhere(seen: list[str], *secrets: str) -> None:
    assert len(seen) > 10
    for secret in secrets:
        assert not [text[:300] for text in seen if secret in text]
        assert not [text[:300] for text in seen if json.dumps(secret)[1:-1] in text]


def cells(flow: Flow, *, documents: bool) -> Iterator[str]:
    """Every cell of the store's file: columns, texts, the index's own tables as bytes; perhaps the documents."""
    flow.services.store.close()
    connection = sqlite3.connect(flow.services.settings.store_path)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    assert {"orders", "documents", "events", "texts", "text_index_data"} <= set(tables)
    for table in tables:
        if table in ("text_index", "sqlite_stat1"):
            continue  # the virtual table has no content of its own
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        columns = [column for column in columns if documents or column != "doc"]
        for row in connection.execute(f"SELECT {', '.join(columns)} FROM {table}"):
            for cell in row:
                if isinstance(cell, bytes):
                    yield cell.decode("utf-8", "replace")
                    yield cell.decode("latin-1")
                else:
                    yield str(cell)
    connection.close()
