"""The figures of the orders in a store."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from dispatcher.figures.rates import Figures, MisrouteFigure, figures, misroute_figures
from models.base import Instant
from models.figures import Counts
from models.ports import OrderReader
from models.query import GroupField, OrderQuery, Scope


class FiguresReport(BaseModel):
    """The figures of all orders that match; with ``by`` also of each group."""

    observed_at: Instant
    figures: Figures
    groups: dict[str, Figures] | None = None
    misroutes: list[MisrouteFigure]


def store_figures(
    store: OrderReader,
    query: OrderQuery,
    observed_at: datetime,
    by: GroupField | None = None,
    within: Scope | None = None,
) -> FiguresReport:
    """The figures of the orders that match, as seen at ``observed_at``; groups by name."""
    found = store.figures(query, observed_at=observed_at, within=within, by=by)
    total = Counts()
    for counts in found.values():
        total.add(counts)
    return FiguresReport(
        observed_at=observed_at,
        figures=figures(total),
        groups={group: figures(counts) for group, counts in sorted(found.items())} if by else None,
        misroutes=misroute_figures(store.misroutes(query, observed_at=observed_at, within=within)),
    )
