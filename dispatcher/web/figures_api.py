"""``GET /api/v1/figures``: the service's figures (指标), whole or by group, and what wrong first units cost."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from dispatcher.figures.from_store import FiguresReport, store_figures
from dispatcher.web.access import Principal, requires, services_of
from dispatcher.web.closure_api import ReportParams, seen_from
from dispatcher.web.problems import problem_responses
from dispatcher.web.scope import scope_of
from dispatcher.wiring import Services
from models.rights import Task

router = APIRouter(prefix="/api/v1", tags=["指标 figures"])
With = Annotated[Services, Depends(services_of)]
Who = Annotated[Principal, Depends(requires(Task.MEASURE))]


@router.get("/figures", summary="服务指标 The figures of the service", responses=problem_responses(401, 403, 422, 503))
def service_figures(params: Annotated[ReportParams, Query()], services: With, who: Who) -> FiguresReport:
    """Each rate with what it was counted from. Direct answers, merged, split and rejected orders are left out."""
    observed_at, query = seen_from(params.observed_at, services.clock.now()), params.query()
    return store_figures(services.store, query, observed_at, params.by, within=scope_of(who))
