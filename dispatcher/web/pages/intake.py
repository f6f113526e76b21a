"""``/intake``: taking in an order by hand, with suggestions while the words are being typed."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from dispatcher.desk import hand_in
from dispatcher.vault.intake import seal_intake
from dispatcher.web.access import requires, services_of
from dispatcher.web.intake_api import checked
from dispatcher.web.pages.field_words import by_field
from dispatcher.web.pages.forms import form_of, said_of
from dispatcher.web.pages.items import item_code_of, item_path
from dispatcher.web.pages.refusals import refusal_sentence
from dispatcher.web.pages.rendering import page
from dispatcher.wiring import Services
from models.accounts import Principal
from models.catalogue import Catalogue
from models.commands import RefusalCode
from models.errors import CorrectInput
from models.intake import CONTENT_MAX, TITLE_MAX, Intake
from models.kinds import RequesterKind, Urgency
from models.rights import Task

router = APIRouter(include_in_schema=False)
SOURCE = "console"
TEXTS = (
    "external_id", "title", "content", "channel", "request_type", "urgency", "street", "community", "address_text",
    "name", "phone", "enterprise_name", "uscc", "liaison_unit", "item_code",
)  # fmt: skip
With = Annotated[Services, Depends(services_of)]
Intaker = Annotated[Principal, Depends(requires(Task.HAND_IN))]


@router.get("/intake")
def empty(request: Request, services: With, who: Intaker) -> HTMLResponse:
    """An empty form; its ``external_id`` makes whatever it sends one order."""
    return _page(request, services, who, {"external_id": uuid.uuid4().hex, "channel": "hotline"})


@router.post("/intake")
def submit(request: Request, form: Annotated[FormData, Depends(form_of)], services: With, who: Intaker) -> Response:
    """Take the order in and lead to it, or show the form again with what is wrong beside the fields."""
    said = said_of(form)
    try:
        intake = checked(services, _message(said, services.catalogue, who))
    except CorrectInput as error:
        return _page(request, services, who, said, by_field(error.problems), status=422)
    [(number, _, outcome)] = hand_in(services, [intake], services.settings.answer_timeout)
    if outcome is None:
        return page(request, "intake_pending.html", 202, who=who, nav="intake", order_no=number)
    refusal = outcome.refusal
    if refusal is None or (refusal.code is RefusalCode.DUPLICATE and _same(services, number, intake)):
        return RedirectResponse(f"/orders/{number}", 303)
    if refusal.code is RefusalCode.DUPLICATE:
        # The page was brought back and used for another matter: that one must not vanish behind the first.
        notice = f"此页面先前已登记工单 {number}。本次内容不同，尚未登记；请核对后再次提交，将登记为新的工单。"
        return _page(request, services, who, said | {"external_id": uuid.uuid4().hex}, notice=notice, status=409)
    return _page(request, services, who, said, notice=refusal_sentence(refusal), status=409)


def _message(said: Mapping[str, str], catalogue: Catalogue, who: Principal) -> dict[str, Any]:
    """The form as an intake message; what was left empty is not said."""
    message: dict[str, Any] = {name: said[name] for name in TEXTS if said.get(name, "").strip()}
    message |= {"source_system": SOURCE, "agent_id": who.name, "reply_required": "no_reply" not in said}
    message |= {name: True for name in ("is_anonymous", "is_confidential") if name in said}
    message["requester_kind"] = requester_kind(said)
    if "item_code" in message:
        message["item_code"] = item_code_of(message["item_code"], catalogue) or message["item_code"]
    return message


def requester_kind(said: Mapping[str, str]) -> RequesterKind:
    """Who asks: an enterprise gives its name or its code."""
    given = any(said.get(name, "").strip() for name in ("enterprise_name", "uscc"))
    return RequesterKind.ENTERPRISE if given else RequesterKind.CITIZEN


def _same(services: Services, number: str, intake: Intake) -> bool:
    """Whether the order says what the form says, as it is kept: without personal numbers."""
    order, kept = services.store.get(number), seal_intake(services.vault, intake)
    return order is not None and (order.title, order.content) == (kept.title, kept.content)


def _page(
    request: Request,
    services: Services,
    who: Principal,
    said: Mapping[str, str],
    wrong: Mapping[str, str] | None = None,
    *,
    notice: str = "",
    status: int = 200,
) -> HTMLResponse:
    return page(
        request,
        "intake.html",
        status,
        who=who,
        nav="intake",
        catalogue=services.catalogue,
        urgencies=list(Urgency),
        items=[item_path(item) for item in services.catalogue.items],
        title_max=TITLE_MAX,
        content_max=CONTENT_MAX,
        said=defaultdict(str, said),
        wrong=wrong or {},
        notice=notice,
    )
