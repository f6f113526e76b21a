"""Open orders that are about the same place and the same matter as the one that is being taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np

from dispatcher.similar.evidence import Matrix, matter_evidence, place_evidence
from dispatcher.similar.matters import Matters
from dispatcher.similar.reasons import reasons
from dispatcher.similar.sketch import Needle, finding_keys, sketch_needle
from dispatcher.similar.weights import WITH_ITEMS, WITHOUT_ITEMS, Weights
from models.alike import Sketch
from models.kinds import OPEN_STATES
from models.order import Order

WINDOW = timedelta(days=30)
THRESHOLD = 0.5
"""From this score on an order is shown; see ``tests.bench.bench_similar`` for what it finds and what it misses."""
_POOL = 2_500
"""Sketches that a lookup reads: the newest, where a community has more open orders than that."""
_SCORED = 200
"""How many of them are compared closely."""


class Reader(Protocol):
    """The part of ``models.ports.OrderReader`` that is needed."""

    def sketches(self, keys: Sequence[int], *, since: datetime, limit: int = ...) -> list[Sketch]: ...

    def mget(self, order_nos: Sequence[str]) -> Mapping[str, Order]: ...


@dataclass(frozen=True, slots=True)
class Alike:
    """An earlier order; ``score`` (0 to 1) is the probability that it is about the same, ``reasons`` are for people."""

    order: Order
    score: float
    hours: float
    """Between the two."""
    reasons: tuple[str, ...]


def find_alike(
    reader: Reader,
    matters: Matters,
    said: Needle,
    *,
    now: datetime,
    item_name: Callable[[str], str] = str,
    limit: int = 10,
    threshold: float = THRESHOLD,
) -> list[Alike]:
    """The open orders of the last 30 days that are about the same, best first.

    ``item_name`` gives the name under which an item's code is shown.
    """
    needle = sketch_needle(said, now)
    keys = sorted(finding_keys(needle.places))
    pool = reader.sketches(keys, since=now - WINDOW, limit=_POOL) if keys else []
    best = [(one, score) for one, score in rank(needle, pool, matters, now) if score >= threshold][:limit]
    orders = reader.mget([one.order_no for one, _ in best])
    found: list[Alike] = []
    for one, score in best:
        order = orders.get(one.order_no)
        if order is not None and order.state in OPEN_STATES:  # it may have ended between the two reads
            hours = max(0.0, (now - order.received_at).total_seconds() / 3600)
            found.append(Alike(order, score, hours, reasons(said, order, matters, hours, item_name)))
    return found


def rank(needle: Sketch, pool: Sequence[Sketch], matters: Matters, now: datetime) -> list[tuple[Sketch, float]]:
    """Those of ``pool`` that may be about the same, with their scores, best first; at most ``_SCORED``."""
    if not pool:
        return []
    place = place_evidence(needle, pool, now)
    weights = WITH_ITEMS if matters.knows(needle) else WITHOUT_ITEMS
    if len(pool) > _SCORED:
        rough = place @ weights.place + weights.nearness * matters.nearness(needle, pool)
        kept = np.argpartition(-rough, _SCORED)[:_SCORED]
        pool, place = [pool[row] for row in kept], place[kept]
    scores = _probability(weights, place, matter_evidence(needle, pool, matters))
    order = sorted(range(len(pool)), key=lambda row: (-scores[row], pool[row].order_no))
    return [(pool[row], float(scores[row])) for row in order]


def _probability(weights: Weights, place: Matrix, matter: Matrix) -> Matrix:
    return np.asarray(1 / (1 + np.exp(-(place @ weights.place + matter @ weights.matter + weights.bias))))
