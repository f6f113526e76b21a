"""How the hotline and the departments behave: waits, wrong first units, returns, handling times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log
from random import Random

from models.kinds import DecisionMode, ReturnReason, Urgency
from scripts.demo.matters import Matter, Voice

Median = tuple[float, float]
"""Median in hours and log standard deviation of a wait."""


@dataclass(frozen=True, slots=True)
class Era:
    """One way of dispatching."""

    decide: dict[DecisionMode, Median]
    """Until the dispatch, by how it comes about."""
    wrong: float
    """Share of the orders that a person sends to a wrong unit first."""
    sign: Median
    contact: Median
    """From the dispatch until the right unit has spoken with the requester, perhaps before it signs."""
    notice_wrong: Median
    """Until a wrong unit sends the order back."""
    review: Median
    """Until a returned order is dispatched again."""
    wrong_again: float


BY_HAND = Era(
    {DecisionMode.MANUAL: (7.0, 1.0)},
    wrong=0.24,
    sign=(12.0, 0.7),
    contact=(9.0, 0.6),
    notice_wrong=(30.0, 0.6),
    review=(22.0, 0.7),
    wrong_again=0.12,
)
WITH_SUGGESTIONS = Era(
    {
        DecisionMode.AUTO: (0.02, 0.4),
        DecisionMode.ACCEPTED: (0.4, 0.7),
        DecisionMode.OVERRIDDEN: (0.7, 0.7),
        DecisionMode.MANUAL: (1.0, 0.7),
    },
    wrong=0.08,
    sign=(4.0, 0.7),
    contact=(3.0, 0.8),
    notice_wrong=(9.0, 0.6),
    review=(2.0, 0.7),
    wrong_again=0.04,
)

REVIEW: Median = (3.0, 0.8)
"""Of a reply."""
VISIT: Median = (30.0, 0.7)
"""From the closing until the requester is called."""
_DIRECT: dict[str, Median] = {"hotline": (0.15, 0.6)}
_DIRECT_ELSEWHERE: Median = (3.0, 0.8)
_HASTE = {Urgency.NORMAL: 1.0, Urgency.URGENT: 0.4, Urgency.CRITICAL: 0.2}
_VOICE_DAYS: dict[Voice, float] = {"tell": 1.0, "consult": 0.6, "suggestion": 1.1, "praise": 0.5}
_FAR_WRONG = 0.25
"""Of the wrong first units of a street's matter, the share that is another street's office."""


def wait(rng: Random, median: Median) -> timedelta:
    """A log-normal wait, whole seconds."""
    hours, sigma = median
    return timedelta(seconds=max(1, round(3600 * rng.lognormvariate(log(hours), sigma))))


def sign_wait(rng: Random, era: Era, urgency: Urgency) -> timedelta:
    """Until the right unit takes the order on."""
    hours, sigma = era.sign
    return wait(rng, (hours * _HASTE[urgency], sigma))


def handling(rng: Random, matter: Matter, voice: Voice, urgency: Urgency) -> timedelta:
    """From signature to closure: the matter's own time, whoever dispatched it and however fast."""
    days, sigma = matter.days
    return wait(rng, (24 * days * _VOICE_DAYS[voice] * _HASTE[urgency], sigma))


def direct_wait(rng: Random, channel: str) -> timedelta:
    """Until the hotline answers a question itself."""
    return wait(rng, _DIRECT.get(channel, _DIRECT_ELSEWHERE))


def in_office(rng: Random, at: datetime, urgency: Urgency) -> datetime:
    """``at`` (local) itself, or early on the next working day where nobody works then and it can wait."""
    if urgency is not Urgency.NORMAL:
        return at
    opened = at.replace(hour=8, minute=30, second=0) + timedelta(seconds=rng.randint(0, 5400))
    if at.hour >= 18:
        opened += timedelta(days=1)
    elif at >= at.replace(hour=8, minute=30, second=0) and at.weekday() < 5:
        return at
    while opened.weekday() >= 5:
        opened += timedelta(days=1)
    return opened


def wrong_unit(rng: Random, matter: Matter, right: str, office: str, offices: tuple[str, ...], by_place: bool) -> str:
    """A unit that this matter might be sent to by mistake; ``right`` itself where there is none.

    ``office`` is the street office of the place; ``by_place`` says that the matter is the street offices'.
    """
    others = [unit for unit in offices if unit != right]
    if by_place and others and rng.random() < _FAR_WRONG:
        return rng.choice(others)
    wrong = [office if unit == "street_town" else unit for unit in matter.wrong]
    return rng.choice([unit for unit in wrong if unit != right] or [right])


def return_reason(rng: Random, wrong: str, offices: tuple[str, ...], by_place: bool) -> ReturnReason:
    """Why a wrong unit sends the order back."""
    if by_place and wrong in offices:
        return ReturnReason.WRONG_AREA
    return ReturnReason.UNCLEAR if rng.random() < 0.06 else ReturnReason.NOT_MY_DUTY
