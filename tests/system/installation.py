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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

COMMAND = Path(sys.executable).with_name("minsheng")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class TokenFor:
    """Another system's credentials that are wanted; no ``scopes``: every task of the role."""

    name: str
    role: str
    unit: str | None = None
    scopes: Sequence[str] = ()

    def arguments(self) -> list[str]:
        unit = ["--unit", self.unit] if self.unit else []
        scopes = [word for scope in self.scopes for word in ("--scope", scope)]
        return ["accounts", "token", self.name, "--role", self.role, "--days", "2", *unit, *scopes]


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

    def tokens(self, wanted: Sequence[TokenFor]) -> list[str]:
        """The texts of new tokens, issued at the same time; there must be accounts already."""
        issuing = [
            subprocess.Popen(
                [COMMAND, *one.arguments()],
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for one in wanted
        ]
        answers = [process.communicate(timeout=120) for process in issuing]
        for process, (_, said) in zip(issuing, answers, strict=True):
            assert process.returncode == 0, f"{process.args!r}: {said}"
        return [printed.strip() for printed, _ in answers]

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
            assert time.monotonic() < deadline, f"{said}\n{self.log.read_text()[-3000:]}"
            time.sleep(0.1)

    def close(self) -> None:
        for process in self.processes.values():
            process.kill()
            process.wait(10)
        self.processes.clear()
