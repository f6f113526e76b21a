"""Looking at an installation and mending it from the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from consumers.local import wait_until_drained
from consumers.runner import Runner
from consumers.summary import every_record
from dispatcher.settings import Settings
from dispatcher.wiring import Services
from models.records import Record
from models.topics import DEADLETTER, INTAKE
from scripts.minsheng import main

BAD = {"source_system": "s", "external_id": "1", "title": "路灯", "content": "坏了", "street": "无此\n街道", "a\nb": 1}
Verb = Callable[..., str]


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    found = Services(Settings(data=tmp_path / "data"))
    yield found
    found.close()


def drain(services: Services) -> None:
    runner = Runner(services)
    runner.start()
    wait_until_drained(services, 20)
    runner.stop()


@pytest.fixture
def verb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Iterator[Verb]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MINSHENG_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("MINSHENG_LOG_LEVEL", "error")

    def run(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["minsheng", *arguments])
        capfdbinary.readouterr()  # what the stages of this test have logged before
        with pytest.raises(SystemExit) as ended:
            main()
            sys.exit(0)
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        assert (ended.value.code, err) == (0, b"")
        return out.decode()

    yield run
    structlog.reset_defaults()


def test_a_dead_letter_is_listed_shown_mended_and_sent_again(services: Services, verb: Verb, tmp_path: Path) -> None:
    services.log.append([Record(INTAKE, "k", json.dumps(BAD).encode()), Record(INTAKE, "k", b"\xff\x00")])
    drain(services)
    assert verb("deadletters", "list").count("\n") == 2
    first, second = verb("deadletters", "list").splitlines()
    number, _, stage, source, why = first.split("\t")
    assert (number, stage, source.rpartition("-")[2]) == ("0", "dispatch", "0")
    assert "unknown field" in why
    assert "not UTF-8" in second
    assert json.loads(verb("deadletters", "show", "0")) == BAD
    assert not any(json.dumps("坏了")[1:-1].encode() in one.value for one in every_record(services.log, DEADLETTER))
    mended = {name: value for name, value in BAD.items() if name != "a\nb"} | {"street": "公明街道"}
    (tmp_path / "mended.json").write_text(json.dumps(mended), encoding="utf-8")
    assert verb("deadletters", "replay", "0", "--file", "mended.json").startswith("sent to orders.intake-")
    assert verb("deadletters", "replay", "1").startswith("sent to orders.intake-")
    said = json.dumps("坏了")[1:-1].encode()
    assert (
        sum(said in record.value for record in every_record(services.log, INTAKE)) == 1
    )  # what came, and nothing sent
    drain(services)
    status = json.loads(verb("status", "--json"))
    assert (status["received"], status["orders"], status["dead_letters"]) == (4, 1, 3)
    assert status["adds_up"]
    assert "[adds up]" in verb("status")


def test_records_are_read_once_by_a_group(services: Services, verb: Verb) -> None:
    services.log.append([Record(INTAKE, f"k{n}", json.dumps({"n": n}).encode()) for n in range(10)])
    services.log.append([Record(INTAKE, "k", b"\xff"), Record(INTAKE, "k", b'{"x": "\\ud800"}')])
    everything = [json.loads(line) for line in verb("read", INTAKE).splitlines()]
    assert len(everything) == 12
    assert {"x": "\ud800"} in [one["value"] for one in everything]
    assert "\\xff" in [one["value"] for one in everything]
    first = verb("read", INTAKE, "--group", "g").splitlines()
    assert sorted(first) == sorted(
        json.dumps(one, ensure_ascii=False).replace("\ud800", "\\ud800") for one in everything
    )
    assert verb("read", INTAKE, "--group", "g") == ""
    assert INTAKE in verb("topics").splitlines()


def test_settings_are_shown_with_what_the_environment_changes(
    verb: Verb, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MINSHENG_PARTITIONS", "7")
    text = verb("settings")
    assert "MINSHENG_PARTITIONS=7" in text
    assert all(f"`MINSHENG_{name.upper()}`" in text for name in Settings.model_fields)
    assert not (tmp_path / "data").exists()


def test_a_good_catalogue_and_its_schema(verb: Verb) -> None:
    assert verb("catalogue", "check").rstrip().endswith("good")
    assert json.loads(verb("catalogue", "schema"))["type"] == "object"
