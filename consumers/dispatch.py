"""Stage ``dispatch``: intake messages in, registrations out. Validates, classifies, routes; keeps no state."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from consumers.stage import Rejected, Step
from dispatcher.intake import read_intake, registration, resolve
from dispatcher.routing import REQUEST_TYPE_OF, routes
from dispatcher.wiring import Services
from models.classification import OrderText
from models.codec import to_record
from models.commands import Actor, Command
from models.errors import CorrectInput
from models.ids import order_no
from models.intake import Intake
from models.records import Position, StoredRecord, TopicPartition
from models.rights import Role
from models.topics import COMMANDS, INTAKE


class DispatchStage:
    """Turns each intake message into the command that registers it; a message sent twice gets one order number."""

    name = "dispatch"
    topics = (INTAKE,)

    def __init__(self, services: Services) -> None:
        """Raises ``ConfigureFirst`` when the catalogue or the weights cannot be used: before any record is taken."""
        self._services = services
        services.codes  # noqa: B018 - opens it
        services.threshold()

    def prepare(self, partitions: Collection[TopicPartition]) -> None:
        """Nothing to know beforehand."""

    def handle(self, records: Sequence[StoredRecord]) -> Step:
        step = Step()
        read: list[tuple[StoredRecord, Intake]] = []
        for record in records:
            try:
                # The log's own time stands in for a missing received_at: handled again, it is the same.
                read.append((record, resolve(read_intake(record.value), self._services.codes, record.timestamp)))
            except CorrectInput as error:
                step.rejected.append(Rejected(record, error))
        step.outputs = [to_record(COMMANDS, command) for command in self._commands(read)]
        return step

    def committed(self, positions: Sequence[Position]) -> None:
        """Nothing to do afterwards."""

    def _commands(self, read: Sequence[tuple[StoredRecord, Intake]]) -> list[Command]:
        use = self._services
        texts = [OrderText(intake.title, intake.content) for _, intake in read]
        answers = use.classifier.classify(texts, use.settings.top_k)
        places = [(intake.street, intake.item_code) for _, intake in read]
        commands = []
        now = use.clock.now()
        for (record, intake), answer, routing in zip(
            read, answers, routes(answers, use.catalogue, places, use.threshold()), strict=True
        ):
            type_ = REQUEST_TYPE_OF.get(answer.request_type, answer.request_type)
            do = registration(intake, type_, answer.category, routing, use.catalogue, use.calendar, now)
            commands.append(
                Command(
                    command_id=str(record.position),
                    order_no=order_no(use.catalogue.order_prefix, intake.source_system, intake.external_id),
                    actor=Actor(id=f"intake:{intake.source_system}", role=Role.SYSTEM),
                    do=do,
                )
            )
            use.metrics.routed.labels(routing.mode if not do.steps else "recorded", routing.rule).inc()
        return commands
