"""Why two orders look alike, in words for the operator."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from math import cos, hypot, radians

from dispatcher.similar.matters import Matters
from dispatcher.similar.sketch import METRES_A_DEGREE, NAMED, Kind, Needle, gram_ids, places_of, said_in, words_of
from models.order import Order

_NEAR_M = 300
_PHRASES = 3
_SHORTEST = 3
_ENDS = re.compile(r"[^一-鿿A-Za-z0-9]+")


def reasons(
    said: Needle, order: Order, matters: Matters, hours: float, item_name: Callable[[str], str]
) -> tuple[str, ...]:
    """What the two have in common: requester, place, matter, words, and the time between them."""
    theirs = said_in(order)
    return (*_places(said, theirs), *_matter(said, theirs, matters, item_name), _ago(hours))


def _places(ours: Needle, theirs: Needle) -> Iterator[str]:
    mine, other = set(places_of(ours)), set(places_of(theirs))
    common = mine & other
    if any(kind is Kind.REQUESTER for kind, _ in common):
        yield "同一诉求人"
    either = (Kind.COMMUNITY, Kind.SAID_COMMUNITY)
    if {name for kind, name in mine if kind in either} & {name for kind, name in other if kind in either}:
        name = ours.community or theirs.community
        yield f"同一社区：{name}" if name else "同一社区"
    houses = {name for kind, name in common if kind is Kind.HOUSE}
    roads = sorted(name for kind, name in common if kind is Kind.ROAD)
    names = [f"{road}{house}号" for road in roads for house in sorted(houses)] or roads
    names += sorted(name for kind, name in common if kind in NAMED and kind not in (Kind.ROAD, Kind.CELL))
    if names:
        yield f"相同地点：{'、'.join(names)}"
    metres = _distance(ours, theirs)
    if metres is not None and metres <= _NEAR_M:
        yield f"相距约{round(metres, -1):.0f}米"


def _matter(ours: Needle, theirs: Needle, matters: Matters, item_name: Callable[[str], str]) -> Iterator[str]:
    if ours.item_code is not None and ours.item_code == theirs.item_code:
        yield f"同一事项：{item_name(ours.item_code)}"
    elif ours.category is not None and ours.category == theirs.category:
        yield f"同一类别：{ours.category}"
    phrases = common_phrases(f"{ours.title}\n{ours.content}", f"{theirs.title}\n{theirs.content}", matters)
    if phrases:
        yield f"相同内容：{''.join(f'“{phrase}”' for phrase in phrases)}"


def common_phrases(ours: str, theirs: str, matters: Matters) -> list[str]:
    """The rarest stretches that both texts have, at most three, none of which holds another."""
    theirs = words_of(theirs)
    found: dict[str, float] = {}
    for part in _ENDS.split(words_of(ours)):
        start = 0
        while start + _SHORTEST <= len(part):
            end = start + _SHORTEST
            if part[start:end] not in theirs:
                start += 1
                continue
            while end < len(part) and part[start : end + 1] in theirs:
                end += 1
            found[part[start:end]] = float(matters.weights[gram_ids(part[start:end])].sum())
            start = end
    best = sorted(found, key=lambda phrase: (-found[phrase], phrase))
    kept: list[str] = []
    for phrase in best:
        if len(kept) < _PHRASES and not any(phrase in other for other in kept):
            kept.append(phrase)
    return kept


def _distance(ours: Needle, theirs: Needle) -> float | None:
    """Metres between the points, flat over so short a way; None unless both have one."""
    if ours.latitude is None or ours.longitude is None or theirs.latitude is None or theirs.longitude is None:
        return None
    east = (ours.longitude - theirs.longitude) * cos(radians(ours.latitude))
    return METRES_A_DEGREE * hypot(ours.latitude - theirs.latitude, east)


def _ago(hours: float) -> str:
    if hours < 1:
        return "1小时内受理"
    return f"{hours:.0f}小时前受理" if hours < 48 else f"{hours / 24:.0f}天前受理"
