"""Invented places in the communities of a catalogue: the same catalogue always has the same ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from models.catalogue import Catalogue
from scripts.demo.phrases import Phrases

SITES_PER_COMMUNITY = 14
_ROADS_PER_COMMUNITY = 6


@dataclass(frozen=True, slots=True)
class Site:
    """A place that people call about, with everything that lies around it; all names are invented."""

    number: int
    street: str
    street_name: str
    community: str
    office: str
    names: dict[str, str]
    """Slot by slot: road, road2, no, estate, village, school, kinder, factory, park, site, eatery …"""

    @property
    def address(self) -> str:
        near = f"（{self.names['estate']}）"
        return f"{self.street_name}{self.community}社区{self.names['road']}{self.names['no']}号{near}"


def sites_of(catalogue: Catalogue, phrases: Phrases) -> tuple[Site, ...]:
    """Every site, ``SITES_PER_COMMUNITY`` for each community, in the catalogue's order."""
    parts = phrases.places
    roads = _pairs(parts["roads"], parts["road_kinds"])
    estates = _pairs(parts["estates"], parts["estate_kinds"])
    villages = _pairs(parts["villages"], parts["village_kinds"])
    found: list[Site] = []
    for street in catalogue.streets:
        for community in street.communities:
            own_roads = list(islice(roads, _ROADS_PER_COMMUNITY))
            own_estates = list(islice(estates, _ROADS_PER_COMMUNITY))
            own_villages = list(islice(villages, 2))
            for place in range(SITES_PER_COMMUNITY):
                road = own_roads[place % _ROADS_PER_COMMUNITY]
                names = {
                    "road": road,
                    "road2": own_roads[(place + 1) % _ROADS_PER_COMMUNITY],
                    "estate": own_estates[(place * 5 + place // _ROADS_PER_COMMUNITY) % _ROADS_PER_COMMUNITY],
                    "village": own_villages[place % 2],
                    "no": str(3 + 11 * place + len(found) % 7),
                }
                names |= _around(parts, len(found), place, road)
                found.append(Site(len(found), street.code, street.name, community, street.office, names))
    return tuple(found)


def _around(parts: dict[str, tuple[str, ...]], number: int, place: int, road: str) -> dict[str, str]:
    """Schools, firms, shops and parks of one site."""

    def made(stems: str, kinds: str, step: int) -> str:
        stem = parts[stems][number * step % len(parts[stems])]
        return stem + parts[kinds][(number // 2 + place) % len(parts[kinds])]

    names = {
        "school": made("schools", "school_kinds", 3),
        "kinder": f"{parts['schools'][number * 7 % len(parts['schools'])]}幼儿园",
        "factory": made("factories", "factory_kinds", 5),
        "park": made("parks", "park_kinds", 3),
        "site": f"{road}{parts['sites'][number % len(parts['sites'])]}工地",
    }
    return names | {kind: made("shops", f"{kind}_kinds", 5) for kind in ("eatery", "store", "salon", "dealer")}


def _pairs(stems: tuple[str, ...], kinds: tuple[str, ...]) -> Iterator[str]:
    """Every stem with every kind, neighbours unlike each other; starts again when all are used."""
    while True:
        for turn in range(len(kinds)):
            for place, stem in enumerate(stems):
                yield stem + kinds[(place + turn) % len(kinds)]
