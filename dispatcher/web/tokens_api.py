"""Other systems' tokens over HTTP, for administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import Field
from starlette.exceptions import HTTPException

from dispatcher.web.access import requires, services_of
from dispatcher.web.problems import problem_responses
from dispatcher.web.shapes import Shape
from dispatcher.wiring import Services
from models.accounts import Principal, SystemName, Token
from models.base import Code, Instant, Value
from models.rights import Role, Task

router = APIRouter(prefix="/api/v1", tags=["账号 accounts"])
With = Annotated[Services, Depends(services_of)]
Administrator = Annotated[Principal, Depends(requires(Task.ACCOUNTS))]


class NewToken(Value):
    """A token to be issued; without ``scopes`` it may do every task of its role."""

    name: Annotated[SystemName, Field(examples=["city-app"])]
    role: Role
    expires_at: Annotated[Instant, Field(description="At most 366 days away.")]
    unit: Code | None = None
    scopes: frozenset[Task] | None = None


class TokenView(Shape):
    """A token, without its secret."""

    id: str
    name: str
    role: Role
    unit: str | None
    scopes: list[Task] | None
    state: Literal["valid", "expired", "revoked"]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


class IssuedToken(TokenView):
    """``token``: the text that the system sends, shown this once."""

    token: str


class Tokens(Shape):
    """All tokens by moment of issue, expired and revoked ones included."""

    tokens: list[TokenView]


@router.get("/tokens", summary="令牌列表 All tokens", responses=problem_responses(401, 403, 503))
def list_tokens(services: With, _who: Administrator) -> Tokens:
    """Every token that was ever issued."""
    now = services.clock.now()
    return Tokens(tokens=[TokenView.model_validate(_fields(one, now)) for one in services.accounts.store.tokens()])


@router.post(
    "/tokens",
    summary="签发令牌 Issue a token",
    status_code=201,
    responses=problem_responses(400, 401, 403, 413, 422, 503),
)
def issue_token(new: NewToken, response: Response, services: With, who: Administrator) -> IssuedToken:
    """A new token; its text is shown this once and kept nowhere."""
    issued, text = services.accounts.tokens.issue(
        new.name, new.role, expires_at=new.expires_at, by=who.name, unit=new.unit, scopes=new.scopes
    )
    response.headers["Cache-Control"] = "no-store"
    return IssuedToken.model_validate(_fields(issued, services.clock.now()) | {"token": text})


@router.post(
    "/tokens/{token_id}/revoke", summary="吊销令牌 Revoke a token", responses=problem_responses(401, 403, 404, 503)
)
def revoke_token(token_id: str, services: With, who: Administrator) -> TokenView:
    """End it at once, in every process; again is no error."""
    found = services.accounts.store.token(token_id)
    if found is None:
        raise HTTPException(404, f"no token {token_id}")
    services.accounts.tokens.revoke(token_id, by=who.name)
    token, _ = services.accounts.store.token(token_id) or found
    return TokenView.model_validate(_fields(token, services.clock.now()))


def state_of(one: Token, now: datetime) -> Literal["valid", "expired", "revoked"]:
    """How the token stands."""
    if one.revoked_at is not None:
        return "revoked"
    return "valid" if now < one.expires_at else "expired"


def _fields(one: Token, now: datetime) -> dict[str, object]:
    scopes = None if one.scopes is None else sorted(one.scopes)
    return one.model_dump() | {"scopes": scopes, "state": state_of(one, now)}
