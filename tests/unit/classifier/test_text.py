from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from classifier.text import BOUNDARY, MAX_CONTENT, MAX_TITLE, read
from models.classification import OrderText

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


def folded(text: str) -> str:
    return "".join(chr(code) for code in read([OrderText("", text)]).codes if code != BOUNDARY)


def test_folds_width_case_and_digits_and_drops_what_says_nothing() -> None:
    assert folded("ＡbC，１２ 三！\x00\n😀") == "abc00三"


def test_keeps_rare_ideographs_beyond_the_basic_plane() -> None:
    assert folded("𠮷野家") == "𠮷野家"


def test_reads_the_beginning_of_long_fields_only() -> None:
    characters = read([OrderText("题" * 500, "文" * 20_000)])
    assert characters.in_title.sum() == MAX_TITLE + 1
    assert len(characters.codes) == MAX_TITLE + MAX_CONTENT + 2


@given(st.lists(st.builds(OrderText, ANY_TEXT, ANY_TEXT), max_size=5))
def test_every_character_knows_its_place_and_its_text(texts: list[OrderText]) -> None:
    characters = read(texts)
    assert characters.documents == len(texts)
    assert np.all(np.diff(characters.place) > 0)
    assert np.all(np.diff(characters.document) >= 0)
    ends = characters.codes == BOUNDARY
    assert ends.sum() == 2 * len(texts)
    joined = "".join(f"{text.title}\n{text.content}\n" for text in texts)
    assert characters.source == joined
    assert all(joined[place] == "\n" for place in characters.place[ends])
