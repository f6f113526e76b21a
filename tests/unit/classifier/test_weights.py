from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from classifier.linear import default_folder, load_folder
from classifier.weights import MANIFEST_FILE, WEIGHTS_FILE, Weights, encode, load, quantise, restore
from models.errors import ConfigureFirst

LIMIT = 10 * 1024 * 1024


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(default_folder(), tmp_path / "weights"))


def some_weights() -> Weights:
    generator = np.random.default_rng(2)
    return Weights(
        buckets=np.arange(0, 500, 5, dtype=np.uint32),
        idf=generator.uniform(1, 9, 100).astype(np.float32),
        matrix=generator.normal(size=(100, 7)).astype(np.float32),
        bias=generator.normal(size=7).astype(np.float32),
    )


def test_what_is_saved_comes_back_within_half_a_step() -> None:
    weights = some_weights()
    back = restore(quantise(weights))
    step = np.abs(weights.matrix).max(axis=0) / 127
    assert np.all(np.abs(back.matrix - weights.matrix) <= step / 2 + 1e-6)
    assert np.allclose(back.idf, weights.idf, rtol=1e-3)
    assert np.array_equal(back.buckets, weights.buckets)
    assert np.array_equal(back.bias, weights.bias)
    assert encode(weights) == encode(weights)


def test_the_built_in_folder_is_complete_and_small() -> None:
    folder = default_folder()
    manifest, weights = load(folder)
    assert sum(path.stat().st_size for path in folder.iterdir()) <= LIMIT
    assert hashlib.sha256((folder / WEIGHTS_FILE).read_bytes()).hexdigest() == manifest.weights_sha256
    assert weights.matrix.shape == (manifest.features, sum(len(head.classes) for head in manifest.heads.values()))
    assert len(manifest.heads["unit"].classes) == 30
    assert {"street_town", "other"} <= set(manifest.heads["unit"].classes)
    assert len(manifest.heads["category"].classes) == 15
    assert set(manifest.heads["request_type"].classes) == {
        "consult",
        "help",
        "complaint",
        "report",
        "suggest",
        "praise",
    }
    assert manifest.licence == "Apache-2.0"
    card = (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert manifest.model_version in card
    assert all(source.name in card for source in manifest.created_from)


@pytest.mark.parametrize("name", [WEIGHTS_FILE, MANIFEST_FILE])
def test_a_missing_file_says_what_to_do(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(ConfigureFirst, match=f"{name} is missing"):
        load_folder(copy)


def test_one_flipped_bit_is_noticed(copy: Path) -> None:
    path = copy / WEIGHTS_FILE
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(ConfigureFirst, match="damaged"):
        load_folder(copy)


@pytest.mark.parametrize("text", ["", "{}", "not json", "[1]"])
def test_a_manifest_that_is_none(copy: Path, text: str) -> None:
    (copy / MANIFEST_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigureFirst, match="is not a manifest"):
        load_folder(copy)


def test_a_newer_format_is_refused(copy: Path) -> None:
    manifest = json.loads((copy / MANIFEST_FILE).read_text(encoding="utf-8"))
    (copy / MANIFEST_FILE).write_text(json.dumps(manifest | {"format": 99}), encoding="utf-8")
    with pytest.raises(ConfigureFirst, match="format 99"):
        load_folder(copy)
