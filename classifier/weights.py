"""The weights file and its manifest: written by training, verified whenever they are loaded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from models.errors import ConfigureFirst

WEIGHTS_FILE = "linear.safetensors"
MANIFEST_FILE = "manifest.json"
HEADS = ("unit", "category", "request_type")
FORMAT = 1


class Source(BaseModel):
    """A file that the weights were trained on."""

    model_config = ConfigDict(frozen=True)

    name: str
    sha256: str
    rows: int
    rows_used: int
    posted_from: str | None = None
    posted_to: str | None = None


class Head(BaseModel):
    """One question that the model answers: its classes in column order, and how logits become probabilities."""

    model_config = ConfigDict(frozen=True)

    classes: list[str]
    temperature: float


class Manifest(BaseModel):
    """What the weights are, where they come from and what they are worth."""

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    model_version: str
    weights_sha256: str
    licence: str = "Apache-2.0"
    created_from: list[Source]
    seed: int
    order: int
    title_weight: int
    max_content: int
    norm_floor: float
    features: int
    heads: dict[str, Head]
    thresholds: dict[str, float | None]
    threshold_note: str
    scores: dict[str, Any]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class Weights:
    """Arrays of the linear model; F features, H = classes of all heads, in the order of ``HEADS``.

    ``buckets`` (F, ascending) are the hashed n-grams that have a row; ``idf`` (F); ``matrix`` (F, H); ``bias`` (H).
    """

    buckets: NDArray[np.uint32]
    idf: NDArray[np.float32]
    matrix: NDArray[np.float32]
    bias: NDArray[np.float32]


def quantise(weights: Weights) -> dict[str, NDArray[Any]]:
    """int8 with one scale per class, float16 for the idf: what the file holds."""
    scale = np.abs(weights.matrix).max(axis=0) / 127
    scale[scale == 0] = 1
    return {
        "buckets": weights.buckets,
        "idf": weights.idf.astype(np.float16),
        "matrix": np.rint(weights.matrix / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        "bias": weights.bias.astype(np.float32),
    }


def restore(tensors: dict[str, NDArray[Any]]) -> Weights:
    """The arrays to compute with, from what the file holds."""
    return Weights(
        buckets=tensors["buckets"],
        idf=tensors["idf"].astype(np.float32),
        matrix=tensors["matrix"].astype(np.float32) * tensors["scale"],
        bias=tensors["bias"],
    )


def encode(weights: Weights) -> bytes:
    """The weights file; the same weights give the same bytes."""
    from safetensors.numpy import save

    return save(quantise(weights))


def load(folder: Path) -> tuple[Manifest, Weights]:
    """Read and verify; ``ConfigureFirst`` in one sentence when a file is missing, damaged or of another format."""
    from safetensors.numpy import load as decode

    manifest_path, weights_path = folder / MANIFEST_FILE, folder / WEIGHTS_FILE
    for path in (manifest_path, weights_path):
        if not path.is_file():
            raise ConfigureFirst(f"classifier weights: {path} is missing; restore it or run `minsheng train`")
    try:
        manifest = Manifest.model_validate_json(manifest_path.read_bytes())
    except ValidationError as error:
        raise ConfigureFirst(
            f"classifier weights: {manifest_path} is not a manifest; restore it or run `minsheng train`"
        ) from error
    if manifest.format != FORMAT:
        raise ConfigureFirst(
            f"classifier weights: {manifest_path} has format {manifest.format}, this program reads {FORMAT}"
        )
    data = weights_path.read_bytes()
    if hashlib.sha256(data).hexdigest() != manifest.weights_sha256:
        raise ConfigureFirst(
            f"classifier weights: {weights_path} is damaged (its sha256 is not the manifest's); "
            "restore it or run `minsheng train`"
        )
    return manifest, restore(decode(data))
