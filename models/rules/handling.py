"""Rules of a unit's moves: 签收, 转办, 联系, 延期, 挂账, 协办反馈, 办理反馈."""

from __future__ import annotations

from datetime import datetime

from models.catalogue import Step
from models.commands import RefusalCode
from models.facts import (
    Contacted,
    CoReplied,
    Denied,
    Extended,
    Replied,
    Requested,
    Resumed,
    Signed,
    Suspended,
    Transferred,
)
from models.kinds import LimitUnit
from models.moves import (
    Contact,
    CoReply,
    DenyExtension,
    DenySuspension,
    GrantExtension,
    GrantSuspension,
    Reply,
    RequestExtension,
    RequestSuspension,
    Resume,
    Sign,
    Transfer,
)
from models.rules.case import Case, Decision


def sign(case: Case, do: Sign) -> Decision:
    return [Signed()]


def transfer(case: Case, do: Transfer) -> Decision:
    if not do.section and not do.handler:
        return case.missing("section", "a transfer names a section or a handler")
    return [Transferred(section=do.section, handler=do.handler, note=do.note)]


def contact(case: Case, do: Contact) -> Decision:
    return [Contacted(reached=do.reached, note=do.note)]


def request_extension(case: Case, do: RequestExtension) -> Decision:
    order, process = case.order, case.catalogue.process
    if order.request is not None:
        return case.refuse(RefusalCode.NOTHING_TO_DO, f"{order.request.kind}: asked for, and not decided yet")
    if order.extension_count >= process.extensions:
        return case.refuse(RefusalCode.TOO_MUCH, f"the limit was extended {order.extension_count} times before")
    if do.days > process.extension_days:
        return case.refuse(RefusalCode.TOO_MUCH, f"days: at most {process.extension_days} working days")
    if order.first_closed_at is not None or (order.due_at is not None and case.at > order.due_at):
        return case.refuse(RefusalCode.TOO_LATE, "the limit is over")
    return [Requested(kind="extension", reason=do.reason, days=do.days)]


def grant_extension(case: Case, do: GrantExtension) -> Decision:
    order, calendar = case.order, case.terms.calendar
    if order.request is None or order.request.kind != "extension" or order.request.days is None or order.due_at is None:
        return case.refuse(RefusalCode.NOTHING_TO_DO, "no extension has been asked for")
    due_at = calendar.after(order.due_at, order.request.days, LimitUnit.WORKING_DAY)
    return [
        Extended(
            unit=order.lead_department,
            days=order.request.days,
            due_at=due_at,
            warn_at=_warning(case, order.received_at, due_at),
            red_at=case.terms.red_at(due_at),
        )
    ]


def deny_extension(case: Case, do: DenyExtension) -> Decision:
    if case.order.request is None or case.order.request.kind != "extension":
        return case.refuse(RefusalCode.NOTHING_TO_DO, "no extension has been asked for")
    return [Denied(unit=case.order.lead_department, kind="extension", reason=do.reason)]


def request_suspension(case: Case, do: RequestSuspension) -> Decision:
    if case.order.request is not None:
        return case.refuse(RefusalCode.NOTHING_TO_DO, f"{case.order.request.kind}: asked for, and not decided yet")
    return [Requested(kind="suspension", reason=do.reason)]


def grant_suspension(case: Case, do: GrantSuspension) -> Decision:
    order = case.order
    if order.request is None or order.request.kind != "suspension":
        return case.refuse(RefusalCode.NOTHING_TO_DO, "no suspension has been asked for")
    return [Suspended(unit=order.lead_department, reason=order.request.reason)]


def deny_suspension(case: Case, do: DenySuspension) -> Decision:
    if case.order.request is None or case.order.request.kind != "suspension":
        return case.refuse(RefusalCode.NOTHING_TO_DO, "no suspension has been asked for")
    return [Denied(unit=case.order.lead_department, kind="suspension", reason=do.reason)]


def resume(case: Case, do: Resume) -> Decision:
    order, calendar, since = case.order, case.terms.calendar, case.order.entered_at
    resumed = Resumed(unit=order.lead_department, reason=do.reason)
    if order.first_closed_at is not None:
        if order.rework_due_at is None:
            return [resumed]
        rule = case.catalogue.step_rule(Step.REWORK, order.urgency, order.requester.kind)
        later = calendar.paused(order.rework_due_at, since, case.at, rule.unit)
        return [resumed.model_copy(update={"rework_due_at": later})]
    if order.due_at is None or order.limit is None:
        return [resumed]
    due_at = calendar.paused(order.due_at, since, case.at, order.limit.unit)
    marks = {
        "due_at": due_at,
        "warn_at": _warning(case, order.received_at, due_at),
        "red_at": case.terms.red_at(due_at),
    }
    return [resumed.model_copy(update=marks)]


def co_reply(case: Case, do: CoReply) -> Decision:
    unit = case.by.unit
    if unit is None or unit not in case.order.co_departments:
        return case.refuse(RefusalCode.NOT_ALLOWED, "co_reply is for a unit that co-handles")
    return [CoReplied(unit=unit, reply_internal=do.reply_internal)]


def reply(case: Case, do: Reply) -> Decision:
    if case.by_person and not do.reply_public:
        return case.missing("reply_public", "a reply tells the requester what came of it")
    said = {name: value for name, value in do if name != "move"}
    return [Replied(unit=case.order.lead_department, **said)]


def _warning(case: Case, since: datetime, due_at: datetime) -> datetime:
    """The warning of a limit that was moved: the same share of the whole time, by the clock on the wall."""
    return since + (due_at - since) * case.catalogue.process.warning_share
