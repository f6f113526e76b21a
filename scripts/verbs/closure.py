"""``minsheng closure``: how long it takes until orders are closed, open ones censored."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, get_args
from zoneinfo import ZoneInfo

import typer

from dispatcher.closure.from_store import store_report
from dispatcher.closure.report import closure_report
from dispatcher.files import RowError, RowMapper, load_map, open_table
from dispatcher.files.times import parse_time
from dispatcher.wiring import Services
from models.errors import CorrectInput
from models.query import GroupField, IntervalCount, OrderQuery
from scripts.common import services


def closure(
    file: Annotated[Path | None, typer.Argument(help="A file of orders; needs --map.")] = None,
    map_file: Annotated[Path | None, typer.Option("--map", help="MAP.yaml of the file.")] = None,
    store: Annotated[bool, typer.Option("--store", help="The orders of this installation.")] = False,
    by: Annotated[str | None, typer.Option(help="Also for each value of: " + ", ".join(get_args(GroupField)))] = None,
    observed_at: Annotated[
        str | None, typer.Option(help="The moment from which one looks; a later closing has not happened yet.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Closure times in days: median, P75, P90, mean of the closed ones, restricted mean to 60 days."""
    if by is not None and by not in get_args(GroupField):
        raise CorrectInput.one("--by", f"unknown field {by}; known are {', '.join(get_args(GroupField))}")
    if store == (file is not None):
        raise CorrectInput.one("FILE", "name a file with --map, or --store")
    group: Any = by
    with services(existing=store) as found:
        moment = _moment(found, observed_at)
        if file is None:
            moment = moment or found.clock.now()
            report = store_report(found.store, found.calendar, OrderQuery(), moment, group)
            report["observed_at"] = moment.isoformat()
        elif map_file is None:
            raise CorrectInput.one("--map", "a file needs a map that says which column is which field")
        else:
            report = _of_file(found, file, map_file, by, moment)
    print(json.dumps(report, ensure_ascii=False) if as_json else table(report))


def _of_file(
    found: Services, file: Path, map_file: Path, by: str | None, observed_at: datetime | None
) -> dict[str, Any]:
    mapping = load_map(map_file)
    table = open_table(file, mapping.sheet)
    mapper = RowMapper(mapping, table)
    excluded: Counter[str] = Counter()
    first, final, suspended = [], [], []
    latest = None
    for row in table:
        if isinstance(row, RowError):
            excluded["unreadable"] += 1
            continue
        try:
            one = mapper.closure_row(row)
        except CorrectInput:
            excluded["unreadable"] += 1
            continue
        if one.received_at is None:
            excluded["no_received_at"] += 1
        elif one.is_direct_answer:
            excluded["direct_answer"] += 1
        else:
            group = one.groups.get(by, "") if by else ""
            first.append(IntervalCount(group, one.received_at, one.first_closed_at, 1))
            final.append(IntervalCount(group, one.received_at, one.closed_at, 1))
            suspended.append(one.suspended)
            known = [at for at in (one.received_at, one.closed_at, one.first_closed_at, latest) if at is not None]
            latest = max(known)
    moment = observed_at or mapping.observed_at or latest or datetime.now(UTC)
    return closure_report(
        first, final, moment, found.calendar, excluded=excluded, suspended=suspended, grouped=by is not None
    ) | {"observed_at": moment.isoformat()}


def _moment(found: Services, said: str | None) -> datetime | None:
    if said is None:
        return None
    try:
        moment = parse_time(said, ZoneInfo(found.catalogue.timezone))
    except ValueError as error:
        raise CorrectInput.one("--observed-at", str(error)) from error
    if moment > found.clock.now():
        raise CorrectInput.one("--observed-at", "lies in the future: what is open then is not known")
    return moment


def table(report: dict[str, Any]) -> str:
    """The report as a person reads it: a clock that says the same as the calendar's is left out."""
    lines = [f"{'orders':>8} {'closed':>8} {'open':>6}  clock    median    p75    p90   mean*  rmst60  (days)"]
    for name, part in [("all", report), *sorted(report.get("groups", {}).items())]:
        counts = f"{part['orders']:>8} {part['closed']:>8} {part['open']:>6}"
        gross = part["clocks"]["gross"]
        for clock, figures in part["clocks"].items():
            if clock != "gross" and figures == gross:
                continue
            shown = " ".join(f"{_days(figures[key]):>6}" for key in ("median", "p75", "p90", "mean", "rmst60"))
            lines.append(f"{counts}  {clock:<8} {shown}  {name or '(none)'}")
            counts, name = " " * 24, " "
    left_out = ", ".join(f"{reason} {count}" for reason, count in report["excluded"].items()) or "none"
    return "\n".join([*lines, f"* of the closed ones only; rmst60: restricted mean to 60 days; left out: {left_out}"])


def _days(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
