"""``minsheng append``: messages of another system onto the intake topic, as they are."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from dispatcher.vault.raw import seal_record
from models.errors import CorrectInput
from models.records import Record
from models.topics import INTAKE
from scripts.common import services

BATCH = 500


def append(
    file: Annotated[Path, typer.Argument(help="One message a line (docs/messages.md); - reads standard input.")],
) -> None:
    """Put each line on orders.intake unread: what a stage cannot read goes to the dead letters with its reason."""
    try:
        lines = [
            line for line in (sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()).splitlines() if line
        ]
    except OSError as error:
        raise CorrectInput.one(str(file), error.strerror or "cannot be read") from error
    with services() as found:
        log = found.log
        for first in range(0, len(lines), BATCH):
            records = [Record(INTAKE, _key(line), line) for line in lines[first : first + BATCH]]
            # Nothing was read of them, so nothing was masked: as a whole they are nobody's to read on the topic.
            log.append([seal_record(found.vault, record) for record in records])
    print(f"{len(lines)} messages on {INTAKE}")


def _key(line: bytes) -> str:
    """The same for the same order, so that what is said of it twice stays in order."""
    try:
        message: Any = json.loads(line)
    except ValueError:
        return ""
    if not isinstance(message, dict):
        return ""
    return f"{message.get('source_system')}/{message.get('external_id')}"
