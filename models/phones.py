"""Phone numbers as people write them into a phone field: several of them, spaced, with country codes, extensions."""

from __future__ import annotations

import re
from collections.abc import Iterator

FULL_WIDTH = str.maketrans("０１２３４５６７８９＋＊Ｘｘ", "0123456789+*Xx")
SEPARATED = re.compile("([,，;；/、])")
"""What stands between the numbers of one field."""
_EXTENSION = re.compile(r"(?:转|[extEXT]+\.?).*", re.DOTALL)
_MOBILE = re.compile(r"0?(1[3-9][0-9*]{9})")


def phone_numbers(field: str) -> Iterator[str]:
    """Each number as it is written, without its extension; white space stands between numbers or inside one."""
    for part in SEPARATED.split(field.translate(FULL_WIDTH)):
        number = _EXTENSION.sub("", part)
        groups = number.split()
        whole = len(groups) > 1 and all(sum(map(str.isdigit, group)) >= 7 for group in groups)
        yield from (one for one in (groups if whole else [number]) if any(char in "0123456789*" for char in one))


def bare_number(number: str) -> str:
    """The digits (and stars) as they are dialled inside the country, so that two ways to write a number are one:
    a mobile without a 0 before it, a landline with it; the number of another country keeps its code after a +."""
    kept = re.sub(r"[^0-9*+]", "", number)
    abroad, digits = kept.startswith(("+", "00")), kept.replace("+", "")
    if abroad:
        digits = digits.removeprefix("00")
    home = digits.removeprefix("86")
    mobile = _MOBILE.fullmatch(home)
    if mobile:
        return mobile.group(1)
    if not abroad:
        return digits
    return "0" + home.removeprefix("0") if digits.startswith("86") else "+" + digits


def mask_phone(field: str) -> str:
    """Of each number the first three and the last four digits where enough stay hidden, else only stars."""
    return "".join(_masked(part) for part in SEPARATED.split(field))


def _masked(part: str) -> str:
    masked = []
    for number in phone_numbers(part):
        digits = bare_number(number).removeprefix("+")
        if "****" in number:  # masked before
            masked.append(number.strip())
        else:
            masked.append(f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else "*" * len(digits))
    return " ".join(masked) or part
