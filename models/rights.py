"""Who may do what: one table for the moves of an order, one for everything else."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from models.lifecycle import Move


class Role(StrEnum):
    """Who may act. ``system`` is the program itself and nobody's account."""

    SYSTEM = "system"
    OPERATOR = "operator"
    """话务坐席: the hotline's people."""
    DEPARTMENT = "department"
    """承办单位: sees what it has or co-handles, and nothing else."""
    SUPERVISOR = "supervisor"
    """督办: decides returns in dispute, suspensions, supervision; reads who has seen personal data."""
    ANALYST = "analyst"
    """Figures and texts, no personal data."""
    ADMINISTRATOR = "administrator"
    """Accounts, tokens and the program's state; no orders."""


O, D, V = Role.OPERATOR, Role.DEPARTMENT, Role.SUPERVISOR  # noqa: E741 - columns of the table below

_MAY: dict[Move, set[Role]] = {
    Move.REGISTER: {O, V},
    Move.ACCEPT: {O, V},
    Move.REJECT: {O, V},
    Move.RECONSIDER: {V},
    Move.AMEND: {O, V},
    Move.ANSWER_DIRECTLY: {O, V},
    Move.DISPATCH: {O, V},
    Move.RECALL: {O, V},
    Move.REFER: {O, V},
    Move.ARBITRATE: {V},
    Move.MERGE: {O, V},
    Move.UNMERGE: {O, V},
    Move.SPLIT: {O, V},
    Move.SIGN: {D},
    Move.RETURN: {D},
    Move.REFUSE_RETURN: {O, V},
    Move.TRANSFER: {D},
    Move.CONTACT: {D},
    Move.REQUEST_EXTENSION: {D},
    Move.GRANT_EXTENSION: {O, V},
    Move.DENY_EXTENSION: {O, V},
    Move.REQUEST_SUSPENSION: {D},
    Move.GRANT_SUSPENSION: {V},
    Move.DENY_SUSPENSION: {V},
    Move.RESUME: {D, V},
    Move.CO_REPLY: {D},
    Move.REPLY: {D},
    Move.SEND_BACK: {O, V},
    Move.APPROVE_REPLY: {O, V},
    Move.CLOSE: {O, V},
    Move.VISIT: {O, V},
    Move.REOPEN: {O, V},
    Move.ARCHIVE: {V},
    Move.URGE: {O, V},
    Move.SUPERVISE: {V},
    Move.REVEAL: {O, D, V},
    Move.ALARM: set(),
    Move.ADOPT: set(),
    Move.FOLLOW: set(),
    Move.CHILD_ENDED: set(),
    Move.RECORD_CLOSURE: set(),
}
MAY: Mapping[Move, frozenset[Role]] = MappingProxyType({move: frozenset(who) for move, who in _MAY.items()})
"""Who may make which move; the system, which nobody's account has, may make each.

A department moves what was dispatched to it (``CO_REPLY``: what it co-handles) and nothing else.
"""


class Task(StrEnum):
    """What somebody may do besides moving an order; a token's scopes are some of these."""

    HAND_IN = "hand_in"
    """Hand orders in, and ask for suggestions while typing."""
    READ = "read"
    """Search, read and count orders, and their history; a department: its own."""
    ACT = "act"
    """Make the moves that ``MAY`` gives the role."""
    EXPORT = "export"
    FIND_REQUESTER = "find_requester"
    """Find the earlier orders of a phone number."""
    SEE_SIMILAR = "see_similar"
    """Near-duplicates and hot issues."""
    MEASURE = "measure"
    """Closure times and the service's figures."""
    READ_VIEWS = "read_views"
    """Who has revealed whose personal data, and why."""
    ACCOUNTS = "accounts"
    """Make, disable and read accounts and tokens."""
    OPERATE = "operate"
    """The program's own figures and state."""


A, N = Role.ANALYST, Role.ADMINISTRATOR
_TASKS: dict[Task, set[Role]] = {
    Task.HAND_IN: {O, V},
    Task.READ: {O, D, V, A},
    Task.ACT: {O, D, V},
    Task.EXPORT: {O, D, V, A},
    Task.FIND_REQUESTER: {O, V},
    Task.SEE_SIMILAR: {O, V, A},
    Task.MEASURE: {O, D, V, A},
    Task.READ_VIEWS: {V},
    Task.ACCOUNTS: {N},
    Task.OPERATE: {V, N},
}
TASKS: Mapping[Task, frozenset[Role]] = MappingProxyType({task: frozenset(who) for task, who in _TASKS.items()})
"""Who may do which task."""
