"""An order as a sketch: which places it names and which pairs of characters its words have, both as hashes.

A place is recognised by how Chinese names of places end, not by a list, so that any city's are found: two characters
and a road's, an estate's, a village's … ending. What is recognised as a place is no part of the words any more:
otherwise two matters in one road would look alike.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from itertools import pairwise
from math import cos, floor, radians
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from models.alike import Sketch
from models.order import Order

GRAMS = 1 << 16
"""Values that a pair of characters is hashed to."""
CONTENT_MOST = 1000
"""Characters read of a content; longer ones repeat themselves."""


class Kind(IntEnum):
    """What a place key stands for; the lowest four bits of the key."""

    COMMUNITY = 0
    """The community that was taken down."""
    SAID_COMMUNITY = 1
    """One that only the text names."""
    ROAD = 2
    ESTATE = 3
    VILLAGE = 4
    SCHOOL = 5
    PARK = 6
    SHOP = 7
    FIRM = 8
    CELL = 9
    """A square of about 200 metres."""
    ADDRESS = 10
    HOUSE = 11
    BUILDING = 12
    REQUESTER = 13
    TEXT = 14
    """The whole content, word for word."""


NAMED = (Kind.ROAD, Kind.ESTATE, Kind.VILLAGE, Kind.SCHOOL, Kind.PARK, Kind.SHOP, Kind.FIRM, Kind.CELL)
FINDING = (Kind.COMMUNITY, Kind.SAID_COMMUNITY, *NAMED, Kind.ADDRESS, Kind.REQUESTER, Kind.TEXT)
"""The kinds under which an order can be found; a house number alone says nothing."""

_ENDINGS = {
    Kind.ROAD: "[东西南北中]?[一二三四五六七八九十横]?(?:大道|路|街(?!道)|巷)",
    Kind.ESTATE: "雅苑|家园|花园|名庭|小区|公馆|公寓|大厦|苑|府",
    Kind.VILLAGE: "新村|老村|旧村|旧围|围(?![着挡栏])",
    Kind.SCHOOL: "(?:实验)?(?:小学|中学|学校)|幼儿园",
    Kind.PARK: "(?:社区|体育|湿地|森林)?公园|(?:文化)?广场",
    Kind.SHOP: "大排档|小馆|烧烤店|[湘川粤]?菜馆|茶?餐厅|快餐店|便利店|(?:生活)?超市|百货|商行"
    "|(?:水果|美发|美容|数码)店|健身馆|瑜伽馆|电器行|家电城|酒店|宾馆|市场|商场",
    Kind.FIRM: "(?:精密五金|塑胶制品|电子|包装|模具|家具)?厂(?!房)|(?:光电|科技)?公司|工业[区园]|产业园",
}
# Everyday characters and words: 堵路, 整条路, 关于学校 and 一家公司 are no names.
_NO_NAME = (
    "的了在是和有个条这那整半车堵走过夜着到从向往沿对把被很不没多来去边旁侧每各该此两一家区里附近本我们门前后道路街"
)
_NO_NAMES = "关于|反映|建议|表扬|投诉|咨询|举报|感谢|请求|劳务|排水|物业|快递|说找|民办|公办|公立|希望|问过|了解|上跳"


def _ideographs_but(left_out: str) -> str:
    """One set instead of a look-ahead at each character."""
    bounds = [ord("一") - 1, *sorted(map(ord, set(left_out))), ord("鿿") + 1]
    ranges = ((chr(low + 1), chr(high - 1)) for low, high in pairwise(bounds) if high - low > 1)
    return f"[{''.join(f'{first}-{last}' for first, last in ranges)}]"


_STEM = _ideographs_but(_NO_NAME) * 2
# Any character of any ending: what nearly all positions fail at, before the endings are tried one by one.
_ENDING = f"[{''.join(sorted(set(''.join(_ENDINGS.values())) - set('()[]?!|')))}]"
_PLACE = re.compile(
    f"(?={_STEM}{_ENDING})(?!{_NO_NAMES})(?:{'|'.join(f'(..(?:{ending}))' for ending in _ENDINGS.values())})"
)
_SAID_COMMUNITY = re.compile(f"(?={_STEM}社区)(?!{_NO_NAMES})(..)社区(?!公园)")
_HOUSE = re.compile(r"(?:路|街|道|巷)(\d{1,4})号")
_BUILDING = re.compile(r"(\d{1,3})(?:栋|座|号楼|幢)")
_NUMBER = re.compile(r"\d+")
_NO_CHARACTER = re.compile(r"[\W_]")
_GAP = "\n"
CELL_M = 200
TEXT_LEAST = 15
"""From this length on the same content twice is no chance."""
METRES_A_DEGREE = 111_320


@dataclass(frozen=True, slots=True)
class Needle:
    """What is known of an order while it is taken: texts as typed, places as far as they were filled in."""

    title: str = ""
    content: str = ""
    address_text: str | None = None
    community: str | None = None
    item_code: str | None = None
    category: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    phone_hashes: tuple[str, ...] = ()


def said_in(order: Order) -> Needle:
    """What an order that exists says."""
    return Needle(
        title=order.title,
        content=order.content,
        address_text=order.address_text,
        community=order.community,
        item_code=order.item_code,
        category=order.category,
        latitude=order.latitude,
        longitude=order.longitude,
        phone_hashes=order.requester.phone_hashes,
    )


def sketch_of(order: Order) -> Sketch:
    """The sketch of a registered order."""
    return _sketch(said_in(order), order.order_no, order.received_at, squares=0)


def sketch_needle(said: Needle, now: datetime) -> Sketch:
    """The sketch to look for: with the squares around its own; without a number."""
    return _sketch(said, "", now, squares=1)


def _sketch(said: Needle, order_no: str, received_at: datetime, squares: int) -> Sketch:
    named, words = _read(said, squares)
    places = sorted({key_of(kind, name) for kind, name in named})
    return Sketch(
        order_no=order_no,
        received_at=received_at,
        item_code=said.item_code,
        category=said.category,
        grams=np.unique(gram_ids(words)).tobytes(),
        places=struct.pack(f"<{len(places)}I", *places),
    )


def key_of(kind: Kind, name: str) -> int:
    """28 bits of the name's hash, then the kind."""
    return (crc32(name.encode()) & 0xFFFFFFF) << 4 | kind


def finding_keys(places: bytes) -> frozenset[int]:
    """The keys of a sketch's places under which it is found; a community is one whoever names it."""
    keys = (int(key) for key in np.frombuffer(places, dtype="<u4"))
    return frozenset(
        key & ~15 | Kind.COMMUNITY if key & 15 == Kind.SAID_COMMUNITY else key for key in keys if key & 15 in FINDING
    )


def places_of(said: Needle, squares: int = 0) -> list[tuple[Kind, str]]:
    """Every place that is named, with its kind; whoever asked and the whole text count as such.

    ``squares``: how many rings of squares around the point's own belong to it.
    """
    return _read(said, squares)[0]


def _read(said: Needle, squares: int) -> tuple[list[tuple[Kind, str]], str]:
    """The places, and the words of title and content without them."""
    address, text = said.address_text or "", f"{said.title}{_GAP}{said.content[:CONTENT_MOST]}"
    places, words = _parted(text)
    places += _parted(address)[0]
    text = f"{address}{_GAP}{text}"
    if said.community:
        places.append((Kind.COMMUNITY, said.community[-2:]))
    else:
        places += ((Kind.SAID_COMMUNITY, name) for name in _SAID_COMMUNITY.findall(text))
    places += ((Kind.HOUSE, number) for number in _HOUSE.findall(text))
    places += ((Kind.BUILDING, number) for number in _BUILDING.findall(text))
    if address:
        places.append((Kind.ADDRESS, address))
    if said.latitude is not None and said.longitude is not None:
        places += ((Kind.CELL, cell) for cell in _cells(said.latitude, said.longitude, squares))
    places += ((Kind.REQUESTER, hash_) for hash_ in said.phone_hashes)
    if len(said.content) >= TEXT_LEAST:
        places.append((Kind.TEXT, said.content))
    return places, words


def _parted(text: str) -> tuple[list[tuple[Kind, str]], str]:
    """The names of places in a text, and the text without them."""
    parts = _PLACE.split(text)  # what lies between two names, then one cell for each kind
    step = len(_ENDINGS) + 1
    places = [(kind, name) for group, kind in enumerate(_ENDINGS, 1) for name in parts[group::step] if name]
    return places, _SAID_COMMUNITY.sub(_GAP, _GAP.join(parts[::step]))


def _cells(latitude: float, longitude: float, rings: int) -> Iterator[str]:
    """The square of ``CELL_M`` metres that a point lies in, and those around it."""
    row = floor(latitude * METRES_A_DEGREE / CELL_M)
    column = floor(longitude * METRES_A_DEGREE * cos(radians(round(latitude, 1))) / CELL_M)
    for up in range(-rings, rings + 1):
        for right in range(-rings, rings + 1):
            yield f"{row + up}/{column + right}"


def words_of(text: str) -> str:
    """The text without the names of places."""
    return _parted(text)[1]


def gram_ids(text: str) -> NDArray[np.uint16]:
    """The hash of each pair of neighbouring letters, ideographs and digits; a run of digits counts as one zero."""
    folded = _NO_CHARACTER.sub("\0", _NUMBER.sub("0", text.casefold()))
    codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    usable: NDArray[np.bool_] = codes != 0
    mixed = codes[:-1] * np.uint32(0x9E3779B1) ^ codes[1:] * np.uint32(0x85EBCA77)
    mixed ^= mixed >> np.uint32(15)
    mixed *= np.uint32(0xC2B2AE3D)
    return (mixed[usable[:-1] & usable[1:]] >> np.uint32(16)).astype("<u2")
