"""Hot issues (热点): kinds of matters of which a street, or a community, suddenly has many more than usual.

The orders of the last 24 hours, 3 days and 7 days are held against the same hours of the same weekdays in the four
weeks before.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from dispatcher.similar.usual import tail_probabilities
from models.alike import Group, Tally

WINDOWS = (1, 3, 7)
"""Days."""
WEEKS = 4
DAYS_NEEDED = max(WINDOWS) + 7 * WEEKS
LEAST = 5
"""Fewer orders are no hot issue."""
LEVEL = 0.01
"""Of the hot issues told at most this share is chance (Benjamini and Hochberg)."""
_LEAST_RATIO = 2.0


@dataclass(frozen=True, slots=True)
class Growth:
    """``observed`` orders of a group in the last ``days`` days where ``expected`` were usual; ``p_value`` is the
    probability of so many or more by chance, before the correction for the number of groups looked at."""

    group: Group
    days: int
    observed: int
    expected: float
    p_value: float

    @property
    def ratio(self) -> float:
        return self.observed / self.expected


def growing(tallies: Sequence[Tally], *, level: float = LEVEL) -> list[Growth]:
    """The groups that grow abnormally, by falling excess; of groups about mostly the same orders only one.

    ``tallies`` must reach back ``DAYS_NEEDED`` days.
    """
    tested = [growth for days in WINDOWS for growth in _tested(tallies, days)]
    kept = _significant(tested, level)
    large = [one for one in kept if one.observed >= LEAST and one.ratio >= _LEAST_RATIO]
    return _apart(large, _categories(tallies))


def _tested(tallies: Sequence[Tally], days: int) -> Iterator[Growth]:
    """Every group that had an order in the window, with its tail probability."""
    counts: dict[Group, list[int]] = defaultdict(lambda: [0] * (WEEKS + 1))
    for tally in tallies:
        week, day = divmod(tally.days_ago, 7)
        if week <= WEEKS and day < days:
            for group in _groups(tally):
                counts[group][week] += tally.count
    if not counts:
        return
    weeks = np.array(list(counts.values()), dtype=np.float64)
    typical = np.array(_typical({group: sum(numbers[1:]) / WEEKS for group, numbers in counts.items()}))
    expected, tails = tail_probabilities(weeks[:, 0], weeks[:, 1:], typical)
    for row, (group, numbers) in enumerate(counts.items()):
        if numbers[0]:
            yield Growth(group, days, numbers[0], float(expected[row]), float(tails[row]))


def _groups(tally: Tally) -> Iterator[Group]:
    """The groups that an order counts in: its street and its community, with its category and its item."""
    for community in (None,) if tally.community is None else (None, tally.community):
        if tally.category is not None:
            yield Group(tally.street, community, category=tally.category)
        if tally.item_code is not None:
            yield Group(tally.street, community, item_code=tally.item_code)


def _typical(usual: Mapping[Group, float]) -> list[float]:
    """For each group the orders a week that the place's share of all orders and the matter's share of the city's
    make; ``usual`` has those that it had."""
    places: dict[tuple[str, str | None, bool], float] = defaultdict(float)
    matters: dict[tuple[str | None, str | None], float] = defaultdict(float)
    total = {True: 1e-9, False: 1e-9}
    for group, number in usual.items():
        by_item = group.item_code is not None
        places[group.street, group.community, by_item] += number
        if group.community is None:
            matters[group.category, group.item_code] += number
            total[by_item] += number
    return [
        places[group.street, group.community, group.item_code is not None]
        * matters[group.category, group.item_code]
        / total[group.item_code is not None]
        for group in usual
    ]


def _significant(tested: Sequence[Growth], level: float) -> list[Growth]:
    """Those whose tail stands the correction of Benjamini and Hochberg."""
    if not tested:
        return []
    adjusted = stats.false_discovery_control([one.p_value for one in tested], method="bh")
    return [one for one, value in zip(tested, adjusted, strict=True) if value <= level]


def _apart(found: Sequence[Growth], category_of: Mapping[str, str]) -> list[Growth]:
    """Of groups and windows that hold mostly the same orders one: of an item before its category, then the most
    surprising. A category stays if most of its growth is not that of the items that were kept."""
    kept: list[Growth] = []
    for one in sorted(found, key=lambda one: (one.group.item_code is None, one.p_value, -one.observed)):
        inside = [other for other in kept if _overlap(one.group, other.group, category_of)]
        excess = one.observed - one.expected
        known = sum(other.observed - other.expected for other in inside)
        if not inside or (one.group.item_code is None and known < excess / 2 and _new(one, inside)):
            kept.append(one)
    return sorted(kept, key=lambda one: one.expected - one.observed)


def _new(one: Growth, inside: Sequence[Growth]) -> bool:
    return all(other.group.item_code is not None for other in inside)


def _overlap(ours: Group, theirs: Group, category_of: Mapping[str, str]) -> bool:
    """Whether one group may hold orders of the other."""
    if ours.street != theirs.street:
        return False
    if ours.community != theirs.community and None not in (ours.community, theirs.community):
        return False
    if ours.item_code is not None and theirs.item_code is not None:
        return ours.item_code == theirs.item_code
    return _category(ours, category_of) == _category(theirs, category_of)


def _category(group: Group, category_of: Mapping[str, str]) -> str | None:
    return group.category if group.item_code is None else category_of.get(group.item_code)


def _categories(tallies: Iterable[Tally]) -> dict[str, str]:
    """The category that most orders of each item have."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for tally in tallies:
        if tally.item_code is not None and tally.category is not None:
            seen[tally.item_code][tally.category] += tally.count
    return {item: found.most_common(1)[0][0] for item, found in seen.items()}
