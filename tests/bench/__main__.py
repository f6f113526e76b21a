"""Every bench, one after another, each in a process of its own: ``python -m tests.bench [NAME …]``.

A name is a file's without ``bench_``. Sizes are modest, the whole takes under four minutes;
``python -m tests.bench.bench_NAME --help`` shows what a single one can be asked for.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

NAMES = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
SIZES = {
    "clock": ["--orders", "200000"],
    "store": ["--orders", "30000"],
    "latency": ["--seconds", "20"],
    "similar": ["--seeds", "1", "--open", "30000"],
}
"""Where the whole run takes less than a bench does on its own."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; default: all")
    chosen = parser.parse_args().names or NAMES
    if unknown := set(chosen) - set(NAMES):
        parser.error(f"no such bench: {', '.join(sorted(unknown))}")
    failed = []
    for name in chosen:
        print(f"=== {name}", flush=True)
        began = time.monotonic()
        # One thread for each numeric library: the stages are measured, not its pool.
        environment = {"OMP_NUM_THREADS": "1"} | os.environ
        command = [sys.executable, "-m", f"tests.bench.bench_{name}", *SIZES.get(name, [])]
        if subprocess.run(command, env=environment, check=False).returncode:
            failed.append(name)
        print(f"--- {name} took {time.monotonic() - began:.0f} s\n", flush=True)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
