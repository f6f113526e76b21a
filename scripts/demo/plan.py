"""The plan of the demonstration: orders in the order of their arrival, each with its future."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from models.catalogue import Catalogue
from models.intake import Intake
from models.kinds import DecisionMode
from scripts.demo.calls import Call, Caller
from scripts.demo.city import City, Origin
from scripts.demo.rhythm import days_of, moment, storm_day
from scripts.demo.slots import Slots
from scripts.demo.steps import Step, plan_steps

ROLLOUT_BEFORE_END = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    """One order: what is handed in, what it is really about, and what will happen to it.

    ``intake`` holds what the requester says and nothing that a classifier should find out. ``repeats`` is the
    ``external_id`` of the earlier order about the same thing. An order received after the roll-out has no ``mode``
    and no ``steps`` until it is routed (``settle``): they follow from what the router says.
    """

    number: int
    intake: Intake
    received_at: datetime
    origin: Origin
    unit: str
    mode: DecisionMode | None
    steps: tuple[Step, ...]
    repeats: str | None
    slots: Slots


def plan(
    catalogue: Catalogue,
    seed: int,
    start: datetime,
    end: datetime,
    orders: int,
    rollout: datetime | None = None,
    storm: date | None = None,
    first_number: int = 1,
) -> Iterator[PlannedOrder]:
    """``orders`` orders received from ``start`` until before ``end``, by time; the same arguments give the same.

    Orders received before ``rollout`` (default: 90 days before ``end``) are dispatched by hand, later ones wait to be
    routed. ``storm`` is the local day of the storm (default: one that the seed chooses, none in a range
    under three weeks). A plan that continues another one under the same seed starts at another ``first_number``.
    Raises ``ValueError`` for an empty range or a catalogue that the demonstration does not fit.
    """
    if start >= end:
        raise ValueError(f"start: {start.isoformat()} is not before end {end.isoformat()}")
    city = City(catalogue)
    rng = Random(f"{seed}/{first_number}")
    zone = ZoneInfo(catalogue.timezone)
    first, last = (moment.astimezone(zone).replace(microsecond=0) for moment in (start, end))
    hand_over = (rollout or end - ROLLOUT_BEFORE_END).astimezone(zone)
    stormy = storm or storm_day(rng, first.date(), last.date())
    caller = Caller(rng, city)
    for number, call in enumerate(_calls(rng, caller, first, last, stormy, orders), first_number):
        yield _planned(rng, city, seed, number, call, hand_over)


def repeat_of(city: City, seed: int, order: PlannedOrder, number: int, at: datetime) -> PlannedOrder:
    """Somebody else's call about the same at ``at``, to be routed; its number must be another than every order's."""
    rng = Random(f"{seed}/again/{number}")
    before = Call(order.received_at, order.origin.matter, origin=order.origin, slots=order.slots.drawing_on(rng))
    before.external_id = order.intake.external_id
    call = Caller(rng, city).make(Call(at, order.origin.matter, before))
    return _planned(rng, city, seed, number, call, rollout=at)


def _calls(
    rng: Random, caller: Caller, start: datetime, end: datetime, storm: date | None, orders: int
) -> Iterator[Call]:
    """Exactly ``orders`` calls by time: each day its share, repeats of earlier calls included."""
    matters = caller.city.matters
    days = list(days_of(matters, start, end, storm))
    total = sum(day.weights[-1] for day in days)
    serial = count()
    waiting: list[tuple[datetime, int, Call]] = []  # calls to come; the number keeps equal times in order
    made, expected = 0, 0.0
    for day in days:
        expected += orders * day.weights[-1] / total
        due = sum(at < day.closes for at, _, _ in waiting)
        fresh = max(0, round(expected) - made - due)
        for matter in rng.choices(matters, cum_weights=day.weights, k=fresh):
            at = moment(rng, matter, day, start.tzinfo)
            heappush(waiting, (at, next(serial), Call(at, matter)))
        last = day is days[-1]
        while made < orders and waiting and (waiting[0][0] < day.closes):
            call = caller.make(heappop(waiting)[2])
            made += 1
            yield call
            for later in caller.repeats(call, day.opens.date() == storm):
                if later.at < end and not (last and later.at < day.closes):
                    heappush(waiting, (later.at, next(serial), later))


def _planned(rng: Random, city: City, seed: int, number: int, call: Call, rollout: datetime) -> PlannedOrder:
    assert call.origin is not None and call.slots is not None  # a call that was made has both
    call.external_id = city.external_id(seed, number, call.origin)
    intake = Intake(external_id=call.external_id, received_at=call.at.astimezone(UTC), **call.fields)
    mode: DecisionMode | None = None
    steps: tuple[Step, ...] = ()
    if call.at < rollout:
        mode, steps = plan_steps(rng, city, call.origin, intake, call.slots, None)
    return PlannedOrder(
        number=number,
        intake=intake,
        received_at=call.at,
        origin=call.origin,
        unit=city.right_unit(call.origin),
        mode=mode,
        steps=steps,
        repeats=call.repeated.external_id if call.repeated is not None else None,
        slots=call.slots,
    )
