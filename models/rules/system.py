"""Rules of the program's own moves: the clock, linked orders, another system's archive."""

from __future__ import annotations

from models.alarms import dues
from models.commands import RefusalCode
from models.facts import Adopted, Alarmed, Approved, ChildDone
from models.kinds import ENDED_STATES
from models.moves import Adopt, Alarm, ChildEnded, Follow, RecordClosure
from models.rules.case import Case, Decision
from models.rules.closing import closed


def alarm(case: Case, do: Alarm) -> Decision:
    if not any(due.kind is do.kind and due.at == do.due_at <= case.at for due in dues(case.order)):
        return case.refuse(RefusalCode.NOTHING_TO_DO, f"{do.kind}: not due, or told before")
    unit = case.order.lead_department if case.order.is_told else None
    return [Alarmed(unit=unit, kind=do.kind, due_at=do.due_at)]


def adopt(case: Case, do: Adopt) -> Decision:
    order = case.order
    if (do.follower in order.merged_from) is not do.leaves:
        return case.refuse(RefusalCode.NOTHING_TO_DO, f"{do.follower} follows it already, or does not")
    ended = order.state in ENDED_STATES and not do.leaves
    adopted = Adopted(follower=do.follower, leaves=do.leaves, ended=ended)
    known = {"unit": order.closing_department, "reply_public": order.reply_public} if ended else {}
    return [adopted.model_copy(update=known)]


def follow(case: Case, do: Follow) -> Decision:
    if do.master != case.order.merged_into:
        return case.refuse(RefusalCode.NOTHING_TO_DO, f"it does not follow {do.master}")
    return [closed(case, "followed", do.unit, do.reply_public)]


def child_ended(case: Case, do: ChildEnded) -> Decision:
    order = case.order
    if do.child not in order.children or do.child in order.children_ended:
        return case.refuse(RefusalCode.NOTHING_TO_DO, f"{do.child} is no part of it that is still open")
    done = ChildDone(child=do.child)
    last = len(order.children_ended) + 1 == len(order.children)
    return [done, closed(case, "parts", None)] if last else [done]


def record_closure(case: Case, do: RecordClosure) -> Decision:
    order = case.order
    unit = case.catalogue.resolve_unit(do.unit, order.street) if do.unit else order.lead_department
    if unit is not None and not case.catalogue.has_unit(unit):
        return case.refuse(RefusalCode.UNKNOWN_CODE, f"unit: {unit} is not in the catalogue")
    if do.visit_follows:
        return [Approved(unit=unit, recorded=True, reply_public=do.reply_public)]
    return [closed(case, "recorded", unit, do.reply_public)]
