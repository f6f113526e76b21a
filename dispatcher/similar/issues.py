"""Hot issues with their orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from dispatcher.similar.clusters import Cluster, clusters
from dispatcher.similar.hot import DAYS_NEEDED, LEVEL, Growth, growing
from dispatcher.similar.matters import Matters
from models.alike import Group, Sketch, Tally
from models.order import Order

_MEMBERS = 300


class Reader(Protocol):
    """The part of ``models.ports.OrderReader`` that is needed."""

    def tallies(self, *, until: datetime, days: int) -> list[Tally]: ...

    def members(self, group: Group, *, since: datetime, until: datetime, limit: int = ...) -> list[Sketch]: ...

    def mget(self, order_nos: Sequence[str]) -> Mapping[str, Order]: ...


@dataclass(frozen=True, slots=True)
class HotIssue:
    """A group that grows, and its newest orders (at most 300) by what they say."""

    growth: Growth
    clusters: tuple[Cluster, ...]

    @property
    def order_nos(self) -> tuple[str, ...]:
        """Of the largest cluster first, in each the most central first."""
        return tuple(number for cluster in self.clusters for number in cluster.order_nos)


def hot_issues(
    reader: Reader, matters: Matters, *, now: datetime, level: float = LEVEL, limit: int = 20
) -> list[HotIssue]:
    """The issues that grow abnormally up to ``now``, by falling excess."""
    found: list[HotIssue] = []
    for growth in growing(reader.tallies(until=now, days=DAYS_NEEDED), level=level)[:limit]:
        since = now - timedelta(days=growth.days)
        members = reader.members(growth.group, since=since, until=now, limit=_MEMBERS)
        orders = reader.mget([one.order_no for one in members])
        members = [one for one in members if one.order_no in orders]
        texts = [f"{order.title}\n{order.content}" for order in (orders[one.order_no] for one in members)]
        found.append(HotIssue(growth, tuple(clusters(members, texts, matters))))
    return found
