"""Errors named by what the caller must do about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class MinshengError(Exception):
    """Base of every error that this project raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input: the field by its path, and the reason in words."""

    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.field}: {self.reason}" if self.field else self.reason


class CorrectInput(MinshengError):
    """The input is wrong: correct the named fields and send it again. Retrying as it is never helps."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))

    @classmethod
    def one(cls, field: str, reason: str) -> CorrectInput:
        return cls([Problem(field, reason)])


class RetryLater(MinshengError):
    """An engine is down or busy, or something is not there yet: wait, then do the same again."""


class RejoinGroup(MinshengError):
    """The partitions belong to another member by now: drop the batch and poll again; nothing was written."""


class StopConsumer(MinshengError):
    """Going on would do harm (budget spent, newer schema than this program): stop and call a person."""


class ConfigureFirst(MinshengError):
    """A setting, a catalogue or a file is missing or wrong: mend it, then start again."""
