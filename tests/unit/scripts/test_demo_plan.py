from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from statistics import mean, median

import pytest

from dispatcher.catalogue import default_catalogue_path, load_catalogue
from dispatcher.settings import Settings
from dispatcher.wiring import Services
from models.catalogue import Catalogue
from models.kinds import DecisionMode, Satisfaction
from models.lifecycle import Move
from models.order import DEMO_SOURCE
from scripts.demo.city import City
from scripts.demo.plan import PlannedOrder, plan
from scripts.demo.settle import settle_all
from scripts.demo.steps import Step

END = datetime(2026, 6, 30, 16, tzinfo=UTC)
START = END - timedelta(days=180)
ROLLOUT = END - timedelta(days=90)
STORM = date(2026, 5, 20)
ORDERS = 6000
HANDLED = [Move.DISPATCH, Move.SIGN, Move.REPLY, Move.CLOSE]


@lru_cache
def guangming() -> Catalogue:
    return load_catalogue(default_catalogue_path())


@lru_cache
def services() -> Services:
    return Services(Settings())


@lru_cache
def planned() -> tuple[PlannedOrder, ...]:
    return tuple(
        settle_all(services(), City(guangming()), tuple(plan(guangming(), 7, START, END, ORDERS, storm=STORM)))
    )


def test_the_same_arguments_give_the_same_orders_and_another_seed_gives_others() -> None:
    orders = tuple(plan(guangming(), 7, START, END, ORDERS, storm=STORM))
    again = tuple(
        one for n in range(0, ORDERS, 500) for one in settle_all(services(), City(guangming()), orders[n : n + 500])
    )
    other = tuple(plan(guangming(), 8, START, END, 50))

    assert again == planned()
    assert {order.intake.content for order in other}.isdisjoint({order.intake.content for order in again[:50]})


def test_the_plan_has_the_number_of_orders_asked_for_by_time_within_the_range() -> None:
    times = [order.received_at for order in planned()]

    assert len(times) == ORDERS
    assert times == sorted(times)
    assert START <= times[0] <= times[-1] < END
    assert [order.number for order in planned()] == list(range(1, ORDERS + 1))


def test_keys_are_unique_and_a_continued_plan_takes_new_ones() -> None:
    later = plan(guangming(), 7, END, END + timedelta(hours=3), 200, first_number=ORDERS + 1)
    keys = [order.intake.external_id for order in (*planned(), *later)]

    assert len(set(keys)) == len(keys) == ORDERS + 200


def test_a_range_of_minutes_gets_all_its_orders() -> None:
    end = START + timedelta(minutes=20)

    assert all(START <= order.received_at < end for order in plan(guangming(), 1, START, end, 40))
    assert len(list(plan(guangming(), 1, START, end, 40))) == 40


def test_an_empty_range_is_refused() -> None:
    with pytest.raises(ValueError, match="start"):
        next(plan(guangming(), 1, END, END, 10))


def test_mornings_and_afternoons_of_working_days_are_the_busiest() -> None:
    hours = Counter(order.received_at.hour for order in planned())
    days = Counter(order.received_at.weekday() for order in planned())

    assert {hour for hour, _ in hours.most_common(4)} <= {9, 10, 14, 15, 16}
    assert min(hours[9], hours[10], hours[15], hours[16]) > 2 * hours[12] > 8 * hours[4]
    assert max(days[5], days[6]) < 0.75 * min(days[day] for day in range(5))


def test_noise_is_called_in_by_night() -> None:
    noise = [o for o in planned() if o.origin.matter.key in {"site_night_noise", "neighbour_noise", "racing_noise"}]
    late = sum(order.received_at.hour in (20, 21, 22, 23, 0, 1) for order in noise)

    assert len(noise) > 200
    assert late > 0.4 * len(noise)


def test_the_storm_brings_many_times_the_usual_number_in_every_street() -> None:
    storm = [order for order in planned() if order.origin.matter.storm]
    per_day = Counter(order.received_at.date() for order in storm)
    usual = median(per_day[STORM - timedelta(days=n)] for n in range(2, 30))
    streets = {order.origin.site.street for order in storm if order.received_at.date() == STORM}

    assert per_day[STORM] > 6 * usual
    assert streets == {street.code for street in guangming().streets}


def test_people_call_again_about_the_same_thing_at_the_same_place() -> None:
    by_key = {order.intake.external_id: order for order in planned()}
    repeats = [order for order in planned() if order.repeats is not None]
    pairs = [(by_key[order.repeats], order) for order in repeats if order.repeats is not None]

    assert 0.03 * ORDERS < len(repeats) < 0.2 * ORDERS
    for before, again in pairs:
        assert again.origin == before.origin
        assert timedelta() < again.received_at - before.received_at < timedelta(days=8)
    same = sum(a.intake.phone == b.intake.phone for a, b in pairs if a.intake.phone and b.intake.phone)
    assert 0.15 * len(pairs) < same < 0.5 * len(pairs)


def test_a_repeat_told_word_for_word_keeps_its_words_and_hardly_any_other_order_shares_them() -> None:
    orders = list(plan(guangming(), 3, START, END, 20_000))
    fresh = [order.intake.content for order in orders if order.repeats is None]
    all_words = Counter(order.intake.content for order in orders)

    assert len(fresh) - len(set(fresh)) < 0.01 * len(orders)
    assert any(n > 1 for n in all_words.values())


def test_steps_follow_each_other_and_the_life_cycle() -> None:
    for order in planned():
        times = [order.received_at, *(step.at for step in order.steps)]
        assert all(before <= after for before, after in pairwise(times))
        moves = [step.move for step in order.steps]
        if moves != [Move.ANSWER_DIRECTLY]:
            sent = max(place for place, move in enumerate(moves) if move is Move.DISPATCH)
            assert moves[:sent] == [Move.DISPATCH, Move.RETURN] * (sent // 2)
            assert [move for move in moves[sent:] if move not in (Move.CONTACT, Move.VISIT)] == HANDLED
            assert moves.count(Move.CONTACT) == (order.intake.phone is not None)
            assert {step.unit for step in order.steps[sent:] if step.move is not Move.VISIT} == {order.unit}
            assert all(step.unit != order.unit for step in order.steps[:sent])
            assert (order.steps[-1].visit is not None) == (moves[-1] is Move.VISIT)
        assert all(guangming().has_unit(step.unit) for step in order.steps if step.unit)
        assert [step.move for step in order.steps if step.reply] in ([Move.REPLY], [Move.ANSWER_DIRECTLY])


def test_street_matters_go_to_the_office_of_their_street() -> None:
    city = City(guangming())
    offices = {order.unit for order in planned() if city.by_place(order.origin.matter)}

    assert offices == set(city.offices)


def _days(values: list[timedelta]) -> list[float]:
    return [value / timedelta(days=1) for value in values]


def test_the_rollout_shortens_dispatch_signing_and_returns_but_not_the_handling() -> None:
    handled = [order for order in planned() if order.steps[0].move is Move.DISPATCH]
    before = [order for order in handled if order.received_at < ROLLOUT]
    after = [order for order in handled if order.received_at >= ROLLOUT]

    def dispatch(orders: list[PlannedOrder]) -> float:
        return median(_days([order.steps[0].at - order.received_at for order in orders]))

    def step(order: PlannedOrder, move: Move) -> Step:
        return [step for step in order.steps if step.move is move][-1]

    def signing(orders: list[PlannedOrder]) -> float:
        return median(_days([step(order, Move.SIGN).at - step(order, Move.DISPATCH).at for order in orders]))

    def handling(orders: list[PlannedOrder]) -> float:
        # per matter, so that a season's other matters do not count as other handling
        spans = [(o, step(o, Move.CLOSE).at - step(o, Move.SIGN).at) for o in orders]
        own = [span / timedelta(days=order.origin.matter.days[0]) for order, span in spans]
        return median(own)

    def returned(orders: list[PlannedOrder]) -> float:
        return mean(any(step.move is Move.RETURN for step in order.steps) for order in orders)

    assert dispatch(after) < 0.1 < 0.3 < dispatch(before)
    assert signing(after) < 0.6 * signing(before)
    assert returned(after) < 0.5 * returned(before)
    assert 0.88 < handling(after) / handling(before) < 1.12
    assert {order.mode for order in before} == {DecisionMode.MANUAL}
    shares = Counter(order.mode for order in after)
    assert shares[DecisionMode.ACCEPTED] > shares[DecisionMode.OVERRIDDEN] > 0 < shares[DecisionMode.AUTO]


def test_every_order_is_marked_as_a_demonstration_and_nobody_can_be_called() -> None:
    for order in planned():
        intake = order.intake
        assert intake.source_system == DEMO_SOURCE
        assert intake.phone is None or intake.phone.startswith("1990000")
        assert intake.uscc is None or "DEMO" in intake.uscc
        assert not intake.is_anonymous or (intake.name is None and intake.phone is None)
        assert intake.category is None and intake.item_code is None and intake.lead_department is None


def test_units_that_need_a_persons_consent_are_never_dispatched_automatically() -> None:
    never = set(guangming().auto_dispatch.never)

    assert not [o for o in planned() if o.mode is DecisionMode.AUTO and o.steps[0].unit in never]


def test_most_of_those_who_can_be_called_are_and_most_are_pleased() -> None:
    visits = [step.visit for order in planned() for step in order.steps if step.visit is not None]
    told = [order for order in planned() if order.origin.voice == "tell" and order.intake.phone]
    reached = [visit for visit in visits if visit.contacted]

    assert not [o for o in planned() if o.steps[-1].visit is not None and not o.intake.phone]
    assert 0.7 < mean(order.steps[-1].visit is not None for order in told) < 0.95
    assert 0.8 < len(reached) / len(visits) < 0.95
    assert 0.8 < mean(visit.is_pleased for visit in reached) < 0.95
    assert {visit.satisfaction for visit in reached} == set(Satisfaction)


def test_the_contact_comes_within_a_day_more_often_with_suggestions() -> None:
    def in_time(orders: list[PlannedOrder]) -> float:
        spans = []
        for order in orders:
            steps = {step.move: step.at for step in order.steps}
            if Move.CONTACT in steps:
                spans.append(steps[Move.CONTACT] - steps[Move.DISPATCH] <= timedelta(hours=24))
        return mean(spans)

    before = [order for order in planned() if order.received_at < ROLLOUT]
    after = [order for order in planned() if order.received_at >= ROLLOUT]
    assert 0.4 < in_time(before) < in_time(after) < 0.98
