"""The table of the life cycle, the rules of its moves, their facts and who may make them belong together."""

from typing import get_args

import pytest

from models.events import Event
from models.facts import Fact
from models.kinds import ENDED_STATES, LINKED_STATES, OPEN_STATES, State
from models.lifecycle import SYSTEM_MOVES, TABLE, TRANSITIONS, Move, allowed_moves, next_states
from models.moves import AnyMove, LaterMove, PersonsMove, Register
from models.rights import MAY, TASKS, Role, Task
from models.rules import RULES
from models.transitions import _OF

COMMANDS = {kind.model_fields["move"].default: kind for kind in get_args(get_args(AnyMove)[0])}
FACTS = {kind.model_fields["type"].default for kind in get_args(get_args(Fact)[0])}


def test_every_move_is_one_command_and_has_a_rule_or_registers() -> None:
    assert set(COMMANDS) == set(Move)
    assert set(RULES) == set(get_args(get_args(LaterMove)[0]))
    assert {COMMANDS[move] for move in Move} == {*RULES, Register}
    asked = {kind.model_fields["move"].default for kind in get_args(get_args(PersonsMove)[0])}
    assert asked == set(Move) - SYSTEM_MOVES - {Move.REGISTER}


def test_every_command_says_in_chinese_what_it_is() -> None:
    for move, command in COMMANDS.items():
        name, _, rest = (command.__doc__ or "").partition("\n")[0].rstrip(".").partition(":")
        assert any("一" <= char <= "鿿" for char in name), move
        assert rest or name, move


def test_every_move_is_in_the_table_once_and_only_registering_starts_a_life() -> None:
    assert [row.move for row in TRANSITIONS] == list(dict.fromkeys(row.move for row in TRANSITIONS))
    assert {move for _, move in TABLE} == set(Move)
    assert [move for start, move in TABLE if start is None] == [Move.REGISTER]
    assert all(start is None for start, move in TABLE if move is Move.REGISTER)
    assert sum(len(row.start) for row in TRANSITIONS) == len(TABLE)


def test_every_move_has_its_people_and_the_systems_own_have_none() -> None:
    assert set(MAY) == set(Move) and set(TASKS) == set(Task)
    assert {move for move, who in MAY.items() if not who} == SYSTEM_MOVES
    people = set().union(*MAY.values())
    assert people == {Role.OPERATOR, Role.DEPARTMENT, Role.SUPERVISOR}
    assert all(people & set(TASKS[task]) or task is Task.ACCOUNTS for task in Task)


def test_every_fact_records_a_move_that_leads_where_the_fact_leads() -> None:
    assert set(_OF) == FACTS
    for type_, (move, target) in _OF.items():
        if move is None:
            assert type_ == "routed" and target is None
            continue
        starts = {start for start, made in TABLE if made is move}
        if target is not None and type_ != "closed":
            assert all(target in TABLE[start, move] for start in starts), type_
        elif target is None:
            assert all(start in TABLE[start, move] for start in starts), type_
    assert Event.model_fields["fact"].is_required()


def test_every_state_is_somebodys_work_or_ended_or_linked() -> None:
    assert sorted((*OPEN_STATES, *ENDED_STATES, *LINKED_STATES)) == sorted(State)


def test_every_state_can_be_reached_and_leads_to_an_end() -> None:
    reached: set[State | None] = {None}
    while new := {end for (start, _), ends in TABLE.items() if start in reached for end in ends} - reached:
        reached |= new
    assert reached == {None, *State}
    people = {key: ends for key, ends in TABLE.items() if key[1] is not Move.RECORD_CLOSURE}
    closing: set[State | None] = set(ENDED_STATES)
    while before := {start for (start, _), ends in people.items() if start and closing & set(ends)} - closing:
        closing |= before
    assert closing == set(State)


@pytest.mark.parametrize("state", [None, *State])
def test_allowed_moves_are_those_that_lead_somewhere_and_that_somebody_makes(state: State | None) -> None:
    allowed = allowed_moves(state)
    assert len(allowed) == len(set(allowed))
    assert {move for move in Move if next_states(state, move)} - SYSTEM_MOVES == set(allowed)


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        TABLE[State.CLOSED, Move.SIGN] = (State.HANDLING,)  # type: ignore[index]
