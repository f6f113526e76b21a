"""Who acts: people who sign in and systems with tokens, each with a connection of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.system.installation import Installation

UNITS = ("water", "housing", "urban_mgmt")
FOREIGN = "tax"
"""A unit that no order of the day concerns."""
CHIEF = "administrator"


@dataclass(frozen=True)
class Wanted:
    """Somebody who is to act: a person, or a system whose token may be narrowed to some tasks."""

    name: str
    role: str
    unit: str | None = None
    is_system: bool = False
    scopes: Sequence[str] | None = None


EVERYBODY = (
    Wanted("operator", "operator"),
    Wanted("operator-2", "operator", is_system=True),
    Wanted("supervisor", "supervisor"),
    Wanted("analyst", "analyst"),
    Wanted("portal", "operator", is_system=True, scopes=("hand_in",)),
    Wanted("water", "department", "water"),
    *(Wanted(unit, "department", unit, is_system=True) for unit in (*UNITS[1:], FOREIGN)),
)


@dataclass(frozen=True)
class Person:
    """A role with its credentials."""

    name: str
    role: str
    unit: str | None
    http: httpx.Client
    is_system: bool = False

    @property
    def known_as(self) -> str:
        """The name in an order's history."""
        return f"token:{self.name}" if self.is_system else self.name

    def act(self, number: str, do: dict[str, Any], **headers: str) -> httpx.Response:
        """One move on one order."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.post(f"/orders/{number}/commands", json={"do": do}, headers=named)


class People(dict[str, Person]):
    """Everybody by name."""

    def close(self) -> None:
        for person in self.values():
            person.http.close()


def people(here: Installation, chiefs_password: str, wanted: Sequence[Wanted] = EVERYBODY) -> People:
    """The administrator ``CHIEF`` signs in and makes the others' accounts and tokens; these sign in."""
    chief = _signed_in(here, CHIEF, chiefs_password)
    found = People({CHIEF: Person(CHIEF, "administrator", None, chief)})
    try:
        for one in wanted:
            http = _system(here, chief, one) if one.is_system else _person(here, chief, one)
            found[one.name] = Person(one.name, one.role, one.unit, http, one.is_system)
    except BaseException:  # whatever it was, the connections made so far are closed
        found.close()
        raise
    return found


def _person(here: Installation, chief: httpx.Client, one: Wanted) -> httpx.Client:
    made = chief.post("/accounts", json={"name": one.name, "role": one.role, "unit": one.unit})
    assert made.status_code == 201, made.text
    return _signed_in(here, one.name, made.json()["password"])


def _system(here: Installation, chief: httpx.Client, one: Wanted) -> httpx.Client:
    ends = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    scopes = list(one.scopes) if one.scopes is not None else None
    asked = {"name": one.name, "role": one.role, "unit": one.unit, "scopes": scopes, "expires_at": ends}
    made = chief.post("/tokens", json=asked)
    assert made.status_code == 201, made.text
    return _connection(here, {"Authorization": f"Bearer {made.json()['token']}"})


def _signed_in(here: Installation, name: str, password: str) -> httpx.Client:
    http = _connection(here, {})
    answer = http.post("/login", json={"name": name, "password": password})
    if answer.status_code != 200:
        http.close()
    assert answer.status_code == 200, answer.text
    http.headers["X-CSRF-Token"] = answer.json()["csrf"]
    return http


def _connection(here: Installation, headers: dict[str, str]) -> httpx.Client:
    return httpx.Client(base_url=f"{here.url}/api/v1", headers=headers, timeout=30)
