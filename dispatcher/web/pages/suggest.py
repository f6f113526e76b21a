"""``POST /intake/suggest``: the panel beside the form, for the words typed so far."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData

from dispatcher.routing import REQUEST_TYPE_OF, route
from dispatcher.web.access import requires, services_of
from dispatcher.web.pages.forms import form_of, said_of
from dispatcher.web.pages.intake import requester_kind
from dispatcher.web.pages.items import item_code_of
from dispatcher.web.pages.rendering import page
from dispatcher.wiring import Services
from models.accounts import Principal
from models.classification import OrderText
from models.intake import CONTENT_MAX, TITLE_MAX
from models.kinds import Urgency
from models.rights import Task

router = APIRouter(include_in_schema=False)


@router.post("/intake/suggest")
def suggest(
    request: Request,
    form: Annotated[FormData, Depends(form_of)],
    services: Annotated[Services, Depends(services_of)],
    _who: Annotated[Principal, Depends(requires(Task.HAND_IN))],
) -> HTMLResponse:
    """Suggested units, category, type and limit, and whether the order would go by itself; a hint while nothing is
    typed."""
    said = defaultdict(str, {name: value.strip() for name, value in said_of(form).items()})
    if not said["title"] and not said["content"]:
        return page(request, "parts/suggest_panel.html", routing=None)
    catalogue = services.catalogue
    place = said["street"] or catalogue.street_of_community.get(said["community"])
    item = item_code_of(said["item_code"], catalogue) if said["item_code"] else None
    text = OrderText(said["title"][:TITLE_MAX], said["content"][:CONTENT_MAX])
    [guess] = services.classifier.classify([text], services.settings.top_k)
    guessed = REQUEST_TYPE_OF.get(guess.request_type, guess.request_type)
    return page(
        request,
        "parts/suggest_panel.html",
        routing=route(guess, catalogue, place, item, services.threshold()),
        category=guess.category,
        category_probability=guess.category_probabilities.get(guess.category, 0.0),
        request_type=said["request_type"] or guessed,
        request_type_probability=None if said["request_type"] else guess.request_type_probability,
        limit=services.calendar.limit_for(
            catalogue,
            Urgency(said["urgency"]) if said["urgency"] in set(Urgency) else Urgency.NORMAL,
            requester_kind(said),
            said["request_type"] or guessed,
            item,
            services.clock.now(),
        ),
    )
