"""``minsheng import``: work orders of another system, from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from consumers.imports import ImportReport, import_table
from consumers.local import stages_at_work
from dispatcher.files import RowMapper, load_map, open_table
from models.errors import CorrectInput
from models.masking import mask_numbers
from scripts.common import errors, progress_bar, services
from scripts.verbs.json_line import json_line

SHOWN = 20


def import_file(
    file: Annotated[Path, typer.Argument(help="xlsx, csv (UTF-8 or GB18030), jsonl or parquet.")],
    map_file: Annotated[Path, typer.Option("--map", help="MAP.yaml: which column is which field (docs/import.md).")],
    report: Annotated[
        Path | None, typer.Option(help="Write each refused row, with its reasons, to this JSONL file.")
    ] = None,
) -> None:
    """Import every row as one order, or say why it is none; importing a file again adds nothing.

    Exit 0 when at least one row is an order (bad rows are reported), 2 when none could be.
    """
    mapping = load_map(map_file)
    table = open_table(file, mapping.sheet)
    RowMapper(mapping, table)  # a map that does not fit is told before anything is started
    if report is not None:
        _write(report, ImportReport())
    with services() as found, stages_at_work(found), progress_bar() as bar:
        task = bar.add_task(file.name, total=table.rows)
        result = import_table(found, table, mapping, lambda rows: bar.advance(task, rows))
    if report is not None:
        _write(report, result)
    _show(result, report)
    if result.rows and len(result.refused) == result.rows:
        raise typer.Exit(2)


def _show(result: ImportReport, report: Path | None) -> None:
    for row in result.refused[:SHOWN]:
        why = mask_numbers("; ".join(map(str, row.problems)))
        errors.print(f"row {row.number}: {why}", markup=False, soft_wrap=True)
    if len(result.refused) > SHOWN:
        where = f"all are in {report}" if report else "--report FILE lists all"
        errors.print(f"… and {len(result.refused) - SHOWN} more refused rows ({where})", markup=False, soft_wrap=True)
    if result.changed:
        fields = ", ".join(f"{name} in {count}" for name, count in result.changed.most_common())
        errors.print(
            f"duplicates that say something else by now, not taken over: {fields}", markup=False, soft_wrap=True
        )
    print(
        f"{result.rows} rows = {result.created} orders + {result.duplicates} duplicates + {len(result.refused)} refused"
    )


def _write(path: Path, result: ImportReport) -> None:
    try:
        with path.open("w", encoding="utf-8") as out:
            for row in result.refused:
                reasons = [{"field": problem.field, "reason": problem.reason} for problem in row.problems]
                line = {"row": row.number, "problems": reasons, "values": row.values}
                out.write(json_line(line) + "\n")
    except OSError as error:
        raise CorrectInput.one("--report", f"{path}: {error.strerror}") from error
