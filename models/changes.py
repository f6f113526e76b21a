"""Which fields of an order each fact sets, besides its state, its versions and its times by stage."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, assert_never

from models.events import Event
from models.facts import (
    Accepted,
    Adopted,
    Alarmed,
    Amended,
    Approved,
    Archived,
    ChildDone,
    Closed,
    Contacted,
    CoReplied,
    Denied,
    Dispatched,
    Extended,
    Merged,
    Recalled,
    Received,
    Reconsidered,
    Referred,
    Rejected,
    Replied,
    Requested,
    Resumed,
    Returned,
    ReturnRefused,
    Revealed,
    Reworked,
    Routed,
    SentBack,
    Signed,
    Supervised,
    Suspended,
    Transferred,
    Unmerged,
    Urged,
    Visited,
    WasSplit,
)
from models.kinds import AlarmKind, Card
from models.order import Order
from models.parts import CoReply, Request

ADDED = "\n补充："
"""Stands between what the requester said and what was added to it."""
_CARDS = {AlarmKind.OVERDUE: Card.YELLOW, AlarmKind.FAR_OVERDUE: Card.RED}
_OF_LIMIT = (AlarmKind.WARNING, AlarmKind.OVERDUE, AlarmKind.FAR_OVERDUE)
_NO_UNIT: dict[str, Any] = {
    "lead_department": None,
    "co_departments": (),
    "co_replies": (),
    "section": None,
    "handler": None,
    "signed_at": None,
    "request": None,
    "is_final": False,
    "is_fallback": False,
}
_AMENDABLE = ("request_type", "urgency", "street", "community", "address_text", "category", "item_code")


def changes(order: Order, event: Event) -> dict[str, Any]:
    """The fields that this fact sets."""
    fact, at = event.fact, event.at
    match fact:
        case Routed():
            return {"routing": fact.routing}
        case Accepted():
            return {"accepted_at": at}
        case Rejected():
            why = {"reject_reason": fact.reason, "reject_basis": fact.basis, "reply_public": fact.reply_public}
            return _NO_UNIT | why
        case Reconsidered():
            again = {"accepted_at": order.accepted_at or at, "reply_public": None, "reject_basis": None}
            return again | {"reject_reason": None} | _to_be_dispatched(order, fact.dispatch_due_at)
        case Unmerged():
            return {"merged_into": None} | _to_be_dispatched(order, fact.dispatch_due_at)
        case Amended():
            return _amended(order, event, fact)
        case Dispatched():
            return _dispatched(order, event, fact)
        case Recalled():
            return _NO_UNIT | _to_be_dispatched(order, fact.dispatch_due_at)
        case Referred() | Archived() | Revealed() | Received():
            return {}
        case Signed():
            return {"signed_at": at}
        case Returned():
            return {
                "return_count": order.return_count + 1,
                "return_reason": fact.reason,
                "return_basis": fact.basis,
                "signed_at": None,
                "request": None,
            } | _to_be_dispatched(order, fact.dispatch_due_at)
        case ReturnRefused():
            due = {"sign_due_at": fact.sign_due_at, "contact_due_at": fact.contact_due_at}
            return due | {"alarms": _without(order, AlarmKind.UNSIGNED, AlarmKind.UNCONTACTED)}
        case Transferred():
            # Who had it in another section has it no longer.
            return {"section": fact.section or order.section, "handler": fact.handler}
        case Contacted():
            return {"first_contact_at": order.first_contact_at or at} if fact.reached else {}
        case Requested():
            return {"request": Request(kind=fact.kind, reason=fact.reason, days=fact.days, asked_at=at)}
        case Denied() | Suspended():
            return {"request": None}
        case Extended():
            later = _limit(order, event, fact.due_at, fact.warn_at, fact.red_at)
            return later | {"extension_count": order.extension_count + 1, "request": None}
        case Resumed():
            later = _limit(order, event, fact.due_at, fact.warn_at, fact.red_at) if fact.due_at is not None else {}
            return later | {"rework_due_at": fact.rework_due_at or order.rework_due_at}
        case CoReplied():
            return {"co_replies": (*order.co_replies, CoReply(unit=fact.unit, reply=fact.reply_internal, at=at))}
        case Replied():
            names = ("reply_public", "reply_internal", "is_true", "is_solved")
            return {name: getattr(fact, name) for name in names} | {"replied_at": at, "request": None}
        case SentBack():
            return {"replied_at": None}
        case Approved():
            return {
                "lead_department": order.lead_department or fact.unit,
                "closing_department": fact.unit,
                "reply_public": fact.reply_public or order.reply_public,
                "first_closed_at": order.first_closed_at or at,
                "request": None,
            }
        case Visited():
            return _visited(order, event, fact)
        case Reworked():
            return {
                "lead_department": fact.unit,
                "co_departments": tuple(unit for unit in order.co_departments if unit != fact.unit),
                "closed_at": None,
                "replied_at": None,
                "reopen_until": None,
                "rework_count": order.rework_count + 1,
                "rework_due_at": fact.rework_due_at,
                "visit_attempts": 0,
                "alarms": _without(order, AlarmKind.REWORK_OVERDUE),
            }
        case Closed():
            return {
                "lead_department": order.lead_department or fact.unit,
                "closing_department": fact.unit,
                "is_direct_answer": fact.how == "direct",
                "reply_public": fact.reply_public or order.reply_public,
                "first_closed_at": order.first_closed_at or at,
                "closed_at": at,
                "reopen_until": fact.reopen_until,
                "request": None,
            }
        case Merged():
            return _NO_UNIT | {"merged_into": fact.into}
        case Adopted(leaves=True):
            return {"merged_from": tuple(one for one in order.merged_from if one != fact.follower)}
        case Adopted():
            return {"merged_from": (*order.merged_from, fact.follower)}
        case WasSplit():
            return {"children": fact.children}
        case ChildDone():
            return {"children_ended": (*order.children_ended, fact.child)}
        case Urged():
            return {"urge_count": order.urge_count + 1}
        case Supervised():
            return {"supervise_level": fact.level}
        case Alarmed():
            return {"alarms": (*order.alarms, fact.kind), "card": _CARDS.get(fact.kind, order.card)}
        case _:
            assert_never(fact)


def _without(order: Order, *kinds: AlarmKind) -> tuple[AlarmKind, ...]:
    """The alarms given so far, but for those of a limit that begins anew."""
    return tuple(kind for kind in order.alarms if kind not in kinds) if order.alarms else ()


def _to_be_dispatched(order: Order, due_at: datetime | None) -> dict[str, Any]:
    return {"dispatch_due_at": due_at, "alarms": _without(order, AlarmKind.UNDISPATCHED)}


def _limit(
    order: Order, event: Event, due_at: datetime, warn_at: datetime | None, red_at: datetime | None
) -> dict[str, Any]:
    """The limit moved: what was told of it and holds no longer is to be told anew, and its card is taken back."""
    moments = dict(zip(_OF_LIMIT, (warn_at, due_at, red_at), strict=True))
    anew = [kind for kind, moment in moments.items() if moment is None or moment > event.at]
    alarms = _without(order, *anew)
    card = next((_CARDS[kind] for kind in reversed(alarms) if kind in _CARDS), None)
    return {"due_at": due_at, "warn_at": warn_at, "red_at": red_at, "alarms": alarms, "card": card}


def _amended(order: Order, event: Event, fact: Amended) -> dict[str, Any]:
    change: dict[str, Any] = {name: said for name in _AMENDABLE if (said := getattr(fact, name)) is not None}
    if fact.content:
        change["content"] = order.content + ADDED + fact.content
    if fact.street not in (None, order.street) and fact.community is None:
        change["community"] = None
    limit = fact.limit
    if limit is not None:
        # What was granted before, an extension or a suspension, stays granted.
        granted = order.due_at - order.limit.due_at if order.due_at and order.limit else timedelta()
        warn_at, red_at = (moment and moment + granted for moment in (limit.warn_at, limit.red_at))
        change |= {"limit": limit} | _limit(order, event, limit.due_at + granted, warn_at, red_at)
    if fact.dispatch_due_at is not None:
        alarms = change.get("alarms", order.alarms)
        change["dispatch_due_at"] = fact.dispatch_due_at
        change["alarms"] = tuple(kind for kind in alarms if kind is not AlarmKind.UNDISPATCHED)
    return change


def _visited(order: Order, event: Event, fact: Visited) -> dict[str, Any]:
    change: dict[str, Any] = {"visit_attempts": order.visit_attempts + 1}
    if fact.visit.contacted:
        worse = 0 if fact.visit.is_pleased else 1
        return change | {
            "visit": fact.visit,
            "visited_at": event.at,
            "dissatisfied_count": order.dissatisfied_count + worse,
        }
    # Nobody is taken out of the satisfaction by not answering after the rework.
    return change if order.visit is not None and order.visit.contacted else change | {"visit": fact.visit}


def _dispatched(order: Order, event: Event, fact: Dispatched) -> dict[str, Any]:
    begins_anew = (AlarmKind.UNDISPATCHED, AlarmKind.UNSIGNED, AlarmKind.UNCONTACTED)
    return {
        "lead_department": fact.unit,
        "co_departments": fact.co_units,
        "co_replies": (),
        "first_department": order.first_department or fact.unit,
        "dispatch_count": fact.dispatch_no,
        "first_decision_mode": order.first_decision_mode or fact.mode,
        "decision_mode": fact.mode,
        "decided_by": event.actor.id,
        "override_reason": fact.override_reason,
        "first_dispatched_at": order.first_dispatched_at or event.at,
        "dispatched_at": event.at,
        "signed_at": None,
        "is_told": fact.notify,
        "first_contact_at": None,
        "is_final": fact.by_ruling,
        "is_fallback": fact.is_fallback,
        "section": None,
        "handler": None,
        "request": None,
        "sign_due_at": fact.sign_due_at,
        "contact_due_at": fact.contact_due_at,
        "return_until": fact.return_until,
        "alarms": _without(order, *begins_anew),
    }
