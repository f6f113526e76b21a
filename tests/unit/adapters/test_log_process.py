from __future__ import annotations

import subprocess
import sys
import time

from dispatcher.adapters.sqlite.log_process import is_dead, this_process


def test_this_process_lives() -> None:
    here = this_process()
    assert here.pid and here.started and here.boot and here.namespace
    assert not is_dead(here, here)
    assert not is_dead(here._replace(started=0), here._replace(started=0))


def test_a_number_that_is_used_again_is_another_process() -> None:
    here = this_process()
    assert is_dead(here._replace(started=here.started - 1), here)


def test_after_a_restart_of_the_machine_all_are_dead() -> None:
    here = this_process()
    assert is_dead(here._replace(boot="before"), here)


def test_another_container_cannot_be_judged() -> None:
    here = this_process()
    assert not is_dead(here._replace(namespace=here.namespace + 1, pid=2**22 + 1), here)


def test_a_killed_process_is_dead_even_before_its_parent_took_notice() -> None:
    here = this_process()
    code = (
        "from dispatcher.adapters.sqlite.log_process import this_process; print(*this_process(), flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        boot, namespace, pid, started = child.stdout.readline().split()
        there = here._replace(boot=boot, namespace=int(namespace), pid=int(pid), started=int(started))
        assert there.pid == child.pid
        assert not is_dead(there, here)
        child.kill()
        deadline = time.monotonic() + 5
        while not is_dead(there, here) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert is_dead(there, here)
        assert child.returncode is None, "nobody waited for it yet"
    assert is_dead(there._replace(started=0), here)
