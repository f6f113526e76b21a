"""Bytes of commands, events and outcomes on the log: JSON with a schema version in the record's headers."""

from __future__ import annotations

import json
from typing import TypeVar

from pydantic import ValidationError

from models.base import Value
from models.commands import Command, Outcome
from models.errors import CorrectInput, Problem, StopConsumer
from models.events import Event
from models.records import Record, StoredRecord
from models.upcasters import UPCASTERS

SCHEMA_HEADER = "schema"
TYPE_HEADER = "type"
"""An event's type, so that a reader can pass over what does not concern it without parsing it."""

# Written version of each kind. To change a kind: raise its number, and add the upcaster from the old one.
VERSIONS: dict[type[Value], int] = {Command: 2, Event: 2, Outcome: 2}

Kind = TypeVar("Kind", Command, Event, Outcome)


def to_record(topic: str, value: Command | Event | Outcome) -> Record:
    """The record of ``value``, keyed by order_no so that one order's records keep their order."""
    headers = {SCHEMA_HEADER: str(VERSIONS[type(value)]).encode()}
    if isinstance(value, Event):
        headers[TYPE_HEADER] = value.fact.type.encode()
    return Record(topic, value.order_no, value.model_dump_json(exclude_none=True).encode(), headers)


def from_record(kind: type[Kind], record: StoredRecord) -> Kind:
    """The value that ``record`` holds, raised to the current schema.

    Raises ``CorrectInput`` for bytes that are no such value, ``StopConsumer`` for a schema newer than this
    program: that is no fault of the record, and skipping it would lose it.
    """
    version = _version(record)
    if version > VERSIONS[kind]:
        raise StopConsumer(f"{record.position}: {kind.__name__} schema {version} is newer than this program")
    try:
        if version == VERSIONS[kind]:
            return kind.model_validate_json(record.value)
        document = json.loads(record.value)
        if not isinstance(document, dict):
            raise CorrectInput.one("", "no JSON object")
        for step in range(version, VERSIONS[kind]):
            document = UPCASTERS[kind, step](document)
        return kind.model_validate(document)
    except ValidationError as error:
        raise CorrectInput(problems_of(error)) from error
    except (KeyError, TypeError, AttributeError, RecursionError, ValueError) as error:
        raise CorrectInput.one("", f"no {kind.__name__} of schema {version}: {type(error).__name__}") from error


def problems_of(error: ValidationError) -> list[Problem]:
    """What pydantic found, as field path and reason; the values themselves stay out (they may be personal)."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [Problem(".".join(str(part) for part in item["loc"]), _reason(item["type"], item["msg"])) for item in found]


def _reason(kind: str, message: str) -> str:
    return "unknown field" if kind == "extra_forbidden" else message.removeprefix("Value error, ")


def _version(record: StoredRecord) -> int:
    raw = record.headers.get(SCHEMA_HEADER, b"1")
    if not raw.isdigit() or len(raw) > 6 or int(raw) < 1:
        raise CorrectInput.one(f"headers.{SCHEMA_HEADER}", "is no schema version")
    return int(raw)
