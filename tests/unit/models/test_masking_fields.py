"""Fields that hold one thing about a person (name, phone, document, address) and how each is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.identity import check, fault, is_identity
from models.masking import mask_address, mask_identity, mask_name, mask_phone


@pytest.mark.parametrize(
    ("name", "shown"), [("王小明", "王**"), ("王", "王*"), ("王*", "王*"), ("欧阳娜娜", "欧***"), ("John", "J***")]
)
def test_names(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        ("13900139000", "139****9000"),
        ("+86 139-0013-9000", "139****9000"),
        ("008613900139000", "139****9000"),
        ("13900139000转801", "139****9000"),
        ("0755-23400000", "075****0000"),
        ("23400000", "********"),
        ("12345", "*****"),
        ("+852 2340 0000", "852****0000"),
        ("13900139000、0755-23400000", "139****9000、075****0000"),
        ("13900139000 / 18800188000", "139****9000/188****8000"),
        ("13900139000 18800188000", "139****9000 188****8000"),
        ("139****9000", "139****9000"),
        ("---", "---"),
    ],
)
def test_phone_fields(field: str, shown: str) -> None:
    assert mask_phone(field) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("11010519491231002X", "110105************"),
        ("110105194912310021", "110105************"),
        ("E12345678", "E********"),
        ("A123456(7)", "A*********"),
        ("1234", "****"),
        ("110105491231002", "1**************"),
    ],
)
def test_documents(number: str, shown: str) -> None:
    assert mask_identity(number) == shown
    assert mask_identity(shown) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("翠湖苑3栋1单元502室", "翠湖苑3栋***"),
        ("翠湖苑A座1203", "翠湖苑A座***"),
        ("翠湖苑5号楼2单元", "翠湖苑5号楼***"),
        ("翠湖苑3栋502房门口积水", "翠湖苑3栋***门口积水"),
        ("翠湖苑B栋12楼B房", "翠湖苑B栋***"),
        ("翠湖苑三栋五零二", "翠湖苑三栋***"),
        ("翠湖苑3栋502、503室", "翠湖苑3栋***"),
        ("翠湖苑2栋 12A", "翠湖苑2栋***"),
        ("翠湖苑3座12F", "翠湖苑3座***"),
        ("翠湖苑２栋５０２室", "翠湖苑２栋***"),
        ("翠湖苑502室旁", "翠湖苑***旁"),
        ("上村一排12号301房", "上村一排12号***"),
        ("上村一排12号301", "上村一排12号***"),
        ("翠湖苑3-1-502", "翠湖苑3***"),
    ],
)
def test_rooms_are_nobodys_business(address: str, shown: str) -> None:
    assert mask_address(address) == shown


@pytest.mark.parametrize(
    "address",
    [
        "光明大道128号", "塘家路12-14号", "2栋3栋之间", "3栋、5栋之间", "3栋对面", "3栋A区", "3栋停车场", "翠湖苑", "",
        "马田商场3楼厕所", "合水口二排5巷7号", "S357省道", "第二工业区A3栋", "塘家户外广场", "地铁6号线", "公交站B620",
        "光侨路3333号", "3栋12号楼",
    ],
)  # fmt: skip
def test_places_stay(address: str) -> None:
    assert mask_address(address) == address


_PARTS = [
    "翠湖",
    "3",
    "12",
    "502",
    "栋",
    "座",
    "号",
    "号楼",
    "单元",
    "楼",
    "层",
    "室",
    "房",
    "户",
    "-",
    " ",
    "、",
    "A",
    "五",
    "*",
]
pieces = st.lists(st.sampled_from(_PARTS), max_size=10).map("".join)


@given(pieces)
def test_masking_an_address_twice_is_masking_once(address: str) -> None:
    assert mask_address(mask_address(address)) == mask_address(address)


@given(st.text("0123456789*+-() 转,、/１２", max_size=40))
def test_masking_a_phone_field_twice_is_masking_once(field: str) -> None:
    shown = mask_phone(field)
    assert mask_phone(shown) == shown
    assert len(shown) <= max(len(field), 11)


def test_the_check_digit() -> None:
    assert fault("11010519491231002X") is None is fault("11010519491231002x")
    assert "last digit" in str(fault("110105194912310021"))
    for wrong in ("110105194913310021", "190105194912310021", "110105184912310021", "110105194912320021"):
        assert "place or birthday" in str(fault(wrong))
    assert fault("E12345678") is None is fault("110105491231002")
    assert [check(f"1101051949123100{n}") for n in range(3)] != ["X"] * 3


def test_a_foreigners_number_is_told_from_a_credit_code() -> None:
    number = "91115619900101123"
    assert is_identity(number + check(number))
    wrong = str((int(check(number)) + 1) % 10) if check(number) != "X" else "0"
    assert not is_identity(number + wrong)
