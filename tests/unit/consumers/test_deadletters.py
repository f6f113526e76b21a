"""Dead letters as they are kept, read and counted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.deadletters import Budget, letter, read_letter
from consumers.stage import Rejected
from dispatcher.vault.keys import Key
from dispatcher.vault.raw import seal_record
from dispatcher.vault.seal import BrokenSeal
from dispatcher.vault.vault import Vault
from models.errors import CorrectInput, Problem
from models.records import Position, Record, StoredRecord
from models.topics import DEADLETTER, INTAKE

AT = datetime(2026, 3, 31, tzinfo=UTC)
VAULT = Vault((Key(b"a" * 32),))
texts = st.text(st.characters(codec="utf-8"), max_size=40)


def stored(offset: int, value: bytes = b"x", headers: dict[str, bytes] | None = None) -> StoredRecord:
    return StoredRecord(Position(INTAKE, 0, offset), "k", value, headers or {}, AT)


@given(
    value=st.binary(min_size=4),
    headers=st.dictionaries(st.sampled_from(["schema", "trace", "topic", "stage", "original.x", "问"]), st.binary()),
    problems=st.lists(st.builds(Problem, texts, texts), max_size=4),
)
def test_a_letter_gives_back_what_went_in(value: bytes, headers: dict[str, bytes], problems: list[Problem]) -> None:
    record = stored(7, value, headers)
    kept = letter("dispatch", Rejected(record, CorrectInput(problems)), VAULT)
    assert (kept.topic, kept.key) == (DEADLETTER, "k")
    assert value not in kept.value
    found = read_letter(StoredRecord(Position(DEADLETTER, 0, 3), kept.key, kept.value, kept.headers, AT))
    assert (found.offset, found.stage, found.source, found.topic) == (3, "dispatch", f"{INTAKE}-0-7", INTAKE)
    assert found.problems == tuple(problems)
    assert found.opened(VAULT) == Record(INTAKE, "k", value, headers)


def test_what_was_sealed_on_its_topic_is_opened_once() -> None:
    sent = seal_record(VAULT, Record(INTAKE, "k", b"no message", {"trace": b"1"}))
    came = StoredRecord(Position(INTAKE, 0, 1), sent.key, sent.value, sent.headers, AT)
    kept = letter("dispatch", Rejected(came, CorrectInput.one("", "bad")), VAULT)
    found = read_letter(StoredRecord(Position(DEADLETTER, 0, 0), kept.key, kept.value, kept.headers, AT))
    assert found.opened(VAULT) == Record(INTAKE, "k", b"no message", {"trace": b"1"})
    with pytest.raises(BrokenSeal):
        read_letter(StoredRecord(Position(DEADLETTER, 0, 0), "other", kept.value, kept.headers, AT)).opened(VAULT)


@pytest.mark.parametrize(
    "headers",
    [{}, {"topic": b"\xff"}, {"topic": b"t", "problems": b"{"}, {"topic": b"t", "problems": b"[1]"},
     {"topic": b"t", "problems": b"[]"}, {"topic": b"t", "problems": b'[{"field": "a"}]'}],
)  # fmt: skip
def test_a_record_that_is_no_letter_says_so(headers: dict[str, bytes]) -> None:
    with pytest.raises(CorrectInput, match="no dead letter"):
        read_letter(stored(0, b"", headers))


@given(st.lists(st.lists(st.booleans(), max_size=6), max_size=8))
def test_the_longest_run_counts_across_batches(batches: list[list[bool]]) -> None:
    budget, offset, everything = Budget(3), 0, []
    for batch in batches:
        records = [stored(offset + n) for n in range(len(batch))]
        rejected = [
            Rejected(record, CorrectInput.one("", "bad")) for record, bad in zip(records, batch, strict=True) if bad
        ]
        everything += batch
        longest = budget.after(records, rejected)
        assert longest == budget.after(records, rejected)  # asking does not count
        budget.count(records, rejected)
        offset += len(batch)
        run, runs = 0, [0]
        for place, bad in enumerate(everything):
            run = run + 1 if bad else 0
            if place >= offset - len(batch):
                runs.append(run)
        if batch:
            assert longest == max(runs)
