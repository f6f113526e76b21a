"""How people and files hand something in: onto the log, then wait for what the ledger says of it."""

from __future__ import annotations

from collections.abc import Sequence

from dispatcher.intake import intake_record
from dispatcher.wiring import Services
from models.codec import to_record
from models.commands import Command, Outcome
from models.intake import Intake
from models.topics import COMMANDS


def hand_in(services: Services, intakes: Sequence[Intake], timeout: float) -> list[tuple[str, str, Outcome | None]]:
    """Order number, command id and outcome of each, once the log has them all; None where it is not known within
    ``timeout`` seconds."""
    records = [intake_record(intake, services.catalogue) for intake in intakes]
    ids = [str(position) for position in services.log.append(records)]
    outcomes = services.store.wait_outcomes(ids, timeout)
    return [(record.key, one, outcomes.get(one)) for record, one in zip(records, ids, strict=True)]


def decided(services: Services, command: Command) -> Outcome | None:
    """Send a command to the ledger; what became of it, None when that is not known in time."""
    services.log.append([to_record(COMMANDS, command)])
    outcomes = services.store.wait_outcomes([command.command_id], services.settings.answer_timeout)
    return outcomes.get(command.command_id)
