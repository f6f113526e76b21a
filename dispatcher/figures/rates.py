"""From counts to the rates of a 12345 hotline (定义: 按时办结率, 三率, 分拨指标, 环节用时). Pure."""

from __future__ import annotations

from pydantic import BaseModel

from models.figures import STAGES, Counts, Misroute

DAY = 86_400
INFLUENCED = ("dispatch_wait", "sign_wait", "return_loop")
"""The stages that dispatch can shorten; the others pass whoever the order was sent to."""


class Rate(BaseModel):
    """``part`` of ``of``; ``rate`` None where there is nothing to count. ``coverage``: the share of the closed (for
    the response: of the dispatched) orders that ``of`` covers."""

    part: int
    of: int
    rate: float | None
    coverage: float | None = None


class Stage(BaseModel):
    """Mean days of an ended order in a stage, and the stage's share of all its time."""

    mean_days: float
    share: float


class Figures(BaseModel):
    """The figures of one group of orders."""

    orders: int
    excluded: int
    """Direct answers, merged, split and rejected orders: in no figure below."""
    closed: int
    on_time: Rate
    """按时办结率: closed on time / all due; what is overdue and open stays in the denominator."""
    on_time_strict: Rate
    """The same on the limit as it was set at first."""
    response: Rate
    """响应率: contacted in time / must contact."""
    solution: Rate
    """解决率: the requester says solved / visited."""
    satisfaction: Rate
    """满意率: satisfied / rated."""
    first_dispatch_accuracy: Rate
    """首派准确率: closed by the first unit without a return / dispatched."""
    first_dispatch_accuracy_closed: Rate
    """The same among those that are closed: open orders cannot have succeeded yet."""
    dispatched_once: Rate
    """一次分拨成功率: never returned / dispatched."""
    returned: Rate
    """退单率: returned at least once / dispatched."""
    hops: float | None
    """Dispatches an order needs, on average."""
    auto_share: Rate
    """自动派单 / dispatched."""
    override: Rate
    """改派 / decided by a person who saw suggestions."""
    stages: dict[str, Stage]
    """环节用时 of the ended orders."""
    influenced_by_dispatch: float | None
    """Share of all their time in the stages that dispatch can shorten."""


class MisrouteFigure(BaseModel):
    """What it cost that orders of ``closing`` were sent to ``first``: days in return loops."""

    first: str
    closing: str
    orders: int
    mean_days_lost: float


def figures(counts: Counts) -> Figures:
    """The figures of what was counted."""
    kept = counts.orders - counts.excluded
    seen = counts.accepted + counts.overridden
    total = sum(counts.stage_seconds.values())
    influenced = sum(counts.stage_seconds[stage] for stage in INFLUENCED)
    return Figures(
        orders=kept,
        excluded=counts.excluded,
        closed=counts.closed,
        on_time=_rate(counts.on_time, counts.due),
        on_time_strict=_rate(counts.strictly_on_time, counts.strictly_due),
        response=_rate(counts.contacted_in_time, counts.must_contact, counts.dispatched),
        solution=_rate(counts.solved, counts.visited, counts.closed),
        satisfaction=_rate(counts.satisfied, counts.rated, counts.closed),
        first_dispatch_accuracy=_rate(counts.first_right, counts.dispatched),
        first_dispatch_accuracy_closed=_rate(counts.first_right, counts.dispatched_and_closed),
        dispatched_once=_rate(counts.never_returned, counts.dispatched),
        returned=_rate(counts.dispatched - counts.never_returned, counts.dispatched),
        hops=counts.hops / counts.dispatched if counts.dispatched else None,
        auto_share=_rate(counts.auto, counts.dispatched),
        override=_rate(counts.overridden, seen),
        stages={stage: _stage(counts, stage, total) for stage in STAGES},
        influenced_by_dispatch=influenced / total if total else None,
    )


def misroute_figures(found: list[Misroute]) -> list[MisrouteFigure]:
    """The same pairs with the mean days lost."""
    return [
        MisrouteFigure(
            first=one.first,
            closing=one.closing,
            orders=one.orders,
            mean_days_lost=one.lost_seconds / one.orders / DAY,
        )
        for one in found
    ]


def _rate(part: int, of: int, covers: int | None = None) -> Rate:
    return Rate(part=part, of=of, rate=part / of if of else None, coverage=of / covers if covers else None)


def _stage(counts: Counts, stage: str, total: int) -> Stage:
    seconds = counts.stage_seconds[stage]
    mean = seconds / counts.ended / DAY if counts.ended else 0.0
    return Stage(mean_days=mean, share=seconds / total if total else 0.0)
