"""Personal numbers that exist once: whoever meets one again knows where it was planted."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_FULL = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_PLAIN = str.maketrans("０１２３４５６７８９Ｘｘ＋", "0123456789Xx+")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[ \u3000\-－—–.·]{1,2}(?=[\dXx])")


@dataclass(frozen=True)
class Plant:
    """A number, how it was written, and where."""

    where: str
    number: str
    written: str

    @property
    def needles(self) -> tuple[str, ...]:
        """What must be found nowhere: as it was written, the digits alone, and these backwards."""
        return tuple(dict.fromkeys((self.written, self.number, self.number[::-1])))

    @property
    def middle(self) -> str:
        """The digits that stay hidden in every mask; empty for words."""
        return self.number[6:] if len(self.number) == 18 else self.number[3:-4] if self.number.isdigit() else ""


@dataclass
class Garden:
    """Makes plants; no two have a number in common."""

    seed: int
    plants: list[Plant] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def phone(self, where: str, spelling: str = "solid") -> str:
        """A mobile number in a spelling of ``PHONES``."""
        number = f"1{self._random.randint(3, 9)}{self._random.randrange(10**9):09}"
        return self._keep(where, number, PHONES[spelling].format(n=number, a=number[:3], b=number[3:7], c=number[7:]))

    def apart(self, where: str) -> str:
        """A mobile number with a blank after each digit."""
        number = f"13{self._random.randrange(10**9):09}"
        return self._keep(where, number, " ".join(number))

    def full_width(self, where: str) -> str:
        number = f"15{self._random.randrange(10**9):09}"
        return self._keep(where, number, number.translate(_FULL))

    def identity(self, where: str, spelling: str = "solid") -> str:
        """A resident's number with a right check digit, in a spelling of ``IDENTITIES``."""
        place, day = "440311", f"19{self._random.randint(60, 99)}{self._random.randint(1, 12):02}15"
        body = f"{place}{day}{self._random.randrange(1000):03}"
        number = body + "10X98765432"[sum(w * int(d) for w, d in zip(_WEIGHTS, body, strict=True)) % 11]
        written = IDENTITIES[spelling].format(n=number, a=number[:6], b=number[6:14], c=number[14:])
        return self._keep(where, number, written)

    def words(self, where: str, text: str) -> str:
        """Words that are personal where they stand."""
        return self._keep(where, text, text)

    def _keep(self, where: str, number: str, written: str) -> str:
        assert all(number != one.number for one in self.plants)
        self.plants.append(Plant(where, number, written))
        return written


PHONES = {
    "solid": "{n}",
    "grouped": "{a} {b} {c}",
    "hyphens": "{a}-{b}-{c}",
    "abroad": "+86 {n}",
    "zero": "0{n}",
    "extension": "{n}转801",
}
IDENTITIES = {"solid": "{n}", "grouped": "{a} {b} {c}", "hyphens": "{a}-{b}-{c}"}


def plain(text: str) -> str:
    """The text with full-width digits as plain ones, and nothing between digits: numbers as a reader sees them."""
    return _BETWEEN_DIGITS.sub("", text.translate(_PLAIN))
