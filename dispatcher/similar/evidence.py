"""What speaks for and against two orders being about the same place and the same matter, as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dispatcher.similar.matters import Floats, Matters
from dispatcher.similar.sketch import NAMED, Kind
from models.alike import Sketch

Matrix = NDArray[np.float64]
PLACE = (
    *(f"{kind.name.lower()}_shared" for kind in NAMED), *(f"{kind.name.lower()}_apart" for kind in NAMED),
    "any_shared", "house_shared", "house_apart", "road_and_house", "building_shared", "building_apart",
    "community_shared", "community_apart", "place_unknown", "requester_shared", "log_hours",
)  # fmt: skip
"""apart: both name one and none in common."""
MATTER = ("words", "category_same", "item_overlap", "item_same")
"""The last two where items were learnt, or people chose them."""


def place_evidence(needle: Sketch, pool: Sequence[Sketch], now: datetime) -> Matrix:
    """One row for each of ``pool``, the columns of ``PLACE``."""
    ours = np.frombuffer(needle.places, dtype="<u4")
    keys = np.frombuffer(b"".join(one.places for one in pool), dtype="<u4")
    row = np.repeat(np.arange(len(pool)), [len(one.places) // 4 for one in pool])
    kinds = len(Kind)
    place = row * kinds + (keys & 15)
    has = np.bincount(place, minlength=len(pool) * kinds).reshape(-1, kinds) > 0
    common = np.bincount(place[np.isin(keys, ours)], minlength=len(pool) * kinds).reshape(-1, kinds) > 0
    asked = np.isin(np.arange(kinds), ours & 15)
    apart = has & asked & ~common
    community = common[:, Kind.COMMUNITY] | common[:, Kind.SAID_COMMUNITY] | _said(ours, keys, row, len(pool))
    named = list(NAMED)
    hours = np.array([max(0.0, (now - one.received_at).total_seconds() / 3600) for one in pool])
    none = ~common[:, named].any(1) & ~apart[:, named].any(1)
    columns = (
        *common[:, named].T, *apart[:, named].T, common[:, named].any(1), common[:, Kind.HOUSE], apart[:, Kind.HOUSE],
        common[:, Kind.ROAD] & common[:, Kind.HOUSE], common[:, Kind.BUILDING], apart[:, Kind.BUILDING],
        community, apart[:, Kind.COMMUNITY], none, common[:, Kind.REQUESTER], np.log1p(hours) / 5,
    )  # fmt: skip
    return np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])


def matter_evidence(needle: Sketch, pool: Sequence[Sketch], matters: Matters) -> Matrix:
    """One row for each of ``pool``, the columns of ``MATTER``; an item that a person chose counts as certain."""
    vectors = matters.vectors([needle, *pool])
    shares = _certain(matters.shares(vectors), [needle, *pool], matters)
    words = np.asarray((vectors[1:] @ vectors[0].T).todense()).ravel()
    category = np.array([needle.category is not None and needle.category == one.category for one in pool])
    overlap, same = np.zeros(len(pool)), np.zeros(len(pool), dtype=np.bool_)
    if matters.items:
        overlap = np.sqrt(shares[1:]) @ np.sqrt(shares[0])
        same = shares[1:].argmax(1) == shares[0].argmax()
    for row, one in enumerate(pool):
        if needle.item_code is not None and one.item_code is not None:
            overlap[row] = same[row] = needle.item_code == one.item_code
    columns = (words, category, overlap, same)
    return np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])


def _certain(shares: Floats, sketches: Sequence[Sketch], matters: Matters) -> Floats:
    """The shares, with what people chose in the place of what was learnt."""
    place = {item: column for column, item in enumerate(matters.items)}
    for row, one in enumerate(sketches):
        if one.item_code in place:
            shares[row] = 0
            shares[row, place[one.item_code]] = 1
    return shares


def _said(ours: NDArray[np.uint32], keys: NDArray[np.uint32], row: NDArray[np.int64], rows: int) -> NDArray[np.bool_]:
    """Whether one order's text names the community that was taken down for the other."""
    either = (Kind.COMMUNITY, Kind.SAID_COMMUNITY)
    mine = ours[np.isin(ours & 15, either)] >> 4
    theirs = np.isin(keys & 15, either) & np.isin(keys >> 4, mine)
    return np.bincount(row[theirs], minlength=rows) > 0
