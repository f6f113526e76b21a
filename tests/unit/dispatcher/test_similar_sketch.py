from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatcher.similar.sketch import Kind, Needle, finding_keys, gram_ids, key_of, places_of, sketch_needle, words_of

NOW = datetime(2026, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("楼村社区望榕路104号", {(Kind.ROAD, "望榕路"), (Kind.HOUSE, "104")}),
        ("路口（知屿小区）", {(Kind.ESTATE, "知屿小区")}),
        ("清禾西街附近的路灯不亮，整条路黑漆漆的", {(Kind.ROAD, "清禾西街")}),
        ("下陂旧围一处出租屋", {(Kind.VILLAGE, "下陂旧围")}),
        ("明砚幼儿园门口堵路", {(Kind.SCHOOL, "明砚幼儿园")}),
        ("公园设施损坏，学校门口也一样", set()),
        ("3栋电梯坏了", {(Kind.BUILDING, "3")}),
        ("永泰包装厂排污，老刘湘菜馆也排", {(Kind.FIRM, "永泰包装厂"), (Kind.SHOP, "老刘湘菜馆")}),
        ("岩湖湿地公园晚上没有灯", {(Kind.PARK, "岩湖湿地公园")}),
        ("投诉小区物业，石岩街道不管", set()),
    ],
)  # fmt: skip
def test_places_are_found_by_their_endings(text: str, places: set[tuple[Kind, str]]) -> None:
    found = {
        (kind, name) for kind, name in places_of(Needle(content=text)) if kind not in (Kind.TEXT, Kind.SAID_COMMUNITY)
    }
    assert found == places


def test_a_community_is_found_whether_it_was_taken_down_or_said() -> None:
    taken = sketch_needle(Needle(community="李松蓢"), NOW)
    said = sketch_needle(Needle(content="李松蓢社区的路灯不亮"), NOW)
    assert finding_keys(taken.places) & finding_keys(said.places) == {key_of(Kind.COMMUNITY, "松蓢")}


def test_two_points_side_by_side_share_a_square_and_distant_ones_do_not() -> None:
    def keys(latitude: float, longitude: float) -> frozenset[int]:
        return finding_keys(sketch_needle(Needle(latitude=latitude, longitude=longitude), NOW).places)

    own = {key_of(kind, name) for kind, name in places_of(Needle(latitude=22.75, longitude=113.94))}
    assert own & keys(22.7505, 113.9405)
    assert not own & keys(22.76, 113.94)


def test_places_are_no_words() -> None:
    assert "望榕路" not in words_of("望榕路多盏路灯不亮")
    assert "路灯不亮" in words_of("望榕路多盏路灯不亮")
    assert words_of("李松社区的灯") == "\n的灯"


def test_numbers_and_punctuation_do_not_tell_texts_apart() -> None:
    assert set(gram_ids("停电12小时")) == set(gram_ids("停电3小时"))
    assert set(gram_ids("停电，停水")) == set(gram_ids("停电。停水")) == set(gram_ids("停电_停水"))
    assert set(gram_ids("停电，停水")) < set(gram_ids("停电停水"))


@given(st.text(), st.text(), st.none() | st.text(min_size=1))
def test_any_text_has_a_sketch(title: str, content: str, community: str | None) -> None:
    found = sketch_needle(Needle(title, content, community=community), NOW)
    grams, places = np.frombuffer(found.grams, "<u2"), np.frombuffer(found.places, "<u4")
    assert (np.diff(grams.astype(int)) > 0).all()
    assert (np.diff(places.astype(int)) > 0).all()
    assert found == sketch_needle(Needle(title, content, community=community), NOW)
