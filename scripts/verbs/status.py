"""``minsheng status``: what has become of everything that was received."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer

from consumers.summary import Summary, summarise
from dispatcher.wiring import Services
from scripts.common import services


def status(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Count what was received, what became of it, and how long closing took."""
    with services(existing=True) as found:
        summary = summarise(found)
        if as_json:
            print(json.dumps(dataclasses.asdict(summary) | {"adds_up": summary.adds_up}, ensure_ascii=False))
        else:
            show(found, summary)


def show(found: Services, summary: Summary) -> None:
    """Print the summary as a person reads it."""
    print(
        f"received 收到 {summary.received} = orders 工单 {summary.orders} + duplicates 重复 {summary.duplicates}"
        f" + dead letters 死信 {summary.dead_letters} + waiting 在途 {summary.waiting}"
        f"  [{'adds up' if summary.adds_up else 'DOES NOT ADD UP'}]"
    )
    print("by state 状态:    " + _counts(summary.states))
    print("by mode 派单方式: " + _counts(summary.modes))
    waits = sum(summary.states.get(state, 0) for state in ("received", "accepted", "return_review", "arbitration"))
    print(f"went automatically 自动派单 {summary.modes.get('auto', 0)}, wait for a person 待人工派单 {waits}")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items(), key=lambda pair: -pair[1])) or "none"
