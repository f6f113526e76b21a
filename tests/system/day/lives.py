"""Each order as the event log tells it: an own replay of the facts, in the log's own words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Document = dict[str, Any]

LEADS_TO = {
    "received": "received", "accepted": "accepted", "rejected": "rejected", "reconsidered": "accepted",
    "dispatched": "dispatched", "recalled": "accepted", "referred": "arbitration", "signed": "handling",
    "returned": "return_review", "return_refused": "dispatched", "suspended": "suspended", "resumed": "handling",
    "replied": "reply_review", "sent_back": "handling", "approved": "visiting", "reworked": "rework",
    "closed": "closed", "archived": "archived", "merged": "merged", "unmerged": "accepted", "split": "split",
}  # fmt: skip
"""The state after each fact that changes it."""
WAITS_FOR = {"dispatched": "sign_wait", "return_review": "return_loop", "suspended": "suspended", "rework": "rework"}
WAITS_FOR |= {"reply_review": "review", "visiting": "visit"}
WAITS_FOR |= dict.fromkeys(("closed", "archived", "merged", "split", "rejected"), "idle")
"""The stage that the time in a state counts for, where that depends on nothing else."""


@dataclass
class Life:
    """An order, as far as its figures need it."""

    number: str
    events: list[Document] = field(default_factory=list)
    states: list[tuple[str | None, str]] = field(default_factory=list)
    """The state before and after each fact."""

    request_type: str = ""
    due_at: datetime | None = None
    first_due_at: datetime | None = None
    """As it was set at first: before any extension or suspension."""
    contact_due_at: datetime | None = None
    contacted_at: datetime | None = None
    first_closed_at: datetime | None = None
    closed_at: datetime | None = None
    lead: str | None = None
    co: tuple[str, ...] = ()
    first_unit: str | None = None
    closing_unit: str | None = None
    first_mode: str | None = None
    dispatches: int = 0
    returns: int = 0
    visit: Document | None = None
    """The last one that reached the requester."""
    is_direct: bool = False
    spent: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """Seconds by stage, until the last change of state."""
    entered_at: datetime | None = None

    @property
    def state(self) -> str:
        return self.states[-1][1]

    @property
    def is_left_out(self) -> bool:
        """Direct answers, merged, split and rejected orders."""
        return self.is_direct or self.state in ("merged", "split", "rejected") or self._ended_with_another

    @property
    def _ended_with_another(self) -> bool:
        return any(event["fact"].get("how") in ("followed", "parts") for event in self.events)

    def add(self, event: Document) -> None:
        """The next fact."""
        fact, at = event["fact"], moment(event["at"])
        before = self.states[-1][1] if self.states else None
        after = LEADS_TO.get(fact["type"], before)
        assert after is not None, f"{self.number} begins with {fact['type']}"
        if after != before:
            self._spend(before, at)
            self.entered_at = at
        if fact["type"] in ("returned", "recalled"):  # what it took came to nothing
            self.spent["return_loop"] += self.spent.pop("sign_wait", 0.0) + self.spent.pop("handling", 0.0)
        self.events.append(event)
        self.states.append((before, after))
        tell = getattr(self, f"_{fact['type']}", None)
        if tell is not None:
            tell(fact, at)

    def _spend(self, state: str | None, until: datetime) -> None:
        if state is None or self.entered_at is None:
            return
        if state == "handling":
            stage = "rework" if self.first_closed_at else "handling"
        else:
            stage = WAITS_FOR.get(state) or ("return_loop" if self.dispatches else "dispatch_wait")
        self.spent[stage] += (until - self.entered_at).total_seconds()

    def _received(self, fact: Document, at: datetime) -> None:
        self.request_type = fact["request_type"]
        self.due_at = self.first_due_at = moment(fact["limit"]["due_at"])

    def _amended(self, fact: Document, at: datetime) -> None:
        self.request_type = fact.get("request_type", self.request_type)
        if "limit" in fact:
            assert self.due_at == self.first_due_at, "nothing was granted before"
            self.due_at = self.first_due_at = moment(fact["limit"]["due_at"])

    def _dispatched(self, fact: Document, at: datetime) -> None:
        self.lead, self.co = fact["unit"], tuple(fact.get("co_units", ()))
        self.first_unit = self.first_unit or self.lead
        self.first_mode = self.first_mode or fact["mode"]
        self.dispatches += 1
        self.contact_due_at = moment(fact["contact_due_at"]) if "contact_due_at" in fact else None
        self.contacted_at = None

    def _return_refused(self, fact: Document, at: datetime) -> None:
        self.contact_due_at = moment(fact["contact_due_at"]) if "contact_due_at" in fact else None

    def _leaves(self, fact: Document, at: datetime) -> None:
        self.lead, self.co = None, ()

    _recalled = _rejected = _merged = _leaves

    def _returned(self, fact: Document, at: datetime) -> None:
        self.returns += 1

    def _contacted(self, fact: Document, at: datetime) -> None:
        if fact["reached"]:
            self.contacted_at = self.contacted_at or at

    def _extended(self, fact: Document, at: datetime) -> None:
        self.due_at = moment(fact["due_at"])

    def _resumed(self, fact: Document, at: datetime) -> None:
        if "due_at" in fact:
            self.due_at = moment(fact["due_at"])

    def _approved(self, fact: Document, at: datetime) -> None:
        self.lead = self.lead or fact.get("unit")
        self.closing_unit = fact.get("unit")
        self.first_closed_at = self.first_closed_at or at

    def _visited(self, fact: Document, at: datetime) -> None:
        if fact["visit"]["contacted"]:
            self.visit = fact["visit"]

    def _reworked(self, fact: Document, at: datetime) -> None:
        self.lead, self.closed_at = fact["unit"], None

    def _closed(self, fact: Document, at: datetime) -> None:
        self._approved(fact, at)
        self.closed_at = at
        self.is_direct = fact["how"] == "direct"

    def may_be_known_to(self, unit: str) -> bool:
        """The unit has it, had it when it was closed, or co-handles it."""
        return unit in {self.lead, self.closing_unit, *self.co}


def lives(records: Iterable[Document]) -> dict[str, Life]:
    """The orders of ``orders.events`` by number. Fails where an order's facts leave a gap or come twice."""
    found: dict[str, Life] = {}
    for record in records:
        event = record["value"]
        life = found.setdefault(event["order_no"], Life(event["order_no"]))
        assert event["seq"] == len(life.events) + 1, f"{life.number}: {event['seq']} after {len(life.events)}"
        life.add(event)
    return found


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
