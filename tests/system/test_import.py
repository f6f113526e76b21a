"""Files of other systems, as they are found: imported once, every row accounted for, closure times the same."""

from __future__ import annotations

import csv
import json
import math
import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lifelines import KaplanMeierFitter
from openpyxl import Workbook

from tests.system.installation import Installation

ZONE = ZoneInfo("Asia/Shanghai")
MAP = """\
timezone: Asia/Shanghai
observed_at: 2026-02-15 00:00
source_system: archive
fields: {external_id: 编号, title: 标题, content: 内容, received_at: 受理时间, closed_at: 办结时间, street: 街道}
"""
COLUMNS = ("编号", "标题", "内容", "受理时间", "办结时间", "街道")
OBSERVED = datetime(2026, 2, 15, tzinfo=ZONE)
Past = dict[str, tuple[datetime, datetime | None]]


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path / "data")
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    yield made
    made.close()


def rows(count: int, seed: int) -> tuple[list[dict[str, Any]], Past]:
    """Rows as a file has them, and the real times by number; about a fifth are still open."""
    rng = random.Random(seed)
    found, past = [], {}
    for n in range(count):
        received = datetime(2026, 1, 1, 8, tzinfo=ZONE) + timedelta(minutes=rng.randrange(45 * 1440))
        closed: datetime | None = received + timedelta(minutes=round(rng.expovariate(1 / 9000)))
        if closed is None or closed > OBSERVED:
            closed = None
        number = f"A{n:04}"
        past[number] = (received, closed)
        values = (
            number, f"关于路灯问题{n}", f"第{n}盏，“不亮”,\n请修㐂", f"{received:%Y/%m/%d %H:%M}",
            f"{closed:%Y-%m-%d %H:%M:%S}" if closed else "", "公明街道" if n % 2 else "",
        )  # fmt: skip
        found.append(dict(zip(COLUMNS, values, strict=True)))
    return found, past


def import_file(here: Installation, file: Path, *more: str, code: int = 0) -> tuple[dict[str, int], str]:
    done = here.run("import", str(file), "--map", str(file.parent / "map.yaml"), *more, check=False)
    assert done.returncode == code, done.stderr
    words = done.stdout.replace("=", "+").split("+")
    counts = {word.split()[1]: int(word.split()[0]) for word in words}
    assert counts["rows"] == counts["orders"] + counts["duplicates"] + counts["refused"]
    return counts, done.stderr


def orders_equal(here: Installation, past: Past) -> None:
    """Every number has one order, received and closed when the file says."""
    found: dict[str, list[datetime | None]] = {}
    external: dict[str, str] = {}
    for record in here.read("orders.events"):
        value, fact = record["value"], record["value"]["fact"]
        at = datetime.fromisoformat(value["at"])
        if fact["type"] == "received":
            assert fact["external_id"] not in found, "two orders of one row"
            external[record["key"]] = fact["external_id"]
            found[fact["external_id"]] = [at, None]
        elif fact["type"] == "closed":
            found[external[record["key"]]][1] = at
    assert {number: tuple(times) for number, times in found.items()} == past


def write_xlsx(path: Path, found: list[dict[str, Any]]) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(COLUMNS)
    for n, row in enumerate(found, start=2):
        for place, name in enumerate(COLUMNS, start=1):
            cell = sheet.cell(n, place)
            if row[name] == "#REF!":
                cell.value, cell.data_type = "#REF!", "e"
            elif row[name].startswith("="):
                cell.value, cell.data_type = row[name], "s"  # the text that somebody typed, no formula
            else:
                cell.value = (
                    datetime.fromisoformat(row[name].replace("/", "-")) if place in (4, 5) and row[name] else row[name]
                )
    book.save(path)


def test_csv_in_gb18030_twice_and_its_closure_times(here: Installation, tmp_path: Path) -> None:
    found, past = rows(400, seed=1)
    path = tmp_path / "旧系统.csv"
    with path.open("w", encoding="gb18030", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(found)
    counts, _ = import_file(here, path)
    assert counts == {"rows": 400, "orders": 400, "duplicates": 0, "refused": 0}
    orders_equal(here, past)
    counts, _ = import_file(here, path)
    assert counts == {"rows": 400, "orders": 0, "duplicates": 400, "refused": 0}
    orders_equal(here, past)
    closure_agrees(here, path, past)


def closure_agrees(here: Installation, path: Path, past: Past) -> None:
    """The file's figures, the store's and those of lifelines."""
    map_file = str(path.parent / "map.yaml")
    of_file, of_store = (
        # The last digit of a mean depends on the order of the rows.
        json.loads(
            here.run("closure", *what, "--by", "street", "--json").stdout, parse_float=lambda n: round(float(n), 9)
        )
        for what in ((str(path), "--map", map_file), ("--store", "--observed-at", "2026-02-15"))
    )
    for report in (of_file, of_store):
        report["observed_at"] = datetime.fromisoformat(report["observed_at"])
    groups = [
        # Of what is left out the store tells only how many there are in all.
        sorted(json.dumps(part | {"excluded": {}}, sort_keys=True) for part in report.pop("groups").values())
        for report in (of_file, of_store)
    ]
    assert of_file == of_store
    assert groups[0] == groups[1]  # the file says 公明街道 where the store has its code
    seen = {number: times for number, times in past.items() if times[0] <= OBSERVED}
    assert of_file["orders"] == len(seen)
    assert of_file["excluded"].get("later", 0) == len(past) - len(seen)
    durations = [((closed or OBSERVED) - received) / timedelta(days=1) for received, closed in seen.values()]
    happened = [closed is not None for _, closed in seen.values()]
    assert (of_file["closed"], of_file["open"]) == (sum(happened), len(seen) - sum(happened))
    assert of_file["open"] > 20
    fitter = KaplanMeierFitter().fit(durations, happened)
    gross = of_file["clocks"]["gross"]
    assert gross["median"] == pytest.approx(fitter.median_survival_time_, abs=1e-6)
    for key, share in (("p75", 0.25), ("p90", 0.10)):
        expected = fitter.percentile(share)
        assert gross[key] == (None if math.isinf(expected) else pytest.approx(expected, abs=1e-6))
    closed_days = [days for days, done in zip(durations, happened, strict=True) if done]
    assert gross["mean"] == pytest.approx(sum(closed_days) / len(closed_days), abs=1e-6)


def test_xlsx_with_formula_texts_and_error_cells(here: Installation, tmp_path: Path) -> None:
    found, past = rows(60, seed=2)
    found[3]["标题"] = '=HYPERLINK("http://example.invalid","点")'
    found[4]["内容"] = "+86 13900000000 来电@公司-诉求"
    found[5]["办结时间"] = "#REF!"
    write_xlsx(tmp_path / "a.xlsx", found)
    counts, errors = import_file(here, tmp_path / "a.xlsx")
    assert counts == {"rows": 60, "orders": 59, "duplicates": 0, "refused": 1}
    assert [line for line in errors.splitlines() if line.startswith("row ")] == [
        line for line in errors.splitlines() if line.startswith("row 7: closed_at: ") and "#REF!" in line
    ]
    orders_equal(here, {number: past[number] for n, number in enumerate(past) if n != 5})
    said = [record["value"]["fact"].get("title") for record in here.read("orders.events")]
    assert found[3]["标题"] in said


def test_jsonl_with_bad_rows_while_a_server_runs(here: Installation, tmp_path: Path) -> None:
    found, past = rows(50, seed=3)
    lines = [json.dumps(row, ensure_ascii=False) for row in found]
    bad = {
        5: ("broken", ""),
        9: ("[1, 2]", ""),
        12: (json.dumps(found[0] | {"编号": "B1", "受理时间": "昨天"}), "received_at"),
        17: (json.dumps(found[0] | {"编号": "B2", "办结时间": "2025-01-01"}), "closed_at"),
        20: (json.dumps(found[0] | {"编号": "B3", "标题": ""}), "title"),
        25: (json.dumps(found[0] | {"编号": "B4", "街道": "无此街道"}), "street"),
        30: (json.dumps(found[0] | {"编号": "B5", "内容": "\ud800"}), "content"),
        33: (json.dumps(found[0] | {"编号": "B6", "受理时间": "2999-01-01"}), "received_at"),
    }  # fmt: skip
    for number, (line, _) in bad.items():
        lines.insert(number - 1, line)
    path, report = tmp_path / "a.jsonl", tmp_path / "report.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    here.start("all", "serve")
    here.ready()
    counts, errors = import_file(here, path, "--report", str(report))
    assert counts == {"rows": 58, "orders": 50, "duplicates": 0, "refused": 8}
    orders_equal(here, past)
    told = {line.split(":")[0]: line for line in errors.splitlines() if line.startswith("row ")}
    assert told.keys() == {f"row {number}" for number in bad}
    reported = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    assert [one["row"] for one in reported] == list(bad)
    for one in reported:
        assert [problem["field"] for problem in one["problems"]] == [bad[one["row"]][1]]
        assert all(problem["reason"] for problem in one["problems"])
    assert here.stop("all")[0] == 0


def test_parquet_without_numbers_keeps_equal_rows_apart(here: Installation, tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    found, _ = rows(20, seed=4)
    twice = [found[0]] * 3 + found[1:]
    columns = {name: [row[name] for row in twice] for name in COLUMNS if name != "编号"}
    columns["受理时间"] = [datetime.fromisoformat(value.replace("/", "-")) for value in columns["受理时间"]]
    parquet.write_table(pa.table(columns), tmp_path / "a.parquet")
    (tmp_path / "map.yaml").write_text(MAP.replace("external_id: 编号, ", ""), encoding="utf-8")
    for expected in ((22, 0), (0, 22)):
        counts, _ = import_file(here, tmp_path / "a.parquet")
        assert (counts["orders"], counts["duplicates"], counts["refused"]) == (*expected, 0)
    received = Counter(
        record["value"]["fact"]["title"]
        for record in here.read("orders.events")
        if record["value"]["fact"]["type"] == "received"
    )
    assert received[found[0]["标题"]] == 3
    assert len(received) == 20
