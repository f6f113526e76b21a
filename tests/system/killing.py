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
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tests.system.installation import Installation

STAGES = ("dispatch", "ledger", "deliver", "follow")
PARTS = (*STAGES, "clock", "web")
LIST = 10
LATE, MASTER, FOLLOWER, WHOLE = 6, 7, 8, 9
"""Places in a list of orders that are as good as forgotten, that others follow, that follow, that are split."""
ALARMS = {"undispatched", "warning", "overdue", "far_overdue"}
WORDS = ("路灯不亮", "井盖破损", "工地夜间施工噪音", "拖欠工资", "自来水浑浊", "公交车晚点", "占道经营", "电梯故障")
VAGUE = {"title": "事", "content": "嗯"}
"""Words that go to nobody by themselves."""
BEGAN = datetime.now(UTC)


def order(number: int) -> dict[str, Any]:
    word, place = WORDS[number % len(WORDS)], number % LIST
    said = {"title": f"{word}{number}", "content": f"第{number}件：{word}，请尽快处理。"}
    age = timedelta(days=60) if place == LATE else timedelta(minutes=20 - place)
    return {
        "source_system": "kill",
        "external_id": str(number),
        "street": "公明街道",
        "received_at": (BEGAN - age).isoformat(),
        **(said if place < LATE else VAGUE),
    }


class Desk:
    """Sends lists of orders and links some of them; whatever has no answer is sent again."""

    def __init__(self, here: Installation, credentials: dict[str, str], orders: int, seconds: float) -> None:
        self.sent_again = 0
        self.answers: Counter[str] = Counter()
        self.masters: list[str] = []
        self.followers: list[str] = []
        self.wholes: list[str] = []
        self.late: list[str] = []
        self._orders, self._pause = orders, seconds / max(1, orders / LIST)
        self._http = httpx.Client(base_url=f"{here.url}/api/v1", timeout=20, headers=credentials)
        self.thread = threading.Thread(target=self._run)
        self.is_done = False

    def _run(self) -> None:
        for first in range(0, self._orders, LIST):
            body = [order(number) for number in range(first, min(first + LIST, self._orders))]
            results = self._until_answered(lambda body=body: self._http.post("/orders", json=body))["results"]  # type: ignore[misc]
            self.answers.update(result["status"] for result in results)
            if len(results) == LIST:
                self._link([result["order_no"] for result in results])
            time.sleep(self._pause)
        self.is_done = True

    def _link(self, numbers: list[str]) -> None:
        self.late.append(numbers[LATE])
        self.masters.append(numbers[MASTER])
        self.followers.append(numbers[FOLLOWER])
        self.wholes.append(numbers[WHOLE])
        for number in numbers[MASTER:]:
            self.get(number)  # an answer may say that the ledger has not decided yet
        self.act(numbers[FOLLOWER], {"move": "merge", "into": numbers[MASTER]})
        self.act(numbers[MASTER], {"move": "answer_directly", "reply_public": "已答复。"})
        self.act(numbers[WHOLE], {"move": "split", "parts": [VAGUE, VAGUE]})

    def act(self, number: str, do: dict[str, Any]) -> None:
        """One move, the same command however often it is sent."""
        key, where = f"{number}-{do['move']}", f"/orders/{number}/commands"
        self._until_answered(lambda: self._http.post(where, json={"do": do}, headers={"Idempotency-Key": key}))

    def get(self, number: str) -> dict[str, Any]:
        return self._until_answered(lambda: self._http.get(f"/orders/{number}"), not_yet=404)

    def _until_answered(self, send: Callable[[], httpx.Response], not_yet: int = 202) -> dict[str, Any]:
        while True:
            try:
                answer = send()
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code == 200:
                found: dict[str, Any] = answer.json()
                return found
            assert answer is None or answer.status_code in (202, not_yet) or answer.status_code >= 500, answer.text
            self.sent_again += 1
            time.sleep(0.1)

    def close(self) -> None:
        self._http.close()


def run(data: Path, orders: int, kills: int, seed: int) -> dict[str, Any]:
    """Stream, kill, wait, check; a report. Raises ``AssertionError`` when anything was lost, doubled or differs."""
    rng = random.Random(seed)
    here = Installation(data, answer_timeout=3)
    killed: Counter[str] = Counter()
    desk: Desk | None = None
    try:
        for part in PARTS:
            here.start(part, "serve", part)
        here.ready()
        here.add_account("chief", "administrator")
        desk = Desk(here, here.token("desk", "operator"), orders, kills * 1.0)
        desk.thread.start()
        for _ in range(kills):
            time.sleep(rng.uniform(0.05, 1.5))
            part = rng.choice(PARTS)
            here.kill(part)
            killed[part] += 1
            here.start(part, "serve", part)
        desk.thread.join(600)
        assert desk.is_done, "the desk is stuck, or something was refused"
        settle(here)
        for whole in desk.wholes:
            for child in desk.get(whole)["children"]:
                desk.act(child, {"move": "answer_directly", "reply_public": "已答复。"})
        settle(here)
        wait_for_the_clock(desk)
        for part in PARTS:
            here.stop(part)
        report = {"orders": orders, "kills": dict(killed), "sent again": desk.sent_again}
        return report | check(here, desk, orders)
    finally:
        if desk is not None:
            desk.close()
        here.close()


def wait_for_the_clock(desk: Desk, timeout: float = 60) -> None:
    """Until every order that is late has its alarms."""
    deadline = time.monotonic() + timeout
    for number in desk.late:
        while set(desk.get(number)["alarms"]) != ALARMS:
            assert time.monotonic() < deadline, f"{number} has not all of its alarms"
            time.sleep(0.2)


def settle(here: Installation, timeout: float = 120) -> None:
    """Until every stage is alive and has nothing left to do."""
    here.ready(timeout)
    deadline, was_idle = time.monotonic() + timeout, False
    while True:
        parts = httpx.get(f"{here.url}/readyz", timeout=10).json()["parts"]
        idle = all(parts[stage]["lag"] == 0 for stage in STAGES)
        if idle and was_idle:
            return  # what follows from facts are new commands: idle once is not idle
        was_idle = idle
        assert time.monotonic() < deadline, parts
        time.sleep(0.1)


def check(here: Installation, desk: Desk, orders: int) -> dict[str, Any]:
    """Nothing lost, nothing doubled, the store equals a replay."""
    status = here.status()
    assert status["orders"] == orders + 2 * len(desk.wholes), status
    assert status["adds_up"], status
    assert status["dead_letters"] == 0, status
    events = here.read("orders.events")
    seqs: dict[str, list[int]] = {}
    types: dict[str, Counter[str]] = {}
    for record in events:
        seqs.setdefault(record["key"], []).append(record["value"]["seq"])
        types.setdefault(record["key"], Counter()).update([record["value"]["fact"]["type"]])
    assert len(seqs) == status["orders"]
    assert all(found == list(range(1, len(found) + 1)) for found in seqs.values()), "a gap or a fork in an order"
    assert all(types[one]["adopted"] == types[one]["closed"] == 1 for one in desk.masters)
    assert all(types[one]["merged"] == types[one]["closed"] == 1 for one in desk.followers)
    assert all((types[one]["child_done"], types[one]["closed"]) == (2, 1) for one in desk.wholes)
    assert all(types[one]["alarmed"] == len(ALARMS) for one in desk.late)
    dispatched = {
        (record["key"], record["value"]["fact"]["dispatch_no"])
        for record in events
        if record["value"]["fact"]["type"] == "dispatched"
    }
    topics = here.run("topics").stdout.split()
    told = here.read(*(topic for topic in topics if topic.startswith("dept.")))
    assert len(told) == len({(one["value"]["event_id"], one["value"]["unit"]) for one in told}), "told twice"
    notices = {(one["key"], one["value"]["dispatch_no"]) for one in told if one["value"]["kind"] == "dispatched"}
    assert notices == dispatched, "a dispatch was lost on its way to a department"
    here.run("rebuild", "--check")
    linked = {"followed": len(desk.followers), "split": len(desk.wholes), "late": len(desk.late)}
    return {"duplicates": status["duplicates"], "dispatched": len(dispatched), "events": len(events)} | linked


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
