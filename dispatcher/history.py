"""An order's past in another system, as steps of our own life cycle. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise

from models.decide import CLOCK_TOLERANCE
from models.errors import Problem
from models.intake import Intake
from models.moves import (
    Accept,
    AnswerDirectly,
    ApproveReply,
    Close,
    Contact,
    Dispatch,
    LaterMove,
    RecordClosure,
    RecordedStep,
    RecordVisit,
    Reply,
    Return,
    Sign,
)

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
"""Nobody's order is older: an earlier time is a wrong one, and near the year 1 no zone can express it."""


def check_times(intake: Intake, received_at: datetime, now: datetime) -> list[Problem]:
    """What is impossible among the recorded times: the future, and an order of steps that cannot be."""
    latest = now + CLOCK_TOLERANCE
    tried = [
        (f"returns.{n}.{name}", getattr(one, name))
        for n, one in enumerate(intake.returns)
        for name in ("dispatched_at", "returned_at")
    ]
    said: dict[str, datetime | None] = {name: getattr(intake, name) for name in ("dispatched_at", "signed_at")}
    said |= {"replied_at": intake.replied_at, "closed_at": intake.closed_at}
    said["visit.visited_at"] = intake.visit.visited_at if intake.visit is not None else None
    chain = [("received_at", received_at), *tried, *_given(said)]
    contact = {name: said[name] for name in ("dispatched_at", "replied_at", "closed_at")}
    contact = {"dispatched_at": contact.pop("dispatched_at"), "first_contact_at": intake.first_contact_at} | contact
    problems = _backwards(chain) + (_backwards(_given(contact)) if intake.first_contact_at else [])
    for name, at in [*chain, *_given({name: getattr(intake, name) for name in ("occurred_at", "first_contact_at")})]:
        if at > latest:
            problems.append(Problem(name, f"{at.isoformat()} lies in the future"))
        if at < EARLIEST:
            problems.append(Problem(name, f"{at.isoformat()} lies before {EARLIEST.year}"))
    return list(dict.fromkeys(problems)) + _lacking(intake)


def _given(times: Mapping[str, datetime | None]) -> list[tuple[str, datetime]]:
    return [(name, at) for name, at in times.items() if at is not None]


def _backwards(chain: Sequence[tuple[str, datetime]]) -> list[Problem]:
    return [
        Problem(after, f"{end.isoformat()} lies before {before} ({start.isoformat()})")
        for (before, start), (after, end) in pairwise(chain)
        if end < start
    ]


def _lacking(intake: Intake) -> list[Problem]:
    """What cannot be without something else that was not said."""
    needs = {
        "dispatched_at": "lead_department",
        "signed_at": "dispatched_at",
        "first_contact_at": "dispatched_at",
        # Who replied without a signature: only the closing can be told.
        "replied_at": "dispatched_at" if intake.closed_at else "signed_at",
        "visit": "closed_at",
    }
    problems = [
        Problem(name, f"needs {other}")
        for name, other in needs.items()
        if getattr(intake, name) is not None and getattr(intake, other) is None
    ]
    if intake.is_direct_answer and (not intake.closed_at or intake.dispatched_at or intake.returns):
        problems.append(Problem("is_direct_answer", "needs closed_at, and no dispatch"))
    if intake.is_direct_answer and intake.visit is not None:
        problems.append(Problem("visit", "follows what a unit handled, and no direct answer"))
    return problems


def steps_of(intake: Intake, received_at: datetime, now: datetime) -> tuple[RecordedStep, ...]:
    """The recorded steps in order of time; empty for an order that starts its life here."""
    steps: list[RecordedStep] = []

    def add(at: datetime, do: LaterMove) -> None:
        steps.append(RecordedStep(at=at, do=do))

    for tried in intake.returns:
        add(tried.dispatched_at, Dispatch(unit=tried.department, mode=intake.decision_mode))
        add(tried.returned_at, Return(reason=tried.reason, basis=tried.basis))
    unit, tell = intake.lead_department, not intake.is_archive
    if unit and intake.dispatched_at:
        add(intake.dispatched_at, Dispatch(unit=unit, mode=intake.decision_mode, notify=tell))
    elif unit and not intake.closed_at:
        # The other system has assigned it and does not say when: from now on is all that can be claimed.
        add(max(now, received_at), Dispatch(unit=unit, mode=intake.decision_mode, notify=tell))
    met: list[tuple[datetime | None, Sign | Contact]] = [
        (intake.signed_at, Sign()),
        (intake.first_contact_at, Contact()),
    ]
    for at, do in sorted(((at, do) for at, do in met if at is not None), key=lambda step: step[0]):
        add(at, do)
    replied_at = intake.replied_at or intake.closed_at
    if replied_at and intake.signed_at:
        add(replied_at, Reply(reply_public=intake.reply_public))
    if intake.closed_at:
        add(intake.closed_at, _closing(intake))
    if intake.visit is not None:
        said = {name: getattr(intake.visit, name) for name in ("contacted", "solved", "satisfaction")}
        add(intake.visit.visited_at, RecordVisit(**said))
    if not steps and intake.is_archive:
        add(received_at, Accept())
    elif steps and not isinstance(steps[0].do, RecordClosure | AnswerDirectly):
        steps.insert(0, RecordedStep(at=received_at, do=Accept()))
    return tuple(steps)


def _closing(intake: Intake) -> LaterMove:
    if intake.is_direct_answer:
        return AnswerDirectly(reply_public=intake.reply_public)
    visited = intake.visit is not None
    if intake.signed_at:
        return ApproveReply() if visited else Close()
    return RecordClosure(unit=intake.lead_department, reply_public=intake.reply_public, visit_follows=visited)
