"""Rows of a table as intake messages, or as times for closure statistics."""

from __future__ import annotations

import json
from collections.abc import Mapping as Items
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from dispatcher.files.cells import Converter, converter, text
from dispatcher.files.fields import CLOSURE_ONLY, GROUPS
from dispatcher.files.map_file import Mapping
from dispatcher.files.names import did_you_mean
from dispatcher.files.table import Row, Table
from models.errors import CorrectInput, Problem

_SOURCE_MAX = 64
_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=str)


@dataclass(frozen=True, slots=True)
class ClosureRow:
    """What closure statistics need of one row; times in UTC, None where the row has none.

    ``closed_at`` is the last closing: None with a ``first_closed_at`` means open again. ``groups`` has those of
    unit, street, community, category, item_code, request_type, channel, requester_kind, decision_mode that the
    row has, as free text, and ``received_month`` (YYYY-MM in the map's zone).
    """

    received_at: datetime | None
    first_closed_at: datetime | None
    closed_at: datetime | None
    suspended: timedelta
    is_direct_answer: bool
    groups: dict[str, str]


class RowMapper:
    """A map applied to one file. Make a new one for each reading of the file: it counts identical rows."""

    def __init__(self, mapping: Mapping, table: Table) -> None:
        """Raises ``CorrectInput`` for columns that the table lacks."""
        missing = set(table.lacking(mapping.columns.values()))
        problems = [
            Problem(f"fields.{name}", f"{table.path.name} has no column {column}{did_you_mean(column, table.columns)}")
            for name, column in mapping.columns.items()
            if column in missing
        ]
        if problems:
            raise CorrectInput(problems)
        self.source_system = mapping.source_system or table.path.stem[:_SOURCE_MAX].strip() or "file"
        self._mapping = mapping
        self._intake = [plan for plan in self._plans() if plan.field not in CLOSURE_ONLY]
        wanted = {*GROUPS, *CLOSURE_ONLY, "received_at", "closed_at", "is_direct_answer"}
        self._closure = [plan for plan in self._plans() if plan.field in wanted]
        if "closed_at" not in mapping.columns:
            self._intake += [plan.named("closed_at") for plan in self._plans() if plan.field == "first_closed_at"]
        self._constants = {name: value for name, value in mapping.constants.items() if name not in CLOSURE_ONLY}
        self._seen: dict[int, int] = {}

    def intake_fields(self, row: Row) -> dict[str, object]:
        """The flat fields that ``Intake`` validates; what is empty is absent.

        ``external_id``, where the row has none, follows from the row's content and its ordinal among identical
        rows. Raises ``CorrectInput`` with every cell that cannot be read.
        """
        fields: dict[str, object] = {"source_system": self.source_system, "is_archive": not self._mapping.live}
        fields.update(self._constants)
        fields.update(_read(self._intake, row.values))
        if "external_id" not in fields:
            fields["external_id"] = self._derived_id(row.values)
        return fields

    def closure_row(self, row: Row) -> ClosureRow:
        """Raises ``CorrectInput`` with every cell that cannot be read."""
        found = dict(self._mapping.constants)
        found.update(_read(self._closure, row.values))
        received, closed, first = (found.get(name) for name in ("received_at", "closed_at", "first_closed_at"))
        if "closed_at" not in self._mapping.columns:
            closed = closed or first
        suspended = timedelta(hours=_number(found, "suspended_hours"), days=_number(found, "suspended_days"))
        if suspended < timedelta(0):
            raise CorrectInput.one("suspended_hours", "is negative")
        groups = {group: said for name, group in GROUPS.items() if (said := text(found.get(name)))}
        if isinstance(received, datetime):
            groups["received_month"] = received.astimezone(self._mapping.zone).strftime("%Y-%m")
        return ClosureRow(
            received_at=received if isinstance(received, datetime) else None,
            first_closed_at=next((at for at in (first, closed) if isinstance(at, datetime)), None),
            closed_at=closed if isinstance(closed, datetime) else None,
            suspended=suspended,
            is_direct_answer=found.get("is_direct_answer") in (True, "true", "1", "yes"),
            groups=groups,
        )

    def _plans(self) -> list[_Plan]:
        mapping = self._mapping
        return [
            _Plan(name, column, mapping.values.get(name), converter(name, mapping.zone))
            for name, column in mapping.columns.items()
        ]

    def _derived_id(self, values: Items[str, object]) -> str:
        """``row-`` and 128 bits of the row's content; ``-2`` for the second identical row of the file, and so on.

        Rows in another order, or columns in another order, give the same ids.
        """
        plain = {name: None if value != value else value for name, value in values.items()}
        content = _CANONICAL.encode(plain).encode("utf-8", "surrogatepass")  # JSON may hold half a surrogate pair
        digest = blake2b(content, digest_size=16).digest()
        key = int.from_bytes(digest[:8])  # half of it: a million rows in little memory
        ordinal = self._seen[key] = self._seen.get(key, 0) + 1
        return f"row-{digest.hex()}" + (f"-{ordinal}" if ordinal > 1 else "")


@dataclass(frozen=True, slots=True)
class _Plan:
    """How one field is read from a row."""

    field: str
    column: str
    table: Items[str, str] | None
    convert: Converter

    def named(self, field: str) -> _Plan:
        return _Plan(field, self.column, self.table, self.convert)


def _read(plans: list[_Plan], values: Items[str, object]) -> dict[str, object]:
    found: dict[str, object] = {}
    problems: list[Problem] = []
    for plan in plans:
        value = values.get(plan.column)
        try:
            if plan.table is not None:
                said = text(value) or ""
                value = plan.table.get(said, value)
            read = plan.convert(value)
        except ValueError as error:
            problems.append(Problem(plan.field, str(error)))
            continue
        if read is not None:
            found[plan.field] = read
    if problems:
        raise CorrectInput(problems)
    return found


def _number(found: Items[str, object], name: str) -> float:
    value = found.get(name)
    return value if isinstance(value, float) else 0.0
