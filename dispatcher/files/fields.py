"""Our names for what a column means: the fields of the intake message, and a few that only statistics read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from models.intake import Intake

ALIASES = {"unit": "lead_department", "detail": "content", "id": "external_id", "address": "address_text"}
"""Other names of intake fields."""

CLOSURE_ONLY = ("first_closed_at", "suspended_hours", "suspended_days")
"""Read by closure statistics; an import knows one closing only."""

INTAKE = tuple(Intake.model_fields)
TIMES = frozenset(name for name in (*INTAKE, *CLOSURE_ONLY) if name.endswith("_at"))
FLAGS = frozenset(name for name, field in Intake.model_fields.items() if field.annotation is bool)
NUMBERS = frozenset({"latitude", "longitude", "suspended_hours", "suspended_days"})
LISTS = frozenset({"returns"})
NAMES = (*INTAKE, *CLOSURE_ONLY, *ALIASES)

GROUPS = {
    "lead_department": "unit",
    **{
        name: name
        for name in (
            "street", "community", "category", "item_code", "request_type", "channel", "requester_kind",
            "decision_mode",
        )
    },
}  # fmt: skip
"""Intake field → the name by which closure statistics group."""


def own_name(name: str) -> str:
    """The field that ``name``, perhaps an alias, means."""
    return ALIASES.get(name, name)


def twice(names: Iterable[str]) -> list[str]:
    """Fields that several of ``names`` mean."""
    return [name for name, count in Counter(map(own_name, names)).items() if count > 1]
