"""Reading what is handed in: every kind of bad input names its field and its reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatcher.catalogue import default_catalogue_path, load_catalogue
from dispatcher.codes import Codes
from dispatcher.intake import read_intake, resolve
from models.errors import CorrectInput
from models.intake import CONTENT_MAX

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
CODES = Codes(load_catalogue(default_catalogue_path()))


def message(**changes: Any) -> dict[str, Any]:
    return {
        "source_system": "city",
        "external_id": "A-1",
        "title": "路灯不亮",
        "content": "小区门口的路灯坏了三天，晚上看不见路。",
    } | changes


def problems(raw: bytes | dict[str, Any]) -> dict[str, str]:
    with pytest.raises(CorrectInput) as caught:
        resolve(read_intake(raw), CODES, NOW)
    return {problem.field: problem.reason for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"title": ""}, "title", "at least 1"),
        ({"title": "   "}, "title", "at least 1"),
        ({"title": "长" * 201}, "title", "at most 200"),
        ({"content": "字" * (CONTENT_MAX + 1)}, "content", "at most 20000"),
        ({"content": "a\x00b"}, "content", "U+0000"),
        ({"title": "a\x07b"}, "title", "U+0007"),
        ({"name": "张\x1b[31m"}, "name", "U+001B"),
        ({"content": 5}, "content", "string"),
        ({"channel": "fax"}, "channel", "not in the catalogue"),
        ({"request_type": "投诉呀"}, "request_type", "did you mean '投诉'"),
        ({"street": "南山街道"}, "street", "not in the catalogue"),
        ({"community": "没有社区"}, "community", "unknown"),
        ({"urgency": "soon"}, "urgency", "normal"),
        ({"lead_department": "navy"}, "lead_department", "not in the catalogue"),
        ({"item_code": "x.y"}, "item_code", "not in the catalogue"),
        ({"received_at": "2026-13-01T00:00:00Z"}, "received_at", "month"),
        ({"received_at": "2026-03-01T00:00:00"}, "received_at", "timezone"),
        ({"received_at": "2026-03-02T09:00:00Z"}, "received_at", "future"),
        ({"received_at": "2026-03-01T00:00:00Z", "closed_at": "2026-02-01T00:00:00Z"}, "closed_at", "before received"),
        ({"occurred_at": "2030-01-01T00:00:00Z"}, "occurred_at", "future"),
        ({"signed_at": "2026-03-02T08:00:00Z"}, "signed_at", "needs dispatched_at"),
        ({"source_system": "split"}, "source_system", "kept for the parts"),
        ({"sealed": "x"}, "sealed", "unknown field"),
        ({"phone": "call me"}, "phone", "no phone number"),
        ({"latitude": 91}, "latitude", "90"),
        ({"contnet": "x"}, "contnet", "unknown field"),
        ({"is_direct_answer": True}, "is_direct_answer", "needs closed_at"),
        ({"lead_department": "police", "returns": [{"department": "nobody", "dispatched_at": "2026-03-02T08:00:00Z",
          "returned_at": "2026-03-02T08:00:01Z"}]}, "returns.0.department", "not in the catalogue"),
    ],
)  # fmt: skip
def test_names_the_field_and_the_reason(changes: dict[str, Any], field: str, reason: str) -> None:
    found = problems(message(**changes))
    assert field in found, found
    assert reason in found[field]


@pytest.mark.parametrize("missing", ["title", "content", "source_system", "external_id"])
def test_a_missing_field_is_named(missing: str) -> None:
    raw = message()
    del raw[missing]
    assert "required" in problems(raw)[missing].lower()


def test_all_problems_are_told_at_once() -> None:
    assert set(problems(message(title="", channel=7, phone="?"))) == {"title", "channel", "phone"}
    assert set(problems(message(channel="fax", street="月球", closed_at="2027-01-01T00:00:00Z"))) == {
        "channel", "street", "closed_at",
    }  # fmt: skip


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b'"text"', b"null", b"{}" + b" " * 10 + b"x", "中文".encode("gb18030"), b"\xff\xfe\x00"]
)
def test_bytes_that_are_no_message(raw: bytes) -> None:
    assert problems(raw)


def test_problems_do_not_repeat_personal_values() -> None:
    found = problems(message(phone="13900001111x", name="王\x00小明"))
    assert "13900001111" not in str(found)
    assert "小明" not in str(found)


def test_chinese_names_become_codes() -> None:
    raw = message(
        channel="热线电话", request_type="投诉", street="公明", community="上村社区", lead_department="区水务局"
    )
    known = {term.name: term.code for term in CODES._catalogue.channels}
    raw["channel"] = next(iter(known))
    intake = resolve(read_intake(raw), CODES, NOW)
    assert (intake.channel, intake.request_type) == (known[raw["channel"]], "complaint")
    assert (intake.street, intake.community, intake.lead_department) == ("440311002", "上村", "water")


def test_a_community_tells_its_street() -> None:
    intake = resolve(read_intake(message(community="楼村")), CODES, NOW)
    assert (intake.street, intake.community) == ("440311003", "楼村")


def test_a_community_of_another_street_is_refused() -> None:
    assert "community" in problems(message(street="光明街道", community="楼村"))


def test_street_town_is_the_office_of_the_place() -> None:
    at = (NOW - timedelta(days=1)).isoformat()
    intake = resolve(
        read_intake(message(lead_department="street_town", street="马田", closed_at=at, received_at=at)), CODES, NOW
    )
    assert intake.lead_department == "street_matian"


def test_received_now_when_not_said() -> None:
    assert resolve(read_intake(json.dumps(message()).encode()), CODES, NOW).received_at == NOW
