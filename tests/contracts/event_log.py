"""The conformance suite of the event log, the same for every adapter."""

from __future__ import annotations

from tests.contracts.event_log_consumer import ConsumerContract
from tests.contracts.event_log_group import GroupContract
from tests.contracts.event_log_records import RecordsContract


class EventLogContract(RecordsContract, ConsumerContract, GroupContract):
    """Subclass it with the fixtures ``log`` and ``another_log``, and say the ``session_timeout``."""
