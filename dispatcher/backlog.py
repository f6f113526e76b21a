"""What a stage has still to do."""

from __future__ import annotations

from models.ports import EventLog
from models.records import TopicPartition


def backlog(log: EventLog, stage: str, topic: str) -> dict[TopicPartition, int]:
    """Records of its topic that a stage has not handled; one that never joined its group has all of them to do."""
    return log.lag(stage) or log.end_offsets(topic)
