from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from dispatcher.adapters.sqlite.log_assignment import Share, assign

Owners = dict[Share, int | None]
Group = tuple[dict[int, frozenset[int]], Owners]


@st.composite
def groups(draw: st.DrawFn) -> Group:
    """Live members that subscribe to the same topics, and shares that live, dead or no members own."""
    topics = draw(st.dictionaries(st.integers(1, 4), st.integers(1, 9), min_size=1))
    ids = draw(st.lists(st.integers(1, 30), min_size=1, max_size=8, unique=True))
    owner = st.sampled_from([None, 99, *ids])
    owners = {Share(topic, n): draw(owner) for topic, count in topics.items() for n in range(count)}
    return {member: frozenset(topics) for member in ids}, owners


def loads(members: dict[int, frozenset[int]], target: dict[Share, int]) -> list[int]:
    return [sum(owner == member for owner in target.values()) for member in members]


@given(groups())
def test_every_share_has_an_owner_and_loads_differ_by_one_at_most(
    group: Group,
) -> None:
    members, owners = group
    target = assign(members, owners)
    assert target.keys() == owners.keys()
    assert set(target.values()) <= members.keys()
    assert max(loads(members, target)) - min(loads(members, target)) <= 1


@given(groups())
def test_what_is_balanced_stays(group: Group) -> None:
    members, owners = group
    target = assign(members, owners)
    assert assign(members, dict(target)) == target


@given(groups())
def test_only_what_is_over_the_fair_part_moves(group: Group) -> None:
    members, owners = group
    target = assign(members, owners)
    fair = len(owners) // len(members)
    for member in members:
        had = {share for share, owner in owners.items() if owner == member}
        kept = {share for share in had if target[share] == member}
        assert len(kept) >= min(len(had), fair)


@given(groups(), st.randoms(use_true_random=False))
def test_members_that_act_one_by_one_arrive(group: Group, chance: random.Random) -> None:
    members, owners = group
    owners = {share: owner if owner in members else None for share, owner in owners.items()}
    for _ in range(4):
        for me in chance.sample(sorted(members), len(members)):
            for share, owner in assign(members, owners).items():
                if owner == me and owners[share] is None:
                    owners[share] = me
                elif owner != me and owners[share] == me:
                    owners[share] = None
    held = {share: owner for share, owner in owners.items() if owner is not None}
    assert held.keys() == owners.keys()
    assert max(loads(members, held)) - min(loads(members, held)) <= 1


def test_members_get_only_what_they_subscribed_to() -> None:
    owners: Owners = {Share(1, 0): None, Share(1, 1): None, Share(2, 0): 7, Share(3, 0): None}
    target = assign({7: {1}, 8: {1, 2}}, owners)
    assert target == {Share(1, 0): 7, Share(1, 1): 8, Share(2, 0): 8}


def test_nobody_is_there() -> None:
    assert assign({}, {Share(1, 0): 5}) == {}
