"""Stage ``deliver``: each dispatch appears once on its unit's topic."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pydantic import BaseModel

from consumers.stage import Rejected, Step
from dispatcher.wiring import Services
from models.base import Instant
from models.codec import TYPE_HEADER, from_record
from models.errors import CorrectInput, RetryLater
from models.events import Dispatched, Event, Notice
from models.records import Position, Record, StoredRecord, TopicPartition
from models.topics import EVENTS, department_topic


class DepartmentMessage(BaseModel):
    """What a unit's own systems read; ``event_id`` tells a message that is read twice."""

    event_id: str
    order_no: str
    unit: str
    dispatch_no: int
    dispatched_at: Instant
    decision_mode: str
    order: Notice


class DeliverStage:
    """Reads facts and tells the units; nothing refused ever gets here."""

    name = "deliver"
    topics = (EVENTS,)

    def __init__(self, services: Services) -> None:
        self._services = services

    def prepare(self, partitions: Collection[TopicPartition]) -> None:
        """Nothing to know beforehand."""

    def handle(self, records: Sequence[StoredRecord]) -> Step:
        step = Step()
        for record in records:
            if record.headers.get(TYPE_HEADER) != b"dispatched":
                continue
            try:
                event = from_record(Event, record)
            except CorrectInput as error:
                step.rejected.append(Rejected(record, error))
                continue
            if isinstance(event.fact, Dispatched) and event.fact.notify:
                step.outputs.append(self._message(event, event.fact))
        return step

    def committed(self, positions: Sequence[Position]) -> None:
        for position in positions:
            self._services.metrics.delivered.labels(position.topic.removeprefix("dept.")).inc()

    def _message(self, event: Event, fact: Dispatched) -> Record:
        if not self._services.catalogue.has_unit(fact.unit):
            raise RetryLater(f"{event.order_no} went to {fact.unit}, which this process's catalogue does not have yet")
        message = DepartmentMessage(
            event_id=event.event_id,
            order_no=event.order_no,
            unit=fact.unit,
            dispatch_no=fact.dispatch_no,
            dispatched_at=event.at,
            decision_mode=fact.mode,
            order=fact.notice,
        )
        return Record(department_topic(fact.unit), event.order_no, message.model_dump_json().encode())
