"""Errors over HTTP: problem documents (RFC 9457) that name the field and the reason."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from models.commands import Refusal, RefusalCode
from models.errors import CorrectInput, Problem, RetryLater

MEDIA_TYPE = "application/problem+json"
STATUS_OF_REFUSAL = {
    RefusalCode.UNKNOWN_ORDER: 404,
    RefusalCode.UNKNOWN_UNIT: 422,
    RefusalCode.IMPOSSIBLE_TIME: 422,
    RefusalCode.REPLY_MISSING: 422,
    RefusalCode.NOT_YOUR_ORDER: 403,
}


class FieldProblem(BaseModel):
    """One wrong field."""

    field: str
    reason: str


class ProblemDocument(BaseModel):
    """RFC 9457, with the wrong fields, or for a refused command the state and the moves it allows."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = None
    code: str | None = None
    state: str | None = None
    version: int | None = None
    allowed: list[str] | None = None


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route's description says of the problem documents that it answers."""
    return {status: {"model": ProblemDocument, "content": {MEDIA_TYPE: {}}} for status in statuses}


def problem(status: int, detail: str, headers: dict[str, str] | None = None, **more: Any) -> JSONResponse:
    """A problem document as a response."""
    document = ProblemDocument(title=HTTPStatus(status).phrase, status=status, detail=detail, **more)
    return JSONResponse(document.model_dump(exclude_none=True), status, headers, media_type=MEDIA_TYPE)


def wrong_fields(problems: Sequence[Problem], status: int = 422) -> JSONResponse:
    """The answer to a wrong input."""
    errors = [FieldProblem(field=item.field, reason=item.reason) for item in problems]
    return problem(status, "; ".join(map(str, problems))[:2000], errors=errors)


def refused(refusal: Refusal) -> JSONResponse:
    """The answer to a refused command."""
    return problem(
        STATUS_OF_REFUSAL.get(refusal.code, 409),
        refusal.reason,
        code=refusal.code,
        state=refusal.state,
        version=refusal.version,
        allowed=list(refusal.allowed),
    )


def install(app: FastAPI) -> None:
    """Answer every error of the application in this form."""

    @app.exception_handler(CorrectInput)
    def _input(request: Request, error: CorrectInput) -> JSONResponse:
        return wrong_fields(error.problems)

    @app.exception_handler(RequestValidationError)
    def _validation(request: Request, error: RequestValidationError) -> JSONResponse:
        broken = [item for item in error.errors() if item["type"] == "json_invalid"]
        if broken:
            where = broken[0]["loc"][-1]
            return problem(400, f"the body is no JSON: {broken[0]['ctx']['error']} at character {where}")
        return wrong_fields(
            [
                Problem(".".join(map(str, item["loc"][1:])), item["msg"].removeprefix("Value error, "))
                for item in error.errors()
            ]
        )

    @app.exception_handler(RetryLater)
    def _later(request: Request, error: RetryLater) -> JSONResponse:
        return problem(503, f"an engine does not answer, try again: {error}", {"Retry-After": "2"})

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> JSONResponse:
        return problem(error.status_code, str(error.detail), dict(error.headers or {}))
