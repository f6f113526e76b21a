"""The one loop of every stage: poll, handle, commit; wait when an engine is down; stop in good order."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from consumers.deadletters import Budget, letter
from consumers.stage import Rejected, Stage, Step
from dispatcher.health import Condition
from dispatcher.logs import logger
from dispatcher.wiring import Services
from models.errors import ConfigureFirst, CorrectInput, MinshengError, RejoinGroup, RetryLater, StopConsumer
from models.ports import Consumer
from models.records import StoredRecord, TopicPartition

POLL_S = 0.25
FIRST_BACKOFF_S, LONGEST_BACKOFF_S = 0.05, 5.0


class Loop:
    """Runs one stage until it is told to stop."""

    def __init__(self, stage: Stage, services: Services, stop: threading.Event) -> None:
        self._stage = stage
        self._services = services
        self._stop = stop
        self._log = logger(stage=stage.name)
        self._budget = Budget(services.settings.deadletter_budget)
        self._unprepared: set[TopicPartition] = set()
        self._one_by_one = 0
        self._failures = 0

    def run(self) -> None:
        """Work until the stop event is set; returns early only when a person is needed (see the health page)."""
        self._tell(Condition.STARTING, "joining its group")
        try:
            consumer = self._joined()
            if consumer is None:
                return
            try:
                while not self._stop.is_set():
                    self._turn(consumer)
            finally:
                consumer.close()
        except MinshengError as error:
            self._tell(Condition.STOPPED, str(error))
        except Exception as error:  # noqa: BLE001 - nobody else would see it: the health page must not say "at work"
            self._log.error("the stage failed", error=type(error).__name__, exc_info=error)
            self._tell(Condition.STOPPED, f"{type(error).__name__} in stage {self._stage.name}; the log says more")

    def _joined(self) -> Consumer | None:
        """A member of the stage's group; None when it is told to stop before."""
        while not self._stop.is_set():
            try:
                return self._services.log.subscribe(self._stage.name, self._stage.topics)
            except RetryLater as error:
                self._tell(Condition.WAITING, f"waits and tries again: {error}")
                self._stop.wait(LONGEST_BACKOFF_S)
        return None

    def _turn(self, consumer: Consumer) -> None:
        try:
            if self._unprepared:
                self._stage.prepare(frozenset(self._unprepared))
                self._unprepared.clear()
            batch = consumer.poll(1 if self._one_by_one else self._services.settings.batch, POLL_S)
            self._unprepared |= batch.assigned
            self._unprepared -= batch.revoked
            if batch.records:
                self._step(consumer, batch.records)
            self._failures = 0
            self._tell(Condition.RUNNING, "at work")
        except RetryLater as error:
            consumer.rewind()
            self._services.metrics.retries.labels(self._stage.name).inc()
            self._tell(Condition.WAITING, f"waits and tries again: {error}")
            self._stop.wait(min(FIRST_BACKOFF_S * 2**self._failures, LONGEST_BACKOFF_S))
            self._failures = min(self._failures + 1, 16)
        except RejoinGroup as error:
            self._log.warning("partitions were handed over", reason=str(error))

    def _step(self, consumer: Consumer, records: list[StoredRecord]) -> None:
        began = time.monotonic()
        step = self._handle(consumer, records)
        if step is None:
            return
        run = self._budget.after(records, step.rejected)
        if run > self._budget.limit:
            consumer.rewind()
            why = step.rejected[-1].error
            raise StopConsumer(f"{run} records in a row cannot be read; the last one ({records[-1].position}): {why}")
        # Whatever fails between here and ``committed`` leaves the stage behind the log: it prepares again.
        touched = {TopicPartition(record.position.topic, record.position.partition) for record in records}
        self._unprepared |= touched
        letters = [letter(self._stage.name, rejected, self._services.vault) for rejected in step.rejected]
        positions = consumer.commit([*step.outputs, *letters])
        self._budget.count(records, step.rejected)
        self._stage.committed(positions[: len(step.outputs)])
        self._unprepared -= touched
        self._one_by_one = max(0, self._one_by_one - len(records))
        self._count(records, step.rejected, time.monotonic() - began)

    def _handle(self, consumer: Consumer, records: list[StoredRecord]) -> Step | None:
        """The stage's step; None when the batch is to be taken again one by one."""
        try:
            return self._stage.handle(records)
        except (RetryLater, StopConsumer):
            raise
        except ConfigureFirst as error:
            raise StopConsumer(str(error)) from error  # no fault of the records
        except Exception as error:  # noqa: BLE001 - the one place: no record may stop the flow for the others
            self._log.error("a batch failed", records=len(records), error=type(error).__name__, exc_info=error)
            if len(records) == 1:
                why = CorrectInput.one("", f"{type(error).__name__} in stage {self._stage.name}")
                return Step(rejected=[Rejected(records[0], why)])
            self._one_by_one = len(records)
            consumer.rewind()
            return None

    def _count(self, records: Sequence[StoredRecord], rejected: Sequence[Rejected], seconds: float) -> None:
        metrics, name = self._services.metrics, self._stage.name
        metrics.records.labels(name).inc(len(records))
        metrics.batches.labels(name).observe(seconds)
        metrics.deadletters.labels(name).inc(len(rejected))
        for item in rejected:
            self._log.warning("dead letter", source=str(item.record.position), reason=str(item.error)[:500])

    def _tell(self, condition: Condition, sentence: str) -> None:
        if self._services.health.tell(self._stage.name, condition, sentence, self._services.clock.now()):
            level = {Condition.STOPPED: self._log.error, Condition.WAITING: self._log.warning}
            level.get(condition, self._log.info)(sentence)
