"""The units that the dispatch form offers: the suggested ones first, and which of them would be a mistake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.catalogue import Catalogue
from models.events import Event
from models.facts import Returned
from models.kinds import State
from models.order import Order


@dataclass(frozen=True, slots=True)
class Choice:
    """A unit; ``probability`` where it was suggested. ``needs_place``: it stands for the street office of the place,
    which is not known yet, so nobody could be sent the order."""

    code: str
    name: str
    probability: float | None
    returned: bool
    needs_place: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """``preset`` is the code chosen from the start, empty where a person has to look."""

    suggested: list[Choice]
    others: list[Choice]
    preset: str


def dispatch_choices(catalogue: Catalogue, order: Order, events: Sequence[Event]) -> Choices:
    """What can be chosen for ``order``, given its past; only its first suggestion is preset, and only the first time
    and where that unit can take it."""
    returned = {event.fact.unit for event in events if isinstance(event.fact, Returned)}
    by_place = {unit.code for unit in catalogue.units if unit.by_place}
    suggestions = order.routing.suggestions if order.routing else ()
    probabilities: dict[str, float] = {}
    for one in suggestions:
        probabilities.setdefault(one.unit, one.probability)

    def choice(code: str) -> Choice:
        name = catalogue.unit_name(code)
        return Choice(code, name, probabilities.get(code), code in returned, code in by_place)

    suggested = [choice(code) for code in probabilities]
    # The street office of the place is no unit of its own: places have their offices by name.
    others = [
        choice(unit.code) for unit in catalogue.units if unit.code not in probabilities and unit.code not in by_place
    ]
    first = suggested[0] if suggested else None
    is_safe = first is not None and not first.returned and not first.needs_place and order.state is State.ACCEPTED
    return Choices(suggested, others, first.code if first and is_safe else "")
