"""kill -9 of any process at random moments while orders stream in, and what must hold afterwards.

`python -m tests.system.killing --orders 5000 --kills 50` is the long form; a short one runs in the suite.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx

from tests.system.installation import Installation

PARTS = ("dispatch", "ledger", "deliver", "web")
LIST = 10
WORDS = ("路灯不亮", "井盖破损", "工地夜间施工噪音", "拖欠工资", "自来水浑浊", "公交车晚点", "占道经营", "电梯故障")


def order(number: int) -> dict[str, Any]:
    word = WORDS[number % len(WORDS)]
    return {
        "source_system": "kill",
        "external_id": str(number),
        "title": f"{word}{number}",
        "content": f"第{number}件：{word}，请尽快处理。",
        "street": "公明街道",
    }


class Sender:
    """Sends lists of orders until each is answered; a list without an answer is sent again."""

    def __init__(self, here: Installation, orders: int, seconds: float) -> None:
        self.sent_again = 0
        self.answers: Counter[str] = Counter()
        self._here, self._orders, self._pause = here, orders, seconds / max(1, orders / LIST)
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        for first in range(0, self._orders, LIST):
            self._send([order(number) for number in range(first, min(first + LIST, self._orders))])
            time.sleep(self._pause)

    def _send(self, orders: list[dict[str, Any]]) -> None:
        while True:
            try:
                answer = httpx.post(f"{self._here.url}/api/v1/orders", json=orders, timeout=20)
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code == 200:
                self.answers.update(result["status"] for result in answer.json()["results"])
                return
            self.sent_again += 1
            time.sleep(0.1)


def run(data: Path, orders: int, kills: int, seed: int) -> dict[str, Any]:
    """Stream, kill, wait, check; a report. Raises ``AssertionError`` when anything was lost, doubled or differs."""
    rng = random.Random(seed)
    here = Installation(data, answer_timeout=3)
    killed: Counter[str] = Counter()
    try:
        for part in PARTS:
            here.start(part, "serve", part)
        here.ready()
        sender = Sender(here, orders, kills * 1.0)
        sender.thread.start()
        for _ in range(kills):
            time.sleep(rng.uniform(0.05, 1.5))
            part = rng.choice(PARTS)
            here.kill(part)
            killed[part] += 1
            here.start(part, "serve", part)
        sender.thread.join(600)
        assert not sender.thread.is_alive(), "the sender is stuck"
        settle(here)
        for part in PARTS:
            here.stop(part)
        return {"orders": orders, "kills": dict(killed), "lists sent again": sender.sent_again} | check(here, orders)
    finally:
        here.close()


def settle(here: Installation, timeout: float = 120) -> None:
    """Until every stage is alive and has nothing left to do."""
    here.ready(timeout)
    deadline = time.monotonic() + timeout
    while True:
        parts = httpx.get(f"{here.url}/readyz", timeout=10).json()["parts"]
        if all(parts[part]["lag"] == 0 for part in PARTS if part != "web"):
            return
        assert time.monotonic() < deadline, parts
        time.sleep(0.1)


def check(here: Installation, orders: int) -> dict[str, Any]:
    """Nothing lost, nothing doubled, the store equals a replay."""
    status = here.status()
    assert status["orders"] == orders, status
    assert status["adds_up"], status
    assert status["dead_letters"] == 0, status
    events = here.read("orders.events")
    seqs: dict[str, list[int]] = {}
    for record in events:
        seqs.setdefault(record["key"], []).append(record["value"]["seq"])
    assert len(seqs) == orders
    assert all(found == list(range(1, len(found) + 1)) for found in seqs.values()), "a gap or a fork in an order"
    dispatched = {
        (record["key"], record["value"]["fact"]["dispatch_no"])
        for record in events
        if record["value"]["fact"]["type"] == "dispatched"
    }
    topics = here.run("topics").stdout.split()
    notices = [
        (record["key"], record["value"]["dispatch_no"])
        for record in here.read(*(topic for topic in topics if topic.startswith("dept.")))
    ]
    assert len(notices) == len(set(notices)), "a department was told twice"
    assert set(notices) == dispatched, "a dispatch was lost on its way to a department"
    here.run("rebuild", "--check")
    return {"duplicates": status["duplicates"], "dispatched": len(dispatched), "events": len(events)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(run(Path(folder) / "data", given.orders, given.kills, given.seed), ensure_ascii=False))


if __name__ == "__main__":
    main()
