"""``minsheng deadletters``: look at what could not be read, mend it, send it again."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from consumers.deadletters import DeadLetter, read_letter
from consumers.summary import every_record
from dispatcher.vault.raw import seal_record
from dispatcher.wiring import Services
from models.errors import CorrectInput
from models.records import TopicPartition
from models.topics import DEADLETTER, INTAKE
from scripts.common import services

app = typer.Typer(help="Records that no stage could read.", no_args_is_help=True)
Offset = Annotated[int, typer.Argument(help="The dead letter's number, as `list` shows it.", min=0)]


@app.command("list")
def list_() -> None:
    """One line for each dead letter: number, time, stage, where it came from, why."""
    with services(existing=True) as found:
        for record in every_record(found.log, DEADLETTER):
            one = read_letter(record)
            why = " ".join("; ".join(map(str, one.problems)).split())  # a field's name may hold a line break
            print(f"{one.offset}\t{one.at:%Y-%m-%dT%H:%M:%SZ}\t{one.stage}\t{one.source}\t{why}")


@app.command()
def show(offset: Offset) -> None:
    """Write the original bytes to standard output: they may hold personal data, and are sealed on the topic."""
    with services(existing=True) as found:
        sys.stdout.buffer.write(_letter(found, offset).opened(found.vault).value)


@app.command()
def replay(
    offset: Offset,
    file: Annotated[Path | None, typer.Option(help="Send this file's bytes instead: the mended record.")] = None,
) -> None:
    """Send a dead letter to its topic again, as it was or mended."""
    with services(existing=True) as found:
        original = _letter(found, offset).opened(found.vault)
        if file is not None:
            try:
                original = replace(original, value=file.read_bytes())
            except OSError as error:
                raise CorrectInput.one(str(file), error.strerror or "cannot be read") from error
        if original.topic == INTAKE:  # what may hold personal data does not lie there in clear
            original = seal_record(found.vault, original)
        [position] = found.log.append([original])
        print(f"sent to {position}")


def _letter(found: Services, offset: int) -> DeadLetter:
    records = found.log.read(TopicPartition(DEADLETTER, 0), offset, 1)
    if not records or records[0].position.offset != offset:
        raise CorrectInput.one("offset", f"no dead letter {offset}")
    return read_letter(records[0])
