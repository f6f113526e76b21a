"""A short form of the long killing: nothing lost, nothing doubled, the store equals a replay of the log."""

from __future__ import annotations

from pathlib import Path

from tests.system.killing import run


def test_kill_any_process_at_any_moment(tmp_path: Path) -> None:
    report = run(tmp_path / "data", orders=600, kills=8, seed=7)
    assert sum(report["kills"].values()) == 8
    assert report["events"] >= 3 * 600
