"""``GET /api/v1/intakes/{receipt}``: what became of an order that was handed in, for who handed it in."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException

from dispatcher.web.access import requires, services_of
from dispatcher.web.problems import problem_responses
from dispatcher.wiring import Services
from models.accounts import Principal
from models.commands import Outcome
from models.rights import Task

router = APIRouter(prefix="/api/v1", tags=["受理 intake"])
With = Annotated[Services, Depends(services_of)]
Intaker = Annotated[Principal, Depends(requires(Task.HAND_IN))]


def address_of(services: Services, who: Principal, command_id: str) -> str:
    """Where ``who`` asks later: the command's place on the log, and a proof that the place is theirs."""
    return f"/api/v1/intakes/{command_id}:{_proof(services, who, command_id)}"


@router.get(
    "/intakes/{receipt}",
    summary="受理结果 What became of an order handed in",
    response_model_exclude={"digest"},
    responses=problem_responses(401, 403, 404, 503),
)
def get_intake(receipt: str, services: With, who: Intaker) -> Outcome:
    """The outcome, for who handed the order in; 404 while it is not decided, and after ``MINSHENG_OUTCOME_DAYS``."""
    command_id, _, proof = receipt.rpartition(":")
    is_theirs = hmac.compare_digest(proof.encode(), _proof(services, who, command_id).encode())
    found = services.store.outcome(command_id) if is_theirs else None
    if found is None:
        raise HTTPException(404, f"no outcome of {receipt} (yet)")
    return found


def _proof(services: Services, who: Principal, command_id: str) -> str:
    """Places on the log follow one another and could be guessed."""
    return services.vault.hashes.request(f"intake {who.account_id} {command_id}".encode())
