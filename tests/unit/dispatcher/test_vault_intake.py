"""A sealed message shows nobody's numbers, names or rooms, and gives everything back to who holds the key."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatcher.intake import read_intake, read_message
from dispatcher.vault.intake import accept_sealed, open_intake, seal_intake
from dispatcher.vault.keys import Key
from dispatcher.vault.seal import BrokenSeal
from dispatcher.vault.vault import Vault
from models.errors import CorrectInput
from models.identity import check
from models.intake import Intake, SealedIntake

VAULT, OTHER = Vault((Key(b"a" * 32),)), Vault((Key(b"b" * 32),))
LEAST = {"source_system": "city", "external_id": "A-1", "title": "路灯", "content": "不亮"}
MOBILE, ID = "13900139000", "11010519491231002X"


def sealed(**more: Any) -> SealedIntake:
    return seal_intake(VAULT, Intake.model_validate(LEAST | more))


def clear_json(intake: SealedIntake) -> str:
    return intake.model_dump_json(exclude={"sealed", "phone_hashes", "id_hash"})


def test_what_is_shown_of_a_citizen() -> None:
    found = sealed(
        name="王小明", phone=f"{MOBILE}、0755-23400000转8", id_number=ID, address_text="光明街道翠湖苑3栋1单元502室",
        title="王小明家门口路灯不亮", content=f"我叫王小明，电话{MOBILE}或0755-23400000，证号{ID}",
        reply_public="王小明您好", enterprise_name="光明路灯店",
        returns=[{"department": "water", "dispatched_at": "2026-03-02T08:00:00Z", "returned_at": "2026-03-02T09:00:00Z",
                  "basis": f"已与王小明（{MOBILE}）核实"}],
    )  # fmt: skip
    assert (found.name, found.phone, found.id_number) == ("王**", "139****9000、075****0000", "110105************")
    assert found.address_text == "光明街道翠湖苑3栋***"
    assert found.title == "王某家门口路灯不亮"
    assert found.content == "我叫王某，电话139****9000或***，证号110105************"
    assert (found.reply_public, found.returns[0].basis) == ("王某您好", "已与王某（139****9000）核实")
    assert found.enterprise_name == "光明路灯店"
    assert found.phone_hashes == VAULT.hashes.phones(MOBILE) + VAULT.hashes.phones("0755-23400000")
    assert found.id_hash == VAULT.hashes.identity(ID)
    assert found.sealed is not None


@pytest.mark.parametrize("wish", ["is_anonymous", "is_confidential"])
def test_of_who_wants_to_stay_unknown_nothing_is_shown(wish: str) -> None:
    said = {"name": "王小明", "phone": MOBILE, "id_number": ID, "enterprise_name": "大明灯具公司"}
    said |= {"uscc": "91440300MA5ABCDE0Q", "content": "我是大明灯具公司（91440300MA5ABCDE0Q）的王小明"}
    found = sealed(**said, **{wish: True})
    assert {getattr(found, name) for name in said if name != "content"} == {"***"}
    assert found.content == "我是***（***）的***"
    assert read_message(found.model_dump_json(exclude_defaults=True).encode()) == found
    assert open_intake(VAULT, found) == Intake.model_validate(LEAST | said | {wish: True})


def test_who_says_nothing_personal_is_not_sealed() -> None:
    found = sealed(address_text="光明大道", is_anonymous=True)
    assert (found.sealed, found.phone_hashes, found.id_hash) == (None, (), None)
    assert sealed(name="王*", phone="139****9000", id_number="110105************").sealed is None


def test_a_traders_code_may_be_an_id_number() -> None:
    assert sealed(uscc=ID).uscc == "110105************"
    assert sealed(uscc="91440300MA5ABCDE0Q").uscc == "91440300MA5ABCDE0Q"


def test_sealing_twice_is_sealing_once_and_the_log_gives_the_same() -> None:
    found = sealed(name="王小明", phone=MOBILE)
    assert seal_intake(VAULT, found) is found
    again = read_message(found.model_dump_json(exclude_defaults=True).encode())
    accept_sealed(VAULT, again)
    assert seal_intake(VAULT, again) == found


def test_nobody_else_says_that_it_is_sealed() -> None:
    for name, value in {"sealed": "x.y", "phone_hashes": ["0" * 32], "id_hash": "0" * 32}.items():
        with pytest.raises(CorrectInput) as caught:
            read_intake(LEAST | {name: value})
        assert [problem.field for problem in caught.value.problems] == [name]
    for name, value in {"phone_hashes": ["0" * 32], "id_hash": "0" * 32}.items():
        with pytest.raises(CorrectInput, match=f"{name}: only a sealed message has it"):
            read_message(json.dumps(LEAST | {name: value}).encode())


def test_a_seal_that_is_not_ours_is_refused() -> None:
    found = sealed(name="王小明")
    for vault, intake in [
        (OTHER, found),
        (VAULT, found.model_copy(update={"external_id": "A-2"})),
        (VAULT, found.model_copy(update={"sealed": "abcdef01.AAAA"})),
        (VAULT, found.model_copy(update={"sealed": "nothing"})),
    ]:
        with pytest.raises(CorrectInput, match=r"^sealed: intake/city/A-") as caught:
            accept_sealed(vault, intake)
        assert "王" not in str(caught.value)
    with pytest.raises(BrokenSeal):
        open_intake(VAULT, found.model_copy(update={"source_system": "other"}))


digits = st.text("0123456789", min_size=8, max_size=8)
mobiles = st.builds(lambda second, rest: f"1{second}0{rest}", st.sampled_from("3456789"), digits)
identities = st.builds(
    lambda place, day, rest: (number := f"{place}{day}{rest[:3]}") + check(number),
    st.sampled_from(["110105", "440311", "810000", "652901", "911156"]),
    st.dates().map(lambda day: f"{1900 + day.year % 150}{day:%m%d}"),
    digits,
)


def spaced(number: str, gap: str, widths: tuple[int, ...]) -> str:
    parts, start = [], 0
    for width in widths:
        parts.append(number[start : start + width])
        start += width
    return gap.join([*parts, number[start:]])


def wide(number: str) -> str:
    return number.translate(str.maketrans("0123456789X", "０１２３４５６７８９Ｘ"))


gaps = st.sampled_from([" ", "-", "\u3000", "－", "."])
written_mobiles = mobiles.flatmap(
    lambda n: st.sampled_from([n, f"+86{n}", f"0086 {n}", wide(n)]) | gaps.map(lambda gap: spaced(n, gap, (3, 4)))
)
written_ids = identities.flatmap(
    lambda n: st.sampled_from([n, n.lower(), wide(n)]) | gaps.map(lambda gap: spaced(n, gap, (6, 8)))
)
letters = st.characters(
    codec="utf-8", exclude_categories=["Nd", "Cc", "Cs", "No"], exclude_characters="Xx.-－–—·+ \u3000"
)
words = st.text(letters, max_size=12)
planted = st.lists(st.tuples(words, written_mobiles | written_ids), min_size=1, max_size=3)


def bare(text: str) -> str:
    narrow = text.translate(str.maketrans("０１２３４５６７８９Ｘｘx", "0123456789XXX"))
    return "".join(char for char in narrow if char.isalnum() and char.isascii())


FREE = ("title", "content", "name", "address_text", "enterprise_name", "reply_public", "agent_id", "liaison_unit")


@given(st.sampled_from(FREE), planted, st.booleans(), st.none() | mobiles, st.none() | identities)
def test_no_planted_number_survives(
    field: str, what: list[tuple[str, str]], hide: bool, phone: str | None, document: str | None
) -> None:
    text = "，".join(f"报{word}，{number}" for word, number in what)[: 64 if field.endswith(("_id", "_unit")) else 200]
    said = {field: f"{text}。"[:64] if field.endswith(("_id", "_unit")) else f"{text}。"[:200]}
    try:
        intake = Intake.model_validate(LEAST | said | {"is_anonymous": hide, "phone": phone, "id_number": document})
    except ValueError:
        return  # unassigned characters that no text may hold
    found = seal_intake(VAULT, intake)
    seen = clear_json(found)
    for number in [bare(number) for _, number in what if number in getattr(intake, field)] + [phone, document]:
        if number:
            core = number[-11:] if len(number) < 18 else number
            assert core not in bare(seen), (number, seen)
    assert open_intake(VAULT, found) == intake
    message = read_message(found.model_dump_json(exclude_defaults=True).encode())
    accept_sealed(VAULT, message)
    assert open_intake(VAULT, message) == intake
    assert seal_intake(VAULT, SealedIntake.model_validate_json(seen)).sealed is None  # nothing was left to mask


def test_the_room_of_the_address_is_hidden_in_the_texts_as_well() -> None:
    intake = Intake(
        source_system="s",
        external_id="room",
        title="公明广场2栋1单元301房漏水",
        content="我住公明广场2栋1单元301房，楼上漏水。",
        address_text="公明广场2栋1单元301房",
    )
    sealed = seal_intake(VAULT, intake)
    assert "301" not in sealed.model_dump_json(exclude={"sealed"})
    assert "公明广场2栋" in sealed.content
    assert open_intake(VAULT, sealed).content == intake.content
