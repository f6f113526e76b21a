"""How long ``minsheng run --once`` takes: the demonstration city's history, live orders, the summary.

``python -m tests.bench.bench_history [--history N] [--orders N]``
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.report import machine, table
from tests.system.installation import COMMAND


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--history", type=int, default=21_600, help="orders of the past")
    parser.add_argument("--orders", type=int, default=1000, help="live orders after that")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        settings = {"MINSHENG_DATA": str(data), "MINSHENG_DEMO_ORDERS": str(arguments.history)}
        command = [str(COMMAND), "run", "--once", "--orders", str(arguments.orders)]
        started = time.perf_counter()
        done = subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, check=False)
        took = time.perf_counter() - started
        size = sum(file.stat().st_size for file in data.rglob("*") if file.is_file())
    if done.returncode:
        sys.exit(done.stderr)
    loading = _seconds(r"history loaded in ([\d.]+) s", done.stderr)
    living = _seconds(r"through all stages in ([\d.]+) s", done.stderr)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(machine())
    table(
        "minsheng run --once",
        ["what", "orders", "seconds", "orders/s"],
        [
            ("history, made and loaded", arguments.history, loading, arguments.history / loading),
            ("live orders", arguments.orders, living, arguments.orders / living),
            ("the whole command", arguments.history + arguments.orders, took, ""),
        ],
    )
    print(f"peak memory {peak:,.0f} MiB; on disk {size / 1e6:,.0f} MB\n")


def _seconds(pattern: str, said: str) -> float:
    found = re.search(pattern, said)
    return float(found[1]) if found else float("nan")


if __name__ == "__main__":
    main()
