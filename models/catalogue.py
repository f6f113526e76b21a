"""A city's catalogue (职责清单): units and their duties, places, items, limits; edited as YAML, never code."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, WithJsonSchema, model_validator

from models.base import Value
from models.kinds import LimitUnit, RequesterKind, Urgency

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]


class Unit(Value):
    """A unit (承办单位) that orders are dispatched to.

    ``by_place`` marks the one code that stands for "the street office of the order's place".
    """

    code: Identifier
    name: Name
    duty: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
    typical: tuple[Name, ...] = ()
    by_place: bool = False
    aliases: tuple[Name, ...] = ()
    """Other names that people and other systems write for it."""


class Street(Value):
    """A street (街道) with its office (a unit code) and its communities (社区, by name)."""

    code: Identifier
    name: Name
    office: Identifier
    communities: tuple[Name, ...]


class Item(Value):
    """An item (事项) of the responsibility list: its path of up to three levels and the responsible unit."""

    code: Identifier
    path: Annotated[tuple[Name, ...], Field(min_length=1, max_length=3)]
    unit: Identifier
    category: Name


class Term(Value):
    """A code with the name that people see, and other names that are written for it."""

    code: Identifier
    name: Name
    aliases: tuple[Name, ...] = ()


class LimitRule(Value):
    """A limit for the orders that match every condition given; the first matching rule counts."""

    urgency: Urgency | None = None
    requester_kind: RequesterKind | None = None
    request_type: Identifier | None = None
    item: Identifier | None = None
    value: Annotated[int, Field(gt=0)]
    unit: LimitUnit


class Step(StrEnum):
    """A step with a limit of its own (环节时限)."""

    DISPATCH = "dispatch"
    """派单: from receipt, or from a return, to the dispatch."""
    SIGN = "sign"
    """签收: from the dispatch to the signature."""
    CONTACT = "contact"
    """首次联系: from the dispatch to the first contact with the requester."""
    RETURN = "return"
    """退单: from the dispatch; afterwards the unit keeps the order."""
    REWORK = "rework"
    """重办: from the rework to its reply."""


class StepRule(Value):
    """A step's limit for the orders that match every condition given; the first matching rule counts."""

    step: Step
    urgency: Urgency | None = None
    requester_kind: RequesterKind | None = None
    value: Annotated[int, Field(gt=0)]
    unit: LimitUnit


STEP_RULES = (
    StepRule(step=Step.DISPATCH, urgency=Urgency.CRITICAL, value=20, unit=LimitUnit.MINUTE),
    StepRule(step=Step.DISPATCH, urgency=Urgency.URGENT, value=20, unit=LimitUnit.MINUTE),
    StepRule(step=Step.DISPATCH, value=2, unit=LimitUnit.HOUR),
    StepRule(step=Step.SIGN, urgency=Urgency.CRITICAL, value=1, unit=LimitUnit.HOUR),
    StepRule(step=Step.SIGN, urgency=Urgency.URGENT, value=1, unit=LimitUnit.HOUR),
    StepRule(step=Step.SIGN, value=1, unit=LimitUnit.WORKING_DAY),
    StepRule(step=Step.CONTACT, urgency=Urgency.CRITICAL, value=2, unit=LimitUnit.HOUR),
    StepRule(step=Step.CONTACT, urgency=Urgency.URGENT, value=2, unit=LimitUnit.HOUR),
    StepRule(step=Step.CONTACT, value=24, unit=LimitUnit.HOUR),
    StepRule(step=Step.RETURN, value=1, unit=LimitUnit.WORKING_DAY),
    StepRule(step=Step.REWORK, value=5, unit=LimitUnit.WORKING_DAY),
)
"""What counts where a catalogue says nothing: Shenzhen 2022 (dispatch 2 h, urgent 20 min and 2 h to respond), and
one working day to sign and to return."""


class Process(Value):
    """The remaining conditions of an order's life."""

    warning_share: Annotated[float, Field(gt=0, lt=1)] = 0.75
    """Share of the limit after which the unit is warned."""
    red_after: Annotated[int, Field(gt=0)] = 5
    """Working days beyond the limit after which the yellow card becomes a red one."""
    extensions: Annotated[int, Field(ge=0)] = 1
    extension_days: Annotated[int, Field(gt=0)] = 5
    """The most working days of one extension (延期)."""
    reopen_days: Annotated[int, Field(ge=0)] = 30
    """Days after the closing in which a complaint reopens an order; then it may be archived."""
    visit_attempts: Annotated[int, Field(gt=0)] = 3
    """Calls that nobody answers after which a visit (回访) is given up."""


def _local(value: time) -> time:
    if value.tzinfo is not None:
        raise ValueError("a local time has no zone: write 09:00")
    return value


LocalTime = Annotated[
    time,
    AfterValidator(_local),
    WithJsonSchema({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"}),
]


class OfficeHours(Value):
    """One stretch of a working day in which offices are open, local time."""

    opens: LocalTime
    closes: LocalTime


class AutoDispatch(Value):
    """Automatic dispatch: the promised share of correct first dispatches among the automatic ones."""

    enabled: bool = True
    precision: Annotated[float, Field(gt=0, lt=1)] = 0.90
    never: tuple[Identifier, ...] = ()
    """Units that an order never goes to without a person's consent."""


class Days(Value):
    """Days that differ from the State Council's calendar."""

    working: tuple[date, ...] = ()
    holidays: tuple[date, ...] = ()


class Catalogue(Value):
    """All of a city's conditions. Codes are unique; every reference names an existing code."""

    # ignored_types: the look-up tables below are computed once per catalogue.
    model_config = ConfigDict(ignored_types=(cached_property,))

    city: Name
    list_version: Name
    order_prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,6}$")]
    timezone: Name = "Asia/Shanghai"
    fallback_unit: Identifier
    units: Annotated[tuple[Unit, ...], Field(min_length=1)]
    streets: tuple[Street, ...]
    categories: Annotated[tuple[Name, ...], Field(min_length=1)]
    items: tuple[Item, ...]
    channels: Annotated[tuple[Term, ...], Field(min_length=1)]
    request_types: Annotated[tuple[Term, ...], Field(min_length=1)]
    limits: Annotated[tuple[LimitRule, ...], Field(min_length=1)]
    step_limits: tuple[StepRule, ...] = ()
    """Looked through before the built-in ones."""
    process: Process = Process()
    office_hours: tuple[OfficeHours, ...] = (
        OfficeHours(opens=time(9), closes=time(12)),
        OfficeHours(opens=time(14), closes=time(18)),
    )
    """For limits in working hours; by time, without overlap."""
    auto_dispatch: AutoDispatch = AutoDispatch()
    days: Days = Days()

    @model_validator(mode="after")
    def _references(self) -> Self:
        units = _unique("units", (unit.code for unit in self.units))
        items = _unique("items", (item.code for item in self.items))
        types = _unique("request_types", (term.code for term in self.request_types))
        _unique("streets", (street.code for street in self.streets))
        _unique("channels", (term.code for term in self.channels))
        categories = _unique("categories", self.categories)
        for field, known in (("units", self.units), ("channels", self.channels), ("request_types", self.request_types)):
            _unique(f"{field}.aliases", (form for one in known for form in {one.code, one.name, *one.aliases}))
        _known("fallback_unit", [self.fallback_unit], units)
        _known("streets.office", (street.office for street in self.streets), units)
        _known("items.unit", (item.unit for item in self.items), units)
        _known("items.category", (item.category for item in self.items), categories)
        _known("limits.request_type", (rule.request_type for rule in self.limits), types)
        _known("limits.item", (rule.item for rule in self.limits), items)
        _known("auto_dispatch.never", self.auto_dispatch.never, units)
        last = self.limits[-1]
        if (last.urgency, last.requester_kind, last.request_type, last.item) != (None,) * 4:
            raise ValueError("limits: the last rule must have no condition, so that every order has a limit")
        hours = [moment for part in self.office_hours for moment in (part.opens, part.closes)]
        if not hours or any(later <= earlier for earlier, later in pairwise(hours)):
            raise ValueError("office_hours: each part opens before it closes, and after the part before")
        return self

    def step_rule(self, step: Step, urgency: Urgency, requester_kind: RequesterKind) -> StepRule:
        """The first rule that fits, the catalogue's own before the built-in ones."""
        return self._step_rules[step, urgency, requester_kind]

    @cached_property
    def _step_rules(self) -> dict[tuple[Step, Urgency, RequesterKind], StepRule]:
        rules = (*self.step_limits, *STEP_RULES)
        return {
            (step, urgency, kind): next(
                rule
                for rule in rules
                if rule.step is step and rule.urgency in (None, urgency) and rule.requester_kind in (None, kind)
            )
            for step in Step
            for urgency in Urgency
            for kind in RequesterKind
        }

    @cached_property
    def unit_by_code(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in self.units}

    @cached_property
    def street_by_code(self) -> dict[str, Street]:
        return {street.code: street for street in self.streets}

    @cached_property
    def item_by_code(self) -> dict[str, Item]:
        return {item.code: item for item in self.items}

    @cached_property
    def street_of_community(self) -> dict[str, str]:
        """Street code by community name, for names that only one street has."""
        found: dict[str, set[str]] = {}
        for street in self.streets:
            for community in street.communities:
                found.setdefault(community, set()).add(street.code)
        return {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}

    def has_unit(self, code: str) -> bool:
        return code in self.unit_by_code

    def unit_name(self, code: str | None) -> str:
        unit = self.unit_by_code.get(code or "")
        return unit.name if unit else (code or "")

    def resolve_unit(self, code: str, street: str | None) -> str:
        """The unit that ``code`` means for an order in ``street``; the code itself where the place is unknown."""
        unit = self.unit_by_code.get(code)
        if unit is not None and unit.by_place and street in self.street_by_code:
            return self.street_by_code[street].office
        return code


def _unique(field: str, codes: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise ValueError(f"{field}: {code} is listed twice")
        seen.add(code)
    return seen


def _known(field: str, codes: Iterable[str | None], known: set[str]) -> None:
    for code in codes:
        if code is not None and code not in known:
            raise ValueError(f"{field}: {code} is not defined")
