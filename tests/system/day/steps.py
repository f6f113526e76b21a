"""What a script is made of: moves, refusals that must come, things to wait for, and the turn of the day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True)
class Do:
    """``who`` makes a move; ``status`` is the answer that it gets. A value ``=key`` stands for that order's number."""

    who: str
    move: Document
    status: int = 200


@dataclass(frozen=True)
class Until:
    """Wait until the order (or that of another script) is as ``holds`` says."""

    said: str
    holds: Callable[[Document], bool]
    of: str | None = None


@dataclass(frozen=True)
class Evening:
    """What follows happens after the installation was stopped and started again on the evening's catalogue."""


Step = Do | Until | Evening


@dataclass
class Script:
    """One order: what is handed in by whom, and what happens to it.

    ``child_of``: it is handed in by nobody, but the n-th part of another script's order.
    """

    key: str
    intake: Document
    steps: tuple[Step, ...]
    via: str = "operator"
    child_of: tuple[str, int] | None = None
    number: str = ""
    done: int = field(default=0)
    """Steps behind it."""


def do(who: str, move: str, status: int = 200, /, **said: Any) -> Do:
    return Do(who, {"move": move, **said}, status)


def state(name: str, of: str | None = None) -> Until:
    return Until(f"state {name}", lambda order: order["state"] == name, of)


def alarmed(kind: str) -> Until:
    return Until(f"alarm {kind}", lambda order: kind in order["alarms"])


def _is_beyond_first_limit(order: Document) -> bool:
    return datetime.fromisoformat(order["limit"]["due_at"]) < datetime.now(UTC)


ARCHIVED = state("archived")
BEYOND_FIRST_LIMIT = Until("the limit that it had at first is over", _is_beyond_first_limit)
