"""How every value of the vocabulary behaves: immutable, and strict about names."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict

Instant = Annotated[datetime, AwareDatetime]
"""A moment with its time zone; a naive time is refused, because "09:00" alone is no moment."""


class Value(BaseModel):
    """An immutable value; an unknown field is an error that names the field."""

    model_config = ConfigDict(frozen=True, extra="forbid")
