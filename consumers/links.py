"""What a fact about one order means for the orders that are linked to it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from models.commands import Actor, Command
from models.events import Event
from models.facts import Adopted, Closed, Merged, Rejected, Unmerged
from models.moves import Adopt, ChildEnded, Follow, LaterMove
from models.rights import Role

FOLLOWER = Actor(id="follow", role=Role.SYSTEM)


def wishes(event: Event) -> Iterator[Command]:
    """The commands for linked orders that follow from ``event``; the same event always makes the same ones."""
    for number, do in _moves(event):
        command_id = f"follow:{event.event_id}:{number}"
        yield Command(command_id=command_id, order_no=number, actor=FOLLOWER, do=do)


def _moves(event: Event) -> Iterator[tuple[str, LaterMove]]:
    mine, fact = event.order_no, event.fact
    match fact:
        case Merged():
            yield fact.into, Adopt(follower=mine)
        case Unmerged() if fact.left:
            yield fact.left, Adopt(follower=mine, leaves=True)
        case Adopted(ended=True):
            # It came late: what it follows was over before it was told of.
            yield fact.follower, Follow(master=mine, unit=fact.unit, reply_public=fact.reply_public)
        case Closed() | Rejected():
            unit = fact.unit if isinstance(fact, Closed) else None
            for follower in fact.followers:
                yield follower, Follow(master=mine, unit=unit, reply_public=fact.reply_public)
            if fact.parent is not None:
                yield fact.parent, ChildEnded(child=mine)
