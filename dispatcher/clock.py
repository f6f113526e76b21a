"""The clock of the machine."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """The present moment as this machine knows it."""

    def now(self) -> datetime:
        return datetime.now(UTC)
