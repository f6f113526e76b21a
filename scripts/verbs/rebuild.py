"""``minsheng rebuild``: the store again, from the log alone."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from consumers.rebuild import differences
from consumers.rebuild import rebuild as rebuild_store
from models.errors import ConfigureFirst
from scripts.common import errors, services


def rebuild(
    check: Annotated[bool, typer.Option("--check", help="Compare with the store at hand and change nothing.")] = False,
) -> None:
    """Replay every fact into a fresh store and put it in place of the one at hand; stop the ledger before."""
    with services(existing=True) as found:
        if found.log.members("ledger"):
            raise ConfigureFirst("a ledger is at work and writes the store: stop `minsheng serve` first")
        began = time.monotonic()
        with found.fresh_store() as fresh:
            records = rebuild_store(found.log, fresh.store)
            outdated = found.store_outdated
            differing = 0 if outdated else sum(1 for _ in differences(found.store, fresh.store))
            if not check:
                found.close()
                fresh.take_over()
        spent = time.monotonic() - began
        than = "it was of an earlier version" if outdated else f"{differing} documents differ from the store at hand"
        errors.print(f"{records} facts replayed in {spent:.1f} s; {than}")
        if check and differing:
            raise typer.Exit(1)
