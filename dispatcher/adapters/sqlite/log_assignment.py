"""Which member of a group should own which partition. Pure: every member computes the same from the same."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple


class Share(NamedTuple):
    """One partition, by the number of its topic."""

    topic_id: int
    partition: int


def assign(members: Mapping[int, Collection[int]], owners: Mapping[Share, int | None]) -> dict[Share, int]:
    """The owner that each share should have: balanced, and moved away from its owner only where it has to be.

    ``members`` maps each live member to the topics it subscribed to; ``owners`` maps each share to its present
    owner. A share that no live member subscribed to is left out. While members give up and take shares one after
    another, the answer for those on their way stays good: free shares go to who has the fewest.
    """
    target: dict[Share, int] = {}
    load = dict.fromkeys(members, 0)
    for share, owner in owners.items():
        if owner is not None and share.topic_id in members.get(owner, ()):
            target[share] = owner
            load[owner] += 1
    for share in sorted(owners.keys() - target.keys()):
        member = _least_loaded(share, members, load)
        if member is not None:
            target[share] = member
            load[member] += 1
    while _move_one(target, members, load):
        pass
    return target


def _least_loaded(share: Share, members: Mapping[int, Collection[int]], load: Mapping[int, int]) -> int | None:
    eligible = [member for member, topics in members.items() if share.topic_id in topics]
    return min(eligible, key=lambda member: (load[member], member), default=None)


def _move_one(target: dict[Share, int], members: Mapping[int, Collection[int]], load: dict[int, int]) -> bool:
    """Move one share from the most loaded owner that has one to spare; False when all is balanced.

    Each move brings two loads closer together, so this ends.
    """
    for share, owner in sorted(target.items(), key=lambda item: (load[item[1]], item[1], item[0]), reverse=True):
        member = _least_loaded(share, members, load)
        if member is not None and load[member] + 1 < load[owner]:
            target[share] = member
            load[owner] -= 1
            load[member] += 1
            return True
    return False
