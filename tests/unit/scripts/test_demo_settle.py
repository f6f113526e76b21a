from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import pytest

from consumers.local import stages_at_work, wait_until_drained
from dispatcher.catalogue import default_catalogue_path, load_catalogue
from dispatcher.settings import Settings
from dispatcher.wiring import Services
from models.catalogue import Catalogue
from models.kinds import DecisionMode
from models.lifecycle import Move
from models.parts import Routing, Suggestion
from scripts.demo.city import City
from scripts.demo.feed import load_history
from scripts.demo.history import history
from scripts.demo.plan import PlannedOrder, plan
from scripts.demo.settle import settle

NOW = datetime(2026, 6, 30, 4, tzinfo=UTC)
START = NOW - timedelta(days=80)
"""The plan's roll-out lies before it: every order waits to be routed."""


class StandingClock:
    def now(self) -> datetime:
        return NOW


@lru_cache
def guangming() -> Catalogue:
    return load_catalogue(default_catalogue_path())


@lru_cache
def waiting() -> tuple[PlannedOrder, ...]:
    """No questions: the hotline answers some of them itself."""
    return tuple(o for o in plan(guangming(), 3, START, NOW, 400) if o.origin.voice != "consult")


def receipt(mode: str, units: Sequence[str]) -> Routing:
    return Routing(
        mode=mode,
        unit=units[0] if mode == "auto" else None,
        rule="r",
        reason="",
        model_version="m",
        list_version="l",
        suggestions=tuple(Suggestion(unit=unit, probability=0.5, reason="") for unit in units),
    )


def another(order: PlannedOrder) -> str:
    return "water" if order.unit != "water" else "police"


def test_after_the_load_every_order_agrees_with_its_own_receipt(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", partitions=2, demo_orders=600, demo_days=120)
    services = Services(settings, clock=StandingClock())
    with stages_at_work(services):
        assert load_history(services) == 600
        wait_until_drained(services, 30)
    orders = list(services.store.orders())
    services.close()

    assert len(orders) == 600
    modes = Counter[DecisionMode]()
    for order in orders:
        receipt = order.routing
        assert receipt is not None
        if order.received_at < NOW - timedelta(days=90):
            assert order.decision_mode in (None, DecisionMode.MANUAL)
            continue
        if order.decision_mode is None:  # waits for an operator, or was answered by one
            assert receipt.mode == "suggest"
            continue
        modes[order.decision_mode] += 1
        best = receipt.suggestions[0].unit
        assert (order.decision_mode is DecisionMode.AUTO) == (receipt.mode == "auto"), order
        if order.decision_mode is DecisionMode.AUTO:
            assert order.first_department == receipt.unit
        else:
            assert (order.decision_mode is DecisionMode.ACCEPTED) == (order.first_department == best)
    assert set(modes) == {DecisionMode.AUTO, DecisionMode.ACCEPTED, DecisionMode.OVERRIDDEN}


def test_an_order_that_goes_by_itself_goes_at_once_to_the_routers_unit_and_back_from_a_wrong_one() -> None:
    city = City(guangming())
    for order in waiting():
        right = settle(city, order, receipt("auto", [order.unit]))
        moves = [step.move for step in right.steps if step.move not in (Move.CONTACT, Move.VISIT)]
        assert moves == [Move.DISPATCH, Move.SIGN, Move.REPLY, Move.CLOSE]
        wrong = settle(city, order, receipt("auto", [another(order), order.unit]))
        assert [(step.move, step.unit) for step in wrong.steps[:2]] == [
            (Move.DISPATCH, another(order)),
            (Move.RETURN, another(order)),
        ]
        assert [step.unit for step in wrong.steps if step.move is Move.DISPATCH][-1] == order.unit
        assert right.mode is wrong.mode is DecisionMode.AUTO
        for one in (right, wrong):
            times = [order.received_at, *(step.at for step in one.steps)]
            assert all(before <= after for before, after in pairwise(times))
            assert one.steps[0].at - order.received_at < timedelta(minutes=30)


def test_what_an_operator_decides_is_accepted_only_where_it_is_the_first_suggestion() -> None:
    city = City(guangming())
    settled = [settle(city, order, receipt("suggest", [order.unit, another(order)])) for order in waiting()]
    against = [settle(city, order, receipt("suggest", [another(order), order.unit])) for order in waiting()]

    for one in settled:
        assert (one.mode is DecisionMode.ACCEPTED) == (one.steps[0].unit == one.unit)
    sent_wrong = sum(one.mode is DecisionMode.OVERRIDDEN for one in settled)
    assert 0 < sent_wrong < 0.2 * len(settled)
    for one in against:
        assert (one.mode is DecisionMode.ACCEPTED) == (one.steps[0].unit == another(one))
    assert {one.mode for one in (settle(city, o, receipt("suggest", [])) for o in waiting())} == {DecisionMode.MANUAL}


def test_settling_leaves_the_plan_as_it_is_and_gives_the_same_again() -> None:
    city, order = City(guangming()), waiting()[0]
    before = dict(order.slots)
    first = settle(city, order, receipt("suggest", [order.unit]))

    assert settle(city, order, receipt("suggest", [order.unit])) == first
    assert (dict(order.slots), order.mode, order.steps) == (before, None, ())


@pytest.mark.parametrize("mode", ["auto", "suggest"])
def test_an_order_whose_first_dispatch_is_still_to_come_is_handed_in_live(mode: str) -> None:
    order = settle(City(guangming()), waiting()[0], receipt(mode, [waiting()[0].unit]))
    intake = history(order, order.steps[0].at - timedelta(seconds=1))

    assert (intake.lead_department, intake.dispatched_at, intake.closed_at) == (None, None, None)
