from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from dispatcher.adapters.sqlite.store import SqliteOrderStore
from dispatcher.catalogue import default_catalogue_path, load_catalogue
from dispatcher.similar.hot import DAYS_NEEDED, Growth, growing
from dispatcher.similar.issues import hot_issues
from dispatcher.similar.matters import learn
from models.alike import Group, Tally
from scripts.demo.plan import plan
from tests.contracts.orders import T0, Book

DAY = timedelta(days=1)
END = datetime(2026, 6, 30, 16, tzinfo=UTC)
STORM = date(2026, 5, 20)
AFTER_STORM = datetime(2026, 5, 20, 16, tzinfo=UTC)
STREETS, ITEMS = 6, 40


class Known(NamedTuple):
    """An order as an operator files it, and whether it repeats another."""

    at: datetime
    street: str
    community: str
    category: str
    item: str | None
    storm: bool
    repeats: bool


@lru_cache
def demonstration() -> tuple[Known, ...]:
    """120 days of a city that nothing was chosen by."""
    planned = plan(load_catalogue(default_catalogue_path()), 5, END - 120 * DAY, END, 14_400, storm=STORM)
    return tuple(
        Known(
            one.received_at, one.origin.site.street, one.origin.site.community, one.origin.matter.category,
            one.origin.matter.item, one.origin.matter.storm, one.repeats is not None,
        )
        for one in planned
    )  # fmt: skip


def between(since: datetime, until: datetime) -> tuple[Known, ...]:
    known = demonstration()
    first, last = (bisect_left(known, at, key=lambda one: one.at) for at in (since, until))
    return known[first:last]


def tallies(now: datetime) -> list[Tally]:
    counted = Counter(
        ((now - one.at - timedelta(microseconds=1)) // DAY, one.street, one.community, one.category, one.item)
        for one in between(now - DAYS_NEEDED * DAY, now)
    )
    return [Tally(*kind, count) for kind, count in counted.items()]


def members(growth: Growth, now: datetime) -> list[Known]:
    group = growth.group
    return [
        one
        for one in between(now - growth.days * DAY, now)
        if one.street == group.street
        and group.community in (None, one.community)
        and group.category in (None, one.category)
        and group.item_code in (None, one.item)
    ]


def ordinary_days() -> Iterator[datetime]:
    """Eight weeks without the storm and what followed it."""
    days = (AFTER_STORM + n * DAY for n in range(-25, 41))
    return (day for day in days if not timedelta() <= day - AFTER_STORM <= 8 * DAY)


def noise(seed: int, days: int) -> list[Tally]:
    """Orders of a city where every kind comes at its own steady rate; days are counted back from the last."""
    rng = np.random.default_rng(seed)
    rates = rng.gamma(0.4, 0.5, (STREETS, ITEMS))
    counts = rng.poisson(rates, (days, STREETS, ITEMS))
    return [
        Tally(int(day), f"s{street}", None, f"c{item % 10}", f"i{item}", int(counts[day, street, item]))
        for day, street, item in zip(*np.nonzero(counts), strict=True)
    ]


def shifted(found: Iterable[Tally], days: int) -> list[Tally]:
    """The tallies as they were so many days earlier."""
    return [
        Tally(one.days_ago - days, one.street, one.community, one.category, one.item_code, one.count)
        for one in found
        if one.days_ago >= days
    ]


def test_eight_weeks_of_chance_raise_hardly_an_alarm() -> None:
    chance = noise(1, 56 + DAYS_NEEDED)
    alarms = [growth.group for day in range(56) for growth in growing(shifted(chance, day))]

    assert len(alarms) <= 6
    assert len(set(alarms)) <= 3


def test_a_sudden_cluster_among_chance_is_found_with_its_figures() -> None:
    burst = Tally(0, "s2", "上村", "c7", "i7", 14)
    found = growing([*noise(2, DAYS_NEEDED), burst])

    assert found
    assert (found[0].group.street, found[0].group.item_code) == ("s2", "i7")
    assert found[0].observed >= 14
    assert found[0].ratio == found[0].observed / found[0].expected > 2
    assert found[0].p_value < 1e-4


def test_the_same_orders_are_told_once() -> None:
    found = growing([*noise(2, DAYS_NEEDED), Tally(0, "s2", "上村", "c7", "i7", 14)])
    assert len([one for one in found if one.group.street == "s2"]) == 1


@pytest.mark.parametrize("count", [0, 4])
def test_fewer_than_five_are_none(count: int) -> None:
    quiet = [Tally(day, "s1", None, "c1", "i1", 1) for day in range(7, DAYS_NEEDED, 7)]
    assert growing([*quiet, *([Tally(0, "s2", None, "c2", "i2", count)] if count else [])]) == []


def test_what_comes_every_week_is_none() -> None:
    """Thirty on every Monday are no surprise on a Monday."""
    assert growing([Tally(day, "s1", None, "c1", "i1", 30) for day in range(0, DAYS_NEEDED, 7)]) == []


def test_nothing_at_all() -> None:
    assert growing([]) == []


def test_the_storm_is_found_on_its_evening() -> None:
    found = growing(tallies(AFTER_STORM))

    assert len({one.group.street for one in found}) >= 3
    largest = members(found[0], AFTER_STORM)
    assert np.mean([one.storm for one in largest]) > 0.5
    assert len(largest) == found[0].observed


def test_ordinary_weeks_have_few_alarms_and_most_are_about_one_thing_called_in_again() -> None:
    days = list(ordinary_days())
    alarms = [(growth, day) for day in days for growth in growing(tallies(day))]
    chance = [growth for growth, day in alarms if np.mean([one.repeats for one in members(growth, day)]) < 0.3]

    assert len(days) >= 56
    assert len({growth.group for growth, _ in alarms}) <= 24  # three a week, for six streets and all their communities
    assert len({growth.group for growth in chance}) <= 6


def test_the_issue_comes_with_its_orders_by_what_they_say(tmp_path: Path) -> None:
    book, now = Book(), T0 + 40 * DAY
    texts = {
        "停电": ("禾叶路停电未恢复", "禾叶路从中午停电到现在，电梯停了，老人下不了楼。"),
        "积水": ("砚田街雨后积水", "砚田街雨后积水没过脚踝，雨水井排不出去。"),
    }
    for n in range(12):
        title, content = texts["停电" if n < 8 else "积水"]
        at = now - timedelta(hours=n + 1)
        book.register(f"{n}", at, title=title, content=content, street="440311001", category="供水")
    for n in range(30):
        at = now - timedelta(days=2 + n)
        book.register(f"usual {n}", at, street="440311002", category="住房")
    store = SqliteOrderStore(tmp_path / "store.db")
    try:
        book.project(store)
        (issue,) = hot_issues(store, learn(store.lessons(100)), now=now)
    finally:
        store.close()

    assert issue.growth.group == Group("440311001", category="供水")
    assert issue.growth.observed == 12
    assert [len(cluster.order_nos) for cluster in issue.clusters] == [8, 4]
    assert any("停电" in word for word in issue.clusters[0].words)
    assert any("积水" in word for word in issue.clusters[1].words)
    assert len(set(issue.order_nos)) == 12
