"""How every value of the vocabulary behaves: immutable, strict about names, clean of what no text may hold."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from models.ids import NUMBER

TEXT_MAX = 20_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def _no_number(value: Any) -> Any:
    """20260302 would be read as a second in August 1970."""
    if isinstance(value, int | float) or (isinstance(value, str) and value.strip().lstrip("+-").isdigit()):
        raise ValueError("a moment is written like 2026-03-02T08:00:00+08:00, not as a number")
    return value


def _whole_minutes(value: datetime) -> datetime:
    """An offset with seconds (Shanghai before 1901) cannot be written in RFC 3339; the moment in UTC can."""
    offset = value.utcoffset()
    if offset is None or not offset.total_seconds() % 60:
        return value
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a moment outside the years 1 to 9999") from error


def _without_controls(text: str) -> str:
    found = _CONTROL.search(text)
    if found:
        raise ValueError(f"control character U+{ord(found.group()):04X} at position {found.start()}")
    return text


Instant = Annotated[datetime, AwareDatetime, BeforeValidator(_no_number), AfterValidator(_whole_minutes)]
"""A moment with its time zone; a naive time is refused, because "09:00" alone is no moment."""

Clean = AfterValidator(_without_controls)
"""Text without control characters (NUL included) and lone surrogates; tabs and line breaks are fine."""

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64), Clean]
"""A code or a short name."""

OrderNumber = Annotated[str, StringConstraints(pattern=f"^{NUMBER}$")]
"""工单编号, as ``models.ids.order_no`` makes it."""

FreeText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=TEXT_MAX), Clean]
"""What a person writes, up to 20,000 characters."""


class Value(BaseModel):
    """An immutable value; an unknown field is an error that names the field."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)


Kind = TypeVar("Kind", bound=Value)


def blank(kind: type[Kind]) -> Kind:
    """Every default in its place and None for the rest: to be copied with values that were validated before.

    A copy of it costs half of ``model_construct``, which looks up each default anew.
    """
    return kind.model_construct(
        **dict.fromkeys(name for name, field in kind.model_fields.items() if field.is_required())
    )
