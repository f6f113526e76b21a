"""The fact that ends an order, with what its followers and its parent have to know."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from models.facts import Closed
from models.rules.case import Case

How = Literal["reviewed", "visited", "direct", "recorded", "followed", "parts"]


def closed(case: Case, how: How, unit: str | None, reply: str | None = None) -> Closed:
    """Closed now; where others follow, with the reply that theirs will be.

    Of an order with a past elsewhere the time to complain is counted from when we learn of it.
    """
    followers = case.order.merged_from
    return Closed(
        how=how,
        unit=unit,
        reply_public=reply if reply is not None or not followers else case.order.reply_public,
        reopen_until=max(case.at, case.now) + timedelta(days=case.catalogue.process.reopen_days),
        followers=followers,
        parent=case.parent,
    )
