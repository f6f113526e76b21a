from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dispatcher.adapters.sqlite.doorbell import Doorbell


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ("a long name of a data directory " * 6) / "log.db"


@pytest.fixture
def bell(path: Path) -> Iterator[Doorbell]:
    with contextlib.closing(Doorbell(path)) as bell:
        yield bell


def test_a_wait_without_a_ring_ends_by_its_timeout(bell: Doorbell) -> None:
    started = time.monotonic()
    assert not bell.wait(bell.count(), 0.1)
    assert 0.09 < time.monotonic() - started < 2


def test_a_ring_between_count_and_wait_is_heard(bell: Doorbell) -> None:
    seen = bell.count()
    bell.ring()
    assert bell.wait(seen, 0)
    assert not bell.wait(bell.count(), 0)


def test_another_bell_of_the_same_file_is_heard_and_one_of_another_file_is_not(bell: Doorbell, path: Path) -> None:
    seen = bell.count()
    with contextlib.closing(Doorbell(path.with_name("other.db"))) as other:
        other.ring()
    assert not bell.wait(seen, 0.1)
    with contextlib.closing(Doorbell(path)) as same:
        same.ring()
    assert bell.wait(seen, 5)


def test_another_process_is_heard(bell: Doorbell, path: Path) -> None:
    seen = bell.count()
    code = (
        "import sys; from pathlib import Path; from dispatcher.adapters.sqlite.doorbell import Doorbell;"
        "bell = Doorbell(Path(sys.argv[1])); bell.ring(); bell.close()"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)
    assert bell.wait(seen, 5)


def test_a_killed_listener_does_not_stop_the_others(bell: Doorbell, path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from dispatcher.adapters.sqlite.doorbell import Doorbell;"
        "bell = Doorbell(Path(sys.argv[1])); bell.count(); os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == -9
    seen = bell.count()
    with contextlib.closing(Doorbell(path)) as other:
        other.ring()
        other.ring()
    assert bell.wait(seen, 5)


def test_many_rings_do_not_block(bell: Doorbell, path: Path) -> None:
    seen = bell.count()
    with contextlib.closing(Doorbell(path)) as other:
        for _ in range(5000):
            other.ring()
    assert bell.wait(seen, 5)


def test_close_ends_waiters_and_leaves_nothing(path: Path) -> None:
    bell = Doorbell(path)
    seen = bell.count()
    timer = threading.Timer(0.1, bell.close)
    timer.start()
    started = time.monotonic()
    bell.wait(seen, 30)
    assert time.monotonic() - started < 5
    timer.join()
    bell.close()
    bell.ring()
    assert not [thread for thread in threading.enumerate() if thread.name == "doorbell" and thread.is_alive()]
