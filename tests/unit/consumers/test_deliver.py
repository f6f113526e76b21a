"""Stage ``deliver``, and where personal data must never appear."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Iterator

import pytest
import structlog
from prometheus_client import generate_latest

from consumers.deliver import DepartmentMessage
from consumers.summary import every_record
from models.codec import to_record
from models.commands import Actor, Command
from models.kinds import ReturnReason
from models.moves import Dispatch, Return
from models.records import Record
from models.rights import Role
from models.topics import COMMANDS, DEADLETTER, EVENTS, REFUSALS
from tests.unit.consumers.conftest import Flow, message

NAME, PHONE, FIRM, CODE = "欧阳无双", "13987650432", "无双贸易行", "91440300MA5EXAMPL1"
PERSON = {"name": NAME, "phone": PHONE, "enterprise_name": FIRM, "uscc": CODE, "requester_kind": "enterprise"}
OPERATOR = Actor(id="o", role=Role.OPERATOR)


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


def command(flow: Flow, number: str, do: Dispatch | Return) -> None:
    wish = Command(command_id=f"{number}{do.move}{len(notices(flow))}", order_no=number, actor=OPERATOR, do=do)
    flow.services.log.append([to_record(COMMANDS, wish)])
    flow.run()


def test_each_dispatch_reaches_its_unit_once(flow: Flow) -> None:
    flow.hand_in(message(1, title="事", content="嗯"))
    flow.run()
    assert notices(flow) == []
    [order] = flow.services.store.orders()
    command(flow, order.order_no, Dispatch(unit="water"))
    command(flow, order.order_no, Return(reason=ReturnReason.UNCLEAR))
    command(flow, order.order_no, Dispatch(unit="housing"))
    flow.run()
    found = {(topic, one.unit, one.dispatch_no) for topic, one in notices(flow)}
    assert found == {("dept.water", "water", 1), ("dept.housing", "housing", 2)}
    assert len(notices(flow)) == len({one.event_id for _, one in notices(flow)}) == 2
    assert {one.order.title for _, one in notices(flow)} == {"事"}


def test_a_past_that_is_over_tells_nobody(flow: Flow) -> None:
    past = {
        "received_at": "2026-01-05T08:00:00+08:00", "lead_department": "water",
        "dispatched_at": "2026-01-05T09:00:00+08:00",
    }  # fmt: skip
    flow.hand_in(message(1, **past, closed_at="2026-01-09T11:00:00+08:00"), message(2, **past))
    flow.run()
    assert [one.order.title for _, one in notices(flow)] == ["路灯2"]


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
    assert (some.requester.name, some.requester.phone) == (NAME, PHONE)
    command(flow, some.order_no, Dispatch(unit="nobody"))
    assert notices(flow)
    assert '"event": "dead letter"' in logged.getvalue()

    values = [
        record.value for topic in ("dept.urban_mgmt", REFUSALS) for record in every_record(flow.services.log, topic)
    ]
    assert len(values) > 10
    seen = [value.decode() for value in values]
    seen += [str(record.headers) for record in every_record(flow.services.log, DEADLETTER)]
    seen += [logged.getvalue(), generate_latest(flow.services.metrics.registry).decode()]
    seen += list(searchable(flow))
    for secret in (NAME, PHONE, FIRM, CODE):
        assert not [text[:300] for text in seen if secret in text]
        assert not [text[:300] for text in seen if json.dumps(secret)[1:-1] in text]


def searchable(flow: Flow) -> Iterator[str]:
    """Every cell of the store's file but the documents: columns, texts, and the index's own tables, as bytes."""
    flow.services.store.close()
    connection = sqlite3.connect(flow.services.settings.store_path)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    assert {"orders", "documents", "events", "texts", "text_index_data"} <= set(tables)
    for table in tables:
        if table in ("text_index", "sqlite_stat1"):
            continue  # the virtual table has no content of its own
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] != "doc"]
        for row in connection.execute(f"SELECT {', '.join(columns)} FROM {table}"):
            for cell in row:
                if isinstance(cell, bytes):
                    yield cell.decode("utf-8", "replace")
                    yield cell.decode("latin-1")
                else:
                    yield str(cell)
    connection.close()
