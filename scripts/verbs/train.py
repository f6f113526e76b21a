"""``minsheng train``: new weights for the classifier, from labelled texts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def train(
    data: Annotated[Path, typer.Argument(help="Folder with the labelled sets (docs/training.md names the files).")],
    out: Annotated[Path, typer.Option(help="Run folder: configuration, scores, weights, model card.")] = Path(
        "runs/linear"
    ),
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 20261124,
) -> None:
    """Train, calibrate on later data, and write weights that MINSHENG_MODEL can point to."""
