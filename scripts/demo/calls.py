"""One call to the hotline: the caller, the place and the words; and the calls that follow about the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from models.kinds import Urgency
from models.order import DEMO_SOURCE
from scripts.demo.city import City, Origin
from scripts.demo.matters import Matter, Voice
from scripts.demo.people import PHONES, channel_of, requester_of
from scripts.demo.slots import Slots
from scripts.demo.wording import content_of

_REPEATED, _REPEATED_IN_STORM = 0.07, 0.2
_SAME_REQUESTER = 0.3
_WORD_FOR_WORD = 0.15
_TWO_MATTERS = 0.04
_BUSY_SITES = 0.35
"""The share of calls about the busiest tenth of the places."""


@dataclass(slots=True)
class Call:
    """A call to come (``at``, ``matter``, perhaps the earlier call) and, once made, what was said."""

    at: datetime
    matter: Matter
    repeated: Call | None = None
    again: bool = False
    """The requester of the earlier call calls again."""
    origin: Origin | None = None
    slots: Slots | None = None
    person: int = 0
    external_id: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    """The fields of the intake message, without its number and time."""


class Caller:
    """Makes calls, drawing on one generator."""

    def __init__(self, rng: Random, city: City) -> None:
        self.rng, self.city = rng, city
        self._busy = rng.sample(city.sites, max(1, len(city.sites) // 10))

    def make(self, call: Call) -> Call:
        """The call with everything that it says."""
        rng, matter, before = self.rng, call.matter, call.repeated
        if before is not None and before.origin is not None and before.slots is not None:
            call.origin, call.slots = before.origin, before.slots.again(call.at)
        else:
            request_type = rng.choices(tuple(matter.types), tuple(matter.types.values()))[0]
            site = rng.choice(self._busy if rng.random() < _BUSY_SITES else self.city.sites)
            call.origin = Origin(matter, request_type, site)
            night = matter.hours == "night"
            call.slots = Slots(rng, self.city.phrases, site, call.at, matter.requester, night)
        call.person = before.person if before is not None and call.again else rng.randrange(PHONES)
        if before is not None and call.again and rng.random() < _WORD_FOR_WORD:
            call.fields = before.fields
        else:
            call.fields = self._fields(call, call.origin, call.slots)
        return call

    def repeats(self, call: Call, in_storm: bool) -> Iterator[Call]:
        """Calls about the same thing within days, in a storm within hours; none about questions and praise."""
        rng = self.rng
        if call.repeated is not None or call.origin is None or call.origin.voice != "tell":
            return
        in_storm = in_storm and call.matter.storm
        if rng.random() >= (_REPEATED_IN_STORM if in_storm else _REPEATED):
            return
        for _ in range(1 + min(4, int(rng.expovariate(0.9)))):
            delay = rng.expovariate(1 / (3.0 if in_storm else 40.0)) + 0.2
            if delay < 24 * 7:
                again = rng.random() < _SAME_REQUESTER
                yield Call(call.at + timedelta(seconds=int(delay * 3600)), call.matter, call, again)

    def _fields(self, call: Call, origin: Origin, slots: Slots) -> dict[str, Any]:
        rng, matter, voice = self.rng, call.matter, origin.voice
        channel = channel_of(rng, self.city.catalogue, matter.requester)
        styles, weights = self.city.phrases.styles_of_channel[channel]
        style = rng.choices(styles, weights)[0]
        also = self._second(voice, matter, slots)
        title, content = content_of(rng, self.city.phrases, matter, voice, style, slots, also)
        found: dict[str, Any] = {"source_system": DEMO_SOURCE, "title": title, "content": content, "channel": channel}
        if slots.when is not None:
            found["occurred_at"] = slots.when.astimezone(UTC)
        if channel == "hotline":
            found |= {"agent_id": f"A{rng.randint(1, 36):03d}", "request_type": origin.request_type}
        elif rng.random() < 0.5:
            found["request_type"] = origin.request_type
        found["urgency"] = self._urgency(matter, voice)
        found |= self._place(origin, voice)
        kind, request_type = matter.requester, origin.request_type
        return found | requester_of(rng, self.city.phrases, kind, origin.site, request_type, call.person)

    def _second(self, voice: Voice, matter: Matter, slots: Slots) -> str | None:
        """A sentence about another matter, for the few who bring two at once."""
        if voice != "tell" or self.rng.random() >= _TWO_MATTERS:
            return None
        others = [m for m in self.city.matters if m.unit != matter.unit and m.requester is matter.requester]
        return self.rng.choice(self.rng.choice(others).bodies).format_map(slots) if others else None

    def _urgency(self, matter: Matter, voice: Voice) -> Urgency:
        drawn = self.rng.random()
        if voice != "tell" or drawn >= matter.urgent + matter.critical:
            return Urgency.NORMAL
        return Urgency.CRITICAL if drawn < matter.critical else Urgency.URGENT

    def _place(self, origin: Origin, voice: Voice) -> dict[str, str]:
        """Street, community and address as far as they were taken down."""
        site, drawn = origin.site, self.rng.random()
        if drawn < (0.04 if voice == "tell" else 0.45):
            return {}
        if drawn > 0.93:
            return {"street": site.street}
        found = {"street": site.street, "community": site.community}
        return found | {"address_text": site.address} if self.rng.random() < 0.7 else found
