"""A planned order as another system's archive would hand it in at a given moment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from models.intake import Intake, RecordedReturn, RecordedVisit
from models.kinds import DecisionMode, ReturnReason
from models.lifecycle import Move
from scripts.demo.plan import PlannedOrder


def history(planned: PlannedOrder, now: datetime) -> Intake:
    """The order with all steps up to ``now``; later ones are left out. One that is not settled has none.

    Raises ``ValueError`` when the order is received after ``now``.
    """
    if planned.received_at > now:
        raise ValueError(f"{planned.intake.external_id}: is received after {now.isoformat()}")
    matter = planned.origin.matter
    found: dict[str, Any] = {
        "request_type": planned.origin.request_type,
        "category": matter.category,
        # By hand an operator finds the item; with suggestions it would give the answer away.
        "item_code": matter.item if planned.mode is DecisionMode.MANUAL else None,
    }
    if planned.mode is not None:
        found["decision_mode"] = planned.mode
    returns: list[RecordedReturn] = []
    for step in planned.steps:
        if step.at > now:
            break
        at = step.at.astimezone(UTC)
        match step.move:
            case Move.DISPATCH:
                found |= {"lead_department": step.unit, "dispatched_at": at}
            case Move.RETURN:
                reason = step.reason or ReturnReason.NOT_MY_DUTY
                sent = found.pop("dispatched_at")
                unit = found.pop("lead_department")
                returns.append(
                    RecordedReturn(department=unit, dispatched_at=sent, returned_at=at, reason=reason, basis=step.basis)
                )
            case Move.SIGN:
                found["signed_at"] = at
            case Move.CONTACT:
                found["first_contact_at"] = at
            case Move.REPLY:
                found |= {"replied_at": at, "reply_public": step.reply}
            case Move.ANSWER_DIRECTLY:
                found |= {"closed_at": at, "is_direct_answer": True, "reply_public": step.reply}
            case Move.CLOSE:
                found["closed_at"] = at
            case Move.VISIT if step.visit is not None:
                said = step.visit.model_dump(exclude={"comment"})
                found["visit"] = RecordedVisit(visited_at=at, **said)
    return planned.intake.model_copy(update=found | {"returns": tuple(returns)})
