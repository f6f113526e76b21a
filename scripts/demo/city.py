"""Everything that the demonstration city is made of, for one catalogue."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from random import Random

from models.catalogue import Catalogue
from models.kinds import ReturnReason
from scripts.demo.behaviour import return_reason, wrong_unit
from scripts.demo.matters import Matter, Voice, load_matters, voice_of
from scripts.demo.phrases import Phrases, load_phrases
from scripts.demo.places import Site, sites_of


@dataclass(frozen=True)
class Origin:
    """What an order of the demonstration city is really about, as its ``external_id`` tells."""

    matter: Matter
    request_type: str
    site: Site

    @property
    def voice(self) -> Voice:
        return voice_of(self.request_type)


@dataclass(frozen=True)
class City:
    """Matters, phrases and places in a catalogue; raises ``ValueError`` when the catalogue lacks a matter's unit."""

    catalogue: Catalogue
    matters: tuple[Matter, ...] = field(default_factory=load_matters)
    phrases: Phrases = field(default_factory=load_phrases)

    def __post_init__(self) -> None:
        named = {unit for matter in self.matters for unit in (matter.unit, *matter.wrong)}
        missing = sorted(unit for unit in named if not self.catalogue.has_unit(unit))
        if missing:
            raise ValueError(f"the catalogue lacks units of the demonstration: {', '.join(missing)}")
        if not self.sites:
            raise ValueError("the catalogue has no communities to place the demonstration in")

    @cached_property
    def sites(self) -> tuple[Site, ...]:
        return sites_of(self.catalogue, self.phrases)

    @cached_property
    def offices(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(street.office for street in self.catalogue.streets))

    @cached_property
    def matter_by_code(self) -> dict[str, Matter]:
        return {code_of(matter): matter for matter in self.matters}

    def by_place(self, matter: Matter) -> bool:
        return self.catalogue.unit_by_code[matter.unit].by_place

    def right_unit(self, origin: Origin) -> str:
        """The unit that is responsible at the origin's place."""
        return self.catalogue.resolve_unit(origin.matter.unit, origin.site.street)

    def is_right(self, origin: Origin, unit: str | None) -> bool:
        return unit in (origin.matter.unit, self.right_unit(origin))

    def wrong_unit(self, rng: Random, origin: Origin) -> str:
        """A plausible wrong unit; the right one where no other is to be had."""
        matter = origin.matter
        right = self.right_unit(origin)
        return wrong_unit(rng, matter, right, origin.site.office, self.offices, self.by_place(matter))

    def return_reason(self, rng: Random, origin: Origin, wrong: str) -> ReturnReason:
        return return_reason(rng, wrong, self.offices, self.by_place(origin.matter))

    def external_id(self, seed: int, number: int, origin: Origin) -> str:
        """The key of the ``number``-th order: it names the origin, so that it can be recognised ever after."""
        mark = f"{code_of(origin.matter)}{TYPE_LETTERS[origin.request_type]}{origin.site.number:x}"
        return f"{seed}-{number:06d}-{mark}"

    def recognise(self, external_id: str) -> Origin | None:
        """The origin that ``external_id`` names; None for an id that is not ours."""
        parts = external_id.split("-")
        mark = parts[-1]
        matter = self.matter_by_code.get(mark[:4])
        request_type = _TYPE_OF_LETTER.get(mark[4:5])
        digits = mark[5:]
        if len(parts) != 3 or matter is None or request_type is None or not _is_hex(digits):
            return None
        number = int(digits, 16)
        return Origin(matter, request_type, self.sites[number]) if number < len(self.sites) else None


TYPE_LETTERS = {"consult": "q", "help": "h", "complaint": "c", "report": "r", "suggestion": "s", "praise": "p"}
_TYPE_OF_LETTER = {letter: request_type for request_type, letter in TYPE_LETTERS.items()}


def code_of(matter: Matter) -> str:
    """Four hexadecimal digits that stand for a matter, the same whatever matters come beside it."""
    return blake2b(matter.key.encode(), digest_size=2).hexdigest()


def _is_hex(text: str) -> bool:
    return 0 < len(text) <= 8 and all(letter in "0123456789abcdef" for letter in text)
