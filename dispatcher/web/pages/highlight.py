"""Where the words that were searched for stand in a text; everything else is escaped."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_WHITE = re.compile(r"\s+")
_FULL_WIDTH = 0xFEE0


def pattern_of(text: str | None) -> re.Pattern[str] | None:
    """What the store finds for ``text``: Latin letters in any case and width, any run of white space as one."""
    if not text or not text.strip():
        return None
    return re.compile("".join(map(_piece, _WHITE.sub(" ", text.strip()))), re.IGNORECASE)


def _piece(character: str) -> str:
    if character == " ":
        return r"\s+"
    code = ord(character)
    narrow = code - _FULL_WIDTH if 0xFF01 <= code <= 0xFF5E else code
    if narrow < 0x80 and chr(narrow).isalnum():
        return f"[{chr(narrow)}{chr(narrow + _FULL_WIDTH)}]"
    return re.escape(character)


def marked(text: str, pattern: re.Pattern[str] | None) -> Markup:
    """``text`` as HTML with every find in a ``mark``."""
    if pattern is None:
        return escape(text)
    result, end = Markup(), 0
    for found in pattern.finditer(text):
        result += escape(text[end : found.start()]) + Markup("<mark>") + escape(found.group()) + Markup("</mark>")
        end = found.end()
    return result + escape(text[end:])


def excerpt(text: str, pattern: re.Pattern[str] | None, length: int = 90) -> str:
    """About ``length`` characters on one line, around the first find when it lies further on."""
    line = _WHITE.sub(" ", text).strip()
    found = pattern.search(line) if pattern is not None else None
    start = max(0, found.start() - length // 3) if found and found.end() > length else 0
    piece = line[start : start + length]
    return ("…" if start else "") + piece + ("…" if start + length < len(line) else "")


def quoted(reason: str) -> Markup:
    """A suggestion's reason with the words of the text that it quotes in ``mark``."""
    parts = re.split(r"“([^”]*)”", reason)
    pieces = (
        Markup("<mark>{}</mark> ").format(part) if place % 2 else escape(part) for place, part in enumerate(parts)
    )
    return Markup("").join(pieces)
