from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier import load_default
from classifier.calibration import PRECISIONS
from classifier.linear import LinearClassifier
from classifier.linear import load_default as load_linear
from models.classification import Classification, OrderText

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=80)
CHINESE = st.text(st.sampled_from("自来水停了学校收费路灯不亮工地噪音投诉咨询请问小区物业，。的 A3"), max_size=60)
TEXTS = st.lists(st.builds(OrderText, ANY_TEXT | CHINESE, ANY_TEXT | CHINESE), min_size=1, max_size=8)
ODD = [
    OrderText("", ""),
    OrderText("", "水" * 20_000),
    OrderText("😀😀", "\x00\x07\ud800"),
    OrderText("1", "2"),
    OrderText("噪音擾民", "請儘快處理學校門口的車輛"),
    OrderText("。！？", "   \n\t"),
]


@pytest.fixture(scope="module")
def built_in() -> LinearClassifier:
    return load_linear()


def flat(answer: Classification) -> list[float]:
    return [
        *(guess.probability for guess in answer.units),
        *answer.category_probabilities.values(),
        answer.request_type_probability,
    ]


@settings(max_examples=40, deadline=None)
@given(texts=TEXTS)
def test_a_text_gets_the_same_answer_alone_and_in_a_batch(built_in: LinearClassifier, texts: list[OrderText]) -> None:
    for text, together in zip(texts, built_in.classify(texts, 5), strict=True):
        (alone,) = built_in.classify([text], 5)
        assert flat(alone) == pytest.approx(flat(together), abs=1e-6)
        assert [guess.unit for guess in alone.units] == [guess.unit for guess in together.units]
        assert [guess.words for guess in alone.units] == [guess.words for guess in together.units]


@settings(max_examples=40, deadline=None)
@given(texts=TEXTS)
def test_answers_are_probabilities(built_in: LinearClassifier, texts: list[OrderText]) -> None:
    for answer in built_in.classify(texts, 30):
        chances = [guess.probability for guess in answer.units]
        assert chances == sorted(chances, reverse=True)
        assert sum(chances) == pytest.approx(1)
        assert sum(answer.category_probabilities.values()) == pytest.approx(1)
        assert answer.category_probabilities[answer.category] == max(answer.category_probabilities.values())
        assert 0 < answer.request_type_probability <= 1


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts_get_an_answer(built_in: LinearClassifier, text: OrderText) -> None:
    (answer,) = built_in.classify([text], 3)
    assert len(answer.units) == 3


def test_a_text_that_says_nothing_stays_under_every_threshold(built_in: LinearClassifier) -> None:
    silent = [OrderText("", ""), OrderText("。！", "\x00"), OrderText("", "😀"), OrderText("1", "")]
    lowest = min(t for p in PRECISIONS if (t := built_in.threshold(p)) is not None)
    for answer in built_in.classify(silent, 1):
        assert answer.units[0].probability < 0.8 * lowest


def test_no_texts_no_answers(built_in: LinearClassifier) -> None:
    assert built_in.classify([], 3) == []


def test_top_k_is_kept_and_reasons_are_optional(built_in: LinearClassifier) -> None:
    text = OrderText("小区停水三天", "自来水公司没有通知")
    (bare,) = built_in.classify([text], 2, reasons=False)
    (full,) = built_in.classify([text], 2)
    assert [(g.unit, g.probability) for g in bare.units] == [(g.unit, g.probability) for g in full.units]
    assert all(guess.words == () for guess in bare.units)
    assert built_in.classify([text], 0)[0].units == ()
    assert len(built_in.classify([text], 99)[0].units) == 30


def test_threads_get_the_same_answers(built_in: LinearClassifier) -> None:
    texts = [OrderText(f"第{i}路公交车", "站牌坏了，等了很久没有车" * (i % 7)) for i in range(40)]
    expected = built_in.classify(texts, 3)
    with ThreadPoolExecutor(4) as pool:
        for answers in pool.map(lambda _: built_in.classify(texts, 3), range(8)):
            assert answers == expected


def test_the_built_in_weights_know_their_trade(built_in: LinearClassifier) -> None:
    cases = {
        "小区停水三天，自来水公司没有通知": ("water", "城乡建设"),
        "老板拖欠农民工工资半年，请劳动监察部门处理": ("hr_social", "劳动和社会保障"),
        "公交车班次太少，等一个小时才来一趟，建议增加公交线路": ("transport", "交通运输"),
        "小学违规补课乱收费，请教育局查处": ("education", "教育文体"),
    }
    answers = built_in.classify([OrderText("", text) for text in cases], 1)
    assert [(a.units[0].unit, a.category) for a in answers] == list(cases.values())


def test_version_names_the_weights(built_in: LinearClassifier) -> None:
    assert built_in.model_version.endswith(built_in.manifest.weights_sha256[:8])
    assert load_default().model_version == built_in.model_version
