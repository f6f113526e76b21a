"""The forms of moves: each asks for what its move needs, and nobody is offered what would be refused."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient
from starlette.datastructures import FormData

from dispatcher.web.pages import words
from dispatcher.web.pages.facts_told import told
from dispatcher.web.pages.move_fields import FIELDS, read_move
from dispatcher.web.pages.rendering import Names
from dispatcher.wiring import Services
from models.base import Value
from models.errors import CorrectInput
from models.facts import Fact
from models.kinds import AlarmKind, DecisionMode, RejectReason, ReturnReason
from models.lifecycle import SYSTEM_MOVES, Move
from models.moves import Dispatch, GrantSuspension, PersonsMove, Reply, RequestSuspension, Sign
from models.parts import Routing, Visit
from models.rights import Role
from tests.unit.web.conftest import NOW, As, Moved, Put

MOVES: dict[Move, type[Value]] = {
    kind.model_fields["move"].default: kind for kind in get_args(get_args(PersonsMove)[0])
}
NOT_ASKED = {"move", "mode", "notify", "into_received_at"}
"""Fields that the system fills in."""
SAID: dict[str, str] = {
    "reason": "因为", "basis": "依据", "unit": "water", "days": "3", "level": "2", "into": "GM0000000000000",
    "reply_internal": "已办", "reply_public": "已办", "contacted": "true", "reached": "false", "section": "一科",
    "parts": "路灯\n路灯坏了\n\n积水\n门口积水",
}  # fmt: skip


def test_every_move_of_people_has_a_form() -> None:
    assert set(FIELDS) == set(MOVES) == set(Move) - SYSTEM_MOVES - {Move.REGISTER}


@pytest.mark.parametrize("move", MOVES)
def test_a_form_has_the_fields_of_its_move(move: Move) -> None:
    fields = {field.name: field for field in FIELDS[move]}
    model = MOVES[move].model_fields
    assert set(fields) == set(model) - NOT_ASKED
    assert {name for name, info in model.items() if info.is_required()} <= {
        name for name, field in fields.items() if field.required
    }
    assert set(fields) <= words.FIELDS.keys(), "a problem with it could not be told in Chinese"


@pytest.mark.parametrize("move", MOVES)
def test_a_filled_in_form_is_its_move(move: Move) -> None:
    said = SAID | {"reason": {"return": "unclear", "reject": "abuse", "reveal": "核对电话号码"}.get(move, "因为")}
    form = FormData([(name, said[name]) for name in said] + [("co_units", "housing"), ("co_units", "police")])
    do = read_move(move, form)
    assert isinstance(do, MOVES[move])
    for field in FIELDS[move]:
        if field.required:
            with pytest.raises(CorrectInput) as wrong:
                read_move(move, FormData([(name, text) for name, text in form.multi_items() if name != field.name]))
            assert [problem.field for problem in wrong.value.problems] == [field.name]


def test_paragraphs_are_the_parts_of_an_order() -> None:
    do = read_move(Move.SPLIT, FormData([("parts", "路灯\r\n路灯坏了\r\n\r\n\r\n积水")]))
    parts: Any = do
    assert [(part.title, part.content) for part in parts.parts] == [("路灯", "路灯\n路灯坏了"), ("积水", "积水")]
    with pytest.raises(CorrectInput) as wrong:
        read_move(Move.SPLIT, FormData([("parts", "只有一件")]))
    assert [problem.field for problem in wrong.value.problems] == ["parts"]


def offered(client: TestClient, number: str) -> set[str]:
    page = client.get(f"/orders/{number}")
    assert page.status_code == 200
    return {move for move in Move if f'name="move" value="{move}"' in page.text}


def test_each_role_is_offered_its_own_moves(as_role: As, put: Put, moved: Moved) -> None:
    number = put()
    everybody = [as_role(Role.OPERATOR), as_role(Role.SUPERVISOR), as_role(Role.ANALYST)]
    operator, chief, analyst = everybody
    assert "dispatch" in offered(operator, number) and "sign" not in offered(operator, number)
    moved(number, Dispatch(unit="water", co_units=("housing",)), Sign())
    water, housing = as_role(Role.DEPARTMENT, "water"), as_role(Role.DEPARTMENT, "housing")
    assert {"reply", "return", "request_extension"} <= offered(water, number)
    assert offered(housing, number) == {"co_reply", "contact"}
    assert offered(analyst, number) == set()
    assert not offered(chief, number) & {"grant_suspension", "deny_suspension", "grant_extension"}
    moved(number, RequestSuspension(reason="等审批"))
    assert {"grant_suspension", "deny_suspension"} <= offered(chief, number)
    assert not offered(operator, number) & {"grant_suspension", "grant_extension"}
    assert "request_suspension" not in offered(water, number)
    moved(number, GrantSuspension())
    assert "resume" in offered(water, number) and "挂账，暂停计时" in water.get(f"/orders/{number}").text


@pytest.mark.usefixtures("ledger")
def test_what_the_ledger_refuses_is_told_beside_the_form(as_role: As, put: Put, moved: Moved) -> None:
    number, later = put(), put()
    client = as_role(Role.OPERATOR)
    form = {"move": "merge", "key": "k", "version": "3", "into": "GM0000000000000"}
    answer = client.post(f"/orders/{number}/moves", data=form)
    assert answer.status_code == 422 and 'id="wrong-merge-into"' in answer.text
    moved(later, Dispatch(unit="water"), Sign(), Reply(reply_public="好"))
    form = {"move": "supervise", "key": "k", "version": "3", "level": "1", "reason": "多次"}
    answer = client.post(f"/orders/{number}/moves", data=form)
    assert (answer.status_code in (403, 409) and "不能督办" in answer.text) or "权限" in answer.text


@pytest.mark.parametrize("move", ["alarm", "register", "fly", ""])
def test_what_is_no_form_is_no_move(client: TestClient, put: Put, move: str) -> None:
    answer = client.post(f"/orders/{put()}/moves", data={"move": move, "key": "k", "version": "3"})
    assert answer.status_code == 422


def test_every_fact_can_be_told(services: Services) -> None:
    names = Names(services)
    for kind in get_args(get_args(Fact)[0]):
        made = kind.model_construct(**dict.fromkeys(kind.model_fields) | _some(kind))
        name, tone, details = told(made, names)
        assert name and tone and all(isinstance(detail, str) for detail in details), kind
        assert not any(char.isascii() and char.isalpha() for char in name)


def _some(kind: type[Value]) -> dict[str, Any]:
    """A value for each field that the words of a fact need."""
    reasons: dict[str, Any] = {"rejected": RejectReason.ABUSE, "returned": ReturnReason.UNCLEAR}
    kinds: dict[str, Any] = {"alarmed": AlarmKind.OVERDUE, "requested": "extension", "denied": "suspension"}
    type_ = kind.model_fields["type"].default
    known: dict[str, Any] = {
        "type": type_, "reason": reasons.get(type_, "因为"), "kind": kinds.get(type_), "mode": DecisionMode.MANUAL,
        "unit": "water", "co_units": ("housing",), "dispatch_no": 2, "how": "visited", "level": 2, "due_at": NOW,
        "visit": Visit(contacted=False), "children": (), "parts": (), "reply_internal": "已办",
        "routing": Routing.model_construct(reason="规则"), "channel": "web", "days": 3,
        "follower": "GM0", "child": "GM0", "cause": "visit",
    }  # fmt: skip
    return {name: value for name, value in known.items() if name in kind.model_fields}
