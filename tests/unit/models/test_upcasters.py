"""What was written in an earlier schema is read for ever: documents as schema 1 wrote them, byte for byte."""

import json
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from models.apply import replay
from models.codec import SCHEMA_HEADER, from_record, to_record
from models.commands import Command, Outcome, Refusal, RefusalCode
from models.decide import decide
from models.events import Event
from models.facts import Closed, Received
from models.kinds import State
from models.moves import RecordClosure, Register, Reply
from models.records import Position, Record, StoredRecord
from tests.unit.models.life import TERMS

SECRETS = ("李四四", "13900139000", "110101199003074258", "某某科技")
RECEIVED = """{"event_id":"intake-0-7/1","order_no":"MQ0000000000001","seq":1,"at":"2026-03-02T09:00:00+08:00",
"recorded_at":"2026-03-02T09:00:01+08:00","actor":{"id":"intake:s","role":"system"},"command_id":"intake-0-7",
"fact":{"source_system":"s","external_id":"1","channel":"hotline","request_type":"help","urgency":"normal",
"title":"李四四家漏水","content":"我叫李四四，身份证110101199003074258，电话13900139000","agent_id":"7",
"requester":{"kind":"enterprise","name":"李四四","phone":"13900139000","is_anonymous":false,"is_confidential":true,
"reply_required":true,"enterprise_name":"某某科技","uscc":"91440300MA5ABCDE1X"},"street":"east",
"address_text":"翠湖路3号","type":"received","limit":{"value":10,"unit":"working_day",
"due_at":"2026-03-16T23:59:59+08:00"}}}"""
ROUTED = """{"event_id":"intake-0-7/2","order_no":"MQ0000000000001","seq":2,"at":"2026-03-02T09:00:01+08:00",
"recorded_at":"2026-03-02T09:00:01+08:00","actor":{"id":"router","role":"system"},"command_id":"intake-0-7",
"fact":{"type":"routed","routing":{"mode":"auto","unit":"water","rule":"model","reason":"","threshold":0.8,
"model_version":"m","list_version":"1","suggestions":[{"unit":"water","probability":0.9,"reason":"漏水"}]}}}"""
ACCEPTED = """{"event_id":"intake-0-7/3","order_no":"MQ0000000000001","seq":3,"at":"2026-03-02T09:00:01+08:00",
"recorded_at":"2026-03-02T09:00:01+08:00","actor":{"id":"router","role":"system"},"command_id":"intake-0-7",
"fact":{"type":"accepted"}}"""
NOTICE = """"notice":{"channel":"hotline","request_type":"help","urgency":"normal","title":"李某家漏水",
"content":"我叫李某，电话139****9000","received_at":"2026-03-02T09:00:00+08:00",
"due_at":"2026-03-16T23:59:59+08:00","is_demo":false}"""
DISPATCHED = (
    """{"event_id":"intake-0-7/4","order_no":"MQ0000000000001","seq":4,"at":"2026-03-02T09:00:01+08:00",
"recorded_at":"2026-03-02T09:00:01+08:00","actor":{"id":"router","role":"system"},"command_id":"intake-0-7",
"fact":{"type":"dispatched","unit":"roads","mode":"auto","dispatch_no":1,"notify":true,"""
    + NOTICE
    + "}}"
)
RETURNED = """{"event_id":"c1/1","order_no":"MQ0000000000001","seq":5,"at":"2026-03-02T10:00:00+08:00",
"recorded_at":"2026-03-02T10:00:00+08:00","actor":{"id":"u","role":"department","unit":"roads"},"command_id":"c1",
"fact":{"type":"returned","unit":"roads","reason":"not_my_duty","basis":"机主13900139000在外区"}}"""
AGAIN = (
    """{"event_id":"c2/1","order_no":"MQ0000000000001","seq":6,"at":"2026-03-02T11:00:00+08:00",
"recorded_at":"2026-03-02T11:00:00+08:00","actor":{"id":"o","role":"operator"},"command_id":"c2",
"fact":{"type":"dispatched","unit":"water","mode":"accepted","override_reason":"已致电13900139000","dispatch_no":2,
"notify":true,"""
    + NOTICE
    + "}}"
)
SIGNED = """{"event_id":"c3/1","order_no":"MQ0000000000001","seq":7,"at":"2026-03-02T12:00:00+08:00",
"recorded_at":"2026-03-02T12:00:00+08:00","actor":{"id":"w","role":"department","unit":"water"},"command_id":"c3",
"fact":{"type":"signed"}}"""
CLOSED = """{"event_id":"c4/1","order_no":"MQ0000000000001","seq":8,"at":"2026-03-03T12:00:00+08:00",
"recorded_at":"2026-03-03T12:00:00+08:00","actor":{"id":"w","role":"department","unit":"water"},"command_id":"c4",
"fact":{"type":"closed","how":"handled","unit":"water","reply_public":"已修复，致电13900139000"}}"""
LIFE = (RECEIVED, ROUTED, ACCEPTED, DISPATCHED, RETURNED, AGAIN, SIGNED, CLOSED)

REGISTER = """{"command_id":"intake-0-8","order_no":"MQ0000000000002","actor":{"id":"intake:s","role":"system"},
"do":{"source_system":"s","external_id":"2","channel":"hotline","request_type":"help","urgency":"normal",
"title":"李四四家漏水","content":"我叫李四四，电话13900139000","requester":{"kind":"citizen","name":"李四四",
"phone":"13900139000","is_anonymous":false,"is_confidential":false,"reply_required":true},"move":"register",
"received_at":"2026-03-02T09:00:00+08:00","limit":{"value":10,"unit":"working_day",
"due_at":"2026-03-16T23:59:59+08:00"},"routing":{"mode":"suggest","unit":"water","rule":"model","reason":"",
"threshold":0.8,"model_version":"m","list_version":"1","suggestions":[]},
"steps":[{"at":"2026-03-02T09:00:00+08:00","do":{"move":"accept"}},
{"at":"2026-03-02T09:10:00+08:00","do":{"move":"dispatch","unit":"water","mode":"manual","notify":true}},
{"at":"2026-03-02T10:00:00+08:00","do":{"move":"sign"}},
{"at":"2026-03-04T10:00:00+08:00","do":{"move":"close","reply_public":"已修复，致电13900139000"}}]}}"""
CLOSE = """{"command_id":"c4","order_no":"MQ0000000000001","actor":{"id":"w","role":"department","unit":"water"},
"do":{"move":"close","reply_public":"已修复"},"expected_version":7}"""
REFUSED = """{"command_id":"c5","order_no":"MQ0000000000001","decided_at":"2026-03-02T12:00:00+08:00","version":4,
"refusal":{"code":"%s","reason":"water has the order, not roads","state":"dispatched","version":4,"move":"sign",
"allowed":["sign","return"]}}"""

Kind = TypeVar("Kind", Command, Event, Outcome)


def read(kind: type[Kind], document: str, schema: bytes | None = b"1") -> Kind:
    headers = {SCHEMA_HEADER: schema} if schema is not None else {}
    record = Record("t", "MQ0000000000001", document.replace("\n", "").encode(), headers)
    return from_record(kind, StoredRecord(Position("t", 0, 0), record.key, record.value, headers, datetime.now(UTC)))


def test_a_life_of_schema_1_is_read_and_ends_as_it_did() -> None:
    events = [read(Event, document) for document in LIFE]
    order = replay(events)
    assert order is not None
    assert (order.state, order.closing_department, order.first_department) == (State.CLOSED, "water", "roads")
    assert order.first_closed_at == order.closed_at == events[-1].at
    assert (order.return_count, order.dispatch_count, order.version) == (1, 2, 8)
    closed = events[-1].fact
    assert isinstance(closed, Closed) and closed.how == "recorded"
    assert order.due_at is not None and order.warn_at is None and order.reopen_until is None


def test_nothing_personal_that_it_held_in_clear_is_read_in_clear() -> None:
    for document in LIFE:
        said = read(Event, document).model_dump_json()
        assert not any(secret in said for secret in SECRETS), said
    fact = read(Event, RECEIVED).fact
    assert isinstance(fact, Received)
    assert (fact.requester.name, fact.requester.phone) == ("李**", "139****9000")
    assert fact.address_text == "翠湖路3号" and fact.title == "李某家漏水"


def test_an_archive_of_schema_1_is_registered() -> None:
    command = read(Command, REGISTER)
    assert isinstance(command.do, Register) and isinstance(command.do.steps[-1].do, RecordClosure)
    assert not any(secret in command.model_dump_json() for secret in SECRETS)
    events = decide(None, command, TERMS, datetime(2026, 4, 1, tzinfo=UTC))
    order = replay(events) if isinstance(events, list) else None
    assert order is not None and (order.state, order.closing_department) == (State.CLOSED, "water")


def test_a_units_closing_that_was_still_waiting_is_its_reply_now() -> None:
    command = read(Command, CLOSE)
    assert command.do == Reply(reply_public="已修复") and command.expected_version == 7
    order = replay(read(Event, document) for document in LIFE[:-1])
    events = decide(order, command, TERMS, datetime(2026, 4, 1, tzinfo=UTC))
    assert isinstance(events, list) and [event.fact.type for event in events] == ["replied"]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("not_your_order", RefusalCode.NOT_ALLOWED),
        ("unknown_unit", RefusalCode.UNKNOWN_CODE),
        ("reply_missing", RefusalCode.MISSING),
        ("forbidden_move", RefusalCode.FORBIDDEN_MOVE),
    ],
)
def test_a_refusal_of_schema_1_keeps_its_reason_under_todays_name(before: str, now: RefusalCode) -> None:
    refusal = read(Outcome, REFUSED % before).refusal
    assert isinstance(refusal, Refusal) and refusal.code is now and refusal.state is State.DISPATCHED


def test_an_outcome_that_was_none_is_read_as_well() -> None:
    done = '{"command_id":"c1","order_no":"MQ0000000000001","decided_at":"2026-03-02T12:00:00+08:00","version":5}'
    assert read(Outcome, done).version == 5


@pytest.mark.parametrize(("kind", "document"), [(Event, CLOSED), (Command, CLOSE), (Event, RECEIVED)])
def test_what_was_read_is_written_and_read_in_todays_schema(kind: Any, document: str) -> None:
    value = read(kind, document)
    record = to_record("t", value)
    assert record.headers[SCHEMA_HEADER] == b"2"
    assert read(kind, record.value.decode(), b"2") == value
    assert read(kind, document, None) == value  # no header: the first schema


def test_golden_documents_are_json_objects() -> None:
    for document in (*LIFE, REGISTER, CLOSE):
        assert isinstance(json.loads(document), dict)
