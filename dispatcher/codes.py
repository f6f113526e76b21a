"""The catalogue's codes for what people and other systems write: a code or its Chinese name."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from models.catalogue import Catalogue, Term
from models.errors import Problem
from models.intake import Intake

FEW = 30
"""How many known names an error lists."""


class Codes:
    """Look-ups of one catalogue, computed once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._tables: dict[str, dict[str, str]] = {
            "channel": _terms(catalogue.channels),
            "request_type": _terms(catalogue.request_types),
            "street": _short((street.code, street.name) for street in catalogue.streets),
            "category": {name: name for name in catalogue.categories},
            "item_code": _names((item.code, "/".join(item.path), ()) for item in catalogue.items),
            "lead_department": _names((unit.code, unit.name, unit.aliases) for unit in catalogue.units),
        }
        self._communities = {
            (street.code, form): name
            for street in catalogue.streets
            for name in street.communities
            for form in (name, name.removesuffix("社区"), f"{name.removesuffix('社区')}社区")
        }

    def resolve(self, intake: Intake) -> tuple[dict[str, object], list[Problem]]:
        """The fields that change, and a problem for each value that the catalogue does not know."""
        found: dict[str, object] = {}
        problems: list[Problem] = []
        for field, table in self._tables.items():
            said = getattr(intake, field)
            if said is None:
                continue
            code = table.get(said)
            if code is None:
                problems.append(Problem(field, _unknown(said, table)))
            elif code != said:
                found[field] = code
        street = found.get("street", intake.street)
        if intake.community is not None:
            place, unknown = self._community(intake.community, str(street) if street else None)
            found |= place
            problems += unknown
            street = found.get("street", street)
        where = str(street) if street else None
        if intake.lead_department is not None:
            unit = str(found.get("lead_department", intake.lead_department))
            found["lead_department"] = self._catalogue.resolve_unit(unit, where)
        if intake.returns:
            tried, unknown = self._returns(intake, where)
            found["returns"] = tried
            problems += unknown
        return found, problems

    def _community(self, said: str, street: str | None) -> tuple[dict[str, object], list[Problem]]:
        streets = [street] if street else [known.code for known in self._catalogue.streets]
        places = [(code, self._communities[code, said]) for code in streets if (code, said) in self._communities]
        if len(places) == 1:
            return {"street": places[0][0], "community": places[0][1]}, []
        reason = f"{said!r} lies in several streets: name the street" if places else f"unknown: {said!r}"
        return {}, [Problem("community", reason)]

    def _returns(self, intake: Intake, street: str | None) -> tuple[tuple[object, ...], list[Problem]]:
        table = self._tables["lead_department"]
        tried, problems = [], []
        for n, entry in enumerate(intake.returns):
            code = table.get(entry.department)
            if code is None:
                problems.append(Problem(f"returns.{n}.department", _unknown(entry.department, table)))
            else:
                unit = self._catalogue.resolve_unit(code, street)
                tried.append(entry.model_copy(update={"department": unit}))
        return tuple(tried), problems


def _names(known: Iterable[tuple[str, str, Iterable[str]]]) -> dict[str, str]:
    return {form: code for code, name, aliases in known for form in (*aliases, name, code)}


def _terms(terms: Iterable[Term]) -> dict[str, str]:
    return _names((term.code, term.name, term.aliases) for term in terms)


def _short(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Streets are written with and without their last two characters (街道)."""
    return {form: code for code, name in pairs for form in (name.removesuffix("街道"), name, code)}


def _unknown(said: str, table: dict[str, str]) -> str:
    near = get_close_matches(said, table, n=1, cutoff=0.6)
    if near:
        return f"{said[:40]!r} is not in the catalogue; did you mean {near[0]!r}?"
    names = [name for name in table if not name.isascii()]
    known = f"; known are {', '.join(names)}" if len(names) <= FEW else ""
    return f"{said[:40]!r} is not in the catalogue{known}"
