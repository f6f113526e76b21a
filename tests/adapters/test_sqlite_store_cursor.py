"""Cursors come from the web: whatever they hold, they are read or refused, and nothing else."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatcher.adapters.sqlite.store_cursor import (
    Entry,
    Place,
    from_cursor,
    from_facts_cursor,
    to_cursor,
    to_facts_cursor,
)
from models.errors import CorrectInput

KEYS = st.none() | st.integers(-(2**63), 2**63 - 1)


def packed(document: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode()


@given(KEYS, st.from_regex(r"[A-Z]{1,6}[0-9A-Z]{13}", fullmatch=True), st.booleans())
def test_a_place_comes_back(key: int | None, order_no: str, descending: bool) -> None:
    cursor = to_cursor("closed_at", descending, Place(key, order_no))
    assert from_cursor(cursor, "closed_at", descending) == Place(key, order_no)


@given(st.text() | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_any_text_is_refused(cursor: str) -> None:
    with pytest.raises(CorrectInput):
        from_cursor(cursor, "closed_at", True)


@pytest.mark.parametrize(
    "document",
    [
        ["closed_at", True, 2**63, "GM1"],
        ["closed_at", True, True, "GM1"],
        ["closed_at", True, 1.5, "GM1"],
        ["closed_at", True, 1, "\ud800"],
        ["closed_at", True, 1],
        ["closed_at", 1, 1, "GM1"],
        {"closed_at": True},
        "closed_at",
    ],
)
def test_what_no_search_made_is_refused(document: Any) -> None:
    with pytest.raises(CorrectInput, match="no cursor"):
        from_cursor(packed(document), "closed_at", True)


@given(st.integers(-(2**63), 2**63 - 1), st.from_regex(r"[A-Z]{1,6}[0-9A-Z]{13}", fullmatch=True), st.integers(1, 999))
def test_an_entry_comes_back(at: int, order_no: str, seq: int) -> None:
    entry = Entry(at, order_no, seq)
    assert from_facts_cursor(to_facts_cursor("revealed", entry), "revealed") == entry


@pytest.mark.parametrize(
    "document",
    [["revealed", 2**63, "GM1", 1], ["revealed", True, "GM1", 1], ["revealed", 1, "GM1", None], [1, 1, "G", 1]],
)
def test_no_entry_is_made_of_anything_else(document: Any) -> None:
    with pytest.raises(CorrectInput, match="no cursor"):
        from_facts_cursor(packed(document), "revealed")


def test_an_endless_cursor_is_refused_unread() -> None:
    with pytest.raises(CorrectInput, match="no cursor"):
        from_cursor(base64.urlsafe_b64encode(b"[" * 200_000).decode(), "closed_at", True)
