"""What is written is read back equal; what cannot be read is refused without showing what it held."""

import json
import types
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from models import codec
from models.base import Value
from models.codec import SCHEMA_HEADER, from_record, to_record
from models.commands import Actor, Command, Outcome
from models.errors import CorrectInput, StopConsumer
from models.events import Event
from models.kinds import LimitUnit
from models.moves import Register, Reply
from models.parts import Limit, Requester, Routing
from models.records import Position, Record, StoredRecord
from models.rights import Role

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)

zones = st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-9, minutes=-30))])
instants = st.datetimes(datetime(1902, 1, 2), datetime(2200, 1, 1), timezones=zones)
# Codes are trimmed and never empty, so no text here is blank or starts with a space.
texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Z"]), min_size=1, max_size=30) | st.sampled_from(
    ["👨‍👩‍👧‍👦🙂", "字" * 60, '{"a": null}', "a\t\u2028\\"]
)
LEAVES: Mapping[Any, st.SearchStrategy[Any]] = {
    str: texts,
    int: st.integers(-(2**53), 2**53),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    datetime: instants,
    type(None): st.none(),
}


def any_of(kind: Any, limits: Mapping[str, Any] | None = None) -> st.SearchStrategy[Any]:
    """Every value of a type of the vocabulary, read from its annotations: a new field is covered at once."""
    limits = limits or {}
    origin = get_origin(kind)
    if limits.get("pattern"):
        return st.from_regex(limits["pattern"], fullmatch=True)
    if kind is int and limits:
        return st.integers(limits.get("ge", limits.get("gt", -1) + 1), limits["le"])
    if kind is str and limits.get("min_length", 0) > 1:
        return st.text(st.characters(categories=["L", "N"]), min_size=limits["min_length"], max_size=30)
    if kind in LEAVES:
        return LEAVES[kind]
    if origin is Annotated:
        return any_of(get_args(kind)[0], _limits(get_args(kind)[1:]))
    if origin in (Union, types.UnionType):
        return st.one_of(*map(any_of, get_args(kind)))
    if origin is Literal:
        return st.sampled_from(get_args(kind))
    if origin is tuple:
        least = limits.get("min_length", 0)
        return st.lists(any_of(get_args(kind)[0]), min_size=least, max_size=max(3, least)).map(tuple)
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    assert issubclass(kind, Value), kind
    return st.builds(kind, **{name: _field(field) for name, field in kind.model_fields.items()})


def _limits(metadata: Iterable[Any]) -> dict[str, Any]:
    """What annotations say of numbers and lengths."""
    found: dict[str, Any] = {}
    for each in metadata:
        if isinstance(each, FieldInfo):
            found |= _limits(each.metadata)
        for name in ("ge", "gt", "le", "min_length", "pattern"):
            if (said := getattr(each, name, None)) is not None:
                found[name] = said
    return found


def _field(field: FieldInfo) -> st.SearchStrategy[Any]:
    # None of a field that has no default is not written and then missed: see the test of the receipt below.
    values = any_of(field.annotation, _limits(field.metadata))
    return values.filter(lambda value: value is not None) if field.is_required() else values


def stored(record: Record, headers: Mapping[str, bytes] | None = None) -> StoredRecord:
    chosen = record.headers if headers is None else headers
    return StoredRecord(Position(record.topic, 3, 7), record.key, record.value, chosen, NOW)


def present(kind: type[Any], value: bytes) -> StoredRecord:
    """These bytes as a record of the schema that this program writes."""
    return stored(Record("t", "N1", value), {SCHEMA_HEADER: str(codec.VERSIONS[kind]).encode()})


def again(value: Any) -> Any:
    return from_record(type(value), stored(to_record("t", value)))


round_trip = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


@round_trip
@given(any_of(Command))
def test_any_command_is_read_back_equal(command: Command) -> None:
    assert again(command) == command


@round_trip
@given(any_of(Event))
def test_any_event_is_read_back_equal(event: Event) -> None:
    assert again(event) == event


@round_trip
@given(any_of(Outcome))
def test_any_outcome_is_read_back_equal(outcome: Outcome) -> None:
    assert again(outcome) == outcome


def routing(**changes: Any) -> Routing:
    fields: dict[str, Any] = {
        "mode": "suggest", "unit": "water", "rule": "model", "reason": "", "threshold": 0.8, "model_version": "m",
        "list_version": "1",
    }  # fmt: skip
    return Routing(**(fields | changes))


def command(**changes: Any) -> Command:
    fields: dict[str, Any] = {
        "source_system": "s", "external_id": "1", "channel": "hotline", "request_type": "help", "urgency": "normal",
        "title": "爆水管", "content": "路口水管爆裂", "received_at": NOW, "routing": routing(),
        "requester": Requester(name="王小明", phone="13812345678"),
        "limit": Limit(value=1, unit=LimitUnit.DAY, due_at=NOW),
    }  # fmt: skip
    actor = Actor(id="a", role=Role.SYSTEM)
    return Command(command_id="c1", order_no="N1", actor=actor, do=Register(**(fields | changes)))


def test_a_receipt_without_unit_and_threshold_is_read_back() -> None:
    without = command(routing=routing(unit=None, threshold=None))
    assert again(without) == without


def test_a_moment_with_an_odd_offset_stays_the_same_moment() -> None:
    old = command(received_at=datetime(1899, 12, 30, tzinfo=ZoneInfo("Asia/Shanghai")))
    assert again(old) == old


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_json_cannot_hold_is_refused_when_made(number: float) -> None:
    with pytest.raises(ValueError, match="latitude"):
        command(latitude=number)


def test_the_longest_content_is_read_back() -> None:
    longest = command(content="字🙂" * 10_000)
    assert again(longest) == longest


def test_the_record_is_keyed_by_order_and_says_its_schema() -> None:
    record = to_record("orders.commands", command())
    assert (record.topic, record.key) == ("orders.commands", "N1")
    assert record.headers[SCHEMA_HEADER] == str(codec.VERSIONS[Command]).encode()
    assert b"null" not in record.value and "爆水管".encode() in record.value


def test_a_record_without_a_schema_is_of_the_first() -> None:
    read = from_record(Command, stored(to_record("t", command()), headers={}))
    assert isinstance(read.do, Register) and read.do.requester.phone == "138****5678"  # as its upcaster makes it
    assert from_record(Command, stored(to_record("t", read), headers={})) == read


def test_a_newer_schema_stops_the_consumer_and_names_the_record() -> None:
    newer = str(codec.VERSIONS[Command] + 1).encode()
    with pytest.raises(StopConsumer, match=r"t-3-7: Command schema \d+ is newer"):
        from_record(Command, stored(to_record("t", command()), {SCHEMA_HEADER: newer}))


@pytest.mark.parametrize("schema", [b"", b"x", b"-1", b"1.0", "１".encode(), b"\xff"])
def test_a_schema_that_is_no_number_is_wrong_input(schema: bytes) -> None:
    with pytest.raises(CorrectInput, match=r"headers\.schema"):
        from_record(Command, stored(to_record("t", command()), {SCHEMA_HEADER: schema}))


@pytest.mark.parametrize("schema", [b"0", b"9" * 5000])
def test_a_schema_that_never_was_is_no_crash(schema: bytes) -> None:
    with pytest.raises((CorrectInput, StopConsumer)):
        from_record(Command, stored(to_record("t", command()), {SCHEMA_HEADER: schema}))


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=60) | st.recursive(st.none() | texts | st.integers(), st.lists).map(json.dumps).map(str.encode)
)
def test_any_bytes_are_a_value_or_wrong_input(value: bytes) -> None:
    for kind in (Command, Event, Outcome):
        with pytest.raises(CorrectInput):
            from_record(kind, present(kind, value))


SECRETS = ("王小明", "13812345678", "路口水管爆裂", "爆水管")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_broken_bytes_are_refused_without_showing_what_they_held(data: st.DataObject) -> None:
    whole = to_record("t", command()).value
    cut = data.draw(st.integers(0, len(whole) - 1))
    junk = data.draw(st.sampled_from([b"", b"\xff", b"\x00", b'"', b"}", b"1"]))
    broken = whole[:cut] + junk + (b"" if data.draw(st.booleans()) else whole[cut + 1 :])
    try:
        from_record(Command, present(Command, broken))
    except CorrectInput as error:
        assert not any(secret in str(error) for secret in SECRETS)
        assert error.problems and all(problem.reason for problem in error.problems)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("do", "requester", "name"), {"王小明": "13812345678"}),
        (("do", "requester", "phone"), 13812345678),
        (("do", "requester", "kind"), "13812345678"),
        (("do", "title"), ["爆水管"]),
        (("do", "received_at"), "13812345678号"),
        (("do", "latitude"), "路口水管爆裂"),
        (("do", "urgency"), "王小明"),
        (("actor",), "王小明"),
    ],
)
def test_a_wrong_field_is_named_and_its_value_is_not(path: tuple[str, ...], value: Any) -> None:
    document = json.loads(to_record("t", command()).value)
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    with pytest.raises(CorrectInput) as caught:
        from_record(Command, present(Command, json.dumps(document).encode()))
    assert path[-1] in str(caught.value) and not any(secret in str(caught.value) for secret in SECRETS)


def test_an_unknown_field_is_named() -> None:
    document = json.loads(to_record("t", command()).value) | {"prioriteit": 1}
    with pytest.raises(CorrectInput, match="prioriteit"):
        from_record(Command, present(Command, json.dumps(document).encode()))


class TestUpcasters:
    """Two older schemas: the first called the number ``no`` and had ``who`` as a bare name, the second had that."""

    @pytest.fixture(autouse=True)
    def older(self, monkeypatch: pytest.MonkeyPatch) -> None:
        present = codec.VERSIONS[Command]

        def first(document: dict[str, Any]) -> dict[str, Any]:
            return {"order_no" if key == "no" else key: value for key, value in document.items()}

        def second(document: dict[str, Any]) -> dict[str, Any]:
            who = document.pop("who")
            return document | {"actor": {"id": who, "role": "system"}, "raised_from": document["order_no"]}

        def third(document: dict[str, Any]) -> dict[str, Any]:
            assert document.pop("raised_from") == "N1"  # the second ran before, on what the first had made
            return document

        monkeypatch.setitem(codec.VERSIONS, Command, present + 3)
        for step, upcaster in enumerate((first, second, third)):
            monkeypatch.setitem(codec.UPCASTERS, (Command, present + step), upcaster)

    def read(self, document: object, steps_back: int) -> Command:
        schema = str(codec.VERSIONS[Command] - steps_back).encode()
        return from_record(Command, stored(Record("t", "N1", json.dumps(document).encode()), {SCHEMA_HEADER: schema}))

    def test_are_applied_one_after_the_other_up_to_the_present(self) -> None:
        rest = json.loads(to_record("t", command()).value)
        del rest["order_no"], rest["actor"]
        assert self.read(rest | {"no": "N1", "who": "a"}, 3) == command()
        assert self.read(rest | {"order_no": "N1", "who": "a"}, 2) == command()
        assert again(command()) == command()

    def test_what_they_make_is_checked(self) -> None:
        with pytest.raises(CorrectInput, match="do: Field required"):
            self.read({"no": "N1", "who": "a", "command_id": "c"}, 3)

    def test_broken_bytes_of_an_older_schema_are_wrong_input(self) -> None:
        schema = {SCHEMA_HEADER: str(codec.VERSIONS[Command] - 3).encode()}
        for value in (b"", b"\xff\xfe", b"{", b'{"a": 1'):
            with pytest.raises(CorrectInput):
                from_record(Command, stored(Record("t", "N1", value), schema))

    @pytest.mark.parametrize("value", [b"{}", b"[]", b"1", b"[" * 100_000])
    def test_json_that_is_no_such_document_is_wrong_input(self, value: bytes) -> None:
        schema = {SCHEMA_HEADER: str(codec.VERSIONS[Command] - 3).encode()}
        with pytest.raises(CorrectInput):
            from_record(Command, stored(Record("t", "N1", value), schema))


def test_text_that_no_bytes_can_hold_is_refused_when_made() -> None:
    with pytest.raises(ValueError, match="reply_public"):
        Reply(reply_public="已处理\ud800")
