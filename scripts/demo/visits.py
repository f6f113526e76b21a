"""Who is called after the closing (回访), and what they say of the result."""

from __future__ import annotations

from random import Random

from models.kinds import Satisfaction
from models.parts import Visit
from scripts.demo.matters import Voice
from scripts.demo.phrases import Phrases

_CALLED: dict[Voice, float] = {"tell": 0.85, "consult": 0.3, "suggestion": 0.6, "praise": 0.1}
_REACHED = 0.88
_SAID = {
    Satisfaction.VERY_SATISFIED: 34.0,
    Satisfaction.SATISFIED: 41.0,
    Satisfaction.FAIR: 13.0,
    Satisfaction.DISSATISFIED: 9.0,
    Satisfaction.VERY_DISSATISFIED: 3.0,
}
_PLEASED_BUT_UNSOLVED, _DISPLEASED_BUT_SOLVED = 0.03, 0.2
_DISPLEASED = (Satisfaction.DISSATISFIED, Satisfaction.VERY_DISSATISFIED)


def is_called(rng: Random, voice: Voice, phone: str | None, reply_required: bool) -> bool:
    """Whether the requester will be called; nobody can be who left no number."""
    return phone is not None and reply_required and rng.random() < _CALLED[voice]


def visit_of(rng: Random, phrases: Phrases) -> Visit:
    """One call: nobody answers, or what he or she says."""
    if rng.random() >= _REACHED:
        return Visit(contacted=False)
    said = rng.choices(tuple(_SAID), tuple(_SAID.values()))[0]
    drawn = rng.random()
    if said in _DISPLEASED:
        comment = rng.choice(phrases.desk.dissatisfied)
        return Visit(contacted=True, solved=drawn < _DISPLEASED_BUT_SOLVED, satisfaction=said, comment=comment)
    return Visit(contacted=True, solved=drawn >= _PLEASED_BUT_UNSOLVED, satisfaction=said)
