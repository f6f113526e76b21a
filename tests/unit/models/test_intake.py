"""The intake message names what is wrong with it, field by field."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.intake import CONTENT_MAX, TITLE_MAX, Intake

LEAST = {"source_system": "s", "external_id": "1", "title": "爆水管", "content": "路口水管爆裂"}


def intake(**changes: Any) -> Intake:
    return Intake.model_validate(LEAST | changes)


def test_the_least_that_is_an_order() -> None:
    message = intake()
    assert (message.channel, message.urgency, message.received_at, message.returns) == ("hotline", "normal", None, ())
    for field in LEAST:
        with pytest.raises(ValidationError, match=field):
            Intake.model_validate({name: value for name, value in LEAST.items() if name != field})


def test_white_space_around_is_no_content() -> None:
    assert intake(title=" 爆水管 \n").title == "爆水管"
    for field in LEAST:
        with pytest.raises(ValidationError, match=field):
            intake(**{field: " \u3000\n"})


@pytest.mark.parametrize(
    ("field", "limit"), [("title", TITLE_MAX), ("content", CONTENT_MAX), ("external_id", 128), ("address_text", 200)]
)
def test_lengths_count_characters_and_not_bytes(field: str, limit: int) -> None:
    assert getattr(intake(**{field: "🙂" * limit}), field) == "🙂" * limit
    with pytest.raises(ValidationError, match=field):
        intake(**{field: "字" * (limit + 1)})


controls = st.sampled_from([*(chr(n) for n in range(32) if n not in (9, 10, 13)), "\x7f", "\x85", "\ufffe", "\uffff"])


@given(controls, st.sampled_from(["title", "content", "external_id", "address_text", "reply_public", "name"]))
def test_control_characters_are_named_with_their_place(control: str, field: str) -> None:
    with pytest.raises(ValidationError, match=rf"U\+{ord(control):04X} at position 1"):
        intake(**{field: f"水{control}管"})


def test_tabs_and_line_breaks_are_content() -> None:
    assert intake(content="一\t二\r\n三").content == "一\t二\r\n三"


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(ValidationError, match="title"):
        intake(title="水\ud800管")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("received_at", "2026-03-02T09:00:00"),
        ("received_at", "2026-13-02T09:00:00Z"),
        ("received_at", "昨天"),
        ("latitude", 91),
        ("latitude", float("nan")),
        ("longitude", "-180.1"),
        ("phone", "12"),
        ("phone", "1381234567a"),
        ("phone", "１３８１２３４５６７８"),
        ("uscc", "91440300MA5"),
        ("uscc", "***"),
        ("id_number", "110105194912310021"),
        ("id_number", "990105194912310021"),
        ("id_number", "E 123"),
        ("id_number", "E" * 33),
        ("id_number", ""),
        ("parent_order_no", "GM123"),
        ("prev_order_no", "7K3M9QX2B4TDA"),
        ("sealed", "x"),
        ("phone_hashes", []),
        ("visit", {"visited_at": "2026-03-02T08:00:00Z"}),
        ("visit", {"visited_at": "2026-03-02T08:00:00Z", "contacted": True, "satisfaction": "happy"}),
        ("urgency", "soon"),
        ("requester_kind", "robot"),
        ("decision_mode", ""),
        ("content_", "x"),
        ("returns", [{"department": "water"}]),
    ],
)
def test_a_wrong_value_is_refused_by_field(field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        intake(**{field: value})
    assert {error["loc"][0] for error in caught.value.errors()} == {field}


@pytest.mark.parametrize("number", [20260302, 46083.5, "20260302"])
def test_a_bare_number_is_no_moment(number: Any) -> None:
    with pytest.raises(ValidationError, match="received_at"):
        intake(received_at=number)


@pytest.mark.parametrize("number", ["11010519491231002X", "e12345678", "A123456(7)", "110105491231002", "H1234567890"])
def test_documents_of_any_kind(number: str) -> None:
    assert intake(id_number=f" {number} ").id_number == number.upper()


def test_moments_keep_their_zone() -> None:
    assert intake(received_at="2026-03-02T17:00:00+08:00").received_at == datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_it_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        intake().title = "别的"
