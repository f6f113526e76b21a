"""The fact that ends an order, with what its followers and its parent have to know."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from models.facts import Closed
from models.rules.case import Case

How = Literal["reviewed", "visited", "direct", "recorded", "followed", "parts"]


def closed(case: Case, how: How, unit: str | None, reply: str | None = None) -> Closed:
    """Closed now. Of an order with a past elsewhere the time to complain is counted from when we learn of it."""
    return Closed(
        how=how,
        unit=unit,
        reply_public=reply,
        reopen_until=max(case.at, case.now) + timedelta(days=case.catalogue.process.reopen_days),
        followers=case.order.merged_from,
        parent=case.parent,
    )
