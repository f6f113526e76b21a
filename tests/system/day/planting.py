"""Plants personal numbers wherever people and systems can write something, and lets the installation work on it."""

from __future__ import annotations

import csv
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tests.system.day.people import People
from tests.system.day.plants import Garden
from tests.system.day.traces import Trace
from tests.system.installation import Installation

NAME, ROOM = "欧阳锦瑟", "2单元1503室"
MAP = """\
timezone: Asia/Shanghai
source_system: archive
fields:
  {external_id: 编号, title: 标题, content: 内容, received_at: 受理时间, name: 姓名, phone: 电话, id_number: 证件}
"""
COLUMNS = ("编号", "标题", "内容", "受理时间", "姓名", "电话", "证件")


@dataclass
class Run:
    """An installation in which everything was planted, and what it has answered so far."""

    here: Installation
    root: Path
    people: People
    garden: Garden = field(default_factory=lambda: Garden(20260302))
    said: list[Trace] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    """Orders by what they are here for."""

    def note(self, where: str, answer: httpx.Response) -> httpx.Response:
        """Keep an answer, to be looked through as well."""
        self.said.append((where, str(dict(answer.headers)).encode() + answer.content))
        return answer

    def hand_in(self, name: str, status: int = 201, /, **said: Any) -> None:
        answer = self.people["operator"].http.post("/orders", json={"external_id": name, **said})
        assert self.note(f"POST /orders ({name})", answer).status_code == status, answer.text
        if status == 201:
            self.numbers[name] = answer.json()["order_no"]

    def act(self, who: str, name: str, move: str, status: int = 200, /, **said: Any) -> None:
        answer = self.people[who].act(self.numbers[name], {"move": move, **said})
        assert self.note(f"{who}: {move}", answer).status_code == status, answer.text


def plant(run: Run) -> None:
    """Everywhere; returns when the last of it has become an order or a dead letter."""
    plant_in_intake(run)
    plant_in_moves(run)
    plant_in_what_is_refused(run)
    plant_in_files_and_messages(run)
    settle(run)


def plant_in_intake(run: Run) -> None:
    """In every field that takes words, in the spellings that people use."""
    g = run.garden
    g.words("name", NAME)
    g.words("address_text", ROOM)
    run.hand_in(
        "fields",
        title=f"请回电{g.phone('title')}",
        content=(
            f"我叫{NAME}，电话{g.phone('content', 'grouped')}，或者{g.phone('content', 'hyphens')}、"
            f"{g.phone('content', 'abroad')}，{g.apart('content')}，{g.full_width('content')}。"
            f"身份证{g.identity('content')}，{g.identity('content', 'grouped')}，{g.identity('content', 'hyphens')}。"
        ),
        name=NAME,
        phone=f"{g.phone('phone', 'grouped')}；{g.phone('phone', 'extension')}",
        id_number=g.identity("id_number"),
        address_text=f"公园路7栋{ROOM}，电话{g.phone('address_text', 'zero')}",
        agent_id=f"坐席{g.phone('agent_id')}",
        street="440311001",
    )
    run.hand_in(
        "hidden", title="匿名反映", content="请查处", phone=g.phone("phone"), is_anonymous=True, is_confidential=True
    )
    now = datetime.now(UTC)
    run.hand_in(
        "recorded",
        title="旧工单",
        content=f"内容{g.phone('content')}",
        phone=g.phone("phone", "abroad"),
        received_at=(now - timedelta(days=30)).isoformat(),
        returns=[
            {
                "department": "environment",
                "dispatched_at": (now - timedelta(days=29)).isoformat(),
                "returned_at": (now - timedelta(days=28)).isoformat(),
                "basis": f"已与{g.phone('returns.basis')}联系",
            }
        ],
        lead_department="water",
        dispatched_at=(now - timedelta(days=27)).isoformat(),
        signed_at=(now - timedelta(days=27)).isoformat(),
        closed_at=(now - timedelta(days=20)).isoformat(),
        reply_public=f"已回复{g.phone('reply_public')}，{g.identity('reply_public')}",
    )


def plant_in_moves(run: Run) -> None:
    """In every text of every move."""
    g = run.garden
    for name in ("worked", "rejected", "whole"):
        run.hand_in(
            name,
            title="反映一件事情",
            content="请了解情况。",
            name="陈一一",
            phone=g.phone("phone"),
            street="440311001",
        )
    do = run.act
    do(
        "operator",
        "worked",
        "amend",
        reason=f"补充{g.phone('amend.reason')}",
        content=f"电话{g.phone('amend.content')}",
    )
    do("operator", "worked", "dispatch", unit="urban_mgmt", override_reason=f"{g.phone('override_reason')}要求")
    do("urban_mgmt", "worked", "return", reason="not_my_duty", basis=f"问过{g.phone('return.basis')}")
    do("operator", "worked", "refuse_return", reason=f"请联系{g.phone('refuse_return.reason')}")
    do("operator", "worked", "recall", reason=f"打错{g.phone('recall.reason')}")
    do("operator", "worked", "refer", reason=f"争议{g.phone('refer.reason')}")
    ruling = {"unit": "water", "co_units": ["housing"]}
    do("supervisor", "worked", "arbitrate", basis=f"依据{g.identity('arbitrate.basis')}", **ruling)
    do("water", "worked", "sign")
    do(
        "water",
        "worked",
        "transfer",
        section="工程科",
        handler=f"张三{g.phone('transfer.handler')}",
        note=f"打{g.phone('transfer.note', 'hyphens')}",
    )
    do("water", "worked", "contact", note=f"打通了{g.phone('contact.note', 'grouped')}")
    do("operator", "worked", "urge", note=f"从{g.phone('urge.note')}打来")
    do("supervisor", "worked", "supervise", level=1, reason=f"{g.phone('supervise.reason')}多次来电")
    do("housing", "worked", "co_reply", reply_internal=f"已告知{g.phone('co_reply')}")
    do("water", "worked", "request_extension", days=2, reason=f"约{g.phone('request_extension.reason')}上门")
    do("operator", "worked", "deny_extension", reason=f"不同意{g.phone('deny_extension.reason')}")
    do("water", "worked", "request_suspension", reason=f"找不到{g.phone('request_suspension.reason')}")
    do("supervisor", "worked", "grant_suspension")
    do("water", "worked", "resume", reason=f"{g.phone('resume.reason')}已联系上")
    answer = {
        "reply_public": f"已修好，有事打{g.phone('reply_public')}",
        "reply_internal": g.identity("reply_internal"),
    }
    do("water", "worked", "reply", **answer)
    do("operator", "worked", "send_back", reason=f"{g.phone('send_back.reason')}说没好")
    do("water", "worked", "reply", reply_public="修好了")
    do("operator", "worked", "approve_reply")
    do(
        "operator",
        "worked",
        "visit",
        contacted=True,
        satisfaction="dissatisfied",
        comment=f"打{g.phone('visit.comment')}",
    )
    do("supervisor", "worked", "reveal", reason=f"核实{g.phone('reveal.reason')}是谁的")
    basis = {"basis": f"查无此号{g.phone('reject.basis')}", "reply_public": f"请打{g.phone('reject.reply_public')}"}
    do("operator", "rejected", "reject", reason="no_facts", **basis)
    do("supervisor", "rejected", "reconsider", reason=f"{g.phone('reconsider.reason')}又来电")
    do("operator", "rejected", "answer_directly", reply_public=f"请打{g.phone('answer_directly')}")
    do("operator", "rejected", "reopen", 403, reason=f"{g.phone('reopen.reason')}不满意")
    parts = [
        {"title": f"路灯{g.phone('parts.title')}", "content": f"电话{g.phone('parts.content')}"},
        {"title": "垃圾没清运", "content": f"证件{g.identity('parts.content')}"},
    ]
    do("operator", "whole", "split", parts=parts)


def plant_in_what_is_refused(run: Run) -> None:
    """In wrong fields, broken bodies, queries, headers and sign-ins."""
    g, operator = run.garden, run.people["operator"].http
    good = {"title": "事", "content": "嗯"}
    run.hand_in("r1", 422, **good, phone=f"电话是{g.phone('refused phone')}")
    run.hand_in("r2", 422, **good, id_number=_spoilt(g.identity("refused id_number")), street=g.phone("refused street"))
    run.hand_in("r3", 422, **good, **{g.phone("unknown field's name"): 1})
    run.hand_in("r4", 422, **good, received_at=g.phone("refused time"))
    run.hand_in("r5", 422, title=f"{g.phone('refused title')}" * 50, content="嗯")
    broken = f'{{"title": "{g.phone("broken body")}", '
    run.note("broken", operator.post("/orders", content=broken.encode()))
    for where, path in (("text", "/orders"), ("text", "/orders/count"), ("unknown", "/orders"), ("text", "/export")):
        query = {where: g.phone(f"query of {path}")}
        run.note(f"GET {path}", operator.get(path, params=query))
    run.note("find", operator.post("/requesters/find", json={"phone": g.phone("requesters/find", "hyphens")}))
    run.note("classify", operator.post("/classify", json={"title": "事", "content": g.phone("classify")}))
    number = run.numbers["worked"]
    for do in ({"move": "sign", "note": g.phone("unknown field of a move")}, {"move": g.phone("unknown move")}):
        assert run.note("wrong move", run.people["operator"].act(number, do)).status_code == 422
    run.note("wrong number", operator.get(f"/orders/{g.phone('order number')}"))
    run.act("operator", "worked", "sign", 409)
    run.note(
        "wrong unit", run.people["operator"].act(number, {"move": "recall", "reason": f"{g.phone('refused recall')}"})
    )
    for name in (g.phone("sign-in name"), f"{g.identity('sign-in name, no login name')}.x."):
        answer = httpx.post(
            f"{run.here.url}/api/v1/login", json={"name": name, "password": g.phone("sign-in password")}
        )
        assert run.note("sign-in", answer).status_code == 401
    keyed = run.people["operator"].act(number, {"move": "urge"}, Idempotency_Key=g.phone("Idempotency-Key"))
    run.note("key", keyed)
    run.note("no token", operator.get("/orders", headers={"Authorization": f"Bearer {g.phone('bearer')}"}))


def plant_in_files_and_messages(run: Run) -> None:
    """In a file that is imported and in messages of other systems, readable ones and others."""
    g = run.garden
    when = "2026-01-05 10:00"
    phones = (g.phone("file: phone"), g.phone("file: phone", "grouped"), f"打{g.phone('file: refused phone')}")
    rows = [
        ("A1", f"标题{g.phone('file: title')}", "内容", when, "陈一一", phones[0], g.identity("file: id")),
        ("A2", "标题", f"内容{g.phone('file: content')}", when, "陈一一", phones[1], ""),
        ("A3", "标题", "内容", g.phone("file: refused time"), "陈一一", phones[2], ""),
    ]
    table, map_file = run.root / "archive.csv", run.root / "map.yaml"
    with table.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([COLUMNS, *rows])
    map_file.write_text(MAP, encoding="utf-8")
    messages: list[bytes] = [
        f'{{"title": "{g.phone("message: broken")}", '.encode(),
        _message("M1", title="事", content="嗯", **{g.phone("message: field's name"): "x"}),
        _message("M2", title="事", content="嗯", street=f"{g.phone('message: street')}号"),
        _message("M3", title="事", content="嗯", phone=f"打{g.phone('message: refused phone')}"),
        _message("M4", title="事", content=f"电话{g.phone('message: content')}", phone=g.phone("message: phone")),
        g.phone("message: no UTF-8").encode() + b"\xff\xfe",
    ]
    message_file = run.root / "messages.jsonl"
    message_file.write_bytes(b"\n".join(messages))
    for arguments in (("import", table, "--map", map_file), ("append", message_file)):
        done = run.here.run(*map(str, arguments), check=False)
        run.said.append((f"minsheng {arguments[0]}", (done.stdout + done.stderr).encode()))


def _message(number: str, **said: Any) -> bytes:
    return json.dumps({"source_system": "other", "external_id": number, **said}, ensure_ascii=False).encode()


def _spoilt(identity: str) -> str:
    """With a check digit that does not fit."""
    return identity[:-1] + ("0" if identity[-1] != "0" else "1")


def settle(run: Run) -> None:
    """Until the last message has become an order or a dead letter, and the split order's parts are there."""
    deadline = time.monotonic() + 60
    operator = run.people["operator"].http
    while True:
        sources = operator.get("/orders/count", params={"source_system": ["other", "archive", "split"]}).json()["count"]
        if sources >= 5 and len(run.here.read("orders.deadletter")) >= 5:
            break
        assert time.monotonic() < deadline, f"{sources} orders: {run.here.run('deadletters', 'list').stdout}"
        time.sleep(0.5)
    found = operator.get("/orders", params={"limit": 500}).json()["orders"]
    run.numbers |= {f"{one['source_system']}/{one['external_id']}": one["order_no"] for one in found}
