"""``POST /intake/suggest``: the panel beside the form, for the words typed so far."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData

from dispatcher.routing import REQUEST_TYPE_OF, route
from dispatcher.web.access import services_of
from dispatcher.web.pages.forms import form_of
from dispatcher.web.pages.rendering import page
from dispatcher.wiring import Services
from models.classification import OrderText
from models.intake import CONTENT_MAX, TITLE_MAX

router = APIRouter(include_in_schema=False)


@router.post("/intake/suggest")
def suggest(
    request: Request,
    form: Annotated[FormData, Depends(form_of)],
    services: Annotated[Services, Depends(services_of)],
) -> HTMLResponse:
    """Suggested units, category and type, and whether the order would go by itself; a hint while nothing is typed."""
    title, content, street, community = (
        str(form.get(name) or "").strip() for name in ("title", "content", "street", "community")
    )
    if not title and not content:
        return page(request, "parts/suggest_panel.html", routing=None)
    catalogue = services.catalogue
    place = street or catalogue.street_of_community.get(community)
    text = OrderText(title[:TITLE_MAX], content[:CONTENT_MAX])
    [guess] = services.classifier.classify([text], services.settings.top_k)
    return page(
        request,
        "parts/suggest_panel.html",
        routing=route(guess, catalogue, place, None, services.threshold()),
        category=guess.category,
        category_probability=guess.category_probabilities.get(guess.category, 0.0),
        request_type=REQUEST_TYPE_OF.get(guess.request_type, guess.request_type),
        request_type_probability=guess.request_type_probability,
    )
