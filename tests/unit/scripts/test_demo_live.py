from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random

import pytest

from dispatcher.catalogue import default_catalogue_path, load_catalogue
from models.apply import apply
from models.catalogue import Catalogue
from models.commands import Actor, Command, Refusal
from models.decide import decide
from models.kinds import DecisionMode, State, Urgency
from models.lifecycle import Move
from models.moves import Dispatch
from models.order import DEMO_SOURCE, Order
from models.rights import Role
from scripts.demo.city import TYPE_LETTERS, City, Origin
from scripts.demo.live import Action, LivePlan
from scripts.demo.matters import load_matters
from scripts.demo.plan import plan

NOW = datetime(2026, 3, 4, 2, tzinfo=UTC)
ROUTER = Actor(id="router", role=Role.SYSTEM)


@lru_cache
def guangming() -> Catalogue:
    return load_catalogue(default_catalogue_path())


def order_of(origin: Origin, number: int = 1, source: str = DEMO_SOURCE) -> Order:
    city = City(guangming())
    return Order(
        order_no=f"GM{number:03d}",
        version=3,
        state=State.ACCEPTED,
        updated_at=NOW,
        received_at=NOW,
        source_system=source,
        external_id=city.external_id(1, number, origin),
        channel="hotline",
        request_type=origin.request_type,
        urgency=Urgency.NORMAL,
        title="路灯不亮",
        content="路灯不亮",
        street=origin.site.street,
    )


def origin_of(key: str, request_type: str) -> Origin:
    city = City(guangming())
    return Origin(next(matter for matter in city.matters if matter.key == key), request_type, city.sites[5])


def obey(order: Order, action: Action) -> Order:
    """What the ledger makes of the action; fails when it refuses."""
    command = Command(
        command_id=f"c{order.version}",
        order_no=order.order_no,
        actor=action.actor,
        do=action.do,
        expected_version=action.expected_version,
    )
    events = decide(order, command, guangming(), action.at)
    assert not isinstance(events, Refusal), events
    for event in events:
        order = apply(order, event)
    return order


def dispatch(order: Order, unit: str) -> Order:
    do = Dispatch(unit=unit, mode=DecisionMode.AUTO)
    return obey(order, Action(NOW, order.order_no, ROUTER, do, order.version))


def live_until_closed(live: LivePlan, order: Order) -> tuple[Order, list[Move]]:
    moves: list[Move] = []
    now = order.updated_at
    live.follow(order, now)
    while order.state is not State.CLOSED and len(moves) < 20:
        now += timedelta(hours=6)
        for action in live.due(now):
            order = obey(order, action)
            moves.append(action.do.move)
            live.follow(order, action.at)
        assert now < NOW + timedelta(days=400)
    return order, moves


def test_the_right_unit_signs_and_closes_with_a_reply() -> None:
    origin = origin_of("street_lamp_dark", "complaint")
    order, moves = live_until_closed(LivePlan(guangming(), 1), dispatch(order_of(origin), "urban_mgmt"))

    assert moves == [Move.SIGN, Move.CLOSE]
    assert order.closing_department == "urban_mgmt"
    assert order.reply_public


def test_a_wrong_unit_sends_the_order_back_and_an_operator_puts_it_right() -> None:
    origin = origin_of("street_lamp_dark", "complaint")
    order, moves = live_until_closed(LivePlan(guangming(), 1), dispatch(order_of(origin), "water"))

    assert moves == [Move.RETURN, Move.DISPATCH, Move.SIGN, Move.CLOSE]
    assert order.return_reason is not None and order.return_basis
    assert (order.first_department, order.closing_department) == ("water", "urban_mgmt")


def test_a_streets_matter_belongs_to_the_office_of_its_street() -> None:
    origin = origin_of("illegal_building", "report")
    office, other = origin.site.office, "street_matian"
    assert office != other

    assert live_until_closed(LivePlan(guangming(), 1), dispatch(order_of(origin), office))[1][0] is Move.SIGN
    assert live_until_closed(LivePlan(guangming(), 1), dispatch(order_of(origin), other))[1][0] is Move.RETURN


def test_operators_decide_the_waiting_orders_in_the_end_rightly() -> None:
    live = LivePlan(guangming(), 2)
    for number, matter in enumerate(load_matters()):
        request_type = next(iter(matter.types))
        order, moves = live_until_closed(live, order_of(origin_of(matter.key, request_type), number))
        assert moves[0] in (Move.DISPATCH, Move.ANSWER_DIRECTLY)
        if moves[0] is Move.DISPATCH:
            assert order.closing_department == live.city.right_unit(origin_of(matter.key, request_type))
    assert len(live) == 0


def test_a_share_of_the_waiting_orders_is_left_to_the_person_who_watches() -> None:
    live = LivePlan(guangming(), 1, operators=0.5)
    for number in range(200):
        live.follow(order_of(origin_of("pothole", "help"), number), NOW)

    assert 70 < len(live.due(NOW + timedelta(days=30))) < 130


def test_actions_come_by_time_once_and_faster_with_a_pace() -> None:
    slow, fast = LivePlan(guangming(), 1), LivePlan(guangming(), 1, pace=100)
    for live in (slow, fast):
        for number in range(50):
            live.follow(order_of(origin_of("pothole", "help"), number), NOW)
    late = NOW + timedelta(days=60)
    calm, hurried = slow.due(late), fast.due(late)

    assert [action.at for action in calm] == sorted(action.at for action in calm)
    assert slow.due(late) == []
    assert hurried[-1].at - NOW < (calm[-1].at - NOW) / 50


def test_an_action_on_a_version_that_was_overtaken_lapses() -> None:
    live = LivePlan(guangming(), 1)
    order = order_of(origin_of("pothole", "help"))
    live.follow(order, NOW)
    live.follow(dispatch(order, "transport"), NOW)
    live.follow(order, NOW)  # an old version, seen late, changes nothing

    assert [action.do.move for action in live.due(NOW + timedelta(days=30))] == [Move.SIGN]


def test_orders_of_other_sources_and_unknown_ids_are_left_alone() -> None:
    live = LivePlan(guangming(), 1)
    live.follow(order_of(origin_of("pothole", "help"), source="city"), NOW)
    live.follow(order_of(origin_of("pothole", "help")).model_copy(update={"external_id": "1-2-xyz"}), NOW)

    assert len(live) == 0


def test_every_planned_order_is_recognised_by_its_id_alone() -> None:
    city = City(guangming())
    for order in plan(guangming(), 4, NOW - timedelta(days=30), NOW, 400):
        assert city.recognise(order.intake.external_id) == order.origin


@pytest.mark.parametrize("text", ["", "demo", "1-000001-zzzzh1", "1-000001-", "1-2-3-4", "1-000001-0000h"])
def test_foreign_ids_are_not_recognised(text: str) -> None:
    assert City(guangming()).recognise(text) is None


def test_any_matter_type_and_site_survive_the_way_through_the_id() -> None:
    city, rng = City(guangming()), Random(0)
    for matter in city.matters:
        for request_type in TYPE_LETTERS:
            origin = Origin(matter, request_type, rng.choice(city.sites))
            assert city.recognise(city.external_id(99, 1_234_567, origin)) == origin
