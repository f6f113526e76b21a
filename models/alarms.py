"""Which of an order's limits the clock has to watch. Pure; the moments were worked out by the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from models.kinds import OPEN_STATES, AlarmKind, State
from models.order import Order

_UNDISPATCHED = (State.RECEIVED, State.ACCEPTED, State.RETURN_REVIEW)
_AT_UNIT = (State.DISPATCHED, State.HANDLING)
_REWORKING = (State.REWORK, State.HANDLING, State.REPLY_REVIEW)


class Due(NamedTuple):
    """What is to be told from ``at`` on: an alarm, or (None) that the order may be archived."""

    at: datetime
    kind: AlarmKind | None


def dues(order: Order) -> list[Due]:
    """All that is still to come of an order as it stands, by time."""
    found: list[tuple[datetime | None, AlarmKind | None]] = []
    state = order.state
    if state is State.CLOSED:
        found.append((order.reopen_until, None))
    elif state in OPEN_STATES and state is not State.SUSPENDED:
        if state in _UNDISPATCHED:
            found.append((order.dispatch_due_at, AlarmKind.UNDISPATCHED))
        if state is State.DISPATCHED:
            found.append((order.sign_due_at, AlarmKind.UNSIGNED))
        if order.first_closed_at is not None:
            if state in _REWORKING:
                found.append((order.rework_due_at, AlarmKind.REWORK_OVERDUE))
        else:
            if state in _AT_UNIT and order.first_contact_at is None:
                found.append((order.contact_due_at, AlarmKind.UNCONTACTED))
            found.append((order.warn_at, AlarmKind.WARNING))
            found.append((order.due_at, AlarmKind.OVERDUE))
            found.append((order.red_at, AlarmKind.FAR_OVERDUE))
    given = (Due(at, kind) for at, kind in found if at is not None and kind not in order.alarms)
    return sorted(given, key=lambda due: due.at)


def alarm_at(order: Order) -> datetime | None:
    """When the clock has to look at the order next; None: never, as it stands."""
    return min((due.at for due in dues(order)), default=None)
