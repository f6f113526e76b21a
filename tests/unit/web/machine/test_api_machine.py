"""Whatever is asked over HTTP by whomever in whatever order: nothing fails, nothing is lost, the table is kept.

The suite's form takes some seconds; ``MINSHENG_TEST_EXAMPLES=500 scripts/test tests/unit/web/machine`` is the long one,
with other sequences each time.
"""

from __future__ import annotations

import itertools
import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from consumers.summary import every_record
from models.codec import from_record
from models.events import Event
from models.kinds import ENDED_STATES, State
from models.lifecycle import SYSTEM_MOVES, Move
from models.rights import MAY, Role
from models.topics import EVENTS
from tests.unit.web.machine.acting import Acting, may_act
from tests.unit.web.machine.book import Book
from tests.unit.web.machine.wishes import BEGINNINGS, INTAKES, PAYLOADS, SURE, nonsense
from tests.unit.web.machine.world import NOBODYS, Document, Person, World, world_at

LONG = int(os.environ.get("MINSHENG_TEST_EXAMPLES", "0"))
FORM = settings(
    max_examples=LONG or 12, stateful_step_count=24, derandomize=not LONG, database=None, deadline=None,
    suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink) if LONG else (Phase.generate,),
)  # fmt: skip
ASIDE = frozenset({"reveal", "urge", "supervise", "contact", "transfer", "amend"})
"""Allowed nearly always, and leading nowhere."""
MOST_ORDERS = 4
places = st.integers(0, 10**6)
someone = st.integers(0, 6)
any_move = st.sampled_from(sorted(PAYLOADS))
Choice = dict[Move, Document]
CHOICE: st.SearchStrategy[Choice] = st.fixed_dictionaries(PAYLOADS)
"""A payload for whichever move it comes to."""
versions = st.sampled_from(("none", "none", "seen", "header", "both", "stale", "future", "star"))


class AnythingOverHttp(RuleBasedStateMachine):
    """Some orders, and everybody who works on them. Whom and what it is about is drawn as a place, so that what is
    drawn does not hang on what was answered: the clock goes on from one example to the next."""

    world: World
    states: set[State]
    moves: set[Move]
    turns: Iterator[int]

    def __init__(self) -> None:
        super().__init__()
        self.numbers: list[str] = []
        self.made: set[Move] = set()
        self._enter(Book(self.world, self.world.staff()[2], states=self.states, moves=self.moves))

    def _enter(self, book: Book) -> None:
        """With new tokens."""
        people = self.world.staff()
        book.watcher = next(who for who in people if who.role is Role.SUPERVISOR)
        self.book, self.all = book, Acting(self.world, book, people)

    @initialize(begun=st.lists(st.tuples(INTAKES, places, CHOICE), min_size=2, max_size=2))
    def something_has_begun(self, begun: list[tuple[Document, int, Choice]]) -> None:
        for intake, which, do in begun:
            self.hand_in(intake, 0)
            number = self.numbers[-1]
            # In turn in the suite's form, so that each comes; see ``onward`` for the long one.
            for move in BEGINNINGS[(which if LONG else next(self.turns)) % len(BEGINNINGS)]:
                for who in self._ways(number).get(move, [])[:1]:
                    self.all.act(number, who, self._meant(move, do[move] | SURE.get(move, {}), 1))

    @precondition(lambda self: len(self.numbers) < MOST_ORDERS)
    @rule(intake=INTAKES, who=someone)
    def hand_in(self, intake: Document, who: int) -> None:
        self.world.clock.at += timedelta(minutes=1)
        person = self.all.people[who]
        answer = self.world.ask(person, "POST", "/orders", json=intake)
        assert answer.status_code == (201 if person.role in MAY[Move.REGISTER] else 403), answer.text
        if answer.status_code == 201:
            self.numbers.append(answer.json()["order_no"])
            self.book.look(self.numbers[-1])

    @rule(which=places, picks=st.lists(places, min_size=4, max_size=10), version=versions, key=st.booleans(), do=CHOICE)
    def onward(self, which: int, picks: list[int], version: str, key: bool, do: Choice) -> None:
        """Moves that the order allows to somebody, mostly such as lead on and were not made before."""
        number = self._number(which)
        # Not in the long form: an example that fails is made smaller there, and must not hang on those before.
        usual = frozenset[Move]() if LONG else frozenset(self.moves)
        for pick in picks:
            ways = self._ways(number)
            if pick % 5:
                ways = {move: people for move, people in ways.items() if move not in ASIDE}
            if not ways:
                return
            fresh = sorted(ways.keys() - self.made - usual) or sorted(ways.keys() - self.made) or sorted(ways)
            move = fresh[pick % len(fresh)]
            self.made.add(move)
            meant = self._meant(move, do[move], which)
            self.all.act(number, ways[move][pick % len(ways[move])], meant, version, f"k{pick % 9}" if key else None)
            version = "none"

    @rule(which=places, who=someone, move=any_move, version=versions, data=st.data())
    def anything(self, which: int, who: int, move: Move, version: str, data: st.DataObject) -> None:
        do = self._meant(move, data.draw(PAYLOADS[move]), which)
        self.all.act(self._number(which), self.all.people[who], do, version)

    @rule(which=places, who=someone, do=nonsense())
    def what_nobody_can_mean(self, which: int, who: int, do: Any) -> None:
        self.all.act(self._number(which), self.all.people[who], do)

    @rule(who=someone, do=nonsense())
    def about_no_order(self, who: int, do: Any) -> None:
        answer = self.all.send(NOBODYS, self.all.people[who], {"do": do}, {})
        assert answer.status_code in (403, 404, 422), answer.text

    @rule(which=places, other=st.booleans())
    def the_same_key_again(self, which: int, other: bool) -> None:
        sent = list(self.all.sent.values())
        if sent:
            self.all.again(sent[which % len(sent)], other)

    @rule(who=someone, items=st.lists(st.tuples(places, any_move, st.booleans()), max_size=5), data=st.data())
    def many(self, who: int, items: list[tuple[int, Move, bool]], data: st.DataObject) -> None:
        """Each item stands and falls by itself, in its place."""
        person, before = self.all.people[who], {one: self.book.look(one)["version"] for one in self.numbers}
        wishes: list[Document] = []
        for which, move, seen in items:
            number = self._number(which)
            do = self._meant(move, data.draw(PAYLOADS[move]), which)
            wishes.append({"order_no": number, "do": do} | ({"expected_version": before[number]} if seen else {}))
        answer = self.world.ask(person, "POST", "/commands", json={"items": wishes})
        self.world.settle()
        after = {one: self.book.look(one)["version"] for one in self.numbers}
        if answer.status_code != 200:
            assert answer.status_code == (422 if may_act(person) else 403) and after == before
            return
        results = answer.json()["results"]
        assert [one["order_no"] for one in results] == [wish["order_no"] for wish in wishes]
        for one in results:
            if one["status"] == "done":
                assert before[one["order_no"]] < one["version"] <= after[one["order_no"]]
            else:
                assert one["status"] == "refused" and one["problem"]["status"] in (403, 404, 409, 422)

    @rule(hours=st.sampled_from((0.1, 3, 30, 24 * 9, 24 * 31)))
    def time_passes(self, hours: float) -> None:
        """What is due happens; whoever asks has new credentials."""
        self.world.pass_time(timedelta(hours=hours))
        self._enter(self.book)
        for number in self.numbers:
            self.book.look(number)

    def teardown(self) -> None:
        """What is linked ends together, and what is closed comes to rest."""
        self.time_passes(24 * 31)
        orders = {number: self.book.look(number) for number in self.numbers}
        for order in list(orders.values()):
            orders |= {child: self.book.look(child) for child in order["children"]}
        for number, order in orders.items():
            if order["state"] == State.SPLIT:
                assert set(order["children_ended"]) < set(order["children"])
                for child in order["children"]:
                    assert (orders[child]["state"] in ENDED_STATES) <= (child in order["children_ended"]), child
            master = orders.get(order["merged_into"])
            if order["state"] == State.MERGED and master is not None:
                assert master["state"] not in ENDED_STATES and number in master["merged_from"]

    def _ways(self, number: str) -> dict[Move, list[Person]]:
        """Who may make which move on the order now."""
        found: dict[Move, list[Person]] = defaultdict(list)
        for who in filter(may_act, self.all.people):
            for move in (self.world.order(who, number) or {}).get("allowed", ()):
                found[Move(move)].append(who)
        return found

    def _number(self, which: int) -> str:
        return self.numbers[which % len(self.numbers)]

    def _meant(self, move: Move, do: Document, which: int) -> Document:
        """The wish as it is sent: a merge names the first order, or now and then one that does not exist."""
        into = {"into": self.numbers[0] if which % 10 else NOBODYS} if move is Move.MERGE else {}
        return {"move": move, **do, **into}


def test_nothing_fails_nothing_is_lost_and_the_table_is_kept(tmp_path: Path) -> None:
    with world_at(tmp_path / "data") as world:
        seen: Document = {"world": world, "states": set(), "moves": set(), "turns": itertools.count()}
        run_state_machine_as_test(type(AnythingOverHttp.__name__, (AnythingOverHttp,), seen), settings=FORM)
        logged: dict[str, list[Event]] = defaultdict(list)
        for record in every_record(world.services.log, EVENTS):
            logged[record.key].append(from_record(Event, record))
        for number, events in logged.items():
            assert [event.seq for event in events] == list(range(1, len(events) + 1)), number
            assert events == world.services.store.history(number), number
        assert set(world.answered) >= {200, 201, 403, 404, 409, 422}
    if not LONG:  # where no beginning comes in turn
        assert seen["states"] == set(State), "a machine that does not come everywhere shows little"
        assert seen["moves"] >= set(Move) - SYSTEM_MOVES, set(Move) - SYSTEM_MOVES - seen["moves"]
