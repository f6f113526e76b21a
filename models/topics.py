"""The topics that work orders flow through, and how long each keeps its records."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from models.records import TopicSpec

INTAKE = "orders.intake"
COMMANDS = "orders.commands"
EVENTS = "orders.events"
REFUSALS = "orders.refusals"
DEADLETTER = "orders.deadletter"

PASSING_KEEP = timedelta(days=7)
DEPARTMENT_KEEP = timedelta(days=90)


def department_topic(unit: str) -> str:
    """The topic that a unit's own systems read."""
    return f"dept.{unit}"


def department_topic_spec(unit: str) -> TopicSpec:
    """How a unit's topic is made."""
    return TopicSpec(department_topic(unit), 1, DEPARTMENT_KEEP)


def topic_specs(partitions: int, units: Iterable[str]) -> list[TopicSpec]:
    """Every topic. Commands, events and refusals have the same number of partitions: an order's records lie
    on the partition of one number in each, so the ledger that owns its commands is the only writer of the rest."""
    return [
        TopicSpec(INTAKE, partitions, PASSING_KEEP),
        TopicSpec(COMMANDS, partitions, PASSING_KEEP),
        TopicSpec(EVENTS, partitions),
        TopicSpec(REFUSALS, partitions),
        TopicSpec(DEADLETTER, 1),
        *map(department_topic_spec, units),
    ]
