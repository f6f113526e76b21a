"""Who acts: one account or token each, with a connection of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from tests.system.installation import Installation, TokenFor

UNITS = ("water", "housing", "urban_mgmt")
FOREIGN = "tax"
"""A unit that no order of the day concerns."""
EVERYBODY = (
    TokenFor("operator", "operator"),
    TokenFor("operator-2", "operator"),
    TokenFor("supervisor", "supervisor"),
    TokenFor("analyst", "analyst"),
    TokenFor("administrator", "administrator"),
    TokenFor("portal", "operator", scopes=("hand_in",)),
    *(TokenFor(unit, "department", unit) for unit in (*UNITS, FOREIGN)),
)


@dataclass(frozen=True)
class Person:
    """A role with its credentials."""

    name: str
    role: str
    unit: str | None
    http: httpx.Client

    def act(self, number: str, do: dict[str, Any], **headers: str) -> httpx.Response:
        """One move on one order."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.post(f"/orders/{number}/commands", json={"do": do}, headers=named)

    def order(self, number: str) -> dict[str, Any]:
        answer = self.http.get(f"/orders/{number}")
        assert answer.status_code == 200, f"{self.name}, {number}: {answer.text}"
        found: dict[str, Any] = answer.json()
        return found


class People(dict[str, Person]):
    """Everybody by name."""

    def close(self) -> None:
        for person in self.values():
            person.http.close()


def people(here: Installation, wanted: Sequence[TokenFor] = EVERYBODY) -> People:
    """Tokens from the command line, connections to the server."""
    texts = here.tokens(wanted)
    found = People()
    for one, text in zip(wanted, texts, strict=True):
        headers = {"Authorization": f"Bearer {text}"}
        http = httpx.Client(base_url=f"{here.url}/api/v1", headers=headers, timeout=30)
        found[one.name] = Person(one.name, one.role, one.unit, http)
    return found
