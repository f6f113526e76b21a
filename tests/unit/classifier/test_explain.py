from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.linear import LinearClassifier, load_default
from models.classification import OrderText

STORY = OrderText(
    "小区停水没人管",
    "小区从昨天晚上开始停水，打供水公司电话没有人接。水管破裂，自来水流了一地，孩子们上学之前连脸都洗不了！",
)


@pytest.fixture(scope="module")
def built_in() -> LinearClassifier:
    return load_default()


def check(words: tuple[str, ...], text: OrderText) -> None:
    assert len(words) <= 3
    assert len(set(words)) == len(words)
    for word in words:
        assert 2 <= len(word) <= 6
        assert word in text.title or word in text.content
        assert not re.search(r"[\s，。！？、；：,.!?]", word)


def test_the_words_are_those_that_name_the_matter(built_in: LinearClassifier) -> None:
    (answer,) = built_in.classify([STORY], 3)
    assert answer.units[0].unit == "water"
    words = "".join(answer.units[0].words)
    assert "停水" in words or "供水" in words or "自来水" in words
    for guess in answer.units:
        check(guess.words, STORY)


def test_without_its_reasons_a_text_speaks_less_for_the_unit(built_in: LinearClassifier) -> None:
    (answer,) = built_in.classify([STORY], 1)
    first = answer.units[0]
    title, content = STORY.title, STORY.content
    for word in first.words:
        title, content = title.replace(word, "。"), content.replace(word, "。")
    (without,) = built_in.classify([OrderText(title, content)], 30)
    chance = next(guess.probability for guess in without.units if guess.unit == first.unit)
    assert chance < 0.8 * first.probability


def test_words_speak_for_their_unit_and_not_for_another(built_in: LinearClassifier) -> None:
    text = OrderText("", "学校食堂的饭菜不卫生，放学时校门口车辆违停严重")
    (answer,) = built_in.classify([text], 30)
    words = {guess.unit: "".join(guess.words) for guess in answer.units}
    assert "学" in words["education"] or "校" in words["education"]
    assert "停" in words["traffic_police"] or "车" in words["traffic_police"]


@settings(max_examples=60, deadline=None)
@given(
    title=st.text(st.sampled_from("停水学校收费工地噪音 ，。的了A3１😀"), max_size=12),
    content=st.text(st.sampled_from("自来水公司停水学校老师收费工地噪音扰民，。！\n的了是A3１😀"), max_size=200),
)
def test_only_whole_spans_of_the_text_appear(built_in: LinearClassifier, title: str, content: str) -> None:
    text = OrderText(title, content)
    for guess in built_in.classify([text], 3)[0].units:
        check(guess.words, text)
