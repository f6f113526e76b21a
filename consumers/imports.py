"""A file's rows onto the intake topic, and what became of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from dispatcher.chunks import chunks
from dispatcher.desk import hand_in
from dispatcher.files import Mapping, Row, RowError, RowMapper, Table
from dispatcher.intake import differences, read_intake, resolve
from dispatcher.wiring import Services
from models.commands import RefusalCode
from models.errors import CorrectInput, Problem, RetryLater
from models.intake import Intake

CHUNK = 500
ANSWER_TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that became no order, and why; ``values`` is what stands there."""

    number: int
    problems: tuple[Problem, ...]
    values: object


@dataclass(slots=True)
class ImportReport:
    """``rows`` = ``created`` + ``duplicates`` + ``len(refused)``."""

    rows: int = 0
    created: int = 0
    duplicates: int = 0
    changed: Counter[str] = field(default_factory=Counter)
    """Fields in which duplicates say something else than the order; nothing of it was taken over."""
    refused: list[RefusedRow] = field(default_factory=list)

    @property
    def reasons(self) -> Counter[str]:
        return Counter(problem.field for row in self.refused for problem in row.problems)


def import_table(
    services: Services,
    table: Table,
    mapping: Mapping,
    progress: Callable[[int], None] = lambda _: None,
) -> ImportReport:
    """Hand in every row and wait for what the ledger says of it; bad rows do not hold up good ones.

    Needs the stages at work. Raises ``RetryLater`` when they do not get on for long.
    """
    report = ImportReport()
    mapper = RowMapper(mapping, table)
    for rows in chunks(table, CHUNK):
        good = list(_readable(services, mapper, rows, report))
        report.rows += len(rows)
        answers = hand_in(services, [intake for _, intake in good], ANSWER_TIMEOUT_S)
        outcomes = [outcome for _, _, outcome in answers if outcome is not None]
        if missing := len(answers) - len(outcomes):
            raise RetryLater(f"{missing} rows were handed in and have no answer yet: import again later")
        known = services.store.mget([outcome.order_no for outcome in outcomes if outcome.refusal is not None])
        for (row, intake), outcome in zip(good, outcomes, strict=True):
            if outcome.refusal is None:
                report.created += 1
            elif outcome.refusal.code is RefusalCode.DUPLICATE:
                report.duplicates += 1
                report.changed.update(differences(intake, known[outcome.order_no]))
            else:
                report.refused.append(RefusedRow(row.number, (Problem("", outcome.refusal.reason),), row.values))
        progress(len(rows))
    report.refused.sort(key=lambda row: row.number)
    return report


def _readable(
    services: Services, mapper: RowMapper, rows: list[Row | RowError], report: ImportReport
) -> Iterator[tuple[Row, Intake]]:
    for row in rows:
        if isinstance(row, RowError):
            report.refused.append(RefusedRow(row.number, (Problem("", row.reason),), row.raw))
            continue
        try:
            intake = read_intake(mapper.intake_fields(row))
            yield row, resolve(intake, services.codes, services.clock.now())
        except CorrectInput as error:
            report.refused.append(RefusedRow(row.number, error.problems, row.values))
