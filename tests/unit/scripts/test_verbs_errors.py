"""Every wrong argument, file or setting: one sentence on standard error, a non-zero exit, nothing half done."""

from __future__ import annotations

import json
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
import typer

from classifier.linear import default_folder
from scripts.minsheng import app, main

Verb = Callable[..., tuple[int, str, str]]
MAP = "fields: {external_id: id, title: title, content: content, received_at: at}\n"


@pytest.fixture
def verb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Verb]:
    """Runs `minsheng …` in this process, in an empty folder; exit status, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MINSHENG_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("MINSHENG_PORT", "0")
    monkeypatch.setenv("MINSHENG_LOG_LEVEL", "error")

    def run(*arguments: str, **settings: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["minsheng", *arguments])
        with monkeypatch.context() as only_now:
            for name, value in settings.items():
                only_now.setenv(f"MINSHENG_{name.upper()}", value)
            with pytest.raises(SystemExit) as ended:
                main()
                sys.exit(0)
        out, err = capsys.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        return code, out, err

    yield run
    structlog.reset_defaults()  # the verbs log to the standard error of their test


def one_line(said: tuple[int, str, str]) -> str:
    code, out, err = said
    assert (code, out) == (2, ""), said
    assert err.startswith("minsheng: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err


def files(folder: Path) -> None:
    (folder / "map.yaml").write_text(MAP)
    (folder / "good.jsonl").write_text('{"id": 1, "title": "路灯", "content": "坏了", "at": "2026-01-01 08:00"}\n')
    (folder / "empty.csv").write_text("")
    (folder / "empty.jsonl").write_text("")
    (folder / "columns.csv").write_text("a,b\n1,2\n")
    (folder / "fake.xlsx").write_text("no spreadsheet")
    (folder / "fake.parquet").write_bytes(b"PAR1 and no more")
    (folder / "zip.xlsx").write_bytes(b"PK\x03\x04 cut short")
    (folder / "broken.yaml").write_text("fields: [1")
    (folder / "unknown.yaml").write_text("fields: {colour: a}\n")
    (folder / "nozone.yaml").write_text("timezone: Asia/Atlantis\n" + MAP)
    (folder / "list.yaml").write_text("[1, 2]\n")
    (folder / "folder").mkdir()


@pytest.mark.parametrize("file", ["missing.csv", "folder", "empty.csv", "fake.xlsx", "zip.xlsx", "fake.parquet"])
@pytest.mark.parametrize("command", ["import", "closure", "classify"])
def test_a_file_that_cannot_be_read(verb: Verb, tmp_path: Path, command: str, file: str) -> None:
    files(tmp_path)
    assert file in one_line(verb(command, file, *(() if command == "classify" else ("--map", "map.yaml"))))
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", ["import", "closure"])
@pytest.mark.parametrize(
    ("map_file", "said"),
    [("missing.yaml", "missing.yaml"), ("folder", ""), ("broken.yaml", "line"), ("unknown.yaml", "colour"),
     ("nozone.yaml", "Atlantis"), ("list.yaml", "mapping"), ("fake.parquet", "")],
)  # fmt: skip
def test_a_map_that_cannot_be_used(verb: Verb, tmp_path: Path, command: str, map_file: str, said: str) -> None:
    files(tmp_path)
    assert said in one_line(verb(command, "good.jsonl", "--map", map_file))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("import", "columns.csv", "--map", "map.yaml"), "title"),
        (("closure", "columns.csv", "--map", "map.yaml"), "at"),
        (("classify", "columns.csv"), "content"),
        (("classify", "good.jsonl", "--out", "folder"), "--out"),
        (("classify", "good.jsonl", "--out", "missing/out.jsonl"), "--out"),
        (("classify", "good.jsonl", "--out", "/dev/full"), "--out"),
        (("import", "good.jsonl", "--map", "map.yaml", "--report", "missing/report"), "--report"),
        (("import", "good.jsonl", "--map", "map.yaml", "--report", "folder"), "--report"),
        (("closure",), "FILE"),
        (("closure", "good.jsonl"), "--map"),
        (("closure", "good.jsonl", "--store"), "FILE"),
        (("closure", "--store", "--by", "colour"), "--by"),
        (("closure", "--store", "--observed-at", "soon"), "--observed-at"),
        (("closure", "--store", "--observed-at", "9999-12-31"), "--observed-at"),
        (("read", "orders.nothing"), "orders.nothing"),
        (("deadletters", "show", "0"), "no dead letter 0"),
        (("deadletters", "replay", "7", "--file", "missing"), "no dead letter 7"),
        (("catalogue", "check", "missing.yaml"), "missing.yaml"),
        (("catalogue", "check", "folder"), "folder"),
        (("catalogue", "check", "broken.yaml"), ""),
        (("catalogue", "check", "map.yaml"), "city"),
        (("catalogue", "check", "fake.xlsx"), ""),
    ],
)  # fmt: skip
def test_an_argument_that_cannot_be_used(verb: Verb, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    files(tmp_path)
    verb("append", "empty.jsonl")  # an installation, where the verb looks at one
    assert said in one_line(verb(*arguments))


@pytest.mark.parametrize(
    "command",
    [
        ("status",),
        ("topics",),
        ("read", "orders.events"),
        ("rebuild",),
        ("deadletters", "list"),
        ("closure", "--store"),
    ],
)
def test_a_verb_that_looks_makes_no_installation(verb: Verb, tmp_path: Path, command: tuple[str, ...]) -> None:
    assert "no installation" in one_line(verb(*command))
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [("port", "x"), ("port", "70000"), ("partitions", "0"), ("batch", "-1"), ("log_level", "loud"), ("top_k", "31"),
     ("answer_timeout", "nan"), ("session_timeout", "0"), ("deadletter_budget", "0.5"), ("log_format", "xml")],
)  # fmt: skip
def test_a_setting_that_cannot_be(verb: Verb, name: str, value: str) -> None:
    assert f"MINSHENG_{name.upper()}" in one_line(verb("status", **{name: value}))


@pytest.mark.parametrize(
    "command", [("append", "good.jsonl"), ("serve",), ("serve", "web"), ("serve", "ledger"), ("run", "--once")]
)
@pytest.mark.parametrize("data", ["good.jsonl", "good.jsonl/below", "/proc/here", "/dev/null/here"])
def test_a_data_directory_that_cannot_be(verb: Verb, tmp_path: Path, command: tuple[str, ...], data: str) -> None:
    files(tmp_path)
    assert "log.db" in one_line(verb(*command, data=data))


@pytest.mark.parametrize("content", [b"", b"no database at all, but long enough to look at" * 20])
@pytest.mark.parametrize("name", ["log.db", "store.db"])
def test_a_data_file_that_is_none(verb: Verb, tmp_path: Path, name: str, content: bytes) -> None:
    files(tmp_path)
    verb("append", "empty.jsonl")
    for leftover in (tmp_path / "data").glob(f"{name}*"):
        leftover.unlink()
    (tmp_path / "data" / name).write_bytes(content)
    code, _, err = verb("status")
    assert (code, "Traceback" in err) == (2 if content else 0, False), err
    assert not content or name in err


@pytest.mark.parametrize(
    "command", [("append", "good.jsonl"), ("serve",), ("import", "good.jsonl", "--map", "map.yaml")]
)
@pytest.mark.parametrize("catalogue", ["missing.yaml", "folder", "broken.yaml", "list.yaml", "map.yaml"])
def test_a_catalogue_that_cannot_be_used(verb: Verb, tmp_path: Path, command: tuple[str, ...], catalogue: str) -> None:
    files(tmp_path)
    one_line(verb(*command, catalogue=catalogue))


@pytest.mark.parametrize("command", [("serve",), ("serve", "dispatch"), ("classify", "good.jsonl"), ("run", "--once")])
@pytest.mark.parametrize("damage", ["missing", "bytes", "manifest", "truncated"])
def test_weights_that_are_damaged(verb: Verb, tmp_path: Path, command: tuple[str, ...], damage: str) -> None:
    files(tmp_path)
    model = tmp_path / "model"
    shutil.copytree(default_folder(), model)
    weights = next(model.glob("*.safetensors"))
    if damage == "missing":
        weights.unlink()
    elif damage == "bytes":
        content = bytearray(weights.read_bytes())
        content[len(content) // 2] ^= 1
        weights.write_bytes(content)
    elif damage == "truncated":
        weights.write_bytes(weights.read_bytes()[:100])
    else:
        (model / "manifest.json").write_text("{}")
    assert "weights" in one_line(verb(*command, model=str(model)))


@pytest.mark.parametrize("host", ["nowhere.invalid", "::1::", "256.1.1.1", "路由"])
def test_an_address_that_cannot_be(verb: Verb, host: str) -> None:
    assert "MINSHENG_HOST" in one_line(verb("serve", host=host))


@pytest.mark.parametrize("command", [("serve",), ("serve", "web"), ("run",)])
def test_a_port_that_is_taken(verb: Verb, command: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert port in one_line(verb(*command, port=port, demo_orders="5"))
        assert "MINSHENG_METRICS_PORT" in one_line(verb("serve", "ledger", metrics_port=port))


def test_arguments_that_are_none(verb: Verb) -> None:
    for arguments in (
        ("nothing",), ("serve", "nostage"), ("classify",), ("classify", "x", "--top", "0"), ("run", "--orders", "-1"),
        ("deadletters", "show", "-1"), ("deadletters", "show", "x"), ("read",), ("status", "--yaml"),
    ):  # fmt: skip
        code, out, err = verb(*arguments)
        assert (code, out) == (2, "")
        assert "Traceback" not in err
        assert "--help" in err


def test_every_verb_explains_itself(verb: Verb) -> None:
    group = typer.main.get_command(app)
    paths: list[tuple[str, ...]] = [()]
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        paths += [(name,), *((name, below) for below in getattr(command, "commands", {}))]
    assert len(paths) > 18
    for path in paths:
        code, out, err = verb(*path, "--help")
        assert (code, err) == (0, "")
        assert out.startswith("Usage: ")
        assert len(out.splitlines()) > 5, path


def test_a_bad_row_among_good_ones_is_reported_and_the_good_ones_go_in(verb: Verb, tmp_path: Path) -> None:
    files(tmp_path)
    with (tmp_path / "good.jsonl").open("a") as more:
        more.write('{"id": "\\ud800", "title": "路灯", "content": "坏了", "at": "2026-01-01 08:00"}\nbroken\n')
    code, out, err = verb("import", "good.jsonl", "--map", "map.yaml", "--report", "report.jsonl")
    assert (code, out) == (0, "3 rows = 1 orders + 0 duplicates + 2 refused\n"), err
    assert [line.split(":")[0] for line in err.splitlines()] == ["row 2", "row 3"]
    reported = [json.loads(line) for line in (tmp_path / "report.jsonl").read_text().splitlines()]
    assert [(one["row"], one["problems"][0]["field"]) for one in reported] == [(2, "external_id"), (3, "")]
    assert reported[0]["values"]["id"] == "\ud800"
    code, out, err = verb("status", "--json")
    assert (code, json.loads(out)["orders"], err) == (0, 1, "")
