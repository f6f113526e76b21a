"""Stage ``deliver``: what concerns a unit appears once on its topic."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from consumers.notices import TOLD, notices
from consumers.stage import Rejected, Step
from dispatcher.wiring import Services
from models.codec import TYPE_HEADER, from_record
from models.department import DepartmentMessage
from models.errors import CorrectInput
from models.events import Event
from models.records import Position, Record, StoredRecord, TopicPartition
from models.topics import EVENTS, department_topic, department_topic_spec

_TOLD = frozenset(kind.encode() for kind in TOLD)


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
            if record.headers.get(TYPE_HEADER) not in _TOLD:
                continue
            try:
                event = from_record(Event, record)
            except CorrectInput as error:
                step.rejected.append(Rejected(record, error))
                continue
            step.outputs += map(self._record, notices(event))
        return step

    def committed(self, positions: Sequence[Position]) -> None:
        for position in positions:
            self._services.metrics.delivered.labels(position.topic.removeprefix("dept.")).inc()

    def _record(self, message: DepartmentMessage) -> Record:
        """A unit may have left the catalogue, or come to another process's: what concerns it is delivered."""
        topic = department_topic(message.unit)
        if topic not in self._topics:
            self._services.log.create_topics([department_topic_spec(message.unit)])
            self._topics.add(topic)
        return Record(topic, message.order_no, message.model_dump_json(exclude_none=True).encode())
