"""Names and sentences: none is missing, none is wrong, and what a search finds is what the page marks."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from dispatcher.adapters.sqlite.store_text import normalise
from dispatcher.closure.spans import Reason
from dispatcher.web.pages import words
from dispatcher.web.pages.highlight import excerpt, marked, pattern_of, quoted
from dispatcher.web.pages.refusals import refusal_sentence
from dispatcher.web.pages.times import span
from models.commands import Refusal, RefusalCode
from models.facts import Closed, Requested
from models.kinds import (
    AlarmKind,
    Card,
    DecisionMode,
    LimitUnit,
    RejectReason,
    RequesterKind,
    ReturnReason,
    Satisfaction,
    State,
    Urgency,
)
from models.lifecycle import Move, allowed_moves
from models.query import GroupField, SortField
from models.rights import Role


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (words.STATES, State), (words.STATE_TONES, State), (words.URGENCIES, Urgency), (words.MODES, DecisionMode),
        (words.RETURN_REASONS, ReturnReason), (words.MOVES, Move), (words.LIMIT_UNITS, LimitUnit), (words.ROLES, Role),
        (words.REQUESTER_KINDS, RequesterKind), (words.REJECT_REASONS, RejectReason), (words.CARDS, Card),
        (words.SATISFACTIONS, Satisfaction), (words.ALARMS, AlarmKind), (words.DUES, AlarmKind),
        (words.CLOSINGS, get_args(Closed.model_fields["how"].annotation)), (words.SUPERVISE_LEVELS, (1, 2, 3)),
        (words.REQUESTS, get_args(Requested.model_fields["kind"].annotation)),
        (words.EXCLUDED, {*get_args(Reason), "direct_answer", "merged", "split", "rejected"}),
        (words.GROUPS, get_args(GroupField)), (words.SORTS, get_args(SortField)),
    ],
)  # fmt: skip
def test_every_code_has_a_name(table: dict[Any, str], codes: Iterable[Any]) -> None:
    assert set(table) == set(codes)


FIELD_REASONS = ("unit: x is not in the catalogue", "co_units.0: x", "parts.1.street: x", "basis: needed", "do: why")


@pytest.mark.parametrize("code", RefusalCode)
@pytest.mark.parametrize("move", Move)
def test_every_refusal_is_one_chinese_sentence(code: RefusalCode, move: Move) -> None:
    for state, reason in itertools.product(State, FIELD_REASONS):
        refusal = Refusal(code=code, reason=reason, state=state, version=3, move=move, allowed=allowed_moves(state))
        said = refusal_sentence(refusal, "某单位")
        assert said.endswith("。") and not any(char.isascii() and char.isalpha() for char in said), said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "不到 1 分钟"), (59.9, "不到 1 分钟"), (60, "1 分"), (3600, "1 小时"), (3660, "1 小时 1 分"),
     (86399, "23 小时 59 分"), (86400, "1 天"), (93599, "1 天 1 小时"), (86400 * 30, "30 天")],
)  # fmt: skip
def test_spans_are_told_in_two_units(seconds: float, said: str) -> None:
    assert span(timedelta(seconds=seconds)) == said


TEXT = st.text("aA1Ａａ１ 　\t\n水井。.*[噪", max_size=20)


@given(TEXT, TEXT.filter(lambda text: text == text.strip() and text))
def test_the_page_marks_what_the_store_finds(text: str, needle: str) -> None:
    pattern = pattern_of(needle)
    assert pattern is not None
    assert ("<mark>" in marked(text, pattern)) == (normalise(needle) in normalise(text))


@given(st.text("<&\"'>水a", max_size=20), st.text("<&水a", min_size=1, max_size=3))
def test_marking_adds_nothing_but_marks(text: str, needle: str) -> None:
    shown = str(marked(text, pattern_of(needle)))
    assert shown.replace("<mark>", "").replace("</mark>", "") == str(escape(text))


def test_an_excerpt_is_short_whatever_the_text() -> None:
    assert len(excerpt("长" * 20_000, None)) < 100
    assert excerpt("短\n\n文", None) == "短 文"


def test_quoted_words_are_marked_and_escaped() -> None:
    assert str(quoted("提到“<b>”；属地")) == "提到<mark>&lt;b&gt;</mark> ；属地"
