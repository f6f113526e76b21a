"""What people write about an order is masked with what is known of its requester, sealed, and opened with the rest."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from dispatcher.vault.command import TEXTS, seal_command
from dispatcher.vault.intake import seal_intake
from dispatcher.vault.keys import Key
from dispatcher.vault.reveal import reveal
from dispatcher.vault.seal import BrokenSeal
from dispatcher.vault.vault import Vault
from models import moves
from models.base import Value
from models.commands import Actor, Command
from models.events import Event
from models.facts import Urged
from models.intake import Intake
from models.kinds import State
from models.order import Order
from models.parts import Requester
from models.rights import Role

VAULT = Vault((Key(b"a" * 32),))
AT = "2026-03-02T08:00:00Z"
MOBILE = "13900139000"


def order(**said: Any) -> Order:
    least = {"source_system": "city", "external_id": "A-1", "title": "路灯", "content": "不亮"}
    kept = dict(seal_intake(VAULT, Intake.model_validate(least | {"name": "王小明", "phone": "0755-23400000"} | said)))
    requester = Requester(**{name: kept[name] for name in Requester.model_fields.keys() & kept.keys()})
    return Order(
        **least, channel="hotline", request_type="help", urgency="normal", requester=requester, order_no="GM1",
        version=1, revision=1, state=State.HANDLING, updated_at=AT, entered_at=AT, received_at=AT,
    )  # fmt: skip


def command(do: Value) -> Command:
    return Command(command_id="c1", order_no="GM1", actor=Actor(id="d", role=Role.DEPARTMENT, unit="water"), do=do)


def seal(do: Value, about: Order | None) -> Command:
    return seal_command(VAULT, command(do), about)


def event(sealed: Command, **change: Any) -> Event:
    made = {
        "event_id": "c1/1", "order_no": "GM1", "seq": 2, "at": AT, "recorded_at": AT, "actor": sealed.actor,
        "command_id": "c1", "sealed": sealed.sealed, "fact": Urged(),
    }  # fmt: skip
    return Event.model_validate(made | change)


def test_texts_are_masked_and_opened_again() -> None:
    about = order()
    said = {"reply_public": f"王小明您好，已电话0755-23400000和{MOBILE}联系您", "reply_internal": "路灯已换"}
    found = seal(moves.Reply(**said), about)
    assert found.do.reply_public == "王某您好，已电话***和139****9000联系您"
    assert found.do.reply_internal == "路灯已换"
    assert seal_command(VAULT, found, about) is found
    revealed = reveal(VAULT, about, [event(found)])
    assert revealed.moves == {2: {"reply_public": said["reply_public"]}}
    assert revealed.handed_in == {"name": "王小明", "phone": "0755-23400000"}
    assert "王小明" not in repr(revealed)


def test_of_who_wants_to_stay_unknown_the_name_goes_whole() -> None:
    assert seal(moves.Urge(note="王小明又来电"), order(is_confidential=True)).do.note == "***又来电"


def test_parts_and_addresses() -> None:
    parts = [moves.SplitPart(title=f"致电{MOBILE}", content="一"), moves.SplitPart(title="二", content="王小明反映")]
    found = seal(moves.Split(parts=parts), order())
    assert [(part.title, part.content) for part in found.do.parts] == [("致电139****9000", "一"), ("二", "王某反映")]
    opened = reveal(VAULT, order(), [event(found)]).moves[2]
    assert opened == {"parts.0.title": f"致电{MOBILE}", "parts.1.content": "王小明反映"}
    assert seal(moves.Amend(reason="补充", address_text="翠湖苑3栋502室"), order()).do.address_text == "翠湖苑3栋***"


def test_what_has_nothing_to_mask_is_left_alone() -> None:
    for do in (moves.Sign(), moves.Return(reason="unclear", basis="地址不全"), moves.Urge(note="请尽快")):
        found = seal(do, order())
        assert (found.sealed, found.do) == (None, do)
    broken = order().model_copy(update={"external_id": "A-2"})
    assert seal(moves.Sign(), broken).sealed is None  # a move without words opens nothing
    with pytest.raises(BrokenSeal):
        seal(moves.Urge(note="请尽快"), broken)
    assert seal(moves.Urge(note=f"电话{MOBILE}"), None).do.note == "电话139****9000"


@pytest.mark.parametrize("change", [{"order_no": "GM2"}, {"command_id": "c2"}])
def test_a_seal_that_was_moved_is_told(change: dict[str, str]) -> None:
    found = seal(moves.Urge(note=f"电话{MOBILE}"), order())
    with pytest.raises(
        BrokenSeal, match=f"move/{'/'.join(({'order_no': 'GM1', 'command_id': 'c1'} | change).values())}"
    ):
        reveal(VAULT, order(), [event(found, **change)])
    with pytest.raises(BrokenSeal, match="intake/city/A-2"):
        reveal(VAULT, order().model_copy(update={"external_id": "A-2"}), [])


def test_every_free_text_of_every_move_is_known() -> None:
    kinds = (*get_args(get_args(moves.LaterMove)[0]), moves.SplitPart)
    long = {
        name
        for kind in kinds
        for name, schema in _properties(kind).items()
        for one in schema.get("anyOf", [schema])
        if one.get("type") == "string" and one.get("maxLength", 0) > 64
    }
    assert long | {"section", "handler"} == TEXTS  # short, and people write names and numbers there all the same


def _properties(kind: type[Value]) -> dict[str, Any]:
    found: dict[str, Any] = kind.model_json_schema()["properties"]
    return found
