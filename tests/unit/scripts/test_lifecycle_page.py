"""The page of the life cycle says all that the table says, in both languages."""

from __future__ import annotations

import re

from dispatcher.web.pages.words import MOVES, STATES
from models.commands import RefusalCode
from models.kinds import State
from models.lifecycle import TABLE, Move
from models.rights import MAY
from scripts.lifecycle_page import CODES, page

ARROW = re.compile(r"^    (\S+) --> (\S+?)(?:: (.+))?$", re.MULTILINE)
ROW = re.compile(r"^\| (?P<name>\S+) `(?P<move>\w+)` \| (?P<rest>.+) \|$", re.MULTILINE)


def section(title: str) -> str:
    return page().split(f"\n## {title}", 1)[1].split("\n## ", 1)[0]


def test_every_arrow_is_of_the_table_and_every_change_of_state_has_one() -> None:
    drawn = {
        (start, end, label.split()[-1])
        for start, end, labels in ARROW.findall(page())
        for label in labels.split(" / ")
        if labels
    }
    changes = {
        (start or "[*]", end, move)
        for (start, move), ends in TABLE.items()
        for end in ends
        if end is not start and move is not Move.RECORD_CLOSURE
    }
    assert drawn == changes


def test_every_state_is_named_in_both_languages() -> None:
    for state in State:
        assert f'state "{STATES[state]} {state}" as {state}' in page()
        assert f"| {STATES[state]} `{state}` |" in section("States")


def test_every_move_has_a_row_with_its_people_and_an_english_sentence() -> None:
    rows = {match["move"]: match for match in ROW.finditer(section("Moves"))}
    assert list(rows) == list(dict.fromkeys(move for _, move in TABLE))
    for move, row in rows.items():
        start, end, who, said = row["rest"].split(" | ")
        assert row["name"] == MOVES[move] and start and end
        assert {each.split()[-1] for each in who.split(", ")} == (set(MAY[Move(move)]) or {"system"})
        assert len(re.findall(r"[a-z]+", said)) > 2, move


def test_every_refusal_is_explained() -> None:
    assert set(CODES) == set(RefusalCode)
    for code in RefusalCode:
        assert re.search(rf"^\| `{code}` \| 4\d\d \| .+ \|$", section("Refusals"), re.MULTILINE)
