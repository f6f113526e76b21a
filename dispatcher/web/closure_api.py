"""Closure times over HTTP: the figures of one clock with their curves, and the report over all clocks."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse
from pydantic import AfterValidator

from dispatcher.closure.clocks import Clock
from dispatcher.closure.from_store import store_report
from dispatcher.closure.report import statistics_json
from dispatcher.closure.statistics import closure_statistics
from dispatcher.web.access import requires, services_of
from dispatcher.web.closure_shapes import ClosureOnOneClock, ClosureReport
from dispatcher.web.params import QueryParams
from dispatcher.web.problems import problem_responses
from dispatcher.web.scope import scope_of
from dispatcher.wiring import Services
from models.accounts import Principal
from models.base import Instant
from models.decide import CLOCK_TOLERANCE
from models.errors import CorrectInput
from models.query import GroupField
from models.rights import Task

router = APIRouter(prefix="/api/v1", tags=["办结时长 closure"])
With = Annotated[Services, Depends(services_of)]
THIN_STEPS = 400
Measurer = Annotated[Principal, Depends(requires(Task.MEASURE))]
_PROBLEMS = problem_responses(401, 403, 422, 503)
YEARS = range(1900, 2200)


def _plausible(at: datetime) -> datetime:
    if at.year not in YEARS:
        raise ValueError(f"the year {at.year} is not plausible")
    return at


def seen_from(asked: datetime | None, now: datetime) -> datetime:
    """The moment asked for, else ``now``. Raises ``CorrectInput`` for one that has not come yet: an open order cannot
    have been watched until then."""
    if asked is not None and asked > now + CLOCK_TOLERANCE:
        raise CorrectInput.one("observed_at", "lies in the future")
    return asked or now


class ReportParams(QueryParams):
    """Which orders, grouped by what, seen from when (now where it is not said)."""

    by: GroupField | None = None
    observed_at: Annotated[Instant, AfterValidator(_plausible)] | None = None


class ClosureParams(ReportParams):
    """The same on one clock; ``thin`` curves have what a drawing needs, ``full`` ones every step."""

    clock: Clock = "gross"
    curve: Literal["full", "thin"] = "full"


@router.get(
    "/closure", summary="办结时长 Closure times on one clock", response_model=ClosureOnOneClock, responses=_PROBLEMS
)
def closure_times(params: Annotated[ClosureParams, Query()], services: With, who: Measurer) -> JSONResponse:
    """Counts, percentiles and Kaplan–Meier curve, open orders censored; ``groups`` with ``by``. Days throughout."""
    observed_at = seen_from(params.observed_at, services.clock.now())
    found = services.store.intervals(
        params.query(),
        observed_at=observed_at,
        within=scope_of(who),
        by=params.by,
        final=params.clock == "final",
    )
    statistics = closure_statistics(
        found.rows, observed_at, params.clock, calendar=services.calendar, excluded=found.excluded
    )
    return JSONResponse(statistics_json(statistics, curve_steps=THIN_STEPS if params.curve == "thin" else sys.maxsize))


@router.get(
    "/closure/report", summary="办结报告 Closure times on every clock", response_model=ClosureReport,
    response_model_exclude_unset=True, responses=_PROBLEMS,
)  # fmt: skip
def closure_on_every_clock(params: Annotated[ReportParams, Query()], services: With, who: Measurer) -> JSONResponse:
    """Counts, and median, P75, P90, mean and restricted mean on each clock, as ``minsheng closure --json`` prints."""
    observed_at = seen_from(params.observed_at, services.clock.now())
    report = store_report(
        services.store, services.calendar, params.query(), observed_at, params.by, within=scope_of(who)
    )
    return JSONResponse(report)
