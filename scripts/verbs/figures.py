"""``minsheng figures``: on time, 三率, dispatch and stages, counted over the store."""

from __future__ import annotations

from typing import Annotated, Any, get_args

import typer

from dispatcher.figures.from_store import store_figures
from dispatcher.figures.rates import Figures, Rate
from models.errors import CorrectInput
from models.query import GroupField, OrderQuery
from scripts.common import services
from scripts.verbs.json_line import json_line

_RATES = {
    "on_time": "按时办结率",
    "on_time_strict": "按时办结率（原时限）",
    "response": "响应率",
    "solution": "解决率",
    "satisfaction": "满意率",
    "first_dispatch_accuracy": "首派准确率",
    "first_dispatch_accuracy_closed": "首派准确率（已办结）",
    "dispatched_once": "一次分拨成功率",
    "returned": "退单率",
    "auto_share": "自动派单率",
    "override": "改派率",
}
_STAGES = {
    "dispatch_wait": "派单等待",
    "sign_wait": "签收等待",
    "return_loop": "退单往返",
    "handling": "办理",
    "suspended": "挂账",
    "review": "审核",
    "visit": "回访",
    "rework": "重办",
    "idle": "其他",
}


def figures_verb(
    by: Annotated[str | None, typer.Option(help="Also for each value of: " + ", ".join(get_args(GroupField)))] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """The service's figures (服务指标) as of now, each with what it was counted from."""
    if by is not None and by not in get_args(GroupField):
        raise CorrectInput.one("--by", f"unknown field {by}; known are {', '.join(get_args(GroupField))}")
    group: Any = by
    with services(existing=True) as found:
        now = found.clock.now()
        report = store_figures(found.store, OrderQuery(), now, group)
    if as_json:
        shown = report.model_dump(exclude=None if by else {"groups"}) | {"observed_at": now.isoformat()}
        print(json_line(shown))
        return
    for name, part in [("all", report.figures), *(report.groups or {}).items()]:
        counted = f"{part.orders} orders, {part.closed} closed, {part.excluded} left out"
        print(f"{name or '(none)'}: {counted}")
        print("\n".join(_lines(part)))


def _lines(part: Figures) -> list[str]:
    lines = [f"  {name}  {_rate(getattr(part, field))}" for field, name in _RATES.items()]
    lines.append(f"  平均派单次数  {'-' if part.hops is None else f'{part.hops:.2f}'}")
    stages = "，".join(
        f"{_STAGES[name]} {stage.mean_days:.2f} 天（{stage.share:.0%}）"
        for name, stage in part.stages.items()
        if stage.mean_days
    )
    lines.append(f"  环节用时  {stages or '-'}")
    if part.influenced_by_dispatch is not None:
        lines.append(f"  分拨可影响的时间占比  {part.influenced_by_dispatch:.1%}")
    return lines


def _rate(rate: Rate) -> str:
    if rate.rate is None:
        return "-"
    covered = f"，覆盖 {rate.coverage:.1%}" if rate.coverage is not None else ""
    return f"{rate.rate:.1%}（{rate.part} / {rate.of}{covered}）"
