"""Chinese text in, calibrated probabilities and reasons out."""

from __future__ import annotations

from models.ports import Classifier


def load_default() -> Classifier:
    """The classifier with the built-in weights; raises ``ConfigureFirst`` when they are missing or damaged."""
    from classifier.linear import load_default as load

    return load()
