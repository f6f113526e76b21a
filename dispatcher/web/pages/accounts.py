"""``/accounts``: who may come in, and which systems; the API and the command line change it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from dispatcher.web.access import requires, services_of
from dispatcher.web.pages.rendering import page
from dispatcher.web.tokens_api import state_of
from dispatcher.wiring import Services
from models.accounts import Principal
from models.rights import Task

router = APIRouter(include_in_schema=False)


@router.get("/accounts")
def accounts(
    request: Request,
    services: Annotated[Services, Depends(services_of)],
    who: Annotated[Principal, Depends(requires(Task.ACCOUNTS))],
) -> HTMLResponse:
    """Every account and every token, with how it stands."""
    store, now = services.accounts.store, services.clock.now()
    tokens = [(token, state_of(token, now)) for token in reversed(store.tokens())]
    return page(request, "accounts.html", who=who, nav="accounts", accounts=store.accounts(), tokens=tokens)
