"""Stage ``dispatch``: intake messages in, registrations out. Validates, classifies, routes; keeps no state."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from consumers.stage import Rejected, Step
from dispatcher.intake import read_message, registration, resolve
from dispatcher.routing import REQUEST_TYPE_OF, routes
from dispatcher.vault.intake import accept_sealed, seal_intake
from dispatcher.vault.raw import value_of
from dispatcher.wiring import Services
from models.classification import OrderText
from models.codec import to_record
from models.commands import Actor, Command
from models.errors import ConfigureFirst, CorrectInput, Problem
from models.ids import order_no
from models.intake import SealedIntake
from models.masking import mask_numbers
from models.records import Position, StoredRecord, TopicPartition
from models.rights import Role
from models.topics import COMMANDS, INTAKE


class DispatchStage:
    """Turns each intake message into the command that registers it; a message sent twice gets one order number."""

    name = "dispatch"
    topics = (INTAKE,)

    def __init__(self, services: Services) -> None:
        """Raises ``ConfigureFirst`` when catalogue, weights or key file cannot be used: before any record is taken."""
        self._services = services
        services.codes, services.vault  # noqa: B018 - opens them
        services.threshold()

    def prepare(self, partitions: Collection[TopicPartition]) -> None:
        """Nothing to know beforehand."""

    def handle(self, records: Sequence[StoredRecord]) -> Step:
        step = Step()
        read: list[tuple[StoredRecord, SealedIntake]] = []
        for record in records:
            try:
                read.append((record, self._read(record)))
            except CorrectInput as error:
                step.rejected.append(Rejected(record, _masked(error)))
        step.outputs = [to_record(COMMANDS, command) for command in self._commands(read)]
        return step

    def committed(self, positions: Sequence[Position]) -> None:
        """Nothing to do afterwards."""

    def _read(self, record: StoredRecord) -> SealedIntake:
        """The message, sealed now where another system has sent it in clear."""
        vault = self._services.vault
        try:
            message = read_message(value_of(vault, record))
            accept_sealed(vault, message)
        except ConfigureFirst as error:  # anybody can name a key that is not there: no reason to stop for the others
            raise CorrectInput.one("sealed", str(error)) from error
        # The log's own time stands in for a missing received_at: handled again, it is the same.
        return seal_intake(vault, resolve(message, self._services.codes, record.timestamp))

    def _commands(self, read: Sequence[tuple[StoredRecord, SealedIntake]]) -> list[Command]:
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


def _masked(error: CorrectInput) -> CorrectInput:
    """Reasons quote what stands in the message; they are logged and kept with the dead letter."""
    return CorrectInput([Problem(mask_numbers(one.field), mask_numbers(one.reason)) for one in error.problems])
