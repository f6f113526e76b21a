"""Title and content of an order, and the reply to it: a matter's sentences in somebody's way of speaking."""

from __future__ import annotations

from random import Random

from models.kinds import RequesterKind, ReturnReason
from scripts.demo.matters import Matter, Voice
from scripts.demo.phrases import Phrases, Style
from scripts.demo.slots import Slots

CONTENT_LEAST, CONTENT_MOST = 15, 400
_SLIP_SHARE = 0.06
_PLACED = ("{at}", "{address}", "{road}")
_READY = ("举报", "反映", "投诉", "请求", "咨询", "申请", "对")
"""A title that starts like this says already what the requester does."""


def content_of(
    rng: Random, phrases: Phrases, matter: Matter, voice: Voice, style: Style, slots: Slots, also: str | None
) -> tuple[str, str]:
    """Title and content (``CONTENT_LEAST`` to ``CONTENT_MOST`` characters); ``also`` is a second matter's sentence."""
    about, sentence = _substance(rng, matter, voice)
    opening = rng.choice(style.openings[voice])
    if sentence.startswith("{") and opening.startswith(_PLACED):
        opening = ""  # the sentence names its place itself
    body = sentence.format_map(slots)
    parts = {
        "opening": opening.format_map(slots),
        "details": _details(rng, matter, voice, style, slots),
        "push": _push(rng, phrases, voice, style, slots),
        "ending": rng.choice(style.endings[voice]).format_map(slots) if rng.random() < style.ending else "",
    }
    if also is not None:
        parts["details"] += rng.choice(phrases.also).format(body=also)
    if style.key == "fields":
        parts |= {"address": slots["address"], "time": slots["time"]}
    content = style.frame.format(body=body, **parts)
    if len(content) > CONTENT_MOST:
        content = style.frame.format(body=body, **(parts | {"details": "", "push": ""}))
    if len(content) < CONTENT_LEAST:
        content = f"{slots['address']}，{content}"
    title = _title(rng, phrases, matter, voice, about, slots)
    if rng.random() < _SLIP_SHARE:
        title, content = _slip(rng, phrases, title), _slip(rng, phrases, content)
    return title, content


def reply_of(rng: Random, phrases: Phrases, matter: Matter, voice: Voice, slots: Slots) -> str:
    """The public reply that closes an order of this matter."""
    parts = phrases.replies
    checked = ""
    match voice:
        case "consult":
            core = rng.choice(matter.answers)
        case "suggestion":
            core = rng.choice(parts.suggestion)
        case "praise":
            core = rng.choice(parts.praise)
        case _:
            core = rng.choice(matter.replies)
            checked = rng.choice(parts.visited if matter.is_on_site else parts.checked)
    closing = rng.choice(parts.watched if voice == "tell" and matter.is_on_site else parts.closing)
    text = rng.choice(parts.opening) + checked + core + "。" + closing
    return text.format_map(slots)


def basis_of(rng: Random, phrases: Phrases, reason: ReturnReason, right: str) -> str:
    """Why a unit sends the order back; ``right`` is the name of the unit that it points to."""
    return rng.choice(phrases.returns[reason]).format(right=right)


def _substance(rng: Random, matter: Matter, voice: Voice) -> tuple[str, str]:
    match voice:
        case "consult":
            return rng.choice(matter.asks)
        case "suggestion":
            return rng.choice(matter.wishes)
        case "praise":
            return rng.choice(matter.praises)
    return rng.choice(tuple(zip(matter.titles, matter.bodies, strict=True)))


def _details(rng: Random, matter: Matter, voice: Voice, style: Style, slots: Slots) -> str:
    if voice != "tell" or not matter.details:
        return ""
    chosen = rng.sample(matter.details, min(rng.randint(*style.details), len(matter.details)))
    return "".join(f"{detail.format_map(slots)}。" for detail in chosen)


def _push(rng: Random, phrases: Phrases, voice: Voice, style: Style, slots: Slots) -> str:
    if rng.random() >= style.push or (voice != "tell" and slots.kind is RequesterKind.ENTERPRISE):
        return ""
    said = phrases.pushes[slots.kind] if voice == "tell" else phrases.reasons[voice]
    return rng.choice(said).format_map(slots)


def _title(rng: Random, phrases: Phrases, matter: Matter, voice: Voice, about: str, slots: Slots) -> str:
    title = about.format_map(slots)
    if about.startswith(_READY):
        return rng.choice((title, title, f"{title}（{slots['at']}）"))
    frames = phrases.titles[voice]
    if matter.is_on_site and voice == "tell" and "{" not in about:
        frames += phrases.titles_near
    slots["title"] = title
    return rng.choice(frames).format_map(slots)


def _slip(rng: Random, phrases: Phrases, text: str) -> str:
    """The text with one or two of its words written wrongly."""
    found = [word for word in phrases.slips if word in text]
    for word in rng.sample(found, min(len(found), rng.randint(1, 2))):
        text = text.replace(word, phrases.slips[word], 1)
    return text
