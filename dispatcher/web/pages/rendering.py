"""The template environment: escaping on, and the names of codes as filters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dispatcher.web.pages import words
from dispatcher.web.pages.highlight import excerpt, marked, quoted
from dispatcher.web.pages.times import due, local, span
from dispatcher.wiring import Services
from models.accounts import Principal
from models.catalogue import Catalogue, Street, Term
from models.rights import TASKS, Task

SMALLEST_SHOWN = 0.01
TEMPLATES = Path(__file__).parents[1] / "templates"


class Names:
    """Chinese names of the catalogue's codes; a code that the catalogue has lost is shown as it is."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self._services.catalogue.timezone)

    def unit(self, code: str | None) -> str:
        return self._services.catalogue.unit_name(code) or "—"

    def street(self, code: str | None) -> str:
        street = self._services.catalogue.street_by_code.get(code or "")
        return street.name if street else code or "—"

    def channel(self, code: str | None) -> str:
        return next((term.name for term in self._services.catalogue.channels if term.code == code), code or "—")

    def request_type(self, code: str | None) -> str:
        return next((term.name for term in self._services.catalogue.request_types if term.code == code), code or "—")

    def item(self, code: str | None) -> str:
        item = self._services.catalogue.item_by_code.get(code or "")
        return " / ".join(item.path) if item else code or "—"

    def local(self, moment: datetime | None) -> str:
        return local(moment, self.zone)

    def of(self, field: str, value: str) -> str:
        """The name of ``value`` among the values of a facet or group field."""
        tables = {
            "state": words.STATES,
            "urgency": words.URGENCIES,
            "decision_mode": words.MODES,
            "requester_kind": words.REQUESTER_KINDS,
            "card": words.CARDS,
            "satisfaction": words.SATISFACTIONS,
            "has_request": words.REQUESTS,
        }
        lookups = {
            "unit": self.unit,
            "street": self.street,
            "channel": self.channel,
            "request_type": self.request_type,
            "item_code": self.item,
        }
        if not value:
            return {"unit": "未记录承办单位", "decision_mode": "未派单"}.get(field, "未填")
        return lookups[field](value) if field in lookups else tables.get(field, {}).get(value, value)


def environment(services: Services) -> Environment:
    """Templates with autoescape; a name that is missing is an error, not an empty string."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names = Names(services)
    made.globals.update(
        words=words,
        names=names,
        due=due,
        names_of=_names_of,
        may=_may,
        csrf_field=_csrf_field,
        communities=_communities,
        zip=zip,
    )
    made.filters.update(
        local=names.local,
        span=span,
        unit=names.unit,
        street=names.street,
        channel=names.channel,
        request_type=names.request_type,
        item=names.item,
        marked=marked,
        excerpt=excerpt,
        quoted=quoted,
        number="{:,}".format,
        percent="{:.1%}".format,
        probability=_probability,
        days=_days,
        interval=_interval,
    )
    return made


def page(
    request: Request, template: str, status: int = 200, *, who: Principal | None = None, **context: Any
) -> HTMLResponse:
    """The rendered template as a response; ``who`` looks at it, where somebody is signed in."""
    made: Environment = request.app.state.templates
    return HTMLResponse(made.get_template(template).render(context | {"who": who}), status)


def _may(who: Principal | None, task: str) -> bool:
    """Whether a page of this task is for ``who``."""
    return who is not None and who.role in TASKS[Task(task)] and who.covers(Task(task))


def _csrf_field(who: Principal | None) -> Markup:
    """What a session's form sends back to show that it comes from a page of ours."""
    if who is None or who.csrf is None:
        return Markup("")
    return Markup('<input type="hidden" name="csrf" value="{}">').format(who.csrf)


def _communities(catalogue: Catalogue) -> list[tuple[str, str]]:
    """Each community with its street; one name in two streets stands once."""
    found: dict[str, list[str]] = {}
    for street in catalogue.streets:
        for name in street.communities:
            found.setdefault(name, []).append(street.name)
    return [(name, f"{name}社区（{'、'.join(streets)}）") for name, streets in found.items()]


def _probability(value: float) -> str:
    """A percentage with one decimal; a small one is not shown as none at all."""
    return "<1%" if value < SMALLEST_SHOWN else f"{value:.1%}"


def _interval(limits: Sequence[float | None]) -> str:
    """Two limits in days; a dash where neither is reached."""
    low, high = limits
    return "—" if low is None else f"{_days(low)} – {_days(high)}"


def _days(value: float | None) -> str:
    """Days with one decimal, two where short; a dash for what cannot be said yet."""
    if value is None:
        return "—"
    return f"{value:.2f}" if value < 1 else f"{value:,.1f}"


def _names_of(entries: Sequence[Term | Street]) -> list[tuple[str, str]]:
    """Code and name of each, for a select."""
    return [(entry.code, entry.name) for entry in entries]
