"""Rules of the hotline's moves before a unit has the order: 受理, 不予受理, 补正, 直接答复, 并单, 拆单."""

from __future__ import annotations

from collections.abc import Collection

from models.catalogue import Step
from models.commands import Refusal, RefusalCode
from models.facts import Accepted, Amended, Merged, Reconsidered, Rejected, Unmerged, WasSplit
from models.ids import order_no
from models.moves import Accept, Amend, AnswerDirectly, Merge, Reconsider, Reject, Split, Unmerge
from models.rules.case import SPLIT_SOURCE, Case, Decision
from models.rules.closing import closed

_SETS_LIMIT = ("request_type", "urgency", "item_code")


def accept(case: Case, do: Accept) -> Decision:
    return [Accepted()]


def reject(case: Case, do: Reject) -> Decision:
    return [
        Rejected(
            reason=do.reason,
            basis=do.basis,
            reply_public=do.reply_public,
            followers=case.order.merged_from,
            parent=case.parent,
        )
    ]


def reconsider(case: Case, do: Reconsider) -> Decision:
    return [Reconsidered(reason=do.reason, dispatch_due_at=case.step_due(Step.DISPATCH))]


def answer_directly(case: Case, do: AnswerDirectly) -> Decision:
    if case.by_person and not do.reply_public:
        return case.missing("reply_public", "closing needs a reply to the requester")
    return [closed(case, "direct", None, do.reply_public)]


def amend(case: Case, do: Amend) -> Decision:
    said = {name: value for name, value in do if name not in ("move", "reason") and value not in (None, "")}
    if not said:
        return case.missing("do", "nothing is corrected or added")
    known = case.catalogue
    codes: dict[str, Collection[str]] = {
        "street": known.street_by_code,
        "item_code": known.item_by_code,
        "category": known.categories,
        "request_type": {term.code for term in known.request_types},
    }
    for name, allowed in codes.items():
        if name in said and said[name] not in allowed:
            return case.refuse(RefusalCode.UNKNOWN_CODE, f"{name}: {said[name]} is not in the catalogue")
    street = said.get("street", case.order.street)
    misplaced = _misplaced(case, "community", said.get("community"), street)
    if misplaced is not None:
        return misplaced
    if "community" in said and street is None and said["community"] in known.street_of_community:
        said["street"] = known.street_of_community[said["community"]]
    if any(name in said for name in _SETS_LIMIT):
        order, terms = case.order.model_copy(update=said), case.terms
        limit = terms.calendar.limit_for(
            known, order.urgency, order.requester.kind, order.request_type, order.item_code, order.received_at
        )
        said["limit"] = terms.with_marks(limit, order.received_at)
        if order.urgency is not case.order.urgency:
            # Counted from when it is known, and no way to win time.
            due_at = terms.step_due(Step.DISPATCH, order.urgency, order.requester.kind, case.at)
            said["dispatch_due_at"] = min(due_at, order.dispatch_due_at or due_at)
    return [Amended(reason=do.reason, **said)]


def merge(case: Case, do: Merge) -> Decision:
    order = case.order
    if do.into_received_at is None:
        return case.missing("into_received_at", "is filled in by the desk")
    if (do.into_received_at, do.into) >= (order.received_at, order.order_no):
        return case.refuse(RefusalCode.IMPOSSIBLE_TIME, f"into: {do.into} was not received before this order")
    return [Merged(into=do.into)]


def unmerge(case: Case, do: Unmerge) -> Decision:
    left = case.order.merged_into or ""
    return [Unmerged(left=left, reason=do.reason, dispatch_due_at=case.step_due(Step.DISPATCH))]


def split(case: Case, do: Split) -> Decision:
    for n, part in enumerate(do.parts):
        if part.item_code is not None and part.item_code not in case.catalogue.item_by_code:
            said = f"parts.{n}.item_code: {part.item_code} is not in the catalogue"
            return case.refuse(RefusalCode.UNKNOWN_CODE, said)
        if part.street is not None and part.street not in case.catalogue.street_by_code:
            return case.refuse(RefusalCode.UNKNOWN_CODE, f"parts.{n}.street: {part.street} is not in the catalogue")
        misplaced = _misplaced(case, f"parts.{n}.community", part.community, part.street or case.order.street)
        if misplaced is not None:
            return misplaced
    number, prefix = case.order.order_no, case.catalogue.order_prefix
    children = tuple(order_no(prefix, SPLIT_SOURCE, child_id(number, n)) for n in range(1, len(do.parts) + 1))
    return [WasSplit(parts=do.parts, children=children)]


def _misplaced(case: Case, field: str, community: str | None, street: str | None) -> Refusal | None:
    """Why ``community`` cannot be: it lies in no street, or not in this one."""
    places = (one.communities for one in case.catalogue.streets if street in (None, one.code))
    if community is None or any(community in known for known in places):
        return None
    return case.refuse(RefusalCode.UNKNOWN_CODE, f"{field}: {community} does not lie in {street or 'any street'}")


def child_id(parent: str, n: int) -> str:
    """The ``external_id`` of a parent's ``n``-th part, from 1."""
    return f"{parent}/{n}"
