"""A file's rows through the running stages: each an order, a duplicate or a refusal, none forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers.imports import CHUNK, ImportReport, import_table
from consumers.runner import Runner
from dispatcher.files import load_map, open_table
from models.errors import CorrectInput, RetryLater
from models.topics import INTAKE
from tests.unit.consumers.conftest import Flow

MAP = """\
source_system: alt
fields: {external_id: id, title: title, content: content, received_at: at, closed_at: end, unit: unit}
"""
HEAD = "id,title,content,at,end,unit\n"


@pytest.fixture
def working(flow: Flow) -> Iterator[Flow]:
    runner = Runner(flow.services)
    runner.start()
    yield flow
    runner.stop()


def run(flow: Flow, folder: Path, lines: list[str], told: list[int] | None = None) -> ImportReport:
    (folder / "a.csv").write_text(HEAD + "".join(line + "\n" for line in lines), encoding="utf-8")
    (folder / "map.yaml").write_text(MAP, encoding="utf-8")
    progress = (lambda _: None) if told is None else told.append
    report = import_table(flow.services, open_table(folder / "a.csv"), load_map(folder / "map.yaml"), progress)
    assert report.rows == report.created + report.duplicates + len(report.refused)
    return report


def test_more_than_a_chunk_with_bad_rows_everywhere(working: Flow, tmp_path: Path) -> None:
    total, told = 2 * CHUNK + 7, []
    lines = []
    for n in range(total):
        if n % 100 == 99:
            lines.append(f"{n},标题,,2026-01-05 08:00,,")
        elif n % 100 == 50:
            lines.append(f"{n},标题,内容,2026-01-05 08:00,,无此单位")
        elif n % 100 == 25:
            lines.append(f"{n},标题")
        else:
            lines.append(f"{n},标题,内容,2026-01-05 08:00,2026-01-06 08:00,区水务局")
    report = run(working, tmp_path, lines, told)
    bad = [n + 2 for n in range(total) if n % 100 in (25, 50, 99)]  # the header is line 1
    assert [row.number for row in report.refused] == bad
    assert (report.rows, report.created, sum(told)) == (total, total - len(bad), total)
    assert report.reasons.keys() == {"content", "lead_department", ""}
    assert len(list(working.services.store.orders())) == report.created
    again = run(working, tmp_path, lines)
    assert (again.created, again.duplicates, len(again.refused)) == (0, report.created, len(bad))
    assert not again.changed


def test_a_later_export_that_says_something_else_is_named_and_not_taken_over(working: Flow, tmp_path: Path) -> None:
    run(working, tmp_path, ["1,路灯,坏了,2026-01-05,,", "2,井盖,破了,2026-01-05,,"])
    later = run(working, tmp_path, ["1,路灯,坏了,2026-01-05,2026-01-09,", "2,井盖,丢了,2026-01-05,2026-01-10,"])
    assert (later.duplicates, later.changed) == (2, {"closed_at": 2, "content": 1})
    assert all(order.closed_at is None for order in working.services.store.orders())


def test_the_same_number_twice_in_one_file_is_one_order(working: Flow, tmp_path: Path) -> None:
    report = run(working, tmp_path, ["1,先,内容,2026-01-05,,", "1,后,内容,2026-01-05,,", "2,他,内容,2026-01-05,,"])
    assert (report.created, report.duplicates) == (2, 1)
    assert {order.title for order in working.services.store.orders()} == {"先", "他"}


def test_a_file_with_a_header_only(working: Flow, tmp_path: Path) -> None:
    report = run(working, tmp_path, [])
    assert (report.rows, report.created, report.refused) == (0, 0, [])


def test_a_map_that_does_not_fit_the_file(working: Flow, tmp_path: Path) -> None:
    with pytest.raises(CorrectInput, match="no column"):
        (tmp_path / "b.csv").write_text("x,y\n1,2\n", encoding="utf-8")
        (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
        import_table(working.services, open_table(tmp_path / "b.csv"), load_map(tmp_path / "map.yaml"))
    assert sum(working.services.log.end_offsets(INTAKE).values()) == 0


def test_stages_that_do_not_get_on_are_told_and_nothing_is_lost(
    flow: Flow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait = flow.services.store.wait_outcomes
    monkeypatch.setattr(flow.services.store, "wait_outcomes", lambda ids, timeout: wait(ids, 0.05))
    with pytest.raises(RetryLater, match="1 rows were handed in and have no answer yet"):
        run(flow, tmp_path, ["1,标题,内容,2026-01-05,,"])
    monkeypatch.undo()
    flow.run()
    assert len(list(flow.services.store.orders())) == 1
