"""The API's description: what a client can be generated from."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from dispatcher.web.problems import MEDIA_TYPE, ProblemDocument, problem_document, problem_responses
from models.commands import RefusalCode
from models.intake import Intake

_TEMPLATE = "#/components/schemas/{model}"
_WITH_BODY = ("post", "put", "patch")
ABOUT = """12345 工单：受理、研判、派单、办理、回访、办结。

Every request carries a system's token (`Authorization: Bearer msh_…`) or the cookie of a signed-in browser. Whatever
goes wrong is answered with a problem document (RFC 9457) whose `code` says what is to be done. A department knows of
its own orders only: any other number is answered like one that no order has. Lists are paged by `cursor`; an order's
`ETag` is its version, and a command with `If-Match` counts for that version only; a command with an `Idempotency-Key`
is carried out once, however often it is sent."""


def operation_id(route: APIRoute) -> str:
    """The name of the function that answers; a test tells two of one name."""
    return route.name


def describe(app: FastAPI) -> None:
    """Make ``app`` describe itself with the problem documents that every route can answer."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = get_openapi(title=app.title, version=app.version, description=ABOUT, routes=app.routes)
            _add_problems(found)
            app.openapi_schema = found
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend the description


def _add_problems(described: dict[str, Any]) -> None:
    """The schemas that no route names as its model, and on each operation what it shares with all of its kind."""
    parts: dict[str, Any] = {}
    for kind in (ProblemDocument, Intake):
        schema = kind.model_json_schema(ref_template=_TEMPLATE)
        parts |= {**schema.pop("$defs", {}), kind.__name__: schema}
    parts[ProblemDocument.__name__]["examples"] = [
        problem_document(
            409,
            "an order in state closed does not allow dispatch",
            code=RefusalCode.FORBIDDEN_MOVE, state="closed", version=9, allowed=["reopen", "reveal"],
        )
    ]  # fmt: skip
    described["components"]["schemas"] = parts | described["components"]["schemas"]
    for operations in described["paths"].values():
        for method, operation in operations.items():
            for status, told in _shared(method, operation).items():
                operation["responses"].setdefault(str(status), told)
            if MEDIA_TYPE not in operation["responses"].get("422", {}).get("content", {MEDIA_TYPE: None}):
                operation["responses"]["422"] = problem_responses(422)[422]
    for unused in ("HTTPValidationError", "ValidationError"):
        described["components"]["schemas"].pop(unused, None)


def _shared(method: str, operation: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    found: dict[int | str, dict[str, Any]] = {}
    if operation.get("security"):
        found |= problem_responses(401, 403, 503)
    if method in _WITH_BODY:
        found |= problem_responses(400, 403, 413)
    if operation.get("parameters") or "requestBody" in operation:
        found |= problem_responses(422)
    return found
