"""Whether the process behind a member still lives, so that a killed one is noticed before its session ends."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

_PROC = Path("/proc")


class Process(NamedTuple):
    """A process beyond its number, which is used again: ``started`` in clock ticks since ``boot``, 0 if unknown.

    ``namespace`` is the one its number counts in (containers have their own), 0 if unknown.
    """

    boot: str
    namespace: int
    pid: int
    started: int


def this_process() -> Process:
    """The calling process."""
    return Process(_boot(), _namespace(), os.getpid(), _started(os.getpid()) or 0)


def is_dead(process: Process, seen_from: Process) -> bool:
    """Whether ``process`` has surely ended. False where that cannot be known from here."""
    if process.boot != seen_from.boot:
        return True
    if process.namespace != seen_from.namespace:
        return False
    if process.started:
        return _started(process.pid) != process.started
    try:
        os.kill(process.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # it lives, as somebody else's
    return False


def _started(pid: int) -> int | None:
    """When a process started, in clock ticks since boot; None when there is none, or only its remains."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name, in parentheses, may hold anything; after it come the state (third field) and the rest.
    state, *rest = stat.rpartition(")")[2].split()
    return None if state in "ZX" else int(rest[18])


def _boot() -> str:
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


def _namespace() -> int:
    try:
        return (_PROC / "self/ns/pid").stat().st_ino
    except FileNotFoundError:
        return 0
