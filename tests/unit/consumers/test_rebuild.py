"""A store that an earlier version wrote is made anew from the log, before anything is written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from consumers.rebuild import renew
from consumers.runner import Runner
from dispatcher.settings import Settings
from dispatcher.wiring import Services
from models.errors import ConfigureFirst
from models.query import OrderQuery
from tests.unit.consumers.conftest import Flow


def outdated(path: Path) -> None:
    """What an earlier version left: its number, and tables that this one does not know."""
    path.unlink()
    for beside in path.parent.glob(f"{path.name}-*"):
        beside.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
        connection.execute("PRAGMA user_version = 1")


def test_a_store_of_an_earlier_version_is_made_anew(flow: Flow) -> None:
    services = flow.services
    said = {"source_system": "s", "title": "路灯不亮", "content": "楼村一路路灯三天不亮"}
    flow.hand_in(said | {"external_id": "1"}, said | {"external_id": "2"})
    flow.run()
    before = {order.order_no: order for order in services.store.orders()}
    assert len(before) == 2
    services.close()
    outdated(services.settings.store_path)
    again = Services(services.settings, clock=services.clock)
    try:
        with pytest.raises(ConfigureFirst, match="has schema 1"):
            again.store  # noqa: B018 - opens it
        runner = Runner(again, ["ledger"])
        runner.stop()
        assert not again.store_outdated
        assert {order.order_no: order for order in again.store.orders()} == before
        assert again.store.count(OrderQuery(), now=again.clock.now()) == 2
        renew(again)  # nothing to do any more
    finally:
        again.close()


def test_a_store_of_a_later_version_stays(tmp_path: Path) -> None:
    services = Services(Settings(data=tmp_path / "data"))
    services.settings.data.mkdir()
    with closing(sqlite3.connect(services.settings.store_path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    try:
        with pytest.raises(ConfigureFirst, match="has schema 99"):
            Runner(services, ["ledger"])
    finally:
        services.close()
