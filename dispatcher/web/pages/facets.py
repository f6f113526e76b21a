"""The choices beside the list: each option with how many orders it would bring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dispatcher.web.pages import words
from dispatcher.web.pages.filters import Filters
from dispatcher.web.pages.rendering import Names
from dispatcher.wiring import Services
from models.catalogue import Catalogue
from models.query import FacetField, OrderQuery, Scope

SHOWN: tuple[FacetField, ...] = (
    "state", "decision_mode", "urgency", "request_type", "street", "unit", "category", "channel",
)  # fmt: skip
OPEN = {"state", "decision_mode"}
"""Groups that are unfolded from the start."""


@dataclass(frozen=True, slots=True)
class Option:
    """One value; ``count`` is what it brings with all conditions on other fields."""

    value: str
    name: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A field with its options."""

    field: FacetField
    title: str
    options: list[Option]

    @property
    def chosen(self) -> int:
        return sum(option.chosen for option in self.options)

    @property
    def is_open(self) -> bool:
        return self.field in OPEN or self.chosen > 0


def facet_groups(
    services: Services, filters: Filters, query: OrderQuery, now: datetime, within: Scope | None
) -> list[Group]:
    """Options in the vocabulary's order, units and categories by falling count; values that bring nothing are left
    out unless they are chosen or few."""
    store = services.store
    chosen = [field for field in SHOWN if getattr(filters, field)]
    counts = store.facets(query, [field for field in SHOWN if field not in chosen], now=now, within=within)
    for field in chosen:
        # A chosen field still offers its other values: they are alternatives, so its own condition does not count.
        counts |= store.facets(query.model_copy(update={field: ()}), [field], now=now, within=within)
    names = Names(services)
    return [_group(field, counts[field], getattr(filters, field), services.catalogue, names) for field in SHOWN]


def _group(
    field: FacetField, counts: dict[str, int], chosen: tuple[str, ...], catalogue: Catalogue, names: Names
) -> Group:
    values = [*_vocabulary(field, catalogue), *(value for value in counts if value)]
    if field in ("unit", "category"):
        values = [*counts, *(value for value in chosen if value not in counts)]
    options = [
        Option(value, names.of(field, value), counts.get(value, 0), value in chosen) for value in dict.fromkeys(values)
    ]
    return Group(field, words.FIELDS[field], options)


def _vocabulary(field: FacetField, catalogue: Catalogue) -> list[str]:
    known: dict[FacetField, list[str]] = {
        "state": list(words.STATES),
        "decision_mode": list(words.MODES),
        "urgency": list(words.URGENCIES),
        "request_type": [term.code for term in catalogue.request_types],
        "channel": [term.code for term in catalogue.channels],
        "street": [street.code for street in catalogue.streets],
    }
    return known.get(field, [])
