"""An order's past in another system, as steps of our own life cycle. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

from models.decide import CLOCK_TOLERANCE
from models.errors import Problem
from models.intake import Intake
from models.moves import Accept, AnswerDirectly, Close, Dispatch, LaterMove, RecordClosure, RecordedStep, Return, Sign

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
"""Nobody's order is older: an earlier time is a wrong one, and near the year 1 no zone can express it."""


def check_times(intake: Intake, received_at: datetime, now: datetime) -> list[Problem]:
    """What is impossible among the recorded times: the future, and an order of steps that cannot be."""
    problems = []
    latest = now + CLOCK_TOLERANCE
    named = [("received_at", received_at)]
    for n, tried in enumerate(intake.returns):
        named += [(f"returns.{n}.dispatched_at", tried.dispatched_at), (f"returns.{n}.returned_at", tried.returned_at)]
    named += [
        (name, at) for name in ("dispatched_at", "signed_at", "closed_at") if (at := getattr(intake, name)) is not None
    ]
    for (before, start), (after, end) in pairwise(named):
        if end < start:
            problems.append(Problem(after, f"{end.isoformat()} lies before {before} ({start.isoformat()})"))
    problems += [
        Problem(name, f"{at.isoformat()} lies in the future")
        for name, at in [*named, ("occurred_at", intake.occurred_at)]
        if at is not None and at > latest
    ]
    problems += [
        Problem(name, f"{at.isoformat()} lies before {EARLIEST.year}")
        for name, at in [*named, ("occurred_at", intake.occurred_at)]
        if at is not None and at < EARLIEST
    ]
    if intake.signed_at and not intake.dispatched_at:
        problems.append(Problem("signed_at", "needs dispatched_at"))
    if intake.dispatched_at and not intake.lead_department:
        problems.append(Problem("dispatched_at", "needs lead_department"))
    if intake.is_direct_answer and (not intake.closed_at or intake.dispatched_at or intake.returns):
        problems.append(Problem("is_direct_answer", "needs closed_at, and no dispatch"))
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
    if intake.signed_at:
        add(intake.signed_at, Sign())
    if intake.closed_at:
        add(intake.closed_at, _closing(intake))
    if not steps and intake.is_archive:
        add(received_at, Accept())
    elif steps and not (len(steps) == 1 and isinstance(steps[0].do, RecordClosure | AnswerDirectly)):
        steps.insert(0, RecordedStep(at=received_at, do=Accept()))
    return tuple(steps)


def _closing(intake: Intake) -> LaterMove:
    if intake.is_direct_answer:
        return AnswerDirectly(reply_public=intake.reply_public)
    if intake.signed_at:
        return Close(reply_public=intake.reply_public)
    return RecordClosure(unit=intake.lead_department, reply_public=intake.reply_public)
