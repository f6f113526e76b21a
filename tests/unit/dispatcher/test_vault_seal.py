"""What is sealed opens with its key, at its place, unchanged, else never; hashes tell numbers, not their writing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatcher.vault.hashes import Hashes
from dispatcher.vault.keys import Key
from dispatcher.vault.raw import SEALED_HEADER, open_record, seal_record
from dispatcher.vault.seal import BrokenSeal, Sealer
from dispatcher.vault.vault import Vault
from models.errors import ConfigureFirst
from models.records import Record

KEY, OTHER = Key(b"a" * 32), Key(b"b" * 32)
SEALER = Sealer([KEY])
PLACE = ("intake", "city", "A-1")
fields = st.dictionaries(st.text(max_size=10), st.text(st.characters(codec="utf-8"), max_size=60), max_size=5)
places = st.lists(st.text(st.characters(codec="utf-8"), max_size=6), min_size=1, max_size=3).map(tuple)


@given(fields, places)
def test_what_was_sealed_opens(clear: dict[str, str], place: tuple[str, ...]) -> None:
    assert SEALER.open(SEALER.seal(clear, place), place) == clear


@given(fields, places, places)
def test_at_another_place_it_does_not(clear: dict[str, str], place: tuple[str, ...], other: tuple[str, ...]) -> None:
    if place == other:
        return
    with pytest.raises(BrokenSeal, match="another place"):
        SEALER.open(SEALER.seal(clear, place), other)


def test_places_do_not_run_together() -> None:
    sealed = SEALER.seal({}, ("intake", "a", "b/c"))
    for other in (("intake", "a/b", "c"), ("intake", "a", "b/", "c"), ("intakea", "b/c")):
        with pytest.raises(BrokenSeal):
            SEALER.open(sealed, other)


@given(st.integers(0, 400), st.integers(0, 7))
def test_a_changed_bit_is_told_without_the_content(place: int, bit: int) -> None:
    sealed = SEALER.seal({"name": "王小明", "phone": "13900139000"}, PLACE)
    body = bytearray(sealed.encode())
    at = len(sealed.partition(".")[0]) + 1 + place % (len(sealed) - 12)
    body[at] ^= 1 << bit
    try:
        changed = body.decode("ascii")
        opened = SEALER.open(changed, PLACE)
    except (BrokenSeal, UnicodeDecodeError) as error:
        assert "王小明" not in str(error)
        assert isinstance(error, UnicodeDecodeError) or "city/A-1" in str(error)
    else:
        assert opened == {"name": "王小明", "phone": "13900139000"}  # unused bits of the last base64 digit


def test_another_key_never_opens() -> None:
    sealed = SEALER.seal({"name": "王小明"}, PLACE)
    with pytest.raises(ConfigureFirst, match="city/A-1: is sealed with key"):
        Sealer([OTHER]).open(sealed, PLACE)
    renamed = Sealer([OTHER]).seal({}, PLACE).partition(".")[0] + "." + sealed.partition(".")[2]
    with pytest.raises(BrokenSeal):
        Sealer([OTHER]).open(renamed, PLACE)


@pytest.mark.parametrize(
    "sealed", ["", "x", ".", "王.x", f"{KEY.id}.", f"{KEY.id}.!!", f"{KEY.id}.AAAA", "not one.AAAA"]
)
def test_what_was_never_sealed(sealed: str) -> None:
    with pytest.raises(BrokenSeal, match="city/A-1"):
        SEALER.open(sealed, PLACE)


def test_the_same_words_never_look_the_same() -> None:
    assert len({SEALER.seal({"name": "王"}, PLACE) for _ in range(100)}) == 100


HASHES = Hashes([KEY])


@pytest.mark.parametrize(
    "written",
    ["13900139000", "+8613900139000", "+86 139 0013 9000", "0086-139-0013-9000", "86 13900139000", "013900139000",
     "１３９００１３９０００", "13900139000转801", "13900139000 ext 3", " 139-0013-9000 "],
)  # fmt: skip
def test_one_number_however_it_is_written(written: str) -> None:
    assert HASHES.phones(written) == HASHES.phones("13900139000")
    assert HASHES.find_phone(written) == HASHES.phones("13900139000")


def test_several_numbers_in_one_field() -> None:
    one, two = HASHES.phones("13900139000")[0], HASHES.phones("0755-23400000")[0]
    for between in (",", "，", ";", "；", "/", "、", " / ", "、 "):
        assert HASHES.phones(f"13900139000{between}0755-23400000转12") == (one, two)
    assert HASHES.phones("13900139000 13900139001") == (one, HASHES.phones("13900139001")[0])
    assert HASHES.phones("13900139000/13900139000") == (one,)
    assert HASHES.phones("+86 755 23400000") == (two,) == HASHES.phones("0086-0755-23400000")
    assert HASHES.phones("+852 2340 0000") == HASHES.phones("00852 23400000") != HASHES.phones("23400000")


def test_a_masked_number_is_nobodys() -> None:
    assert HASHES.phones("139****9000") == () == HASHES.find_phone("139****9000")
    assert HASHES.identity("110105************") is None
    assert HASHES.find_identity("***") == ()


def test_hashes_need_the_key_and_tell_kinds_apart() -> None:
    assert HASHES.phones("13900139000") != Hashes([OTHER]).phones("13900139000")
    assert HASHES.identity("13900139000") not in HASHES.phones("13900139000")
    assert HASHES.identity("11010519491231002x") == HASHES.identity("１１０１０５ 19491231 002X")
    assert HASHES.request(b"13900139000") not in HASHES.phones("13900139000")
    assert HASHES.request(b"a") == HASHES.request(b"a") != HASHES.request(b"b")
    assert all(len(one) == 32 and int(one, 16) >= 0 for one in HASHES.phones("13900139000"))


@given(st.binary(max_size=200), st.dictionaries(st.sampled_from(["a", "b"]), st.binary(max_size=5)))
def test_a_record_is_sealed_whole_and_once(value: bytes, headers: dict[str, bytes]) -> None:
    vault, record = Vault((KEY,)), Record("t", "k", value, headers)
    sealed = seal_record(vault, record)
    assert SEALED_HEADER in sealed.headers
    assert len(value) < 4 or value not in sealed.value
    assert seal_record(vault, sealed) == sealed
    assert open_record(vault, sealed) == record == open_record(vault, record)
    with pytest.raises(BrokenSeal, match="record/other"):
        open_record(vault, Record("t", "other", sealed.value, sealed.headers))
