"""Orders with a past in another system: what real clocks cannot wait for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from tests.system.day.people import UNITS
from tests.system.day.scripts import Kinds
from tests.system.day.steps import Script, Step, alarmed

_SAID: tuple[dict[str, Any], ...] = (
    {"contacted": True, "solved": True, "satisfaction": "satisfied"},
    {"contacted": True, "solved": False, "satisfaction": "very_dissatisfied"},
    {"contacted": True, "solved": False},
    {"contacted": True, "satisfaction": "fair"},
    {"contacted": False},
)


def recorded_scripts(now: datetime) -> Iterator[Script]:
    """23 of them: early and late, returned once and twice, visited or not, some whose steps nobody knows."""
    kinds = Kinds(now)

    def script(key: str, n: int, days: float, after: dict[str, float], *steps: Step, **said: Any) -> Script:
        """``after``: hours after the receipt of each recorded moment."""
        intake = kinds.intake(n, days=days, **said)
        received = datetime.fromisoformat(intake["received_at"])
        intake |= {name: (received + timedelta(hours=hours)).isoformat() for name, hours in after.items()}
        if visit := said.get("visit"):
            intake["visit"] = visit | {"visited_at": (received + timedelta(hours=visit["visited_at"])).isoformat()}
        if returns := said.get("returns"):
            intake["returns"] = [
                {"department": unit, "dispatched_at": _at(received, start), "returned_at": _at(received, end)}
                for unit, start, end in returns
            ]
        return Script(f"{key}-{n}", intake, steps, "portal" if n % 2 else "operator-2")

    for n in range(10):
        unit, late = UNITS[n % 3], n % 4 == 3
        closed = 24.0 * (45 if late else 3 + n)
        after = {"dispatched_at": 1.5, "signed_at": 9.25, "first_contact_at": 12.0 + 5 * n, "replied_at": closed - 7}
        visit = _SAID[n % 5] | {"visited_at": closed + 30}
        yield script("full", n, 90 + n, after | {"closed_at": closed}, lead_department=unit, visit=visit)
    for n in range(5):
        tried = [("environment", 1, 20), ("urban_mgmt", 26, 40)][: 1 + n % 2]
        after = {"dispatched_at": 50.0, "signed_at": 60.0, "closed_at": 200.0 + 100 * n}
        yield script("misrouted", n, 60 - n, after, lead_department=UNITS[n % 2], returns=tried)
    for n in range(4):
        lead = {"lead_department": "water"} if n % 2 else {}
        visit = {"visit": _SAID[n] | {"visited_at": 400}} if n > 1 else {}
        yield script("closure", n, 50, {"closed_at": 300.0}, **lead, **visit)
    yield script("answered", 0, 30, {"closed_at": 0.2}, is_direct_answer=True, reply_public="请到窗口办理")
    sent = {"dispatched_at": 2.0}
    yield script("unsigned", 0, 9, sent, alarmed("unsigned"), alarmed("uncontacted"), lead_department="housing")
    yield script("uncalled", 0, 9, sent | {"signed_at": 4.0}, alarmed("uncontacted"), lead_department="water")
    yield script("overdue", 0, 70, sent | {"signed_at": 4.0}, alarmed("far_overdue"), lead_department="urban_mgmt")


def _at(start: datetime, hours: float) -> str:
    return (start + timedelta(hours=hours)).isoformat()
