"""Stage ``deliver``: each dispatch appears once on its unit's topic."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from consumers.stage import Rejected, Step
from dispatcher.wiring import Services
from models.codec import TYPE_HEADER, from_record
from models.department import DepartmentMessage
from models.errors import CorrectInput
from models.events import Event
from models.facts import Dispatched
from models.records import Position, Record, StoredRecord, TopicPartition
from models.topics import EVENTS, department_topic, department_topic_spec


class DeliverStage:
    """Reads facts and tells the units; nothing refused ever gets here."""

    name = "deliver"
    topics = (EVENTS,)

    def __init__(self, services: Services) -> None:
        self._services = services
        self._topics: set[str] = set()

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
                self._open_topic(event.fact.unit)
                step.outputs.append(self._message(event, event.fact))
        return step

    def committed(self, positions: Sequence[Position]) -> None:
        for position in positions:
            self._services.metrics.delivered.labels(position.topic.removeprefix("dept.")).inc()

    def _open_topic(self, unit: str) -> None:
        """A unit may have left the catalogue, or come to another process's: what was dispatched is delivered."""
        topic = department_topic(unit)
        if topic not in self._topics:
            self._services.log.create_topics([department_topic_spec(unit)])
            self._topics.add(topic)

    def _message(self, event: Event, fact: Dispatched) -> Record:
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
