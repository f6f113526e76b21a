"""What must not be readable in a text is not, and everything else stays as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.masking import mask_numbers, mask_personal


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话13900139000请回复", "电话139****9000请回复"),
        ("+86 13900139000", "+86 139****9000"),
        ("86-139-0013-9000", "86-139****9000"),
        ("１３９００１３９０００", "１３９****９０００"),
        ("身份证44030719900101123X。", "身份证440307************。"),
        ("440307199001011234,13900139000", "440307************,139****9000"),
        ("两个：13900139000、18800188000", "两个：139****9000、188****8000"),
        ("13900139000/18800188000", "139****9000/188****8000"),
        ("139 0013 9000。", "139****9000。"),
        ("139-0013-9000", "139****9000"),
        ("1390 013 9000", "139****9000"),
        ("1 3 9 0 0 1 3 9 0 0 0", "139****9000"),
        ("１３９\u3000００１３\u3000９０００", "１３９****９０００"),
        ("008613900139000", "0086139****9000"),
        ("013900139000", "0139****9000"),
        ("1500 139 0013 9000", "1500 139****9000"),
        ("13900139000 5678元", "139****9000 5678元"),
        ("440307 19900101 123X", "440307************"),
        ("４４０３０７１９９００１０１１２３Ｘ", "４４０３０７************"),
        ("44030719900101123X 13900139000", "440307************ 139****9000"),
    ],
)
def test_numbers_of_persons_are_masked(text: str, shown: str) -> None:
    assert mask_numbers(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "拨打12345", "工单20260302123456789012", "订单号1390013900055", "信用代码91440300MA5XXXXX0Q", "罚款12900元",
        "车牌粤B12345", "0755-23400000", "440307999901011234", "", "订单202603190512013456", "流水20260319051201345678",
        "金额190000000000000000", "13-15-17-19-21-2栋", "2026-03-02 13:55:01", "信用代码914403001990010112",
    ],
)  # fmt: skip
def test_other_numbers_stay(text: str) -> None:
    assert mask_numbers(text) == text


def test_the_requesters_own_name() -> None:
    assert mask_personal("我叫李四四，电话13900139000", "李四四") == "我叫李某，电话139****9000"
    assert mask_personal("李路堵了", "李") == "李路堵了"
    assert mask_personal("路灯坏了", None) == "路灯坏了"
    assert mask_personal("李四四的证件E1234567", None, ("李四四", "E1234567")) == "***的证件***"


@given(st.text(max_size=200) | st.text("0123456789 -.Xx１９+86*年", max_size=60))
def test_masking_twice_is_masking_once(text: str) -> None:
    assert mask_numbers(mask_numbers(text)) == mask_numbers(text)


@given(
    st.text(st.characters(categories=["L", "Z"]), max_size=20), st.text(st.characters(categories=["L"]), max_size=20)
)
def test_no_number_survives_among_words(before: str, after: str) -> None:
    assert "13900139000" not in mask_numbers(f"{before}13900139000{after}")
