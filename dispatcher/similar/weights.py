"""What each piece of evidence is worth: logarithms of odds, from a logistic regression.

Learnt from the demonstration city (seeds 12345 and 54321, the last 90 of 180 days each): all pairs of an order and an
open one that names a place of it. No other seed was looked at. Squares of the map do not occur there: theirs are set
like an estate's. A city that records which orders it merged can learn its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatcher.similar.evidence import MATTER, PLACE


@dataclass(frozen=True, slots=True)
class Weights:
    """``place`` by the columns of ``PLACE``, ``matter`` by those of ``MATTER``; ``nearness`` for the rough choice."""

    bias: float
    place: NDArray[np.float64]
    matter: NDArray[np.float64]
    nearness: float


def _weights(bias: float, place: dict[str, float], matter: dict[str, float], nearness: float) -> Weights:
    return Weights(
        bias, np.array([place[name] for name in PLACE]), np.array([matter[name] for name in MATTER]), nearness
    )


WITH_ITEMS = _weights(
    -10.44,
    {
        "road_shared": -0.12, "estate_shared": 1.16, "village_shared": 0.68, "school_shared": 0.85,
        "park_shared": 0.68, "shop_shared": 0.95, "firm_shared": 1.3, "cell_shared": 1.2, "road_apart": -4.05,
        "estate_apart": -4.08, "village_apart": -2.8, "school_apart": -1.26, "park_apart": -0.44, "shop_apart": -1.61,
        "firm_apart": -1.76, "cell_apart": -3.0, "any_shared": 0.58, "house_shared": 1.08, "house_apart": -2.58,
        "road_and_house": 1.05, "building_shared": 0.73, "building_apart": -0.29, "community_shared": 2.05,
        "community_apart": -4.61, "place_unknown": -0.62, "requester_shared": 3.17, "log_hours": -3.32,
    },
    {
        "words": -1.1, "category_same": 0.18, "item_overlap": 4.94, "item_same": 6.39,
    },
    nearness=12.0,
)  # fmt: skip
"""Where items were learnt."""
WITHOUT_ITEMS = _weights(
    -7.5,
    {
        "road_shared": 0.11, "estate_shared": 0.54, "village_shared": -0.03, "school_shared": 2.0,
        "park_shared": 1.23, "shop_shared": 2.57, "firm_shared": 1.7, "cell_shared": 0.8, "road_apart": -3.77,
        "estate_apart": -4.26, "village_apart": -2.87, "school_apart": -1.08, "park_apart": -0.3, "shop_apart": -1.04,
        "firm_apart": -0.66, "cell_apart": -3.0, "any_shared": 1.3, "house_shared": 0.19, "house_apart": -3.21,
        "road_and_house": 0.15, "building_shared": 1.88, "building_apart": 0.19, "community_shared": 2.43,
        "community_apart": -3.7, "place_unknown": -0.3, "requester_shared": 5.92, "log_hours": -2.34,
    },
    {
        "words": 8.16, "category_same": 1.39, "item_overlap": 3.0, "item_same": 3.0,
    },
    nearness=8.0,
)  # fmt: skip
"""Where no item was learnt: words alone tell less. What two people chose, if they did, still counts."""
