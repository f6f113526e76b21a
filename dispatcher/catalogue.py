"""The catalogue as a file: read from YAML with every mistake named, checked, and described as a JSON schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import ValidationError

from models.catalogue import Catalogue, LimitRule
from models.errors import ConfigureFirst, CorrectInput, Problem

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 12
OTHER = "other"
"""The unit for what is nobody's duty here; no item of a responsibility list belongs to it."""

Location = tuple[str | int, ...]

# The base loaders leave every scalar as text: the model decides the types, so that neither a code such as
# 440311001 nor a version such as 2026.10 is turned into a number on the way.
_LOADER: type[yaml.BaseLoader] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CJK = "[\u2014-\u2026\u3000-\u9fff\uff00-\uffef]"
_FOLD = re.compile(f"(?<={_CJK}) (?={_CJK})")
_SENTENCE_END = re.compile(r"[。！？!?]|\.(?=\s|$)")
_REFERENCE = re.compile(
    r"(?P<field>[a-z_.]+): (?P<reason>(?:(?P<code>.+) is (?:not defined|listed twice))?.*)", re.DOTALL
)


def default_catalogue_path() -> Path:
    """The catalogue that ships: 光明区."""
    return Path(__file__).parent / "catalogues" / "guangming.yaml"


def json_schema() -> dict[str, Any]:
    """The JSON schema (draft 2020-12) of a catalogue, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Catalogue.model_json_schema()}


def json_schema_text() -> str:
    """The schema as the file that lies beside the catalogues."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


def load_catalogue(path: Path) -> Catalogue:
    """The catalogue in ``path``.

    Raises ``ConfigureFirst`` for a file that cannot be read, and ``CorrectInput`` for one that is no catalogue:
    each problem names the field by its path (``items.12.unit``) or the line and column, and the reason.
    """
    return _validate(_Source(_text(path)))


def check(path: Path) -> list[Problem]:
    """What a careful reader would ask about a catalogue that loads; raises as ``load_catalogue`` does."""
    source = _Source(_text(path))
    return [source.problem(where, reason) for where, reason in _doubts(_validate(source))]


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ConfigureFirst(f"{path}: there is no such catalogue file") from None
    except OSError as error:
        raise ConfigureFirst(f"{path}: the catalogue cannot be read: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise CorrectInput.one("", f"the file is larger than {MAX_BYTES // 1024 // 1024} MB, which no catalogue is")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CorrectInput.one(f"line {line}", "is not UTF-8; save the file in the encoding UTF-8") from error
    if found := _UNPRINTABLE.search(text):
        line, column = text.count("\n", 0, found.start()) + 1, found.start() - text.rfind("\n", 0, found.start())
        raise CorrectInput.one(f"line {line}, column {column}", f"control character U+{ord(found[0]):04X}")
    return text


class _Source:
    """A YAML document with the line of each of its fields."""

    def __init__(self, text: str) -> None:
        """Raises ``CorrectInput`` for what is no YAML, and for YAML that a catalogue has no use for."""
        try:
            _refuse_tricks(text)
            root = yaml.compose(text, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            what = ", ".join(part for part in (error.problem, error.context) if part)
            raise CorrectInput.one(_mark(error.problem_mark or error.context_mark), f"no YAML: {what}") from error
        if root is None:
            raise CorrectInput.one("", "the file is empty")
        self.root: yaml.Node = root
        twice: list[Problem] = []
        self.document = _value(self.root, (), twice)
        if twice:
            raise CorrectInput(twice)

    def problem(self, where: Location, reason: str) -> Problem:
        """``reason`` at ``where``: the path as far as the document has it and one step further, and the line."""
        node, known = self.root, 0
        for step in where:
            child = _child(node, step)
            if child is None:
                break
            node, known = child, known + 1
        # What pydantic adds below a scalar is the name of the alternative that it tried.
        path = where[:known] if isinstance(node, yaml.ScalarNode) else where[: known + 1]
        return Problem(".".join(map(str, path)), f"{reason} (line {node.start_mark.line + 1})")

    def of_reference(self, message: str) -> Problem:
        """The model's "field: code is not defined" or "… is listed twice", at the last place that has the code."""
        said = _REFERENCE.fullmatch(message)
        if said is None:
            return self.problem((), message)
        names = said["field"].split(".")
        places = [at for at, value in _scalars(self.root, names, ()) if value == said["code"]]
        return self.problem(places[-1] if places else tuple(names), said["reason"])


def _refuse_tricks(text: str) -> None:
    """Aliases can make a small file huge, tags can name types, deep nesting exhausts the stack."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise CorrectInput.one(_mark(event.start_mark), f"alias *{event.anchor}: write the value out instead")
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
            raise CorrectInput.one(_mark(event.start_mark), f"tag {event.tag}: a catalogue has no tags")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise CorrectInput.one(_mark(event.start_mark), f"nested more than {MAX_DEPTH} levels deep")


def _mark(mark: Any) -> str:
    """Where a mark of either YAML parser, C or Python, points to; "" for None."""
    return f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""


def _value(node: yaml.Node, at: Location, twice: list[Problem]) -> Any:
    """The plain value of ``node``; keys that a mapping has twice are added to ``twice``."""
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, (*at, index), twice) for index, child in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        lines: dict[str, int] = {}
        found: dict[str, Any] = {}
        for key, child in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                twice.append(Problem(_mark(key.start_mark), "a field's name must be a word"))
                continue
            where = (*at, key.value)
            if key.value in lines:
                reason = f"is written twice (lines {lines[key.value]} and {line})"
                twice.append(Problem(".".join(map(str, where)), reason))
            lines[key.value] = line
            found[key.value] = _value(child, where, twice)
        return found
    assert isinstance(node, yaml.ScalarNode)
    if node.style == ">":
        return _FOLD.sub("", node.value)  # a folded line break is a space, which Chinese does not write
    return None if not node.style and node.value in ("", "~", "null") else node.value


def _child(node: yaml.Node, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        child: yaml.Node = node.value[step]
        return child
    if isinstance(node, yaml.MappingNode):
        return next((child for key, child in node.value if key.value == step), None)
    return None


def _scalars(node: yaml.Node, names: Sequence[str], at: Location) -> Iterator[tuple[Location, str]]:
    """The scalars under ``names``, in every element of the lists on the way; of a last mapping its ``code``."""
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            yield from _scalars(child, names, (*at, index))
    elif isinstance(node, yaml.MappingNode):
        name = names[0] if names else "code"
        child = _child(node, name)
        if child is not None:
            yield from _scalars(child, names[1:], (*at, name))
    elif not names:
        yield at, node.value


def _validate(source: _Source) -> Catalogue:
    try:
        catalogue = Catalogue.model_validate(source.document)
    except ValidationError as error:
        raise CorrectInput(_problems(source, error)) from error
    try:
        ZoneInfo(catalogue.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        problem = source.problem(("timezone",), f"{catalogue.timezone} is no time zone")
        raise CorrectInput([problem]) from None
    return catalogue


def _problems(source: _Source, error: ValidationError) -> list[Problem]:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [
        source.problem(item["loc"], item["msg"])
        if item["loc"]
        else source.of_reference(item["msg"].removeprefix("Value error, "))
        for item in found
    ]


def _doubts(catalogue: Catalogue) -> Iterator[tuple[Location, str]]:
    offices = {street.office for street in catalogue.streets}
    with_items = {item.unit for item in catalogue.items}
    for index, unit in enumerate(catalogue.units):
        if unit.code not in with_items | offices | {OTHER}:
            yield ("units", index), f"{unit.code} has no items"
        if len(_SENTENCE_END.findall(unit.duty)) < 2:
            yield ("units", index, "duty"), f"the duty of {unit.code} is shorter than two sentences"
    paths: set[tuple[str, ...]] = set()
    for index, item in enumerate(catalogue.items):
        if item.unit == OTHER:
            yield ("items", index, "unit"), f"{item.code} belongs to no unit of the city ({OTHER})"
        if item.path in paths:
            yield ("items", index, "path"), f"{item.code} has the path of an earlier item"
        paths.add(item.path)
    homes: dict[str, str] = {}
    for at, street in enumerate(catalogue.streets):
        for index, community in enumerate(street.communities):
            home = homes.setdefault(community, street.name)
            if home != street.name:
                yield ("streets", at, "communities", index), f"{community} is also in {home}"
    for index, rule in enumerate(catalogue.limits):
        earlier = next((i for i, other in enumerate(catalogue.limits[:index]) if _covers(other, rule)), None)
        if earlier is not None:
            yield ("limits", index), f"never applies, because limits.{earlier} comes first"
    for day in sorted(set(catalogue.days.working) & set(catalogue.days.holidays)):
        yield ("days", "working", catalogue.days.working.index(day)), f"{day} is also in days.holidays, which counts"


def _covers(one: LimitRule, other: LimitRule) -> bool:
    conditions = one.model_dump(exclude={"value", "unit"}, exclude_none=True)
    return conditions.items() <= other.model_dump(exclude={"value", "unit"}, exclude_none=True).items()
