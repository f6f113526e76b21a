"""``minsheng train``: new weights for the classifier, from labelled texts."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from models.errors import ConfigureFirst
from scripts.common import errors

SEED = 20261124


def train(
    data: Annotated[Path, typer.Argument(help="Folder with the labelled sets (docs/training.md names the files).")],
    out: Annotated[Path, typer.Option(help="Run folder: configuration, scores, weights, model card.")] = Path(
        "runs/linear"
    ),
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = SEED,
    version: Annotated[
        str | None, typer.Option(help="First part of the model's version; linear-YEAR.MONTH else.")
    ] = None,
) -> None:
    """Train, calibrate on later orders, and write weights that MINSHENG_MODEL can point to."""
    try:
        from classifier.training.data import Sources
        from classifier.training.run import train as train_weights
    except ModuleNotFoundError as error:
        raise ConfigureFirst(f"{error.name} is missing: pip install -r requirements-dev.txt (extra `train`)") from error
    version = version or f"linear-{datetime.now(UTC):%Y.%m}"
    began = time.monotonic()
    with errors.status("training") as status:

        def step(what: str) -> None:
            status.update(what)
            errors.print(f"{time.monotonic() - began:6.1f} s  {what}", markup=False)

        report = train_weights(Sources.in_folder(data), out, seed=seed, version=version, progress=step)
    print(json.dumps(report.scores, ensure_ascii=False, indent=2))
    errors.print(f"{report.manifest.model_version} in {report.folder}", markup=False)
