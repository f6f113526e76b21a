"""Stage ``ledger``: the only code that decides, the only writer of events and of the store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from consumers.projection import catch_up, next_offsets
from consumers.stage import Rejected, Step
from dispatcher.wiring import Services
from models.apply import apply
from models.codec import from_record, to_record
from models.commands import Command, Outcome, Refusal, RefusalCode
from models.decide import decide
from models.errors import CorrectInput
from models.events import Event
from models.lifecycle import Move
from models.moves import Register
from models.order import Order
from models.records import Position, StoredRecord, TopicPartition
from models.topics import COMMANDS, EVENTS, REFUSALS


@dataclass(slots=True)
class _Decided:
    """What one batch comes to, before it is committed."""

    orders: dict[str, Order]
    changed: dict[str, Order] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    moves: list[tuple[str, str]] = field(default_factory=list)


class LedgerStage:
    """Decides commands in order; an order's commands all come to one instance, because they share a partition."""

    name = "ledger"
    topics = (COMMANDS,)

    def __init__(self, services: Services) -> None:
        self._services = services
        self._decided = _Decided({})

    def prepare(self, partitions: Collection[TopicPartition]) -> None:
        """Catch the store up with what these partitions' events say: another instance may have died in between."""
        for partition in partitions:
            for topic in (EVENTS, REFUSALS):
                catch_up(self._services.log, self._services.store, TopicPartition(topic, partition.partition))

    def handle(self, records: Sequence[StoredRecord]) -> Step:
        step = Step()
        commands: dict[str, tuple[StoredRecord, Command]] = {}
        for record in records:
            try:
                command = from_record(Command, record)
                commands.setdefault(command.command_id, (record, command))
            except CorrectInput as error:
                step.rejected.append(Rejected(record, error))
        self._decided = self._decide([command for _, command in commands.values()])
        step.outputs = [to_record(EVENTS, event) for event in self._decided.events]
        for outcome in self._decided.outcomes.values():
            if outcome.refusal is not None:
                step.outputs.append(to_record(REFUSALS, outcome))
                if outcome.refusal.move is Move.REGISTER and outcome.refusal.code is not RefusalCode.DUPLICATE:
                    # An order that could not even be registered must not vanish in a list of refusals.
                    why = CorrectInput.one("", outcome.refusal.reason)
                    step.rejected.append(Rejected(commands[outcome.command_id][0], why))
        return step

    def committed(self, positions: Sequence[Position]) -> None:
        """Show what was committed: project it, with how far the log is projected now."""
        done = self._decided
        self._services.store.project(
            list(done.changed.values()), done.events, list(done.outcomes.values()), next_offsets(positions)
        )
        for move, result in done.moves:
            self._services.metrics.outcomes.labels(move, result).inc()

    def _decide(self, commands: Sequence[Command]) -> _Decided:
        store, terms = self._services.store, self._services.terms
        now = self._services.clock.now()
        decided = _Decided(store.mget(list({command.order_no for command in commands})))
        known = store.wait_outcomes(list(_repeatable(commands)), timeout=0)
        for command in commands:
            if command.command_id in known:
                continue  # answered before: the same command is answered the same, and does nothing twice
            order = decided.orders.get(command.order_no)
            answer = decide(order, command, terms, now)
            refusal = answer if isinstance(answer, Refusal) else None
            for event in () if isinstance(answer, Refusal) else answer:
                order = apply(order, event)
                decided.events.append(event)
            if order is not None and refusal is None:
                decided.orders[command.order_no] = decided.changed[command.order_no] = order
            is_known = order is not None and (refusal is None or refusal.code is not RefusalCode.UNKNOWN_ORDER)
            decided.outcomes[command.command_id] = Outcome(
                command_id=command.command_id,
                order_no=command.order_no,
                decided_at=now,
                version=order.version if order is not None and is_known else None,
                refusal=refusal,
                digest=command.digest,
            )
            decided.moves.append((str(command.do.move), str(refusal.code) if refusal else "done"))
        return decided


def _repeatable(commands: Iterable[Command]) -> Iterable[str]:
    """Ids that a client may send again. A registration's id is its place on the intake topic: it comes once,
    and a second registration of an order is told by the order itself."""
    return (command.command_id for command in commands if not isinstance(command.do, Register))
