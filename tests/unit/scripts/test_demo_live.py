from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random

import pytest

from dispatcher.calendar import WorkCalendar
from dispatcher.catalogue import default_catalogue_path, load_catalogue
from models.apply import apply, replay
from models.catalogue import Catalogue
from models.commands import Actor, Command, Refusal
from models.decide import decide
from models.kinds import DecisionMode, LimitUnit, State, Urgency
from models.lifecycle import SYSTEM_MOVES, Move
from models.moves import Dispatch, Merge, Register
from models.order import DEMO_SOURCE, Order
from models.parts import Limit, Requester, Routing
from models.rights import Role
from models.terms import Terms
from scripts.demo.city import TYPE_LETTERS, City, Origin
from scripts.demo.live import Action, LivePlan
from scripts.demo.matters import load_matters
from scripts.demo.plan import plan

NOW = datetime(2026, 3, 4, 2, tzinfo=UTC)
ROUTER = Actor(id="router", role=Role.SYSTEM)


@lru_cache
def guangming() -> Catalogue:
    return load_catalogue(default_catalogue_path())


@lru_cache
def terms() -> Terms:
    catalogue = guangming()
    return Terms(catalogue, WorkCalendar(catalogue.days, catalogue.timezone))


def order_of(origin: Origin, number: int = 1, source: str = DEMO_SOURCE, received_at: datetime = NOW) -> Order:
    """An order that waits to be dispatched; the requester left a number."""
    city = City(guangming())
    limit = Limit(value=15, unit=LimitUnit.WORKING_DAY, due_at=received_at + timedelta(days=21))
    routing = Routing(mode="suggest", rule="r", reason="", model_version="m", list_version="l")
    do = Register(
        source_system=source,
        external_id=city.external_id(1, number, origin),
        channel="hotline",
        request_type=origin.request_type,
        urgency=Urgency.NORMAL,
        title="路灯不亮",
        content="路灯不亮",
        requester=Requester(name="陈**", phone="199****0001"),
        street=origin.site.street,
        received_at=received_at,
        limit=limit,
        routing=routing,
    )
    command = Command(command_id="r", order_no=f"GM{number:013d}", actor=ROUTER, do=do)
    events = decide(None, command, terms(), received_at)
    assert not isinstance(events, Refusal), events
    order = replay(events)
    assert order is not None
    return order


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
    events = decide(order, command, terms(), action.at)
    assert not isinstance(events, Refusal), events
    for event in events:
        order = apply(order, event)
    return order


def dispatch(order: Order, unit: str, old: bool = False) -> Order:
    do = Dispatch(unit=unit, mode=DecisionMode.AUTO)
    at = order.received_at + timedelta(minutes=1) if old else max(NOW, order.received_at)
    return obey(order, Action(at, order.order_no, ROUTER, do, order.version))


def live_until_closed(live: LivePlan, order: Order) -> tuple[Order, list[Move]]:
    """Until nobody wants to do anything more with it."""
    moves: list[Move] = []
    now = order.updated_at
    live.follow(order, now)
    while len(live) and len(moves) < 60:
        now += timedelta(hours=6)
        for action in live.due(now):
            order = obey(order, action)
            moves.append(action.do.move)
            live.follow(order, action.at)
        assert now < NOW + timedelta(days=400)
    assert order.state is State.CLOSED
    return order, moves


def lives(count: int, unit: str | None = None, key: str = "street_lamp_dark") -> list[tuple[Order, list[Move]]]:
    """Orders about one matter, each lived to its end, dispatched to ``unit`` beforehand where one is named."""
    live, found = LivePlan(guangming(), 1), []
    for number in range(count):
        order = order_of(origin_of(key, "complaint"), number)
        found.append(live_until_closed(live, order if unit is None else dispatch(order, unit)))
    return found


def test_the_right_unit_handles_it_and_the_hotline_has_the_last_word() -> None:
    for order, moves in lives(20, "urban_mgmt"):
        assert moves.index(Move.SIGN) < moves.index(Move.REPLY)
        assert Move.CONTACT in moves
        assert moves[-1] in (Move.CLOSE, Move.VISIT)
        assert order.closing_department == "urban_mgmt"
        assert order.reply_public and order.reply_internal


def test_a_wrong_unit_sends_the_order_back_and_an_operator_puts_it_right() -> None:
    for order, moves in lives(20, "water"):
        assert moves[0] is Move.RETURN
        assert moves[1] in (Move.DISPATCH, Move.REFER)
        assert order.return_reason is not None and order.return_basis
        assert (order.first_department, order.closing_department) == ("water", "urban_mgmt")


def test_in_many_lives_everything_happens_and_most_of_them_go_straight() -> None:
    found = lives(400) + lives(60, "water")
    seen = Counter(move for _, moves in found for move in set(moves))
    everything = set(Move) - SYSTEM_MOVES - {
        Move.REGISTER, Move.ACCEPT, Move.REJECT, Move.RECONSIDER, Move.AMEND, Move.ANSWER_DIRECTLY, Move.RECALL,
        Move.MERGE, Move.UNMERGE, Move.SPLIT, Move.ARCHIVE, Move.REVEAL, Move.SUPERVISE,
    }  # fmt: skip

    assert everything <= seen.keys(), everything - seen.keys()
    called = [order for order, _ in found if order.visit is not None and order.visit.contacted]
    again = [order for order, moves in found if Move.VISIT in moves and order.rework_count]
    assert 0.6 * len(found) < len(called)
    assert 0.04 * len(called) < len(again) < 0.25 * len(called)
    assert any(order.supervise_level == 2 for order in again)
    assert sum(len(moves) <= 6 for _, moves in found) > 0.4 * len(found)
    assert seen[Move.REQUEST_SUSPENSION] < 0.06 * len(found)


def test_who_calls_about_the_same_follows_the_order_that_came_before() -> None:
    live, merged = LivePlan(guangming(), 1), 0
    origin, other = origin_of("street_lamp_dark", "complaint"), origin_of("pothole", "help")
    first = dispatch(order_of(origin, 1, received_at=NOW - timedelta(days=2)), "urban_mgmt")
    live.follow(first, NOW)
    for number in range(2, 42):
        again = order_of(origin if number % 2 else other, number, received_at=NOW - timedelta(minutes=50 - number))
        live.follow(again, NOW)
    for action in live.due(NOW + timedelta(days=1)):
        if isinstance(action.do, Merge):
            merged += 1
            assert action.do.into_received_at is not None
            assert action.do.into_received_at < NOW
            assert int(action.order_no[2:]) % 2 == (action.do.into == first.order_no)
    assert merged > 20
    assert [a for a in live.due(NOW + timedelta(days=1)) if isinstance(a.do, Merge)] == []


def test_looking_again_and_a_restart_change_nothing() -> None:
    one, other = LivePlan(guangming(), 1), LivePlan(guangming(), 1)
    order = dispatch(order_of(origin_of("pothole", "help")), "transport")
    one.follow(order, NOW)
    other.follow(order, NOW + timedelta(minutes=5))

    assert one.due(NOW + timedelta(days=90)) == other.due(NOW + timedelta(days=90))


def test_what_should_have_been_done_long_ago_is_done_one_after_the_other() -> None:
    live = LivePlan(guangming(), 1)
    for number in range(100):
        origin = origin_of("pothole", "help")
        old = dispatch(order_of(origin, number, received_at=NOW - timedelta(days=40)), "transport", old=True)
        live.follow(old, NOW)
    at = [action.at for action in live.due(NOW + timedelta(days=5))]

    assert len(at) == 100
    assert sum(one < NOW + timedelta(hours=1) for one in at) < 40


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
        if moves[0] is Move.DISPATCH and order.return_count < 1:
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
