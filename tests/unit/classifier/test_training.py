from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from classifier.linear import LinearClassifier, load_folder
from classifier.training import Report, Sources, train
from classifier.training.data import read_corpus
from classifier.training.evaluate import interval, macro_f1, near_duplicates
from classifier.training.fit import learn_space, prune, transform
from classifier.training.measure import WINDOWS, split
from classifier.weights import Weights
from models.classification import OrderText
from models.errors import ConfigureFirst

Write = Callable[..., Sources]


def test_learns_what_can_be_learnt(report: Report) -> None:
    # One label in eight was drawn anew from four units: nobody can be right on more than about .91.
    scores = report.scores
    assert 0.8 < scores["unit"]["top1"]["value"] < 0.97
    assert scores["category_dispatch"]["top1"]["value"] > 0.95
    assert scores["request_type"]["top1"]["value"] > 0.95
    low, high = scores["unit"]["top1"]["ci95"]
    assert low < scores["unit"]["top1"]["value"] < high


def test_calibration_lowers_the_error_on_later_orders(report: Report) -> None:
    unit = report.scores["unit"]
    assert unit["ece_after"] < unit["ece_before"]
    assert unit["ece_after"] < 0.1


def test_promises_a_precision_that_the_labels_allow_and_none_beyond(small: LinearClassifier) -> None:
    assert small.threshold(0.7) is not None
    assert small.threshold(0.99) is None


def test_the_run_folder_loads_and_answers(report: Report, small: LinearClassifier) -> None:
    (answer,) = small.classify([OrderText("路口红绿灯坏了", "车辆违停堵路，我要投诉。")], 3)
    assert answer.units[0].unit == "traffic_police"
    assert answer.category == "交通运输"
    assert answer.request_type == "complaint"
    assert answer.model_version == report.manifest.model_version
    names = {path.name for path in report.folder.iterdir()}
    assert names == {"linear.safetensors", "manifest.json", "MODEL_CARD.md", "scores.json", "config.json"}
    assert json.loads((report.folder / "scores.json").read_text(encoding="utf-8")) == report.scores


def test_the_same_files_and_seed_give_the_same_weights(write: Write, tmp_path: Path) -> None:
    sources = write(tmp_path / "data", 260)
    steps: list[str] = []
    first = train(sources, tmp_path / "one", seed=4, progress=steps.append)
    second = train(sources, tmp_path / "two", seed=4)
    assert first.manifest == second.manifest
    assert sum("window" in step for step in steps) == WINDOWS
    assert load_folder(tmp_path / "one").model_version == first.manifest.model_version


def test_no_text_of_the_data_is_in_the_run_folder(write: Write, tmp_path: Path) -> None:
    sources = write(tmp_path / "data", 260)
    train(sources, tmp_path / "run")
    content = b"".join(path.read_bytes() for path in (tmp_path / "run").iterdir())
    for row in pq.read_table(sources.dispatch).to_pylist():
        assert row["title"].encode() not in content


def test_all_four_sets_are_used_as_they_are_meant(write: Write, tmp_path: Path) -> None:
    sources = write(tmp_path / "all", 400)
    table = pq.read_table(sources.dispatch).to_pandas()
    duty = table.iloc[:150].drop(columns="evidence").assign(certainty=["H", "M", "L"] * 50)
    duty.to_parquet(tmp_path / "all" / "dispatch_duty.parquet")
    segmented = [
        {"text_segmented": "学校 乱 收费 " + " ".join(r.detail[12:32]), "label": r.category} for r in table.itertuples()
    ]
    known = [row for row in segmented if row["label"] != "环境保护"]
    pq.write_table(pa.Table.from_pylist(known), tmp_path / "all" / "category_train_segmented.parquet")
    official = table.iloc[300:].rename(columns={"category": "label"})[["title", "detail", "posted_at", "label"]]
    official.to_parquet(tmp_path / "all" / "category_dev.parquet")
    everything = Sources.in_folder(tmp_path / "all")

    corpus, files = read_corpus(everything)
    assert [file.rows for file in files] == [400, 150, len(known)]
    assert " " not in corpus.texts[-1].content
    category = corpus.targets["category"]
    silent = category.allowed[corpus.origin == "category"]
    assert not silent[:, category.classes.index("环境保护")].any()
    assert category.allowed[corpus.origin != "category"].all()
    unit = corpus.targets["unit"]
    assert (unit.first[corpus.origin == "category"] == -1).all()
    assert unit.weight[:400].min() > unit.weight[400:550].max()
    assert ((unit.share > 0) == (unit.second >= 0)).all()

    report = train(everything, tmp_path / "run")
    assert report.scores["category"]["rows"] == 100
    assert report.manifest.created_from[-1].rows_used == 0


def test_the_past_knows_nothing_of_the_future(write: Write, tmp_path: Path) -> None:
    corpus, _ = read_corpus(write(tmp_path, 200))
    held, past = split(corpus, 0.8, 1.0)
    assert len(held) == 40
    assert corpus.posted[past].max() < corpus.posted[held].min()
    assert corpus.posted[held].max() == corpus.posted.max()


def test_near_duplicates_are_found_whatever_their_punctuation() -> None:
    texts = [
        OrderText("小区停水", "自来水停了三天，没有通知。"),
        OrderText("学校收费", "小学补课乱收费！"),
    ]
    space = learn_space([*texts, *texts], min_documents=1)
    again = transform([OrderText("小区停水", "自来水停了三天没有通知"), OrderText("", "完全不同")], space)
    assert again.multiply(again).sum() < 1  # short texts have short rows, and are compared all the same
    assert near_duplicates(transform(texts, space), again).tolist() == [True, False]


def test_pruning_keeps_what_contributes_most() -> None:
    weights = Weights(
        np.array([3, 5, 9], dtype=np.uint32),
        np.ones(3, dtype=np.float32),
        np.array([[0.1], [-2.0], [1.0]], dtype=np.float32),
        np.zeros(1, dtype=np.float32),
    )
    assert prune(weights, np.array([10, 10, 10]), 2).buckets.tolist() == [5, 9]
    assert prune(weights, np.array([9000, 10, 10]), 2).buckets.tolist() == [3, 5]
    assert prune(weights, np.array([10, 10, 10]), 3) is weights


def test_macro_f1_counts_each_occurring_class_once() -> None:
    truth, guess = np.array([0, 0, 0, 1]), np.array([0, 0, 2, 1])
    assert macro_f1(truth, guess, 4) == pytest.approx((0.8 + 1.0) / 2)


def test_bootstrap_interval_of_a_share() -> None:
    right = np.arange(400) % 2 == 0
    found = interval(lambda rows: float(right[rows].mean()), 400, seed=1)
    assert found["value"] == 0.5
    assert found["ci95"] == pytest.approx([0.451, 0.549], abs=0.01)


def test_missing_and_wrong_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigureFirst, match=r"dispatch_train\.parquet is missing"):
        Sources.in_folder(tmp_path)
    path = tmp_path / "dispatch_train.parquet"
    path.write_bytes(b"no parquet")
    with pytest.raises(ConfigureFirst, match="cannot be read as parquet"):
        train(Sources(path), tmp_path / "run")
    pq.write_table(pa.table({"title": ["停水"], "detail": ["停水"]}), path)
    with pytest.raises(ConfigureFirst, match="lacks the columns posted_at, handler"):
        train(Sources(path), tmp_path / "run")
