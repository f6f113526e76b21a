"""What a classifier is asked and what it answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OrderText:
    """The words of an order."""

    title: str
    content: str


@dataclass(frozen=True, slots=True)
class UnitGuess:
    """A handler code (one of the kinds that the model was trained on), its calibrated probability, and the
    words of the text that spoke for it, strongest first (empty when reasons were not asked for)."""

    unit: str
    probability: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Classification:
    """The answer for one text.

    ``units`` has the top k by falling probability (they sum to at most 1); the category probabilities cover
    all classes and sum to 1.
    """

    units: tuple[UnitGuess, ...]
    category: str
    category_probabilities: dict[str, float]
    request_type: str
    request_type_probability: float
    model_version: str
