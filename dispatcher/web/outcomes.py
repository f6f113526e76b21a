"""What became of wishes: sent to the ledger together, answered each in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.responses import JSONResponse

from dispatcher.desk import decided_all
from dispatcher.web.problems import (
    KEY_REUSED,
    MEDIA_TYPE,
    UnknownOrder,
    problem_document,
    refusal_document,
    wrong_fields_document,
)
from dispatcher.web.wishes import Asked, commands_of
from dispatcher.wiring import Services
from models.accounts import Principal
from models.commands import Command, Outcome, Refusal, RefusalCode
from models.errors import CorrectInput


@dataclass(frozen=True, slots=True)
class Answer:
    """One of: the order's version after the command, the problem, or where to ask later."""

    order_no: str
    command_id: str | None = None
    version: int | None = None
    problem: dict[str, Any] | None = None
    refusal: Refusal | None = None
    """The ledger's, where the problem tells of one."""
    where: str | None = None

    def as_problem(self) -> JSONResponse:
        """The problem as a response."""
        assert self.problem is not None
        return JSONResponse(self.problem, self.problem["status"], media_type=MEDIA_TYPE)


def answers(services: Services, who: Principal, wishes: Sequence[Asked]) -> list[Answer]:
    """What became of each wish. All commands are appended at once and waited for together."""
    made = commands_of(services, who, wishes)
    known = decided_all(services, [command for command in made if isinstance(command, Command)])
    return [_answer(asked, one, known) for asked, one in zip(wishes, made, strict=True)]


def _answer(asked: Asked, made: Command | CorrectInput | UnknownOrder, known: dict[str, Outcome]) -> Answer:
    number = asked.order_no
    match made:
        case UnknownOrder():
            return Answer(number, problem=problem_document(404, str(made.detail), code=RefusalCode.UNKNOWN_ORDER))
        case CorrectInput():
            return Answer(number, problem=wrong_fields_document(made.problems))
    outcome, id_ = known.get(made.command_id), made.command_id
    if outcome is None:
        return Answer(number, id_, where=f"/api/v1/commands/{id_}")
    if outcome.digest != made.digest:
        said = "this Idempotency-Key came with another request before"
        return Answer(number, id_, problem=problem_document(422, said, code=KEY_REUSED))
    if outcome.refusal is not None:
        return Answer(number, id_, problem=refusal_document(outcome.refusal), refusal=outcome.refusal)
    return Answer(number, id_, version=outcome.version)
