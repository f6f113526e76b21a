"""``POST /api/v1/classify``: suggestions for words that are still being typed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from dispatcher.routing import REQUEST_TYPE_OF, route
from dispatcher.web.access import requires, services_of
from dispatcher.web.problems import problem_responses
from dispatcher.wiring import Services
from models.accounts import Principal
from models.base import Value
from models.classification import OrderText
from models.intake import CONTENT_MAX, TITLE_MAX
from models.parts import Routing
from models.rights import Task

router = APIRouter(prefix="/api/v1", tags=["研判 classify"])


class Words(Value):
    """What has been typed so far."""

    title: Annotated[str, Field(max_length=TITLE_MAX, examples=["路面积水"])] = ""
    content: Annotated[str, Field(max_length=CONTENT_MAX, examples=["下雨之后路口的雨水井一直排不出去。"])] = ""
    street: Annotated[str, Field(max_length=64)] | None = None
    item_code: Annotated[str, Field(max_length=64)] | None = None


class Answer(BaseModel):
    """What the order would be registered with."""

    category: str
    category_probabilities: dict[str, float]
    request_type: str
    routing: Routing


@router.post(
    "/classify", summary="智能研判 Suggestions for a text", responses=problem_responses(400, 401, 403, 413, 422, 503)
)
def classify(
    words: Words,
    services: Annotated[Services, Depends(services_of)],
    _who: Annotated[Principal, Depends(requires(Task.HAND_IN))],
) -> Answer:
    """Suggested units with probability and reason, and what the router would decide."""
    text = OrderText(words.title, words.content)
    [guess] = services.classifier.classify([text], services.settings.top_k)
    return Answer(
        category=guess.category,
        category_probabilities=guess.category_probabilities,
        request_type=REQUEST_TYPE_OF.get(guess.request_type, guess.request_type),
        routing=route(guess, services.catalogue, words.street, words.item_code, services.threshold()),
    )
