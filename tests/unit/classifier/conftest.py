"""A small model trained on sentences that the tests write themselves."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from classifier.linear import LinearClassifier, load_folder
from classifier.training import Report, Sources, train

MATTERS = {
    "water": ("城乡建设", ["自来水停了", "水管爆裂漏水", "水压太低没有水", "水表坏了", "自来水发黄有异味"]),
    "education": ("教育文体", ["学校乱收费", "小学学位不够", "老师周末补课", "幼儿园收费太高", "初中招生不公平"]),
    "traffic_police": (
        "交通运输",
        ["路口红绿灯坏了", "车辆违停堵路", "大货车闯红灯", "斑马线没有人让行", "酒驾没人管"],
    ),
    "environment": ("环境保护", ["工厂半夜排废气", "工地夜间施工噪音", "河边臭气熏天", "烧烤油烟扰民", "废水直排河道"]),
}
WISHES = {
    "complaint": ["我要投诉。", "太过分了，强烈投诉！"],
    "consult": ["请问应该怎么办理？", "想咨询一下流程。"],
    "help": ["求助，请尽快帮忙。", "恳请派人来解决困难。"],
}
FILLERS = [
    "我住在附近的小区，",
    "最近一个月，",
    "邻居们都反映，",
    "打了几次电话没有结果，",
    "已经连续三天了，",
    "昨天晚上，",
]


def write_sources(folder: Path, rows: int, seed: int = 1) -> Sources:
    """Labelled sets of the usual form; one label in eight is wrong, so that certainty is never earned."""
    draw = random.Random(seed)
    start = datetime(2024, 1, 1)
    table = []
    for i in range(rows):
        unit = draw.choice(list(MATTERS))
        kind = draw.choice(list(WISHES))
        category, matters = MATTERS[unit]
        phrases = [draw.choice(FILLERS), draw.choice(matters), "，", draw.choice(FILLERS), draw.choice(WISHES[kind])]
        wrong = draw.random() < 0.125
        # The rest of the story: what keeps two orders on one matter from being the same text.
        story = "".join(chr(0x4E00 + draw.randrange(3000)) for _ in range(36))
        posted = start + timedelta(hours=7 * i)
        table.append(
            {
                "title": draw.choice(matters)[:4] + story[:8],
                "detail": "".join(phrases[:3]) + story + "。" + "".join(phrases[3:]),
                "posted_at": posted,
                "handler": draw.choice(list(MATTERS)) if wrong else unit,
                "co_handler": "water" if draw.random() < 0.1 else None,
                "evidence": "E" if i % 3 else "I",
                "request_type": kind,
                "category": category,
            }
        )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "dispatch_train.parquet"
    pq.write_table(pa.Table.from_pylist(table), path)
    return Sources(dispatch=path)


@pytest.fixture(scope="session")
def write() -> Callable[..., Sources]:
    return write_sources


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("training")
    return train(write_sources(folder / "data", 900), folder / "run", seed=3)


@pytest.fixture(scope="session")
def small(report: Report) -> LinearClassifier:
    return load_folder(report.folder)
