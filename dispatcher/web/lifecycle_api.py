"""``GET /api/v1/lifecycle``: the life of an order as a table, for clients that show it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from dispatcher.web.access import requires
from dispatcher.web.pages.words import MOVES, STATES
from dispatcher.web.problems import problem_responses
from models.accounts import Principal
from models.kinds import ENDED_STATES, OPEN_STATES, State
from models.lifecycle import SYSTEM_MOVES, TRANSITIONS, Move
from models.rights import MAY, Role, Task

router = APIRouter(prefix="/api/v1", tags=["生命周期 life cycle"])


class NamedState(BaseModel):
    """A state with its names; ``is_open``: it is somebody's work."""

    code: State
    zh: str
    en: str
    is_open: bool
    is_ended: bool


class NamedMove(BaseModel):
    """A move with its names and the roles that may make it; ``is_systems``: nobody asks for it."""

    code: Move
    zh: str
    en: str
    roles: list[Role]
    is_systems: bool


class Step(BaseModel):
    """A move from one state (None: not registered yet), and the states that it may lead to."""

    start: State | None
    move: Move
    to: list[State]


class Lifecycle(BaseModel):
    """All states, moves and transitions."""

    states: list[NamedState]
    moves: list[NamedMove]
    transitions: list[Step]


@router.get("/lifecycle", summary="生命周期 The table of states and moves", responses=problem_responses(401, 403, 503))
def get_lifecycle(_who: Annotated[Principal, Depends(requires(Task.READ))]) -> Lifecycle:
    """Which move leads from which states to which, with the names in Chinese and English."""
    return Lifecycle(
        states=[
            NamedState(
                code=state,
                zh=STATES[state],
                en=_english(state),
                is_open=state in OPEN_STATES,
                is_ended=state in ENDED_STATES,
            )
            for state in State
        ],
        moves=[
            NamedMove(
                code=move,
                zh=MOVES[move],
                en=_english(move),
                roles=sorted(MAY[move]),
                is_systems=move in SYSTEM_MOVES,
            )
            for move in Move
        ],
        transitions=[
            Step(start=start, move=row.move, to=list(row.to) or [start] if start is not None else list(row.to))
            for row in TRANSITIONS
            for start in row.start
        ],
    )


def _english(code: str) -> str:
    return code.replace("_", " ").capitalize()
