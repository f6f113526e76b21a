"""What keeps the program running: alive, ready, measured."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily
from pydantic import BaseModel

from dispatcher.backlog import backlog
from dispatcher.health import Condition
from dispatcher.web.access import requires, services_of
from dispatcher.web.problems import problem_responses
from dispatcher.wiring import Services
from models.accounts import Principal
from models.errors import RetryLater
from models.rights import Task
from models.topics import COMMANDS, DEADLETTER, EVENTS, INTAKE

router = APIRouter(tags=["运行 operations"])
With = Annotated[Services, Depends(services_of)]
STAGE_TOPICS = {"dispatch": INTAKE, "ledger": COMMANDS, "deliver": EVENTS, "follow": EVENTS}


class Alive(BaseModel):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Part(BaseModel):
    """A stage or an engine: its condition, one sentence about it, and for a stage its members and its backlog."""

    condition: str
    sentence: str
    since: datetime | None = None
    members: int | None = None
    lag: int | None = None


class Readiness(BaseModel):
    """Whether everything is at work, and each part."""

    status: Literal["ready", "not ready"]
    parts: dict[str, Part]


@router.get("/healthz", summary="存活 Alive")
def healthz() -> Alive:
    """The process answers."""
    return Alive()


@router.get(
    "/readyz",
    summary="就绪 Ready",
    response_model=Readiness,
    responses={503: {"model": Readiness, "description": "Something is missing, or waits."}},
)
def readyz(services: With) -> JSONResponse:
    """Every stage has a live member and waits for nothing; else 503, with one sentence for each part."""
    parts: dict[str, Any] = {
        name: {"condition": report.condition, "sentence": report.sentence, "since": report.since.isoformat()}
        for name, report in services.health.reports().items()
    }
    ready = services.health.ready()
    try:
        for stage, topic in STAGE_TOPICS.items():
            members, lag = services.log.members(stage), sum(backlog(services.log, stage, topic).values())
            if not members and parts.get(stage, {}).get("condition") in (None, Condition.RUNNING):
                parts[stage] = {"condition": "missing", "sentence": "no process serves this stage"}
            parts.setdefault(stage, {"condition": Condition.RUNNING, "sentence": "at work in another process"})
            parts[stage].update(members=members, lag=lag)
            ready = ready and members > 0
    except RetryLater as error:
        parts["log"] = {"condition": "waiting", "sentence": str(error)}
        ready = False
    return JSONResponse({"status": "ready" if ready else "not ready", "parts": parts}, 200 if ready else 503)


class LogState:
    """Lag and dead letters as the log has them: a collector, so that they are read when they are asked for."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> list[GaugeMetricFamily]:
        log = self._services.log
        lag = GaugeMetricFamily("minsheng_lag_records", "Records that a stage has yet to handle.", labels=["stage"])
        members = GaugeMetricFamily("minsheng_stage_members", "Live members of a stage.", labels=["stage"])
        for stage, topic in STAGE_TOPICS.items():
            lag.add_metric([stage], sum(backlog(log, stage, topic).values()))
            members.add_metric([stage], log.members(stage))
        waiting = sum(log.end_offsets(DEADLETTER).values())
        letters = GaugeMetricFamily("minsheng_deadletter_records", "Dead letters ever written.", value=waiting)
        return [lag, members, letters]


@router.get(
    "/metrics",
    summary="指标 Prometheus metrics",
    response_class=PlainTextResponse,
    responses=problem_responses(401, 403, 503),
)
def metrics(services: With, _who: Annotated[Principal, Depends(requires(Task.OPERATE))]) -> Response:
    """Prometheus text format."""
    return Response(generate_latest(services.metrics.registry), media_type=CONTENT_TYPE_LATEST)
