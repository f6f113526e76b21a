"""Near-duplicates: what is found of the demonstration city's planted repeats, and how fast among many open orders.

``python -m tests.bench.bench_similar [--seeds 1 2 3] [--open 100000]``

Recall: of the orders planted as a repeat while an earlier one of the same thing was open, the share for which one of
those is shown. Precision: of all that is shown, the share that is about the same matter at the same site, which the
plan knows of every order: planted as its repeat (directly or by another repeat; ``planted alone`` counts these) or not.
Items are learnt from the first half of the range, the second half is judged.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from random import Random

from dispatcher.adapters.sqlite.store import SqliteOrderStore
from dispatcher.chunks import chunks
from dispatcher.settings import Settings
from dispatcher.similar.alike import THRESHOLD, WINDOW, find_alike, rank
from dispatcher.similar.matters import Matters, learn
from dispatcher.similar.sketch import Needle, finding_keys, sketch_needle
from dispatcher.wiring import Services
from models.alike import Sketch
from models.kinds import DecisionMode, State, Urgency
from models.lifecycle import Move
from models.order import Order
from models.parts import Requester
from scripts.demo.city import City, Origin
from scripts.demo.plan import PlannedOrder, plan
from scripts.demo.settle import settle_all
from tests.bench.report import machine, percentile, table

END = datetime(2026, 6, 30, 16, tzinfo=UTC)
DAYS, ORDERS = 180, 21_600


@dataclass(frozen=True, slots=True)
class Seen:
    """An order as the hotline sees it, and what the plan knows of it; ``chain`` is the first of its repeats."""

    said: Needle
    sketch: Sketch
    at: datetime
    ended: datetime | None
    dispatched: datetime | None
    item_code: str | None
    origin: Origin
    chain: str

    def sketch_at(self, now: datetime) -> Sketch:
        """With the item once somebody has dispatched it by hand."""
        known = self.dispatched is not None and self.dispatched <= now
        return self.sketch._replace(item_code=self.item_code if known else None)


@dataclass(frozen=True, slots=True)
class Figures:
    """``repeats`` that could be found and ``found`` ones; ``shown`` orders, and how many of them are right."""

    repeats: int
    found: int
    shown: int
    same: int
    planted: int
    same_community: int

    @property
    def recall(self) -> float:
        return self.found / max(1, self.repeats)

    @property
    def precision(self) -> float:
        return self.same / max(1, self.shown)


def demonstration(services: Services, seed: int, orders: int = ORDERS, days: int = DAYS) -> list[Seen]:
    """The demonstration city's orders by time; in the first half of the days people choose the items."""
    city, chains, found = City(services.catalogue), dict[str, str](), []
    half = END - timedelta(days=days / 2)
    planned = plan(services.catalogue, seed, END - timedelta(days=days), END, orders, rollout=half)
    for chunk in chunks(planned, 500):
        for one in settle_all(services, city, chunk):
            key = one.intake.external_id
            chains[key] = chains[one.repeats] if one.repeats is not None else key
            found.append(_seen(one, chains[key]))
    return found


def _seen(planned: PlannedOrder, chain: str) -> Seen:
    intake = planned.intake
    said = Needle(
        title=intake.title, content=intake.content, address_text=intake.address_text, community=intake.community,
        phone_hashes=(blake2b(intake.phone.encode(), digest_size=16).hexdigest(),) if intake.phone else (),
    )  # fmt: skip
    sketch = sketch_needle(said, planned.received_at)._replace(order_no=intake.external_id)
    sent = (step.at for step in planned.steps if step.move is Move.DISPATCH)
    by_hand = planned.mode is DecisionMode.MANUAL
    return Seen(
        said, sketch, planned.received_at, planned.steps[-1].at if planned.steps else None, next(sent, None),
        planned.origin.matter.item if by_hand else None, planned.origin, chain,
    )  # fmt: skip


def lessons(seen: Sequence[Seen], until: datetime) -> list[Sketch]:
    """What can be learnt from by ``until``."""
    return [one.sketch_at(until) for one in seen if one.at < until]


def judge(seen: Sequence[Seen], matters: Matters, start: datetime, threshold: float = THRESHOLD) -> Figures:
    """Look for each order that came from ``start`` on among those open at that moment."""
    index: dict[int, dict[str, Seen]] = defaultdict(dict)
    chains: dict[str, list[Seen]] = defaultdict(list)
    repeats = found = shown = same = planted = community = 0
    for one in seen:
        keys = finding_keys(one.sketch.places)
        if one.at >= start:
            pool = {number: other for key in keys for number, other in index[key].items() if _is_open(other, one.at)}
            ranked = rank(one.sketch, [other.sketch_at(one.at) for other in pool.values()], matters, one.at)
            hits = [pool[sketch.order_no] for sketch, score in ranked if score >= threshold]
            repeats += any(_is_open(other, one.at) for other in chains[one.chain])
            found += any(other.chain == one.chain for other in hits)
            shown += len(hits)
            same += sum(other.chain == one.chain or _same(other, one, "number") for other in hits)
            planted += sum(other.chain == one.chain for other in hits)
            community += sum(_same(other, one, "community") for other in hits)
        chains[one.chain].append(one)
        for key in keys:
            index[key] = {number: other for number, other in index[key].items() if _is_open(other, one.at)}
            index[key][one.sketch.order_no] = one
    return Figures(repeats, found, shown, same, planted, community)


def _is_open(one: Seen, now: datetime) -> bool:
    return now - one.at < WINDOW and (one.ended is None or one.ended > now)


def _same(one: Seen, other: Seen, place: str) -> bool:
    """Whether both are about the same matter (by its item, as people see it) at the same place."""
    ours, theirs = one.origin, other.origin
    matter = (ours.matter.item or ours.matter.key) == (theirs.matter.item or theirs.matter.key)
    return matter and getattr(ours.site, place) == getattr(theirs.site, place)


def open_orders(seen: Sequence[Seen], number: int, now: datetime) -> Iterator[Order]:
    """``number`` open orders of the last 30 days, with the texts of ``seen`` again and again."""
    chance = Random(7)
    for n in range(number):
        one = seen[n % len(seen)]
        received = now - timedelta(seconds=chance.random() * WINDOW.total_seconds())
        yield Order.model_construct(
            **_BLANK, order_no=f"GM{n:08d}", external_id=f"{n}", title=one.said.title, content=one.said.content,
            address_text=one.said.address_text, street=one.origin.site.street, community=one.said.community,
            item_code=one.item_code, received_at=received, updated_at=received, entered_at=received,
            requester=Requester(phone_hashes=one.said.phone_hashes),
        )  # fmt: skip


_BLANK = {
    "version": 1, "revision": 1, "state": State.HANDLING, "source_system": "bench", "channel": "hotline",
    "request_type": "complaint", "urgency": Urgency.NORMAL,
}  # fmt: skip


def latency(seen: Sequence[Seen], number: int, lookups: int = 400) -> list[tuple[str, float, float]]:
    """Milliseconds of a lookup in a store of ``number`` open orders by the wall and of the processor: median, 99 %."""
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteOrderStore(Path(folder) / "store.db")
        try:
            for chunk in chunks(open_orders(seen, number, END), 1000):
                store.project(chunk, [], [], {})
            matters = learn(store.lessons(20_000))
            gc.collect()
            gc.freeze()  # the plan's own objects are none that a server holds
            wall, busy = list[float](), list[float]()
            for one in Random(3).choices(seen, k=lookups):
                began, at_work = time.perf_counter(), time.process_time()
                find_alike(store, matters, one.said, now=END)
                wall.append((time.perf_counter() - began) * 1000)
                busy.append((time.process_time() - at_work) * 1000)
        finally:
            gc.unfreeze()
            store.close()
    named = (("find_alike", wall), ("of them at work", busy))
    return [(name, percentile(times, 0.5), percentile(times, 0.99)) for name, times in named]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 2, 3])
    parser.add_argument("--orders", type=int, default=ORDERS, help=f"of each seed, in {DAYS} days")
    parser.add_argument("--open", type=int, default=100_000, help="open orders for the lookups; 0: leave them out")
    arguments = parser.parse_args()
    print(machine())
    half = END - timedelta(days=DAYS / 2)
    rows, seen = [], list[Seen]()
    with tempfile.TemporaryDirectory() as folder:
        services = Services(Settings(data=Path(folder)))
        try:
            for seed in arguments.seeds:
                seen = demonstration(services, seed, arguments.orders)
                it = judge(seen, learn(lessons(seen, half)), half)
                shares = (it.recall, it.precision, it.planted / max(1, it.shown), it.same_community / max(1, it.shown))
                rows.append((f"seed {seed}", it.repeats, it.shown, *(f"{share:.3f}" for share in shares)))
        finally:
            services.close()
    columns = ("demonstration city", "repeats", "shown", "recall", "precision", "planted alone", "same community")
    table("planted repeats", columns, rows)
    if arguments.open:
        title = f"lookup among {arguments.open:,} open orders, ms"
        table(title, ("", "p50", "p99"), latency(seen, arguments.open))


if __name__ == "__main__":
    main()
