"""Training of the linear model on labelled orders; needs the extra ``train`` (scikit-learn)."""

from __future__ import annotations

from classifier.training.data import Sources
from classifier.training.run import Report, train

__all__ = ["Report", "Sources", "train"]
