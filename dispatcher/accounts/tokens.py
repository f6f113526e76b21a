"""Tokens of other systems: ``msh_<public id>_<secret>``, shown once, scoped, never without an end."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from dispatcher.accounts.values import checked, place_problems, raise_problems
from models.accounts import AccountStore, Principal, Token
from models.catalogue import Catalogue
from models.errors import Problem
from models.ports import Clock
from models.rights import TASKS, Role, Task

LONGEST = timedelta(days=366)
USED_EVERY = timedelta(minutes=1)
_TEXT = re.compile(r"msh_([0-9a-f]{16})_([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Issues, verifies and revokes."""

    store: AccountStore
    catalogue: Catalogue
    clock: Clock

    def issue(
        self,
        name: str,
        role: Role,
        *,
        expires_at: datetime,
        by: str,
        unit: str | None = None,
        scopes: Iterable[Task] | None = None,
    ) -> tuple[Token, str]:
        """A new token and its text, which cannot be had again. Raises ``CorrectInput`` for a role that no system
        may have, a unit that does not fit, a task that the role has not, or an end that is too far or past."""
        now = self.clock.now()
        asked = None if scopes is None else frozenset(scopes)
        raise_problems(
            *place_problems(role, unit, self.catalogue),
            *_scope_problems(role, asked),
            *_end_problems(now, expires_at),
        )
        secret = secrets.token_bytes(32)
        token = checked(
            Token,
            id=secrets.token_hex(8),
            name=name,
            role=role,
            unit=unit,
            scopes=asked,
            created_at=now,
            expires_at=expires_at,
        )
        self.store.add_token(token, sha256(secret).digest(), by)
        return token, f"msh_{token.id}_{secret.hex()}"

    def principal(self, text: str) -> Principal | None:
        """Which system's token it is; None for one that was never issued, was revoked or has expired."""
        parts = _TEXT.fullmatch(text)
        found = self.store.token(parts[1]) if parts else None
        if parts is None or found is None:
            return None
        token, kept = found
        now = self.clock.now()
        if not hmac.compare_digest(sha256(bytes.fromhex(parts[2])).digest(), kept):
            return None
        if token.revoked_at is not None or now >= token.expires_at:
            return None
        if token.last_used_at is None or now >= token.last_used_at + USED_EVERY:
            self.store.use_token(token.id, now)
        return Principal(
            account_id=token.id,
            name=f"token:{token.name}",
            display=token.name,
            role=token.role,
            unit=token.unit,
            scopes=token.scopes,
            via="token",
        )

    def revoke(self, token_id: str, *, by: str) -> bool:
        """At once, in every process. False: revoked already. Raises ``CorrectInput`` for an unknown id."""
        return self.store.revoke_token(token_id, by=by, at=self.clock.now())


def _scope_problems(role: Role, scopes: frozenset[Task] | None) -> list[Problem]:
    if scopes is None:
        return []
    if not scopes:
        return [Problem("scopes", "name at least one task")]
    return [
        Problem("scopes", f"{task} is no task of the role {role}") for task in sorted(scopes) if role not in TASKS[task]
    ]


def _end_problems(now: datetime, expires_at: datetime) -> list[Problem]:
    if expires_at <= now:
        return [Problem("expires_at", "is past")]
    return [Problem("expires_at", f"is more than {LONGEST.days} days away")] if expires_at > now + LONGEST else []
