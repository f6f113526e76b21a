"""Which fields of an order each fact sets, besides its state, its versions and its times by stage."""

from __future__ import annotations

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
_NO_UNIT: dict[str, Any] = {"lead_department": None, "co_departments": (), "signed_at": None, "request": None}
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
        case Reconsidered() | Unmerged():
            again = {"dispatch_due_at": fact.dispatch_due_at, "merged_into": None, "reject_reason": None}
            return again | {"reject_basis": None, "alarms": _without(order, AlarmKind.UNDISPATCHED)}
        case Amended():
            return _amended(order, fact)
        case Dispatched():
            return _dispatched(order, event, fact)
        case Recalled():
            return _NO_UNIT | {
                "dispatch_due_at": fact.dispatch_due_at,
                "alarms": _without(order, AlarmKind.UNDISPATCHED),
            }
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
                "dispatch_due_at": fact.dispatch_due_at,
                "alarms": _without(order, AlarmKind.UNDISPATCHED),
            }
        case ReturnRefused():
            due = {"sign_due_at": fact.sign_due_at, "contact_due_at": fact.contact_due_at}
            return due | {"alarms": _without(order, AlarmKind.UNSIGNED, AlarmKind.UNCONTACTED)}
        case Transferred():
            return {"section": fact.section or order.section, "handler": fact.handler or order.handler}
        case Contacted():
            return {"first_contact_at": order.first_contact_at or at} if fact.reached else {}
        case Requested():
            return {"request": Request(kind=fact.kind, reason=fact.reason, days=fact.days, asked_at=at)}
        case Denied() | Suspended():
            return {"request": None}
        case Extended():
            return _limit(order, fact) | {"extension_count": order.extension_count + 1, "request": None}
        case Resumed():
            later = _limit(order, fact) if fact.due_at is not None else {}
            return later | {"rework_due_at": fact.rework_due_at or order.rework_due_at}
        case CoReplied():
            return {"co_replies": (*order.co_replies, CoReply(unit=fact.unit, reply=fact.reply_internal, at=at))}
        case Replied():
            names = ("reply_public", "reply_internal", "is_true", "is_solved")
            return {name: getattr(fact, name) for name in names} | {"replied_at": at, "request": None}
        case SentBack():
            return {"replied_at": None}
        case Approved():
            return {"first_closed_at": order.first_closed_at or at, "closing_department": fact.unit}
        case Visited():
            said: dict[str, Any] = {"visit": fact.visit, "visit_attempts": order.visit_attempts + 1}
            if not fact.visit.contacted:
                return said
            worse = 0 if fact.visit.is_pleased else 1
            return said | {"visited_at": at, "dissatisfied_count": order.dissatisfied_count + worse}
        case Reworked():
            return {
                "lead_department": fact.unit,
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


def _limit(order: Order, fact: Extended | Resumed) -> dict[str, Any]:
    moments = {"due_at": fact.due_at, "warn_at": fact.warn_at, "red_at": fact.red_at}
    return moments | {"alarms": _without(order, *_OF_LIMIT)}


def _amended(order: Order, fact: Amended) -> dict[str, Any]:
    change: dict[str, Any] = {name: said for name in _AMENDABLE if (said := getattr(fact, name)) is not None}
    if fact.content:
        change["content"] = order.content + ADDED + fact.content
    if fact.limit is not None:
        change |= {"limit": fact.limit, "due_at": fact.limit.due_at, "warn_at": fact.limit.warn_at}
        change |= {"red_at": fact.limit.red_at, "alarms": _without(order, *_OF_LIMIT)}
    return change


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
