"""How fast the built-in classifier is, on one core.

``OMP_NUM_THREADS=1 python -m tests.bench.bench_classify [--data FILE.parquet] [--orders N]``
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from classifier import load_default
from models.classification import OrderText
from models.ports import Classifier
from tests.bench.report import machine

BATCH = 512
TOP_K = 3
SINGLES = 500

_PLACES = ["翠湖社区", "公明街道", "田寮地铁站旁", "玉律村", "合水口新村", "长圳路口", "上村市场", "东周花园"]
_MATTERS = [
    "小区半夜停水，打供水公司电话一直没有人接",
    "楼下烧烤店油烟很大，窗户都不敢开",
    "路口红绿灯坏了，上下班高峰期堵得动不了",
    "工厂拖欠三个月工资，几十个工人都没拿到钱",
    "学校门口车辆乱停，孩子放学非常危险",
    "工地凌晨还在打桩，全家人睡不着觉",
    "物业收费不公示，电梯坏了半个月不修",
    "想咨询一下居住证和入学积分怎么办理",
]
_FILLERS = [
    "希望有关部门尽快处理。",
    "已经反映过好几次了，一直没有结果。",
    "请给一个明确的答复！",
    "附近的居民意见很大，",
]


def written(count: int, seed: int = 1) -> list[OrderText]:
    """Texts of our own, about 380 characters each and some of thousands."""
    draw = random.Random(seed)
    texts = []
    for i in range(count):
        matter, place = draw.choice(_MATTERS), draw.choice(_PLACES)
        parts = [f"我住在{place}{i % 97}号，{matter}。"]
        length = min(draw.lognormvariate(5.5, 0.8), 9000)
        while sum(map(len, parts)) < length:
            parts.append(draw.choice(_PLACES) + draw.choice(_MATTERS) + "，" + draw.choice(_FILLERS))
        texts.append(OrderText(place + matter[:12], "".join(parts)))
    return texts


def read(path: Path, count: int) -> list[OrderText]:
    """Texts of a parquet file with the columns title and detail or content."""
    import pyarrow.parquet as pq

    names = pq.read_schema(path).names
    body = "content" if "content" in names else "detail"
    rows = pq.read_table(path, columns=["title", body]).slice(0, count).to_pylist()
    return [OrderText(row["title"] or "", row[body] or "") for row in rows]


def pace(classifier: Classifier, texts: Sequence[OrderText], reasons: bool) -> float:
    """Orders a second in batches of ``BATCH``, the best of three passes."""
    best = 0.0
    for _ in range(3):
        start = time.perf_counter()
        for i in range(0, len(texts), BATCH):
            classifier.classify(texts[i : i + BATCH], TOP_K, reasons)
        best = max(best, len(texts) / (time.perf_counter() - start))
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="a parquet file with title and detail or content")
    parser.add_argument("--orders", type=int, default=5000)
    arguments = parser.parse_args()
    texts = read(arguments.data, arguments.orders) if arguments.data else written(arguments.orders)
    lengths = np.array([len(text.title) + len(text.content) for text in texts])
    start = time.perf_counter()
    classifier = load_default()
    loaded = time.perf_counter() - start
    classifier.classify(texts[:BATCH], TOP_K)
    print(machine())
    print(f"{classifier.model_version}: loaded in {loaded * 1000:.0f} ms")
    print(f"{len(texts)} texts, characters mean {lengths.mean():.0f}, longest {lengths.max()}")
    for reasons in (True, False):
        label = "with reasons" if reasons else "without"
        print(f"batch of {BATCH}, top {TOP_K} {label}: {pace(classifier, texts, reasons):,.0f} orders/s")
    for size in (1, 16):
        times = []
        for i in range(0, min(SINGLES * size, len(texts) - size + 1), size):
            start = time.perf_counter()
            classifier.classify(texts[i : i + size], TOP_K)
            times.append(1000 * (time.perf_counter() - start))
        p50, p99 = np.percentile(times, [50, 99])
        print(f"batch of {size} with reasons: p50 {p50:.2f} ms, p99 {p99:.2f} ms")
    print(f"memory, largest: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
