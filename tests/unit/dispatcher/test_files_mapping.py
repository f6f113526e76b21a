from __future__ import annotations

import datetime as dt
from pathlib import Path

import jsonschema
import pytest
import yaml

from dispatcher.files import Mapping, load_map, map_schema
from dispatcher.files.fields import FLAGS, LISTS, NUMBERS, TIMES
from models.base import Instant
from models.errors import CorrectInput
from models.intake import Intake


def load(folder: Path, content: str | bytes) -> Mapping:
    file = folder / "MAP.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_map(file)


def problems(folder: Path, content: str | bytes) -> dict[str, str]:
    with pytest.raises(CorrectInput) as caught:
        load(folder, content)
    return {problem.field: problem.reason for problem in caught.value.problems}


FULL = """
timezone: Asia/Shanghai
observed_at: 2023-03-01 08:00
source_system: 政务平台
sheet: 工单
fields: {received_at: 受理时间, unit: 承办单位, detail: 内容, external_id: 编号, title: no}
constants: {channel: web, is_anonymous: 否, latitude: 22.75}
values:
  request_type: {投诉/求助: complaint, 007: help, yes: praise, 未知: null}
"""


def test_a_map_with_everything(tmp_path: Path) -> None:
    mapping = load(tmp_path, FULL)
    assert mapping.zone.key == "Asia/Shanghai"
    assert mapping.observed_at == dt.datetime(2023, 3, 1, 0, 0, tzinfo=dt.UTC)
    assert (mapping.source_system, mapping.sheet) == ("政务平台", "工单")
    assert mapping.columns == {
        "received_at": "受理时间", "lead_department": "承办单位", "content": "内容", "external_id": "编号",
        "title": "no",
    }  # fmt: skip
    assert mapping.constants == {"channel": "web", "is_anonymous": False, "latitude": 22.75}
    assert mapping.values == {"request_type": {"投诉/求助": "complaint", "007": "help", "yes": "praise", "未知": ""}}


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    mapping = load(tmp_path, "observed_at:\nfields: {title: t}\n")
    assert mapping.zone.key == "Asia/Shanghai"
    assert (mapping.observed_at, mapping.source_system, mapping.sheet) == (None, None, None)


def test_a_map_saved_by_notepad_in_gb18030(tmp_path: Path) -> None:
    text = "fields: {received_at: 受理时间, title: 标题, content: 诉求内容}"
    assert load(tmp_path, text.encode("gb18030")).columns["content"] == "诉求内容"


def test_unknown_names_come_with_the_nearest_known_one(tmp_path: Path) -> None:
    found = problems(tmp_path, "feilds: {}\nfields: {recieved_at: a, observed_at: b}\nvalues: {chanel: {a: b}}\n")
    assert found["feilds"] == "unknown key; did you mean fields?"
    assert found["fields.recieved_at"] == "unknown field; did you mean received_at?"
    assert found["fields.observed_at"].startswith("unknown field")
    assert found["values.chanel"] == "unknown field; did you mean channel?"


def test_a_time_zone_that_does_not_exist(tmp_path: Path) -> None:
    found = problems(tmp_path, "timezone: Asia/Shanghia\nfields: {title: t}\n")
    assert found == {"timezone": "unknown time zone Asia/Shanghia; did you mean Asia/Shanghai?"}
    for name in ("Asia", "../etc/passwd", "/etc/passwd", "UTC+8"):
        assert "timezone" in problems(tmp_path, f"timezone: {name}\nfields: {{title: t}}\n")


def test_a_key_that_stands_twice(tmp_path: Path) -> None:
    assert problems(tmp_path, "fields:\n  title: a\n  title: b\n") == {"title": "stands twice, again in line 3"}
    assert "fields.content" in problems(tmp_path, "fields: {content: a, detail: b}\n")


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ("", ""),
        ("- a\n", ""),
        ("timezone: UTC\n", "fields"),
        ("fields: {}\n", "fields"),
        ("fields: {title: }\n", "fields.title"),
        ("fields: {title: [a]}\n", "fields.title"),
        ("fields: {title: a}\nobserved_at: soon\n", "observed_at"),
        ("fields: {title: a}\nconstants: {external_id: 1}\n", "constants.external_id"),
        ("fields: {title: a}\nconstants: {id: 1}\n", "constants.id"),
        ("fields: {title: a}\nconstants: {latitude: north}\n", "constants.latitude"),
        ("fields: {title: a\n", "MAP.yaml"),
        ("fields: &a {title: *b}\n", "MAP.yaml"),
        ("? [a]\n: b\n", "MAP.yaml"),
        ("fields: !!python/object/apply:os.system [ls]\n", "fields"),
        ("[" * 5000, "MAP.yaml"),
        (b"PK\x03\x04\x00\x00", "MAP.yaml"),
        (b"a: 1\n" * 300_000, "MAP.yaml"),
        (b"\xff\xfe\xff", "MAP.yaml"),
    ],
)
def test_every_fault_names_its_place(tmp_path: Path, content: str | bytes, field: str) -> None:
    assert field in problems(tmp_path, content)


def test_a_map_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CorrectInput, match=r"^MAP.yaml: there is no such file"):
        load_map(tmp_path / "MAP.yaml")
    with pytest.raises(CorrectInput, match="cannot be opened"):
        load_map(tmp_path)


def test_the_schema_agrees_with_the_reader() -> None:
    schema = map_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    document = yaml.safe_load(FULL.replace("observed_at: 2023-03-01 08:00", "observed_at: '2023-03-01 08:00'"))
    jsonschema.validate(document | {"values": {"channel": {"a": 1, "b": None}}}, schema)
    for wrong in ({}, {"fields": {"tilte": "a"}}, {"fields": {"title": "a"}, "x": 1}, {"fields": {"title": []}}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)


def test_every_field_of_the_intake_message_is_read_by_its_kind() -> None:
    for name, field in Intake.model_fields.items():
        kinds = str(field.annotation)
        assert (name in TIMES) == (field.annotation in (Instant, Instant | None)), name
        assert (name in FLAGS) == (kinds == "<class 'bool'>"), name
        assert (name in NUMBERS) == ("float" in kinds), name
        assert (name in LISTS) == ("tuple" in kinds), name
