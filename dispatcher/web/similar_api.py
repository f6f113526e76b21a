"""Near-duplicates while an order is being taken, and hot issues, over HTTP."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse
from pydantic import Field
from starlette.exceptions import HTTPException

from dispatcher.web.access import requires, services_of
from dispatcher.web.learnt import Learnt, learnt_of
from dispatcher.web.problems import problem_responses
from dispatcher.web.shapes import OrderView, Shape
from dispatcher.web.views import order_view
from dispatcher.web.wishes import resolved
from dispatcher.wiring import Services
from models.accounts import Principal
from models.base import Code, Value
from models.intake import CONTENT_MAX, TITLE_MAX, Phone
from models.rights import TASKS, Task

router = APIRouter(prefix="/api/v1", tags=["相似与热点 similar"])
With = Annotated[Services, Depends(services_of)]
Taught = Annotated[Learnt, Depends(learnt_of)]
Seer = Annotated[Principal, Depends(requires(Task.SEE_SIMILAR))]


class Typed(Value):
    """What has been typed so far; codes or Chinese names. ``phone`` finds what the same requester said."""

    title: Annotated[str, Field(max_length=TITLE_MAX, examples=["路面积水"])] = ""
    content: Annotated[str, Field(max_length=CONTENT_MAX, examples=["上村路口的雨水井排不出去"])] = ""
    street: Code | None = None
    community: Code | None = None
    address_text: Annotated[str, Field(max_length=200)] | None = None
    category: Code | None = None
    item_code: Code | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    phone: Phone | None = None


class AlikeView(Shape):
    """An open order that may be about the same: how probable that is (0 to 1), how many hours lie between, why."""

    order: OrderView
    score: float
    hours: float
    reasons: list[str]


class AlikeViews(Shape):
    """The likeliest first."""

    alike: list[AlikeView]


@router.post(
    "/similar",
    summary="相似工单 Open orders about the same",
    response_model=AlikeViews,
    responses=problem_responses(400, 401, 403, 413, 422, 503),
)
def find_similar(typed: Typed, services: With, taught: Taught, who: Seer) -> JSONResponse:
    """Open orders of the last 30 days about the same place and matter as what is being typed, with the reasons: to be
    merged into rather than dispatched once more."""
    from dispatcher.similar.alike import find_alike
    from dispatcher.similar.sketch import Needle

    if typed.phone is not None and not (who.role in TASKS[Task.FIND_REQUESTER] and who.covers(Task.FIND_REQUESTER)):
        raise HTTPException(403, f"{Task.FIND_REQUESTER} is not for the role {who.role}")
    said = typed.model_copy(update=resolved(typed, services.codes, typed.street, ""))
    hashes = services.vault.hashes.find_phone(typed.phone) if typed.phone else ()
    known = {name: getattr(said, name) for name in Needle.__dataclass_fields__ if name in Typed.model_fields}
    found = find_alike(
        services.store,
        taught.matters(),
        Needle(**known, phone_hashes=hashes),
        now=services.clock.now(),
        item_name=lambda code: _item_name(services, code),
    )
    alike: list[dict[str, Any]] = [
        {
            "order": order_view(one.order, who),
            "score": round(one.score, 4),
            "hours": round(one.hours, 2),
            "reasons": list(one.reasons),
        }
        for one in found
    ]
    return JSONResponse({"alike": alike}, headers={"Cache-Control": "no-store"})


def _item_name(services: Services, code: str) -> str:
    item = services.catalogue.item_by_code.get(code)
    return " / ".join(item.path) if item else code


class ClusterView(Shape):
    """Orders that say much the same: up to three words that they share, and their numbers."""

    words: list[str]
    order_nos: list[str]


class HotView(Shape):
    """A group of which ``observed`` orders came in the last ``days`` days, where ``expected`` were usual."""

    street: str
    community: str | None
    category: str | None
    item_code: str | None
    days: int
    observed: int
    expected: float
    ratio: float
    p_value: float
    clusters: list[ClusterView]


class HotViews(Shape):
    """By falling excess."""

    issues: list[HotView]


@router.get("/hot", summary="热点问题 Issues that grow abnormally", responses=problem_responses(401, 403, 422, 503))
def list_hot_issues(
    services: With, taught: Taught, _who: Seer, limit: Annotated[int, Query(ge=1, le=50)] = 20
) -> HotViews:
    """Groups by street, community, category and item that grow more than chance explains, with their orders."""
    from dispatcher.similar.issues import hot_issues

    found = hot_issues(services.store, taught.matters(), now=services.clock.now(), limit=limit)
    return HotViews(
        issues=[
            HotView(
                street=one.growth.group.street,
                community=one.growth.group.community,
                category=one.growth.group.category,
                item_code=one.growth.group.item_code,
                days=one.growth.days,
                observed=one.growth.observed,
                expected=one.growth.expected,
                ratio=one.growth.ratio,
                p_value=one.growth.p_value,
                clusters=[ClusterView(words=list(each.words), order_nos=list(each.order_nos)) for each in one.clusters],
            )
            for one in found
        ]
    )
