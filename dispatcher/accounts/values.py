"""What accounts and tokens have in common when they are made: a role, perhaps a unit, checked fields."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import ValidationError

from models.base import Value
from models.catalogue import Catalogue
from models.codec import problems_of
from models.errors import CorrectInput, Problem
from models.rights import Role

Kind = TypeVar("Kind", bound=Value)


def checked(kind: type[Kind], **fields: Any) -> Kind:
    """The value. Raises ``CorrectInput`` naming each wrong field."""
    try:
        return kind(**fields)
    except ValidationError as error:
        raise CorrectInput(problems_of(error)) from error


def place_problems(role: Role, unit: str | None, catalogue: Catalogue) -> list[Problem]:
    """What is wrong with the role and the unit together."""
    if role is Role.SYSTEM:
        return [Problem("role", "system is the program itself")]
    if role is not Role.DEPARTMENT:
        return [Problem("unit", f"the role {role} has none")] if unit is not None else []
    if unit is None:
        return [Problem("unit", "a department's account needs one")]
    known = catalogue.unit_by_code.get(unit)
    if known is None:
        return [Problem("unit", f"{unit} is not in the catalogue")]
    if known.by_place:
        return [Problem("unit", f"{unit} stands for a street's office: name that office")]
    return []


def raise_problems(*problems: Problem) -> None:
    """Raises ``CorrectInput`` where there are any."""
    if problems:
        raise CorrectInput(problems)
