"""Exact substring search: FTS5 over pairs of characters says what Python's ``in`` says, for any text."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatcher.adapters.sqlite.store_schema import SCHEMA
from dispatcher.adapters.sqlite.store_text import match_expression, normalise, tokens

PIECES = st.sampled_from(
    [
        "停水", "停", "水", "施工", "𠮷", "𠀋", "😀", "\U0001f468\u200d\U0001f469", "A", "a", "Ａ", "ａ", "1", "１",
        "ß", "İ", "ς", "Σ", "é", "e\u0301", "ﬁ", '"', "'", "*", "^", "(", ")", ":", "-", "+", ",", "，", "。", "AND",
        "OR", "NOT", "NEAR", "{", "}", "\\", "_", "%", ".", " ", "  ", "\t", "\n", "　", "\u00a0", "\u2028", "\x00",
        "\x1f", "\x7f", "\ufffd", "\U0010ff41", "\U0010ff80", "\ufdd0",
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(PIECES, min_size=0, max_size=12).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.text("ab ", max_size=20),
)
INDEX = next(statement for statement in SCHEMA.split(";") if "VIRTUAL TABLE" in statement)


@st.composite
def texts_and_needle(draw: st.DrawFn) -> tuple[list[str], str]:
    """Some texts, and a needle that is often a part of one."""
    texts = draw(st.lists(TEXTS, min_size=1, max_size=5))
    if draw(st.booleans()):
        text = draw(st.sampled_from(texts))
        start = draw(st.integers(0, len(text)))
        needle = text[start : draw(st.integers(start, len(text)))]
    else:
        needle = draw(TEXTS)
    return texts, needle


def found(connection: sqlite3.Connection, needle: str) -> set[int]:
    sql = "SELECT rowid FROM text_index WHERE text_index MATCH ?"
    return {row[0] for row in connection.execute(sql, (match_expression(needle),))}


@settings(max_examples=600, deadline=None)
@given(texts_and_needle())
def test_the_index_finds_exactly_the_substrings(given_: tuple[list[str], str]) -> None:
    texts, needle = [normalise(text) for text in given_[0]], normalise(given_[1])
    if not needle:
        return
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(INDEX)
        connection.executemany(
            "INSERT INTO text_index (rowid, text) VALUES (?, ?)", enumerate(tokens(text) for text in texts)
        )
        assert found(connection, needle) == {n for n, text in enumerate(texts) if needle in text}
        # What SQLite's own comparison says, which the walk along a sort relies on.
        for text in texts:
            (place,) = connection.execute("SELECT instr(?, ?)", (text, needle)).fetchone()
            assert (place > 0) == (needle in text)
        # A text that is told to be forgotten is forgotten, and the others stay.
        connection.execute(
            "INSERT INTO text_index (text_index, rowid, text) VALUES ('delete', 0, ?)", (tokens(texts[0]),)
        )
        assert found(connection, needle) == {n for n, text in enumerate(texts) if n and needle in text}


@given(TEXTS, TEXTS, TEXTS)
def test_a_part_of_a_text_is_a_part_of_its_normal_form(before: str, part: str, after: str) -> None:
    assert normalise(part) in normalise(before + part + after)


@given(TEXTS)
def test_the_normal_form_is_final(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
