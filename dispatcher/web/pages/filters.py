"""What a page's address says: filters that survive in a link, read leniently about what is left empty."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal, Self, get_args, get_origin
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from pydantic import Field, NaiveDatetime, ValidationError
from starlette.datastructures import QueryParams

from dispatcher.web.closure_api import seen_from
from models.codec import problems_of
from models.errors import CorrectInput
from models.query import Conditions, GroupField, OrderQuery

SAME = (
    "text", "state", "unit", "street", "community", "category", "request_type", "channel", "urgency",
    "decision_mode", "source_system", "overdue",
)  # fmt: skip


class Filters(Conditions):
    """The conditions of a query; days are whole local days, the last one included."""

    received_from: date | None = None
    received_to: date | None = None

    @classmethod
    def read(cls, params: QueryParams) -> Self:
        """Raises ``CorrectInput`` for a value that is none; an empty one is no condition, an unknown name is not
        ours."""
        said: dict[str, Any] = {}
        for name, info in cls.model_fields.items():
            values = [value.strip() for value in params.getlist(name) if value.strip()]
            if values:
                said[name] = values if get_origin(info.annotation) is tuple else values[-1]
        try:
            return cls.model_validate(said)
        except ValidationError as error:
            raise CorrectInput(problems_of(error)) from error

    def query(self, zone: ZoneInfo) -> OrderQuery:
        """The same as a question to the store."""
        return OrderQuery(
            received_from=self._midnight("received_from", zone),
            received_to=self._midnight("received_to", zone, days=1),
            **{name: getattr(self, name) for name in SAME},
        )

    def _midnight(self, field: str, zone: ZoneInfo, days: int = 0) -> datetime | None:
        """The start of the day in ``field``, or of one some days later, in UTC."""
        day: date | None = getattr(self, field)
        try:
            return None if day is None else datetime.combine(day + timedelta(days=days), time(), zone).astimezone(UTC)
        except OverflowError as error:
            raise CorrectInput.one(field, "date lies beyond the calendar") from error

    def address(self, path: str, **changes: Any) -> str:
        """The address of ``path`` with these filters, but for ``changes``."""
        said = self.model_copy(update=changes).model_dump(mode="json", exclude_defaults=True)
        said |= {name: str(value).lower() for name, value in said.items() if isinstance(value, bool)}
        return f"{path}?{urlencode(said, doseq=True)}" if said else path

    def conditions(self) -> int:
        """How many conditions are set, for the filter button."""
        return sum(bool(getattr(self, name)) for name in (*SAME[1:], "received_from", "received_to"))


YEARS = range(1900, 2200)
"""From which a moment can be looked back from."""
Sort = Literal[
    "received_at-desc", "received_at-asc", "due_at-asc", "due_at-desc", "updated_at-desc", "updated_at-asc",
    "closed_at-desc", "closed_at-asc",
]  # fmt: skip


class ListFilters(Filters):
    """The list's page."""

    sort: Sort = "received_at-desc"
    cursor: Annotated[str, Field(max_length=500)] | None = None


class ClosureFilters(Filters):
    """The closure page: which clock, grouped by what, seen from when (local time; None: now)."""

    by: GroupField = "unit"
    clock: Literal["gross", "working", "final"] = "gross"
    observed_at: NaiveDatetime | None = None

    def moment(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Raises ``CorrectInput`` for a moment that cannot be looked back from."""
        if self.observed_at is None:
            return now
        if self.observed_at.year not in YEARS:
            raise CorrectInput.one("observed_at", "date lies beyond the calendar")
        return seen_from(self.observed_at.replace(tzinfo=zone), now)


SORTS: tuple[str, ...] = get_args(Sort)
