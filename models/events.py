"""Facts with their envelope; they are only ever appended, and every figure is computed from them."""

from __future__ import annotations

from models.base import Instant, Value
from models.commands import Actor
from models.facts import Fact


class Event(Value):
    """A fact with its envelope.

    ``seq`` counts from 1 without a gap per order; ``at`` is when it happened, ``recorded_at`` when the
    ledger wrote it (they differ for orders with a past in another system). ``event_id`` follows from the
    command and the place among its events, so writing the same command again gives the same ids.
    """

    event_id: str
    order_no: str
    seq: int
    at: Instant
    recorded_at: Instant
    actor: Actor
    command_id: str
    sealed: str | None = None
    """The originals of its texts, where personal numbers were taken out of them (see ``dispatcher.vault``)."""
    digest: str | None = None
    """The command's: what became of it can be told from its facts alone."""
    fact: Fact
