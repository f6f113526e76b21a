"""MAP.yaml: which column of a file is which of our fields, and in which time zone it speaks."""

from __future__ import annotations

from collections.abc import Mapping as Items
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import Field, StringConstraints, ValidationError, WithJsonSchema

from dispatcher.files import fields as known
from dispatcher.files.cells import converter
from dispatcher.files.map_yaml import read_yaml
from dispatcher.files.names import did_you_mean
from dispatcher.files.times import parse_time
from models.base import Value
from models.codec import problems_of
from models.errors import CorrectInput, Problem

# Every scalar of a map is text: a column may be called 2022 or no, and an id keeps its zeros.
_SCALAR = WithJsonSchema({"type": ["string", "number", "boolean"]})
Column = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), _SCALAR]
Written = Annotated[
    str, StringConstraints(strip_whitespace=True), WithJsonSchema({"type": ["string", "number", "boolean", "null"]})
]
_NAMES: dict[str, Any] = {"propertyNames": {"enum": list(known.NAMES)}}


class MapFile(Value):
    """The file as it is written; docs/import.md explains each key."""

    timezone: str = "Asia/Shanghai"
    observed_at: str | None = None
    source_system: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)] | None = None
    sheet: str | None = None
    live: bool = False
    fields: Annotated[dict[str, Column], Field(min_length=1, json_schema_extra=_NAMES)]
    constants: dict[str, Written] = Field(default={}, json_schema_extra=_NAMES)
    values: dict[str, dict[str, Written]] = Field(default={}, json_schema_extra=_NAMES)


@dataclass(frozen=True, slots=True)
class Mapping:
    """A checked map: field names are our own (no aliases), times are moments.

    ``columns``: field → column. ``constants``: field → value where the row has none, already read as the field
    wants it. ``live``: open rows are new orders, not an archive's. ``values``: field → {what the file says: what
    we say, "" for nothing}.
    """

    zone: ZoneInfo
    observed_at: datetime | None
    source_system: str | None
    sheet: str | None
    live: bool
    columns: Items[str, str]
    constants: Items[str, object]
    values: Items[str, Items[str, str]]


def map_schema() -> dict[str, Any]:
    """The JSON schema of a MAP.yaml, for editors."""
    return MapFile.model_json_schema() | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "MAP.yaml",
    }


def load_map(path: Path) -> Mapping:
    """The map in ``path``. Raises ``CorrectInput`` that names every key that is wrong, and the nearest right one."""
    return parse_map(read_yaml(path))


def parse_map(document: object) -> Mapping:
    """The map that ``document`` (text scalars only, as ``read_yaml`` gives it) describes."""
    if not isinstance(document, dict):
        raise CorrectInput.one("", "a map is a mapping with at least `fields:`")
    keys = list(MapFile.model_fields)
    problems = [Problem(key, f"unknown key{did_you_mean(key, keys)}") for key in document if key not in keys]
    # `observed_at:` with nothing behind it is the same as no such line
    written = {key: value for key, value in document.items() if key in keys and value != ""}
    try:
        file = MapFile.model_validate(written)
    except ValidationError as error:
        raise CorrectInput([*problems, *problems_of(error)]) from error
    problems += _wrong_names(file)
    zone = _zone(file.timezone, problems)
    constants = _constants(file, zone, problems)
    observed_at = None
    if file.observed_at is not None:
        try:
            observed_at = parse_time(file.observed_at, zone)
        except ValueError as error:
            problems.append(Problem("observed_at", str(error)))
    if problems:
        raise CorrectInput(problems)
    return Mapping(
        zone=zone,
        observed_at=observed_at,
        source_system=file.source_system,
        sheet=file.sheet,
        live=file.live,
        columns={known.own_name(name): column for name, column in file.fields.items()},
        constants=constants,
        values={known.own_name(name): table for name, table in file.values.items()},
    )


def _wrong_names(file: MapFile) -> list[Problem]:
    problems: list[Problem] = []
    for part, names in (("fields", file.fields), ("constants", file.constants), ("values", file.values)):
        unknown = [name for name in names if name not in known.NAMES]
        problems += [Problem(f"{part}.{name}", f"unknown field{did_you_mean(name, known.NAMES)}") for name in unknown]
        problems += [Problem(f"{part}.{name}", "is named twice, once by its alias") for name in known.twice(names)]
    fixed = {known.own_name(name): name for name in file.constants}
    for own, instead in (("external_id", "every row needs its own"), ("source_system", "use the key source_system")):
        if own in fixed:
            problems.append(Problem(f"constants.{fixed[own]}", f"cannot be the same for all rows: {instead}"))
    return problems


def _zone(name: str, problems: list[Problem]) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = did_you_mean(name, sorted(available_timezones()))
        problems.append(Problem("timezone", f"unknown time zone {name}{hint}"))
        return ZoneInfo("Asia/Shanghai")


def _constants(file: MapFile, zone: ZoneInfo, problems: list[Problem]) -> dict[str, object]:
    constants: dict[str, object] = {}
    for name, value in file.constants.items():
        own = known.own_name(name)
        try:
            constants[own] = converter(own, zone)(value)
        except ValueError as error:
            problems.append(Problem(f"constants.{name}", str(error)))
    return {name: value for name, value in constants.items() if value is not None}
