"""Resident identity numbers (公民身份号码, GB 11643) and the foreigners' ones of the same form."""

from __future__ import annotations

import re

# 18 characters: six of the place, the birthday, three of the sequence, a check digit. A foreigner's permanent
# residence number (2023) is a 9, two digits of the province, three of the nationality, then the same.
_PROVINCE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])"
_BIRTHDAY = r"(?:19\d\d|20[0-4]\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_FORM = re.compile(rf"(?:{_PROVINCE}\d{{4}}|9{_PROVINCE}\d{{3}}){_BIRTHDAY}\d{{3}}[\dXx]", re.ASCII)
_EIGHTEEN = re.compile(r"\d{17}[\dXx]", re.ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def is_identity(number: str) -> bool:
    """Whether it may be one: a plausible place and birthday. A wrong check digit does not make it anybody else's, but
    unified credit codes begin with a 9 as well, and of those the check digit tells it."""
    return bool(_FORM.fullmatch(number)) and (number[0] != "9" or number[-1].upper() == check(number))


def fault(number: str) -> str | None:
    """What is wrong with an 18-digit number as an identity number; None for a right one and for other documents."""
    if not _EIGHTEEN.fullmatch(number):
        return None
    if not _FORM.fullmatch(number):
        return "is no ID number: an impossible place or birthday"
    return None if number[-1].upper() == check(number) else "is no ID number: the last digit does not fit the others"


def check(number: str) -> str:
    """The check digit (ISO 7064, MOD 11-2) of the first seventeen."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return "10X98765432"[total % 11]
