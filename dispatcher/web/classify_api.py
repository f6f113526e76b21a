"""``POST /api/v1/classify``: suggestions for words that are still being typed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from dispatcher.routing import REQUEST_TYPE_OF, route
from dispatcher.web.access import services_of
from dispatcher.wiring import Services
from models.base import Value
from models.classification import OrderText
from models.intake import CONTENT_MAX, TITLE_MAX
from models.parts import Routing

router = APIRouter(prefix="/api/v1", tags=["研判 classify"])


class Words(Value):
    """What has been typed so far."""

    title: Annotated[str, Field(max_length=TITLE_MAX)] = ""
    content: Annotated[str, Field(max_length=CONTENT_MAX)] = ""
    street: str | None = None
    item_code: str | None = None


class Answer(BaseModel):
    """What the order would be registered with."""

    category: str
    category_probabilities: dict[str, float]
    request_type: str
    routing: Routing


@router.post("/classify", summary="智能研判 Suggestions for a text")
def classify(words: Words, services: Annotated[Services, Depends(services_of)]) -> Answer:
    """Suggested units with probability and reason, and what the router would decide."""
    text = OrderText(words.title, words.content)
    [guess] = services.classifier.classify([text], services.settings.top_k)
    return Answer(
        category=guess.category,
        category_probabilities=guess.category_probabilities,
        request_type=REQUEST_TYPE_OF.get(guess.request_type, guess.request_type),
        routing=route(guess, services.catalogue, words.street, words.item_code, services.threshold()),
    )
