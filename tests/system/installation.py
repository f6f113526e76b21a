"""An installation as a person has it: command, data directory, processes, HTTP. Imports nothing of ours."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

COMMAND = Path(sys.executable).with_name("minsheng")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Installation:
    """A data directory and what runs on it; everything is ended by ``close``."""

    def __init__(self, data: Path, **settings: object) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        given = {"data": data, "port": self.port, "log_format": "json", **settings}
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MINSHENG_")},
            **{f"MINSHENG_{name.upper()}": str(value) for name, value in given.items()},
        }
        self.log = data.with_suffix(".log")
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.passwords: dict[str, str] = {}

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start `minsheng …` in the background under a name of the test's."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [COMMAND, *arguments], env=self.environment, stdout=subprocess.DEVNULL, stderr=log
            )
        self.processes[name] = process
        return process

    def kill(self, name: str) -> None:
        """kill -9."""
        self.processes[name].send_signal(signal.SIGKILL)
        self.processes[name].wait(10)

    def stop(self, name: str, timeout: float = 30, number: int = signal.SIGTERM) -> tuple[int, float]:
        """SIGTERM, or another signal; exit status and the seconds it took."""
        began = time.monotonic()
        process = self.processes.pop(name)
        process.send_signal(number)
        return process.wait(timeout), time.monotonic() - began

    def run(self, *arguments: str, check: bool = True, stdin: bytes | None = None) -> subprocess.CompletedProcess[str]:
        """Run `minsheng …` to its end."""
        done = subprocess.run(
            [COMMAND, *arguments], env=self.environment, capture_output=True, text=True, timeout=300, check=False
        )
        assert not check or done.returncode == 0, f"minsheng {arguments}: {done.returncode}\n{done.stderr}"
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def add_account(self, name: str, role: str, unit: str | None = None) -> str:
        """A new account; its password, which ``passwords`` keeps."""
        place = ["--unit", unit] if unit else []
        made = self.run("accounts", "add", name, "--role", role, *place, "--generate").stdout.strip()
        self.passwords[name] = made
        return made

    def token(self, name: str, role: str, unit: str | None = None, scopes: Sequence[str] = ()) -> dict[str, str]:
        """The header that another system sends, with a token of its own. There must be accounts: it was served, or
        ``add_account`` came first."""
        place = ["--unit", unit] if unit else []
        narrowed = [word for scope in scopes for word in ("--scope", scope)]
        done = self.run("accounts", "token", name, "--role", role, "--days", "2", *place, *narrowed)
        return {"Authorization": f"Bearer {done.stdout.strip()}"}

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("status", "--json").stdout)
        return found

    def read(self, *topics: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run("read", *topics).stdout.splitlines()]

    def ready(self, timeout: float = 60) -> None:
        """Wait until /readyz says so."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                answer = httpx.get(f"{self.url}/readyz", timeout=5)
                if answer.status_code == 200:
                    return
                said = answer.text
            except httpx.HTTPError as error:
                said = repr(error)
            ended = [name for name, process in self.processes.items() if (process.poll() or 0) > 0]
            assert not ended and time.monotonic() < deadline, f"{ended} {said}\n{self.log.read_text()[-3000:]}"
            time.sleep(0.1)

    def close(self) -> None:
        for process in self.processes.values():
            process.kill()
            process.wait(10)
        self.processes.clear()
