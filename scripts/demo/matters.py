"""The kinds of matters (事由) that the demonstration city's people bring, read from ``matters_*.yaml``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import Field, model_validator

from models.base import Value
from models.kinds import RequesterKind

Voice = Literal["tell", "consult", "suggestion", "praise"]
"""How a matter is put: told as a problem (help, complaint, report), asked, proposed or praised."""

Hours = Literal["office", "day", "commute", "evening", "night"]
Season = Literal["rain", "summer", "school", "winter"]
RequestType = Literal["consult", "help", "complaint", "report", "suggestion", "praise"]
Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(gt=0)]
Texts = tuple[str, ...]

LOADER: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's loader where PyYAML was built with it: ten times faster."""

_ON_SITE = ("城乡建设", "交通运输", "环境保护")
_VOICE: dict[str, Voice] = {"consult": "consult", "suggestion": "suggestion", "praise": "praise"}


class Matter(Value):
    """One kind of matter: whose duty it is, how often and when it comes, how long it takes, and its words.

    ``days`` are the median and the log standard deviation of the handling time in calendar days; ``urgent``
    and ``critical`` are shares of the orders; ``direct`` is the share of questions answered on the spot.
    ``titles[n]`` is the title of ``bodies[n]``; ``asks``, ``wishes`` and ``praises`` are pairs of a title and a
    sentence. All texts may hold slots.
    """

    key: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    unit: str
    item: str | None = None
    wrong: Annotated[Texts, Field(min_length=1)]
    category: str
    requester: RequesterKind = RequesterKind.CITIZEN
    types: Annotated[dict[RequestType, Weight], Field(min_length=1)]
    weight: Weight
    hours: Hours
    season: Season | None = None
    storm: bool = False
    urgent: Share = 0.02
    critical: Share = 0.0
    direct: Share = 0.5
    on_site: bool = True
    days: tuple[Weight, Weight]
    titles: Annotated[Texts, Field(min_length=1)]
    bodies: Annotated[Texts, Field(min_length=1)]
    details: Texts = ()
    asks: tuple[tuple[str, str], ...] = ()
    wishes: tuple[tuple[str, str], ...] = ()
    praises: tuple[tuple[str, str], ...] = ()
    answers: Texts = ()
    replies: Annotated[Texts, Field(min_length=1)]

    @property
    def is_on_site(self) -> bool:
        """It can be looked at where it is: the place belongs to the title, and somebody goes there."""
        return self.on_site and self.category in _ON_SITE and self.hours != "office"

    @model_validator(mode="after")
    def _every_type_has_words(self) -> Self:
        for kind, words in (("consult", self.asks), ("suggestion", self.wishes), ("praise", self.praises)):
            if (kind in self.types) != bool(words):
                raise ValueError(f"{self.key}: {kind} needs a weight in types and texts, or neither")
        if len(self.titles) != len(self.bodies):
            raise ValueError(f"{self.key}: every body needs its title")
        if self.asks and not self.answers:
            raise ValueError(f"{self.key}: questions without answers")
        return self


def voice_of(request_type: str) -> Voice:
    """The voice of a request type: help, complaint and report are told."""
    return _VOICE.get(request_type, "tell")


@lru_cache(maxsize=1)
def load_matters() -> tuple[Matter, ...]:
    """All matters, in the order of the files; raises ``ValueError`` for a key that is used twice."""
    found: dict[str, Matter] = {}
    for path in sorted(Path(__file__).parent.glob("matters_*.yaml")):
        for document in yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER):
            matter = Matter.model_validate(document)
            if matter.key in found:
                raise ValueError(f"{path.name}: {matter.key} is used twice")
            found[matter.key] = matter
    return tuple(found.values())
