"""Rules of what follows a reply: 办结审核, 回访, 重办, 归档; and 催办, 督办, 查看个人信息."""

from __future__ import annotations

from models.catalogue import Step
from models.commands import RefusalCode
from models.facts import Approved, Archived, Fact, Revealed, Reworked, SentBack, Supervised, Urged, Visited
from models.moves import (
    ApproveReply,
    Archive,
    Close,
    RecordVisit,
    Reopen,
    Reveal,
    SendBack,
    Supervise,
    Urge,
)
from models.parts import Visit
from models.rights import Role
from models.rules.case import Case, Decision
from models.rules.closing import closed

CIRCULATED = 2
"""通报督办: what a second dissatisfied visit leads to."""


def send_back(case: Case, do: SendBack) -> Decision:
    return [SentBack(unit=case.order.lead_department, reason=do.reason)]


def approve_reply(case: Case, do: ApproveReply) -> Decision:
    return [Approved(unit=case.order.lead_department)]


def close(case: Case, do: Close) -> Decision:
    return [closed(case, "reviewed", case.order.lead_department)]


def visit(case: Case, do: RecordVisit) -> Decision:
    """Dissatisfied once: reworked (重办); twice: supervised as well (通报督办); then it is closed as it is."""
    order, unit = case.order, case.order.closing_department
    said = Visit(**{name: getattr(do, name) for name in Visit.model_fields})
    if not case.by_person:
        return [Visited(visit=said), closed(case, "visited", unit)]
    if do.contacted and do.solved is None and do.satisfaction is None:
        return case.missing("satisfaction", "a visit that reached the requester says what he or she thinks of it")
    if not do.contacted and (do.solved is not None or do.satisfaction is not None):
        return case.missing("contacted", "nobody was reached who could have said so")
    facts: list[Fact] = [Visited(visit=said)]
    if not said.contacted:
        given_up = order.visit_attempts + 1 >= case.catalogue.process.visit_attempts
        return [*facts, closed(case, "visited", unit)] if given_up else facts
    if said.is_pleased or order.dissatisfied_count >= CIRCULATED or unit is None:
        return [*facts, closed(case, "visited", unit)]
    if order.dissatisfied_count + 1 == CIRCULATED:
        level = max(CIRCULATED, order.supervise_level)
        facts.append(Supervised(unit=unit, level=level, reason="回访两次不满意，通报督办"))
    due = case.step_due(Step.REWORK)
    return [*facts, Reworked(unit=unit, cause="visit", reason=do.comment, rework_due_at=due)]


def reopen(case: Case, do: Reopen) -> Decision:
    order = case.order
    if order.closing_department is None:
        return case.refuse(RefusalCode.NOT_ALLOWED, "no unit has handled it: hand in an order with prev_order_no")
    if order.reopen_until is not None and case.at > order.reopen_until:
        return case.refuse(RefusalCode.TOO_LATE, f"it could be reopened until {order.reopen_until.isoformat()}")
    due = case.step_due(Step.REWORK)
    return [Reworked(unit=order.closing_department, cause="reopened", reason=do.reason, rework_due_at=due)]


def archive(case: Case, do: Archive) -> Decision:
    until = case.order.reopen_until
    if until is not None and case.at < until:
        return case.refuse(RefusalCode.NOT_ALLOWED, f"it may be reopened until {until.isoformat()}")
    return [Archived()]


def urge(case: Case, do: Urge) -> Decision:
    return [Urged(unit=case.order.lead_department, note=do.note)]


def supervise(case: Case, do: Supervise) -> Decision:
    if do.level <= case.order.supervise_level:
        return case.refuse(RefusalCode.NOTHING_TO_DO, f"level: it is supervised on level {case.order.supervise_level}")
    return [Supervised(unit=case.order.lead_department, level=do.level, reason=do.reason)]


def reveal(case: Case, do: Reveal) -> Decision:
    who = case.order.requester
    if case.by.role is Role.DEPARTMENT and (who.is_confidential or who.is_anonymous):
        return case.refuse(RefusalCode.NOT_ALLOWED, "the requester asked to stay unknown to the units")
    return [Revealed(reason=do.reason)]
