"""The table of the life cycle and the rules of its moves belong together."""

from typing import get_args

import pytest

from models.kinds import State
from models.lifecycle import TABLE, Move, allowed_moves, next_state
from models.moves import AnyMove, LaterMove, Register
from models.rules import RULES

COMMANDS = {kind.model_fields["move"].default: kind for kind in get_args(get_args(AnyMove)[0])}


def test_every_move_is_one_command_and_has_a_rule_or_registers() -> None:
    assert set(COMMANDS) == set(Move)
    assert set(RULES) == set(get_args(get_args(LaterMove)[0]))
    assert {COMMANDS[move] for move in Move} == {*RULES, Register}


def test_every_move_is_possible_somewhere_and_only_registering_starts_a_life() -> None:
    assert {move for _, move in TABLE} == set(Move)
    assert [move for start, move in TABLE if start is None] == [Move.REGISTER]
    assert all(start is None for start, move in TABLE if move is Move.REGISTER)


def test_every_state_can_be_reached_and_leads_to_closed() -> None:
    reached: set[State | None] = {None}
    while new := {end for (start, _), end in TABLE.items() if start in reached} - reached:
        reached |= new
    assert reached == {None, *State}
    closing = {State.CLOSED}
    while before := {start for (start, _), end in TABLE.items() if start and end in closing} - closing:
        closing |= before
    assert closing == set(State)


@pytest.mark.parametrize("state", [None, *State])
def test_allowed_moves_are_those_with_a_next_state(state: State | None) -> None:
    allowed = allowed_moves(state)
    assert Move.RECORD_CLOSURE not in allowed  # nobody makes it: it comes with a registration
    assert len(allowed) == len(set(allowed))
    assert {move for move in Move if next_state(state, move) is not None} - {Move.RECORD_CLOSURE} == set(allowed)


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        TABLE[State.CLOSED, Move.SIGN] = State.HANDLING  # type: ignore[index]
