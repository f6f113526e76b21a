"""What a subclass of the event log's suite gives, and names that are new in each test."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pytest

from models.ports import EventLog
from models.records import TopicSpec
from tests.contracts.event_log_steps import (
    PARTITIONS,
)


class EventLogFixtures:
    """``session_timeout``: after so many seconds without a poll the log takes a member for dead."""

    session_timeout = 10.0

    @pytest.fixture
    def log(self) -> EventLog:
        raise NotImplementedError

    @pytest.fixture
    def another_log(self) -> Callable[[], EventLog]:
        """Opens what ``log`` opened as a second client; the fixture closes it."""
        raise NotImplementedError

    @pytest.fixture
    def name(self) -> str:
        return f"t{secrets.token_hex(6)}"

    @pytest.fixture
    def topic(self, log: EventLog, name: str) -> str:
        log.create_topics([TopicSpec(name, PARTITIONS)])
        return name

    @pytest.fixture
    def group(self, name: str) -> str:
        return f"g.{name}"
