"""How people and files hand something in: onto the log, then wait for what the ledger says of it.

Nothing goes onto the log in clear: personal data are sealed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dispatcher.intake import intake_record
from dispatcher.vault.command import seal_command
from dispatcher.vault.intake import seal_intake
from dispatcher.wiring import Services
from models.codec import to_record
from models.commands import Command, Outcome
from models.intake import Intake
from models.records import Record
from models.topics import COMMANDS


def sealed_records(services: Services, intakes: Iterable[Intake]) -> list[Record]:
    """The messages for the intake topic."""
    return [intake_record(seal_intake(services.vault, intake), services.catalogue) for intake in intakes]


def hand_in(services: Services, intakes: Sequence[Intake], timeout: float) -> list[tuple[str, str, Outcome | None]]:
    """Order number, command id and outcome of each, once the log has them all; None where it is not known within
    ``timeout`` seconds."""
    records = sealed_records(services, intakes)
    ids = [str(position) for position in services.log.append(records)]
    outcomes = services.store.wait_outcomes(ids, timeout)
    return [(record.key, one, outcomes.get(one)) for record, one in zip(records, ids, strict=True)]


def decided(services: Services, command: Command) -> Outcome | None:
    """Send a command to the ledger; what became of it, None when that is not known in time."""
    return decided_all(services, [command]).get(command.command_id)


def decided_all(services: Services, commands: Sequence[Command]) -> dict[str, Outcome]:
    """Send commands to the ledger together; what became of each, by its id, as far as that is known in time."""
    if not commands:
        return {}
    about = services.store.mget(list({command.order_no for command in commands}))
    sealed = [seal_command(services.vault, one, about.get(one.order_no)) for one in commands]
    services.log.append([to_record(COMMANDS, one) for one in sealed])
    return services.store.wait_outcomes([one.command_id for one in sealed], services.settings.answer_timeout)
