"""Exports over HTTP: the orders of a query, one order with its history, and its decisions' receipts."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO, Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel

from dispatcher.receipts import Receipt, receipts
from dispatcher.web.access import Principal, requires, services_of
from dispatcher.web.exports.sheets import order_sheets, orders_of, query_sheet
from dispatcher.web.exports.tables import Sheet, csv_lines, write_xlsx
from dispatcher.web.pages.rendering import Names
from dispatcher.web.params import QueryParams
from dispatcher.web.problems import problem_responses
from dispatcher.web.scope import order_for, scope_of
from dispatcher.web.views import facts_for, shown_to
from dispatcher.wiring import Services
from models.rights import Task

router = APIRouter(prefix="/api/v1", tags=["导出 exports"])
With = Annotated[Services, Depends(services_of)]
Exporter = Annotated[Principal, Depends(requires(Task.EXPORT))]
Reader = Annotated[Principal, Depends(requires(Task.READ))]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
_CHUNK = 1 << 16
_IN_MEMORY = 8_000_000
_FILES: dict[int | str, dict[str, Any]] = {200: {"content": {CSV: {}, XLSX: {}}, "description": "A file."}}


class ExportParams(QueryParams):
    """A query, and the form of the file."""

    format: Literal["csv", "xlsx"] = "xlsx"


class Receipts(BaseModel):
    """The decisions of one order, the first first."""

    receipts: list[Receipt]


@router.get(
    "/export", summary="导出工单 Orders of a query", responses={**_FILES, **problem_responses(401, 403, 422, 503)},
    response_class=Response,
)  # fmt: skip
def export(params: Annotated[ExportParams, Query()], services: With, who: Exporter) -> Response:
    """One row an order, the latest received first, at most 100,000; personal data stays masked."""
    found = orders_of(services.store, params.query(), scope_of(who), services.clock.now())
    sheet = query_sheet((shown_to(order, who) for order in found), Names(services))
    if params.format == "csv":
        return StreamingResponse(csv_lines(sheet), media_type=CSV, headers=_named("orders.csv"))
    return _workbook([sheet], "orders.xlsx")


@router.get(
    "/orders/{order_no}/export",
    summary="导出单件 One order with its history",
    responses={**_FILES, **problem_responses(401, 403, 404, 422, 503)},
    response_class=Response,
)
def export_one(
    order_no: str, services: With, who: Exporter, format: Annotated[Literal["csv", "xlsx"], Query()] = "xlsx"
) -> Response:
    """The order, what happened to it and what its dispatches were decided on; as CSV the history alone."""
    order = order_for(services, who, order_no)
    sheets = order_sheets(shown_to(order, who), facts_for(services.store.history(order_no), who), Names(services))
    if format == "csv":
        return StreamingResponse(csv_lines(sheets[1]), media_type=CSV, headers=_named(f"{order_no}.csv"))
    return _workbook(sheets, f"{order_no}.xlsx")


@router.get(
    "/orders/{order_no}/receipts",
    summary="决定凭据 What each dispatch was decided on",
    responses=problem_responses(401, 403, 404, 503),
)
def decisions(order_no: str, services: With, who: Reader) -> Receipts:
    """For each dispatch: who decided what, by which rule, on which model, list, threshold and probabilities."""
    order_for(services, who, order_no)
    return Receipts(receipts=receipts(facts_for(services.store.history(order_no), who)))


def _workbook(sheets: list[Sheet], name: str) -> Response:
    """A workbook as a response; a large one lies in a temporary file until it is sent."""
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed when it has been sent
    write_xlsx(sheets, file)
    file.seek(0)
    return StreamingResponse(_content(file), media_type=XLSX, headers=_named(name))


def _content(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
