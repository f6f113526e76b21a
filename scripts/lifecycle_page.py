"""docs/lifecycle.md: an order's life as a picture and tables, drawn from the table that the ledger decides by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import get_args

from dispatcher.web.pages.words import MOVES, ROLES, STATES
from dispatcher.web.problems import STATUS_OF_REFUSAL
from models.commands import RefusalCode
from models.kinds import ENDED_STATES, LINKED_STATES, State
from models.lifecycle import SYSTEM_MOVES, TABLE, TRANSITIONS, Move, Transition
from models.moves import AnyMove
from models.rights import MAY, Role

CODES = {
    RefusalCode.DUPLICATE: "the order was registered before, or its number is another order's",
    RefusalCode.UNKNOWN_ORDER: "no such order, or none that the actor may know of; the answers are the same",
    RefusalCode.FORBIDDEN_MOVE: "the table above does not allow the move in this state",
    RefusalCode.STALE_VERSION: "the order has changed since the actor saw it: read it again, then decide",
    RefusalCode.NOT_ALLOWED: "the move is not for this role, this unit, or this order",
    RefusalCode.UNKNOWN_CODE: "a code that the catalogue does not know, or that does not fit the place",
    RefusalCode.IMPOSSIBLE_TIME: "a moment in the future, or before the step that precedes it",
    RefusalCode.MISSING: "a text or a value that the move needs in this case",
    RefusalCode.TOO_LATE: "the time in which the move is possible is over",
    RefusalCode.TOO_MUCH: "more than the catalogue allows",
    RefusalCode.NOTHING_TO_DO: "there is nothing that the move could decide, or it was done before",
}
COMMANDS = {kind.model_fields["move"].default: kind for kind in get_args(get_args(AnyMove)[0])}
_HEAD = """# The life of a work order 工单的生命周期

One table in `models/lifecycle.py` says which move leads from which state to which; the ledger decides by it and by the
rule of each move in `models/rules/`. This page is written from it by `python -m scripts.schemas`.

"""
_AFTER_PICTURE = """
Left out: what leaves the state as it is, and {archive}, by which another system's
archive closes an order from any of its open states. An order that is {merged} ends with the one that it follows,
one that is {split} with the last of its parts.
"""


def page() -> str:
    """The whole page."""
    return _HEAD + "\n".join(
        [
            *_picture(),
            _AFTER_PICTURE.format(
                archive=_move(Move.RECORD_CLOSURE), merged=_state(State.MERGED), split=_state(State.SPLIT)
            ),
            "## States 状态\n",
            *_table(("state", "", "moves that leave it there"), map(_state_row, State)),
            "\n## Moves 动作\n",
            "What nobody but the program makes is said to be 系统 system. A department makes its moves on what was",
            f"dispatched to it, {_move(Move.CO_REPLY)}, {_move(Move.CONTACT)} and {_move(Move.REVEAL)} also on what it",
            "co-handles. A command may name the version that its actor saw (`expected_version`).\n",
            *_table(("move", "from", "to", "who may", "what it is"), map(_move_row, TRANSITIONS)),
            "\n## Refusals 不予执行\n",
            "A refused command changes nothing. The answer names the code, the reason (and the field, where one is",
            "wrong), the order's state and version, and the moves that it allows to who asked.\n",
            *_table(("code", "HTTP", "meaning"), map(_code_row, CODES)),
            "",
        ]
    )


def _picture() -> list[str]:
    """A Mermaid diagram: one arrow from each state to each other one, with the moves that lead there."""
    arrows: dict[tuple[str, str], list[Move]] = {}
    for (start, move), ends in TABLE.items():
        for end in ends:
            if end is not start and end is not None and move is not Move.RECORD_CLOSURE:
                arrows.setdefault((start or "[*]", end), []).append(move)
    lines = ["```mermaid", "stateDiagram-v2", "    direction TB"]
    lines += [f'    state "{STATES[state]} {state}" as {state}' for state in State]
    for (before, after), by in arrows.items():
        lines.append(f"    {before} --> {after}: {' / '.join(f'{MOVES[move]} {move}' for move in by)}")
    return [*lines, f"    {State.ARCHIVED} --> [*]", "```"]


def _state_row(state: State) -> tuple[str, ...]:
    work = "ended" if state in ENDED_STATES else "ends with another order" if state in LINKED_STATES else "open"
    stays = [move for (start, move), ends in TABLE.items() if start is state and ends == (state,)]
    return (_state(state), work, _listed(map(_move, (move for move in stays if move not in SYSTEM_MOVES))))


def _move_row(row: Transition) -> tuple[str, ...]:
    starts = [start for start in row.start if start is not None]
    everywhere = len(starts) == len(State)
    said = " ".join((COMMANDS[row.move].__doc__ or "").split("\n\n")[0].replace("``", "`").split())
    return (
        _move(row.move),
        "any state" if everywhere else _listed(map(_state, starts)) or "nothing",
        _listed(map(_state, row.to)) or "as it was",
        _listed(f"{ROLES[role]} {role}" for role in Role if role in (MAY[row.move] or {Role.SYSTEM})),
        said.partition(": ")[2] or said,
    )


def _code_row(code: RefusalCode) -> tuple[str, ...]:
    return f"`{code}`", str(int(STATUS_OF_REFUSAL.get(code, HTTPStatus.CONFLICT))), CODES[code]


def _move(move: Move) -> str:
    return f"{MOVES[move]} `{move}`"


def _state(state: State) -> str:
    return f"{STATES[state]} `{state}`"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]
