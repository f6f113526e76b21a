from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatcher.files import Row, RowError, open_table
from dispatcher.files.text import LINE_MAX
from models.errors import CorrectInput


def read(path: Path, content: str | bytes, encoding: str = "utf-8", name: str = "a.csv") -> list[Row | RowError]:
    file = path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return list(open_table(file))


def good(rows: list[Row | RowError]) -> list[dict[str, object]]:
    return [row.values for row in rows if isinstance(row, Row)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_encoding_and_separator_reads_the_same(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = f"标题{delimiter}内容\r\n路灯不亮{delimiter}根竹园社区路口，晚上很黑\r\n".replace("\r\n", "\r\n")
    rows = read(tmp_path, text, encoding)
    assert rows == [Row(2, {"标题": "路灯不亮", "内容": "根竹园社区路口，晚上很黑"})]


def test_a_separator_inside_quotes_of_the_header_does_not_count(tmp_path: Path) -> None:
    assert good(read(tmp_path, '"a;b;c;d",e\n1,2\n')) == [{"a;b;c;d": "1", "e": "2"}]


def test_rows_are_numbered_by_the_line_where_they_start(tmp_path: Path) -> None:
    rows = read(tmp_path, 'a,b\n"x\ny",1\n\n,\n3,4\n')
    assert rows == [Row(2, {"a": "x\ny", "b": "1"}), Row(6, {"a": "3", "b": "4"})]


def test_rows_with_another_number_of_fields_are_errors_and_the_rest_comes(tmp_path: Path) -> None:
    rows = read(tmp_path, "a,b\n1\n1,2,3\n4,5\n")
    assert rows == [
        RowError(2, "1 fields where the header has 2", "1\n"),
        RowError(3, "3 fields where the header has 2", "1,2,3\n"),
        Row(4, {"a": "4", "b": "5"}),
    ]


def test_a_nul_byte_is_named(tmp_path: Path) -> None:
    rows = read(tmp_path, "a,b\n1,x\x00y\n3,4\n")
    assert rows[0] == RowError(2, "a NUL byte at character 4 of the row", b"1,x\x00y\n")
    assert good(rows) == [{"a": "3", "b": "4"}]


def test_broken_bytes_of_one_row_leave_the_others_readable(tmp_path: Path) -> None:
    rows = read(tmp_path, "标题,内容\n路灯,坏了\n".encode() + b"x,\xff\xfe\n" + "井盖,丢了\n".encode())
    assert rows[1] == RowError(3, "bytes that are no UTF-8 at character 3 of the row", b"x,\xff\xfe\n")
    assert [row["标题"] for row in good(rows)] == ["路灯", "井盖"]


def test_broken_bytes_in_gb18030(tmp_path: Path) -> None:
    rows = read(tmp_path, "标题,内容\n路灯,坏了\n".encode("gb18030") + b"x,\xff\n" + "井盖,丢了\n".encode("gb18030"))
    assert isinstance(rows[1], RowError)
    assert rows[1].raw == b"x,\xff\n"
    assert [row["标题"] for row in good(rows)] == ["路灯", "井盖"]


def test_an_open_quote_does_not_swallow_the_rows_behind_it(tmp_path: Path) -> None:
    rows = read(tmp_path, 'a,b\n1,"open\n2,x\n3,"y"\n4,z\n')
    assert isinstance(rows[0], RowError)
    assert rows[0].number == 2
    assert rows[0].raw == '1,"open\n'
    assert rows[1:] == [
        Row(3, {"a": "2", "b": "x"}),
        Row(4, {"a": "3", "b": "y"}),
        Row(5, {"a": "4", "b": "z"}),
    ]


def test_a_field_of_a_megabyte_is_fine_and_an_endless_line_is_an_error(tmp_path: Path) -> None:
    rows = read(tmp_path, "a,b\n1," + "长" * 1_000_000 + "\n2," + "x" * (2 * LINE_MAX) + "\n3,4\n")
    assert isinstance(rows[0], Row)
    assert len(str(rows[0].values["b"])) == 1_000_000
    assert isinstance(rows[1], RowError)
    assert rows[1].number == 3
    assert rows[2] == Row(4, {"a": "3", "b": "4"})


def test_columns_that_stand_twice_or_have_no_name(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("备注, 标题 ,备注,\n1,2,3,4\n", encoding="utf-8")
    table = open_table(file)
    assert table.columns == ("备注 (1)", "标题", "备注 (2)", "#4")
    assert table.lacking(["标题", "备注"]) == ["备注"]


def test_a_table_can_be_read_twice(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("a\n1\n2\n", encoding="utf-8")
    table = open_table(file)
    assert list(table) == list(table) == [Row(2, {"a": "1"}), Row(3, {"a": "2"})]


def test_a_header_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CorrectInput, match="header cannot be read"):
        read(tmp_path, 'a,"b"c\n1,2\n')


# Cells as people write them: no NUL, no lone surrogates, which are errors on purpose.
cells = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n\r"), max_size=20)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(cells, cells, st.just("x")), max_size=8),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    delimiter=st.sampled_from(",;\t"),
)
def test_what_the_csv_module_writes_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], encoding: str, delimiter: str
) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(["a", "b", "c"])
    writer.writerows(rows)
    # U+FFFD stands for broken bytes in UTF-16, where Python has no way to keep them.
    expected = [row for row in rows if encoding != "utf-16" or "\ufffd" not in row[0] + row[1]]
    found = good(read(tmp_path_factory.getbasetemp(), buffer.getvalue(), encoding))
    assert [tuple(row.values()) for row in found] == expected


def test_an_open_quote_that_nothing_closes_costs_one_row(tmp_path: Path) -> None:
    rows = read(tmp_path, 'a,b\n1,"open\n2,x\n3,y\n')
    assert isinstance(rows[0], RowError)
    assert [row.number for row in rows] == [2, 3, 4]
    assert good(rows) == [{"a": "2", "b": "x"}, {"a": "3", "b": "y"}]


def test_a_hostile_file_of_open_quotes_ends_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dispatcher.files.csv_table._REREAD_MAX", 1000)
    rows = read(tmp_path, "a,b\n" + '1,"' + "x\n" * 2000)
    assert len(rows) == 1
    assert isinstance(rows[0], RowError)
