from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatcher.files import ClosureRow, Row, RowMapper, load_map, open_table
from dispatcher.files.cells import flag, number, text
from dispatcher.files.table import CellError
from models.errors import CorrectInput
from models.intake import Intake


def mapper(folder: Path, map_text: str, rows: list[dict[str, Any]], name: str = "orders.jsonl") -> RowMapper:
    (folder / "MAP.yaml").write_text(map_text, encoding="utf-8")
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return RowMapper(load_map(folder / "MAP.yaml"), open_table(folder / name))


BASE = "fields: {external_id: id, title: t, content: c, received_at: r, closed_at: d, phone: p}\n"
ROW: dict[str, Any] = {"id": 17, "t": "  路灯不亮 ", "c": "晚上很黑", "r": "2022/1/5 8:03", "d": "", "p": 13800000000}


def test_a_row_becomes_an_intake_message(tmp_path: Path) -> None:
    fields = mapper(tmp_path, BASE, [ROW]).intake_fields(Row(1, ROW))
    assert fields == {
        "source_system": "orders",
        "is_archive": True,
        "external_id": "17",
        "title": "路灯不亮",
        "content": "晚上很黑",
        "received_at": dt.datetime(2022, 1, 5, 0, 3, tzinfo=dt.UTC),
        "phone": "13800000000",
    }
    assert Intake.model_validate(fields).closed_at is None


def test_values_are_translated_and_constants_fill_what_is_empty(tmp_path: Path) -> None:
    said = BASE + (
        "source_system: 平台\nconstants: {channel: web, title: 无标题}\n"
        "values: {closed_at: {未办结: ''}, external_id: {'17': a17}}\n"
    )
    row = ROW | {"d": "未办结", "t": None}
    fields = mapper(tmp_path, said, [row]).intake_fields(Row(1, row))
    assert (fields["channel"], fields["title"], fields["external_id"]) == ("web", "无标题", "a17")
    assert fields["source_system"] == "平台"
    assert "closed_at" not in fields


def test_every_bad_cell_of_a_row_is_named_and_little_of_it_is_repeated(tmp_path: Path) -> None:
    row = ROW | {"r": "很久以前，" * 20, "d": CellError("#REF!"), "t": {"a": 1}, "id": 1e15}
    with pytest.raises(CorrectInput) as caught:
        mapper(tmp_path, BASE, [ROW]).intake_fields(Row(1, row))
    found = {problem.field: problem.reason for problem in caught.value.problems}
    assert set(found) == {"received_at", "closed_at", "title", "external_id"}
    assert "#REF!" in found["closed_at"]
    assert len(found["received_at"]) < 60
    assert "over 15 digits" in found["external_id"]


def test_columns_that_the_file_lacks(tmp_path: Path) -> None:
    with pytest.raises(CorrectInput) as caught:
        mapper(tmp_path, "fields: {title: 标题, content: 诉求内容, channel: c}", [{"标题": 1, "诉求的内容": 2, "c": 3}])
    (problem,) = caught.value.problems
    assert problem.field == "fields.content"
    assert problem.reason == "orders.jsonl has no column 诉求内容; did you mean 诉求的内容?"


def test_recorded_returns_get_their_zone(tmp_path: Path) -> None:
    past = [{"department": "water", "dispatched_at": "2022-01-05 08:10", "returned_at": "2022-01-05 09:00"}]
    row = ROW | {"back": past}
    fields = mapper(tmp_path, BASE.replace("{", "{returns: back, "), [row]).intake_fields(Row(1, row))
    (back,) = Intake.model_validate(fields).returns
    assert back.returned_at == dt.datetime(2022, 1, 5, 1, 0, tzinfo=dt.UTC)


NO_ID = "fields: {title: t, content: c}\n"


def ids(folder: Path, rows: list[dict[str, Any]]) -> list[object]:
    if not rows:
        return []
    reader = mapper(folder, NO_ID, rows)
    return [reader.intake_fields(Row(place, row))["external_id"] for place, row in enumerate(rows)]


def test_identical_rows_are_orders_of_their_own(tmp_path: Path) -> None:
    row = {"t": "路灯", "c": "不亮", "n": float("nan")}
    first, second, other = ids(tmp_path, [row, row, row | {"n": 1}])
    assert second == f"{first}-2"
    assert other not in (first, second)
    assert first == ids(tmp_path, [{"n": None, "c": "不亮", "t": "路灯"}])[0]


def test_half_a_surrogate_pair_has_an_id_too(tmp_path: Path) -> None:
    assert len(set(ids(tmp_path, [{"t": "\ud800", "c": "x"}, {"t": "\udfff", "c": "x"}]))) == 2


small = st.fixed_dictionaries({"t": st.sampled_from("ab"), "c": st.sampled_from("cd")})


@settings(max_examples=50, deadline=None)
@given(rows=st.lists(small, max_size=12), data=st.data())
def test_derived_ids_do_not_depend_on_the_order_of_rows(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp()
    found = ids(folder, rows)
    assert len(set(found)) == len(rows)
    assert found == ids(folder, rows)
    assert sorted(map(str, found)) == sorted(map(str, ids(folder, data.draw(st.permutations(rows)))))


CLOSURE = """
fields:
  received_at: r
  first_closed_at: f
  closed_at: d
  suspended_hours: h
  suspended_days: days
  unit: u
  is_direct_answer: direct
constants: {street: 马田}
"""


def test_closure_rows(tmp_path: Path) -> None:
    row = {"r": "2022-01-31 23:30", "f": "2022-02-02", "d": None, "h": "12", "days": 1, "u": " 某局 ", "direct": "是"}
    reader = mapper(tmp_path, CLOSURE, [row])
    found = reader.closure_row(Row(1, row))
    assert found == ClosureRow(
        received_at=dt.datetime(2022, 1, 31, 15, 30, tzinfo=dt.UTC),
        first_closed_at=dt.datetime(2022, 2, 1, 16, 0, tzinfo=dt.UTC),
        closed_at=None,
        suspended=dt.timedelta(hours=36),
        is_direct_answer=True,
        groups={"unit": "某局", "street": "马田", "received_month": "2022-01"},
    )
    once = reader.closure_row(Row(2, {"d": "2022-02-03"}))
    assert once.received_at is None
    assert once.first_closed_at == once.closed_at == dt.datetime(2022, 2, 2, 16, 0, tzinfo=dt.UTC)
    with pytest.raises(CorrectInput, match="negative"):
        reader.closure_row(Row(3, {"h": -1}))
    with pytest.raises(CorrectInput, match=r"^closed_at: no time"):
        reader.closure_row(Row(4, {"d": "明天"}))


def test_a_file_with_the_first_closing_only(tmp_path: Path) -> None:
    row = {"t": "a", "f": "2022-02-02"}
    reader = mapper(tmp_path, "fields: {title: t, first_closed_at: f}", [row])
    found = reader.closure_row(Row(1, row))
    assert found.closed_at == found.first_closed_at == dt.datetime(2022, 2, 1, 16, 0, tzinfo=dt.UTC)
    assert reader.intake_fields(Row(1, row))["closed_at"] == found.closed_at


def test_an_import_does_not_see_what_only_statistics_read(tmp_path: Path) -> None:
    row = {"r": "2022-01-31", "f": "x", "h": "y"}
    fields = mapper(tmp_path, CLOSURE, [row | {"d": 1, "days": 1, "u": 1, "direct": 1}]).intake_fields(Row(1, row))
    assert set(fields) == {"source_system", "is_archive", "external_id", "received_at", "street"}


def test_a_map_can_say_that_open_rows_are_new_orders(tmp_path: Path) -> None:
    assert mapper(tmp_path, BASE + "live: true\n", [ROW]).intake_fields(Row(1, ROW))["is_archive"] is False


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (12.0, "12"), (1.5, "1.5"), (7, "7"), (True, "true"), (Decimal("1.50"), "1.50"), ("  ", None), (None, None),
        ("\u3000全角\u3000", "全角"), (float("nan"), None), (b"abc", "abc"), (dt.date(2022, 1, 5), "2022-01-05"),
        (dt.datetime(2022, 1, 5, 8, 3), "2022-01-05 08:03:00"), ("=1+1", "=1+1"), ("007", "007"),
    ],
)  # fmt: skip
def test_cells_as_text(value: object, said: str | None) -> None:
    assert text(value) == said


@pytest.mark.parametrize("value", [CellError("#N/A"), [1], {"a": 1}, b"\xff", 1e15, float("inf")])
def test_cells_that_are_no_text(value: object) -> None:
    with pytest.raises(ValueError):
        text(value)


def test_flags_and_numbers() -> None:
    assert [flag(value) for value in ("是", "否", True, "yes", "", None)] == [True, False, "true", "yes", None, None]
    assert [number(value) for value in ("22.5", 1, " ", "NaN", None)] == [22.5, 1.0, None, None, None]
    for wrong in ("north", "inf"):
        with pytest.raises(ValueError):
            number(wrong)
