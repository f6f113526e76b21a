"""Whole records whose bytes may hold personal data and cannot be read field by field: sealed as they are."""

from __future__ import annotations

from dataclasses import replace

from dispatcher.vault.vault import Vault
from models.records import Record, StoredRecord

SEALED_HEADER = "sealed"
"""On a record whose value is sealed, bound to its key."""


def seal_record(vault: Vault, record: Record) -> Record:
    """The record with its value sealed; one that is sealed stays as it is. It may go to any topic."""
    if SEALED_HEADER in record.headers:
        return record
    value = vault.sealer.seal_bytes(record.value, ("record", record.key)).encode()
    return replace(record, value=value, headers={**record.headers, SEALED_HEADER: b"1"})


def open_record(vault: Vault, record: Record) -> Record:
    """The record as it was; raises ``BrokenSeal``."""
    if SEALED_HEADER not in record.headers:
        return record
    headers = {name: value for name, value in record.headers.items() if name != SEALED_HEADER}
    return replace(record, value=value_of(vault, record), headers=headers)


def value_of(vault: Vault, record: Record | StoredRecord) -> bytes:
    """The record's own bytes, sealed or not. Raises ``BrokenSeal``, and ``ConfigureFirst`` for an unknown key."""
    if SEALED_HEADER not in record.headers:
        return record.value
    return vault.sealer.open_bytes(record.value.decode("ascii", "replace"), ("record", record.key))
