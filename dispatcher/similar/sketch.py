"""An order as a sketch: which places it names and which pairs of characters its words have, both as hashes.

A place is recognised by how Chinese names of places end, not by a list, so that any city's are found: two characters
and a road's, an estate's, a village's … ending. What is recognised as a place is no part of the words any more:
otherwise two matters in one road would look alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
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
    Kind.ESTATE: "雅苑|家园|花园|名庭|小区|公馆|公寓|大厦|广场大厦|苑|府",
    Kind.VILLAGE: "新村|老村|旧村|旧围|围(?![着挡栏])",
    Kind.SCHOOL: "(?:实验)?(?:小学|中学|学校)|幼儿园",
    Kind.PARK: "(?:社区|体育|湿地|森林)?公园|(?:文化)?广场",
    Kind.SHOP: "大排档|小馆|烧烤店|[湘川粤]?菜馆|茶?餐厅|快餐店|便利店|(?:生活)?超市|百货|商行|(?:水果|美发|美容|数码)店"
    "|健身馆|瑜伽馆|电器行|家电城|酒店|宾馆|市场|商场",
    Kind.FIRM: "(?:精密五金|塑胶制品|电子|包装|模具|家具)?厂(?!房)|(?:光电|科技)?公司|工业[区园]|产业园",
}
# Characters of everyday words: 堵路, 整条路 and 一家公司 are no names.
_STEM = "(?:(?![的了在是和有个条这那整半车堵走过夜着到从向往沿对把被很不没多来去边旁侧每各该此两一家区里附近本我们门前后道路街])[一-鿿]){2}"
_PLACE = re.compile("|".join(f"(?P<{kind.name}>{_STEM}(?:{ending}))" for kind, ending in _ENDINGS.items()))
_SAID_COMMUNITY = re.compile(r"([一-鿿]{2})社区(?!公园)")
_HOUSE = re.compile(r"(?:路|街|道|巷)(\d{1,4})号")
_BUILDING = re.compile(r"(\d{1,3})(?:栋|座|号楼|幢)")
_NUMBER = re.compile(r"\d+")
_GAP = "\n"


def sketch_of(order: Order) -> Sketch:
    """The sketch of a registered order."""
    where = where_of(order.latitude, order.longitude)
    return sketch(
        order.title, order.content, order.address_text, order.community, where, order.requester.phone_hashes,
        order_no=order.order_no, order=order,
    )  # fmt: skip
