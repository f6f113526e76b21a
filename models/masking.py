"""What of a person everybody may see: numbers, names and addresses with their telling part as stars.

Every function leaves alone what it has masked before: masking twice is masking once.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from models.identity import is_identity
from models.phones import FULL_WIDTH
from models.phones import mask_phone as mask_phone

HIDDEN = "***"
"""Stands for what was given and is shown to nobody; its length tells nothing."""

_GAP = r"[ \u3000\-－—–.·]"
_RUN = re.compile(rf"[+＋]?\d(?:{_GAP}{{0,2}}\d){{10,}}[XxＸｘ]?")
_IDENTITY_RUN = re.compile(rf"(?<!\d)[1-9](?:{_GAP}?\d){{16}}{_GAP}?[\dXx](?![\dXx])")
_MOBILE = r"1[3-9]\d"
_COUNTRY = rf"(?:(?:\+|00)?86{_GAP}{{0,2}})?0?"
_MOBILE_RUNS = (
    re.compile(rf"(?<!\d){_COUNTRY}({_MOBILE}\d{{8}})(?!\d)"),
    re.compile(rf"(?<!\d){_COUNTRY}({_MOBILE}{_GAP}{{1,2}}\d{{4}}{_GAP}{{1,2}}\d{{4}})(?!\d)"),
    re.compile(rf"(?<!\d){_COUNTRY}(1(?:{_GAP}{{0,2}}\d){{10}})(?!\d)"),
)
"""Solid first, then as most people space it, then anyhow: a looser reading must not break a number apart."""
_GROUPS = 5
"""More groups of digits than that are a list of small numbers, unless every digit stands alone."""


def mask_numbers(text: str) -> str:
    """The text with the middle of each mobile and identity-card number as stars; everything else stays as it is.

    Full-width digits, spaced and hyphenated ones count, with or without the country code. Landlines stay (a unit's own
    number is often quoted), and so do longer numbers and those without a plausible place and birthday.
    """
    return _RUN.sub(_masked_run, text)


def mask_personal(text: str, name: str | None, hidden: Collection[str] = ()) -> str:
    """The same, and of the name that the requester gave only its first character (李某); of ``hidden`` nothing."""
    if name and len(name) > 1:
        text = text.replace(name, name[0] + "某")
    text = mask_numbers(text)
    for word in hidden:
        text = text.replace(word, HIDDEN)
    return text


def mask_name(name: str) -> str:
    """The first character, the rest as stars."""
    return name[:1] + "*" * max(1, len(name) - 1)


def mask_identity(number: str) -> str:
    """Of an ID-number field: the place of a resident's number, the first character of another document."""
    if is_identity(number) or (len(number) == 18 and set(number[6:]) == {"*"}):
        return number[:6] + "*" * 12
    return number[0] + "*" * (len(number) - 1) if len(number) > 4 else "*" * len(number)


_D = "[0-9０-９]"
_NUMBER = rf"(?:[A-Za-z]?-?{_D}{{1,6}}[A-Za-z]?|[一二三四五六七八九十百零〇]{{1,5}})"
_SIDE = rf"(?:{_NUMBER}|[A-Za-z东西南北左右中甲乙丙丁])"
_JOIN = r"[ \u3000\-－—–#、,，]?"
_PLACE = rf"{_SIDE}(?:单元|梯|层|楼|号房间?|房间?|室|户|[FfＦ](?![A-Za-z]))"
_BARE = rf"(?<!{_D}){_D}{{3,4}}(?![0-9０-９*])"
_ADDRESS = re.compile(
    # behind a building: each unit, floor and room, named or not
    rf"(?:(?<=[栋幢座])|(?<=号楼)){_JOIN}(?:{_PLACE}{_JOIN}|{_NUMBER}(?![栋幢座号{_D[1:-1]}]){_JOIN})+"
    # without one: what says itself that it is a unit or a room
    rf"|(?<!{_D}){_SIDE}单元{_JOIN}(?:{_PLACE}{_JOIN})*(?:{_BARE})?"
    rf"|(?:{_SIDE}(?:楼|层){_JOIN})?(?:(?<!{_D}){_D}{{2,6}}|[A-Za-z]-?{_D}{{1,4}})(?:号房间?|房间?|室|户)"
    # 12号301, 3-1-502
    rf"|(?<=号){_BARE}(?!号)"
    rf"|(?<={_D})(?:[-－]{_D}{{1,2}})?[-－]{_D}{{3,4}}(?![0-9０-９*号\-－])"
)


def mask_address(address: str) -> str:
    """The address with what follows the building (unit, floor, room) as stars: 3栋1单元502室 → 3栋***."""
    shown = _ADDRESS.sub(HIDDEN, address)
    return shown if shown == address else mask_address(shown)  # one room's end may be the next one's beginning


def _masked_run(match: re.Match[str]) -> str:
    text = match.group()
    plain = text.translate(FULL_WIDTH)  # as long as the text
    found = [one.span() for one in _IDENTITY_RUN.finditer(plain) if _is_identity(one.group())]
    text, plain = _starred(text, found, 6, 0), _starred(plain, found, 6, 0)
    for form in _MOBILE_RUNS:
        found = [one.span(1) for one in form.finditer(plain) if _is_mobile(one.group(1))]
        text, plain = _starred(text, found, 3, 4), _starred(plain, found, 3, 4)
    return text


def _is_identity(run: str) -> bool:
    digits = re.sub(_GAP, "", run)
    return len(run) - len(digits) < _GROUPS and is_identity(digits)


def _is_mobile(run: str) -> bool:
    groups = re.split(f"{_GAP}+", run)
    return bool(re.match(_MOBILE, "".join(groups))) and (len(groups) <= _GROUPS or len(groups) == 11)


def _starred(text: str, spans: list[tuple[int, int]], first: int, last: int) -> str:
    """The text with the digits of each span as stars, but for the first and the last few; gaps go."""
    for start, end in reversed(spans):
        digits = [char for char in text[start:end] if char.isalnum()]
        digits[first : len(digits) - last] = "*" * (len(digits) - first - last)
        text = text[:start] + "".join(digits) + text[end:]
    return text
