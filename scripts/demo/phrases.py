"""Ways of speaking and invented names, read from ``phrases.yaml``."""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import ConfigDict, Field

from models.base import Value
from models.kinds import RequesterKind, ReturnReason
from scripts.demo.matters import LOADER, Texts, Voice


class Style(Value):
    """A way of speaking: how often each channel uses it, and how its parts are put together."""

    key: str
    channels: dict[str, float]
    details: tuple[int, int]
    push: float
    ending: float
    frame: str
    openings: dict[Voice, Texts]
    endings: dict[Voice, Texts]


class Replies(Value):
    """Parts of a public reply around what was found and done.

    ``visited`` and ``watched`` take the place of ``checked`` and ``closing`` where somebody went to the spot.
    """

    opening: Texts
    checked: Texts
    visited: Texts
    closing: Texts
    watched: Texts
    suggestion: Texts
    praise: Texts


class Desk(Value):
    """What operators, units and supervisors write with their moves, and what requesters say of a result."""

    overridden: Texts
    refuse_return: Texts
    refer: Texts
    ruling: Texts
    extension: Texts
    deny: Texts
    suspension: Texts
    resume: Texts
    transfer: Texts
    send_back: Texts
    co_reply: Texts
    internal: Texts
    urge: Texts
    dissatisfied: Texts
    complaint: Texts
    supervise: Texts


class People(Value):
    """Parts of invented people's names, and their names on the net."""

    surnames: Texts
    given: Texts
    nicks: Texts


class Phrases(Value):
    """All ways of speaking. ``slips`` maps a word to what a hurried writer makes of it."""

    # ignored_types: the look-up below is computed once.
    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    styles: Annotated[tuple[Style, ...], Field(min_length=1)]
    pushes: dict[RequesterKind, Texts]
    reasons: dict[Voice, Texts]
    also: Texts
    titles: dict[Voice, Texts]
    titles_near: Texts
    slips: dict[str, str]
    replies: Replies
    returns: dict[ReturnReason, Texts]
    desk: Desk
    places: dict[str, Texts]
    people: People

    @cached_property
    def styles_of_channel(self) -> dict[str, tuple[tuple[Style, ...], tuple[float, ...]]]:
        """The styles that each channel uses, with their weights."""
        channels = sorted({channel for style in self.styles for channel in style.channels})
        found = {}
        for channel in channels:
            used = tuple(style for style in self.styles if channel in style.channels)
            found[channel] = (used, tuple(style.channels[channel] for style in used))
        return found


@lru_cache(maxsize=1)
def load_phrases() -> Phrases:
    """The phrases that ship with the demonstration city."""
    path = Path(__file__).with_name("phrases.yaml")
    return Phrases.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER))
