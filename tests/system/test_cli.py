"""The command as a shell sees it: pipes that close, closed outputs, other encodings, two at once."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.system.installation import COMMAND, Installation


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path / "data")
    yield made
    made.close()


def texts(path: Path, rows: int) -> Path:
    path.write_text(
        "".join(
            json.dumps({"id": n, "title": f"路灯{n}", "content": "坏了", "at": "2026-01-01"}) + "\n"
            for n in range(rows)
        )
    )
    return path


def shell(here: Installation, line: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    script = f"set -o pipefail; {line}"
    environment = here.environment | {"M": str(COMMAND)} | more
    return subprocess.run(
        ["bash", "-c", script], env=environment, cwd=here.log.parent, capture_output=True, timeout=120, check=False
    )


def test_a_reader_that_has_seen_enough(here: Installation, tmp_path: Path) -> None:
    texts(tmp_path / "a.jsonl", 3000)
    done = shell(here, "$M classify a.jsonl | head -n 1")
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == b""
    assert done.returncode != 0  # of the writer: it could not say everything


def test_an_output_that_is_full(here: Installation, tmp_path: Path) -> None:
    texts(tmp_path / "a.jsonl", 3)
    done = shell(here, "$M classify a.jsonl --out /dev/full")
    assert done.returncode == 2
    assert done.stderr.startswith(b"minsheng: --out: /dev/full")
    assert len(done.stderr.splitlines()) == 1


def test_a_machine_without_a_language(here: Installation, tmp_path: Path) -> None:
    texts(tmp_path / "数据.jsonl", 2)
    done = shell(here, "$M classify 数据.jsonl", LC_ALL="C", LANG="C")
    assert (done.returncode, done.stderr) == (0, b"")
    assert [json.loads(line)["id"] for line in done.stdout.decode("utf-8").splitlines()] == [0, 1]


def test_an_import_beside_a_server_that_was_killed(here: Installation, tmp_path: Path) -> None:
    """What a dead process has left behind must not keep the next command waiting."""
    texts(tmp_path / "a.jsonl", 5)
    (tmp_path / "map.yaml").write_text("fields: {external_id: id, title: title, content: content, received_at: at}\n")
    server = here.start("all", "serve")
    here.ready()
    credentials = here.token("app", "operator")
    made = httpx.post(f"{here.url}/api/v1/orders", json={"title": "事", "content": "嗯"}, headers=credentials)
    assert made.status_code == 201, made.text
    server.send_signal(signal.SIGKILL)
    server.wait(10)
    done = shell(here, "$M import a.jsonl --map map.yaml")
    assert done.stdout == b"5 rows = 5 orders + 0 duplicates + 0 refused\n", done.stderr
    status = here.status()
    assert (status["orders"], status["adds_up"]) == (6, True)


def test_two_imports_at_once_make_one_order_of_each_row(here: Installation, tmp_path: Path) -> None:
    texts(tmp_path / "a.jsonl", 200)
    (tmp_path / "map.yaml").write_text("fields: {external_id: id, title: title, content: content, received_at: at}\n")
    command = [COMMAND, "import", "a.jsonl", "--map", "map.yaml"]
    running = [
        subprocess.Popen(command, env=here.environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    made = [int(out.split(b"=")[1].split()[0]) for out, _ in said]
    assert sum(made) == 200
    status = here.status()
    assert (status["received"], status["orders"], status["duplicates"], status["adds_up"]) == (400, 200, 200, True)
