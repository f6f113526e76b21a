"""Rules of who gets an order: 派单, 撤回, 退单, 驳回退单, 会商, 裁决."""

from __future__ import annotations

from datetime import datetime

from models.base import blank
from models.catalogue import Step
from models.commands import Refusal, RefusalCode
from models.facts import Dispatched, Notice, Recalled, Referred, Returned, ReturnRefused
from models.kinds import DecisionMode
from models.moves import Arbitrate, Dispatch, Recall, Refer, RefuseReturn, Return
from models.rights import Role
from models.rules.case import Case, Decision

_TOLD = tuple(name for name in Notice.model_fields)
_DISPATCHED, _NOTICE = blank(Dispatched), blank(Notice)


def dispatch(case: Case, do: Dispatch) -> Decision:
    units = _resolved(case, do.unit, do.co_units)
    if isinstance(units, Refusal):
        return units
    mode = do.mode if do.mode is not None and not case.by_person else _mode(case, units[0])
    return [_dispatched(case, units, mode, override_reason=do.override_reason, notify=do.notify)]


def arbitrate(case: Case, do: Arbitrate) -> Decision:
    units = _resolved(case, do.unit, do.co_units)
    if isinstance(units, Refusal):
        return units
    return [_dispatched(case, units, _mode(case, units[0]), by_ruling=True, basis=do.basis)]


def recall(case: Case, do: Recall) -> Decision:
    order = case.order
    if order.is_final and case.by.role is Role.OPERATOR:
        return case.refuse(RefusalCode.NOT_ALLOWED, "a ruling has decided that this unit is responsible")
    return [
        Recalled(
            unit=order.lead_department or "",
            co_units=order.co_departments,
            reason=do.reason,
            dispatch_due_at=case.step_due(Step.DISPATCH),
        )
    ]


def refer(case: Case, do: Refer) -> Decision:
    return [Referred(reason=do.reason)]


def return_(case: Case, do: Return) -> Decision:
    order = case.order
    if case.by_person:
        if order.is_final:
            return case.refuse(RefusalCode.NOT_ALLOWED, "a ruling has decided that this unit is responsible")
        if order.first_closed_at is not None:
            return case.refuse(RefusalCode.TOO_LATE, "the unit has handled it once, and does it again")
        if order.return_until is not None and case.at > order.return_until:
            said = f"the order could be returned until {order.return_until.isoformat()}"
            return case.refuse(RefusalCode.TOO_LATE, said)
        if not do.basis:
            return case.missing("basis", "a return needs its ground")
    return [
        Returned(
            unit=order.lead_department or "",
            reason=do.reason,
            basis=do.basis,
            dispatch_due_at=case.step_due(Step.DISPATCH),
        )
    ]


def refuse_return(case: Case, do: RefuseReturn) -> Decision:
    unit = case.order.lead_department
    if unit is None:
        return case.refuse(RefusalCode.NOTHING_TO_DO, "no unit has sent the order back")
    sign_due_at, contact_due_at = case.step_due(Step.SIGN), _contact_due(case)
    return [ReturnRefused(unit=unit, reason=do.reason, sign_due_at=sign_due_at, contact_due_at=contact_due_at)]


def _resolved(case: Case, lead: str, co_units: tuple[str, ...]) -> tuple[str, ...] | Refusal:
    """The units meant, the leading one first."""
    catalogue, found = case.catalogue, []
    fields = [("unit", lead), *((f"co_units.{n}", code) for n, code in enumerate(co_units))]
    for field, code in fields:
        if not catalogue.has_unit(code):
            return case.refuse(RefusalCode.UNKNOWN_CODE, f"{field}: {code} is not in the catalogue")
        unit = catalogue.resolve_unit(code, case.order.street)
        if catalogue.unit_by_code[unit].by_place and case.by_person:
            return case.refuse(RefusalCode.UNKNOWN_CODE, f"{field}: {code} needs the order's street")
        if unit in found:
            return case.refuse(RefusalCode.UNKNOWN_CODE, f"{field}: {code} is named twice")
        found.append(unit)
    return tuple(found)


def _mode(case: Case, unit: str) -> DecisionMode:
    """How a person decided, judged by the suggestions that the order carried."""
    suggested = case.order.routing.suggestions if case.order.routing is not None else ()
    if not suggested:
        return DecisionMode.MANUAL
    return DecisionMode.ACCEPTED if unit == suggested[0].unit else DecisionMode.OVERRIDDEN


def _contact_due(case: Case) -> datetime | None:
    """Who left no number cannot be called, and who stays unknown to the units not by them."""
    who = case.order.requester
    hidden = not who.phone or who.is_anonymous or who.is_confidential
    return None if hidden else case.step_due(Step.CONTACT)


def _dispatched(
    case: Case,
    units: tuple[str, ...],
    mode: DecisionMode,
    *,
    override_reason: str | None = None,
    notify: bool = True,
    by_ruling: bool = False,
    basis: str | None = None,
) -> Dispatched:
    order = case.order
    # Unchecked: every part is of an order that was validated before.
    said = {
        "unit": units[0],
        "co_units": units[1:],
        "mode": mode,
        "override_reason": override_reason,
        "dispatch_no": order.dispatch_count + 1,
        "by_ruling": by_ruling,
        "basis": basis,
        "is_fallback": units[0] == case.catalogue.fallback_unit,
        "sign_due_at": case.step_due(Step.SIGN),
        "contact_due_at": _contact_due(case),
        "return_until": None if by_ruling else case.step_due(Step.RETURN),
        "notify": notify,
        "notice": _NOTICE.model_copy(update={name: getattr(order, name) for name in _TOLD}),
    }
    return _DISPATCHED.model_copy(update=said)
