"""Stage ``follow``: what happens to an order also happens to those that are linked to it (并单, 拆单)."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence

from consumers.links import wishes
from consumers.parts import part_intakes
from consumers.stage import Rejected, Step
from dispatcher.intake import intake_record
from dispatcher.wiring import Services
from models.codec import TYPE_HEADER, from_record, to_record
from models.errors import CorrectInput, RetryLater
from models.events import Event
from models.facts import WasSplit
from models.order import Order
from models.records import Position, Record, StoredRecord, TopicPartition
from models.topics import COMMANDS, EVENTS

_LINKING = frozenset((b"merged", b"unmerged", b"adopted", b"closed", b"rejected", b"split"))

PROJECTED_S, LOOK_S = 1.0, 0.01


class FollowStage:
    """Reads facts and asks the ledger for what they mean for other orders; of a split it hands in the parts.

    Whatever comes late, twice or too early is the ledger's to refuse: the state of the other order decides. An order
    that was merged into an unknown one stays merged until a person takes that back; the desk lets nobody do so.
    """

    name = "follow"
    topics = (EVENTS,)

    def __init__(self, services: Services) -> None:
        """Raises ``ConfigureFirst`` when the catalogue or the key file cannot be used: before any record is taken."""
        self._services = services
        services.catalogue, services.vault  # noqa: B018 - opens them

    def prepare(self, partitions: Collection[TopicPartition]) -> None:
        """Nothing to know beforehand."""

    def handle(self, records: Sequence[StoredRecord]) -> Step:
        step = Step()
        for record in records:
            if record.headers.get(TYPE_HEADER) not in _LINKING:
                continue
            try:
                event = from_record(Event, record)
                step.outputs += [to_record(COMMANDS, command) for command in wishes(event)]
                step.outputs += self._parts(event)
            except CorrectInput as error:
                step.rejected.append(Rejected(record, error))
        return step

    def committed(self, positions: Sequence[Position]) -> None:
        for position in positions:
            self._services.metrics.followed.labels(position.topic).inc()

    def _parts(self, event: Event) -> list[Record]:
        if not isinstance(event.fact, WasSplit):
            return []
        use = self._services
        intakes = part_intakes(use.vault, use.catalogue, self._parent(event), event)
        return [intake_record(intake, use.catalogue) for intake in intakes]

    def _parent(self, event: Event) -> Order:
        """The order that was split. Raises ``RetryLater`` where the store does not show it so after a while: a fact is
        on the log some moments before it is projected."""
        deadline = time.monotonic() + PROJECTED_S
        while True:
            order = self._services.store.get(event.order_no)
            if order is not None and order.version >= event.seq:
                return order
            if time.monotonic() > deadline:
                raise RetryLater(f"the store does not show yet that {event.order_no} was split")
            time.sleep(LOOK_S)
