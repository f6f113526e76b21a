"""Errors over HTTP: problem documents (RFC 9457) that name the field and the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from models.accounts import SignIn, WaitFirst
from models.commands import Refusal, RefusalCode
from models.errors import CorrectInput, Problem, RetryLater
from models.masking import mask_numbers

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:minsheng:problem:"
"""Stands before the code in a document's ``type``."""
STATUS_OF_REFUSAL = {
    RefusalCode.UNKNOWN_ORDER: 404,
    RefusalCode.UNKNOWN_CODE: 422,
    RefusalCode.IMPOSSIBLE_TIME: 422,
    RefusalCode.MISSING: 422,
    RefusalCode.NOT_ALLOWED: 403,
}
"""Every other refusal is a conflict with the order as it stands: 409."""
_NAMES_A_FIELD = (RefusalCode.UNKNOWN_CODE, RefusalCode.IMPOSSIBLE_TIME, RefusalCode.MISSING)
CODES = {
    400: "unreadable",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    405: "no_such_method",
    409: "conflict",
    413: "too_large",
    422: "wrong_input",
    429: "too_many_attempts",
    500: "failed",
    503: "try_again",
}
"""The code of a problem that is no refusal of the ledger."""


class FieldProblem(BaseModel):
    """One wrong field, by its path in the request."""

    field: str
    reason: str


class ProblemDocument(BaseModel):
    """RFC 9457. ``code`` says what is to be done, in words that do not change; with the wrong fields, or for a refused
    command the order's state and version and the moves that it allows to who asked."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem] | None = None
    state: str | None = None
    version: int | None = None
    allowed: list[str] | None = None


class UnknownOrder(HTTPException):
    """The one answer about an order that somebody may not know of, whether there is one or not."""

    def __init__(self, order_no: str) -> None:
        super().__init__(404, f"no order {order_no}")


CONFLICTS = tuple(code for code in RefusalCode if code not in STATUS_OF_REFUSAL and code is not RefusalCode.DUPLICATE)
KEY_REUSED = "key_reused"
"""An Idempotency-Key that came with another request before."""
OF_A_COMMAND: dict[int, Sequence[str]] = {
    404: (RefusalCode.UNKNOWN_ORDER,),
    409: CONFLICTS,
    422: (CODES[422], *_NAMES_A_FIELD, KEY_REUSED),
}
"""The codes that a command may be answered with, where they are not those of ``CODES``."""


def problem_responses(
    *statuses: int, codes: Mapping[int, Sequence[str]] | None = None
) -> dict[int | str, dict[str, Any]]:
    """What a route's description says of the problem documents that it answers; ``codes`` where they are not those
    of ``CODES``."""
    told = {status: (codes or {}).get(status) or (CODES[status],) for status in statuses}
    return {
        status: {
            "description": f"{HTTPStatus(status).phrase}: {', '.join(f'`{code}`' for code in found)}",
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
        }
        for status, found in told.items()
    }


def problem_document(
    status: int, detail: str, errors: Sequence[FieldProblem] | None = None, **more: Any
) -> dict[str, Any]:
    """The document as JSON."""
    code = str(more.pop("code", CODES.get(status, "failed")))
    title = HTTPStatus(status).phrase
    # What was sent is quoted here and there, and people send personal numbers in the wrong fields.
    errors = [FieldProblem(field=mask_numbers(one.field), reason=mask_numbers(one.reason)) for one in errors or ()]
    document = ProblemDocument(
        type=TYPE + code,
        title=title,
        status=status,
        detail=mask_numbers(detail),
        code=code,
        errors=errors or None,
        **more,
    )
    return document.model_dump(mode="json", exclude_none=True)


def problem(status: int, detail: str, headers: dict[str, str] | None = None, **more: Any) -> JSONResponse:
    """A problem document as a response."""
    return JSONResponse(problem_document(status, detail, **more), status, headers, media_type=MEDIA_TYPE)


def wrong_fields_document(problems: Sequence[Problem], status: int = 422) -> dict[str, Any]:
    """The problem document of a wrong input."""
    errors = [FieldProblem(field=item.field, reason=item.reason) for item in problems]
    return problem_document(status, "; ".join(map(str, problems))[:2000], errors=errors)


def wrong_fields(problems: Sequence[Problem], status: int = 422) -> JSONResponse:
    """The answer to a wrong input."""
    return JSONResponse(wrong_fields_document(problems, status), status, media_type=MEDIA_TYPE)


def refusal_document(refusal: Refusal) -> dict[str, Any]:
    """The problem document of a refused command."""
    more: dict[str, Any] = {"code": refusal.code}
    field, named, _ = refusal.reason.partition(": ")
    if named and refusal.code in _NAMES_A_FIELD:
        more["errors"] = [FieldProblem(field=field if field == "do" else f"do.{field}", reason=refusal.reason)]
    if refusal.code is not RefusalCode.UNKNOWN_ORDER:
        more |= {"state": refusal.state, "version": refusal.version, "allowed": list(refusal.allowed)}
    return problem_document(STATUS_OF_REFUSAL.get(refusal.code, 409), refusal.reason, **more)


def refused(refusal: Refusal) -> JSONResponse:
    """The answer to a refused command."""
    document = refusal_document(refusal)
    return JSONResponse(document, document["status"], media_type=MEDIA_TYPE)


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
        more = {"code": RefusalCode.UNKNOWN_ORDER} if isinstance(error, UnknownOrder) else {}
        return problem(error.status_code, str(error.detail), dict(error.headers or {}), **more)

    @app.exception_handler(SignIn)
    def _sign_in(request: Request, error: SignIn) -> JSONResponse:
        return problem(401, str(error) or "nobody is known by these credentials", {"WWW-Authenticate": "Bearer"})

    @app.exception_handler(WaitFirst)
    def _wait(request: Request, error: WaitFirst) -> JSONResponse:
        return problem(429, str(error), {"Retry-After": str(error.seconds)})
