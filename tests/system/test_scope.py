"""Route × role × foreign order: what one may not know of changes none of one's answers; and an analyst meets nobody.

A department asks everything twice: before the foreign order exists and after it has gone through half its life. Its
answers must be the same to the byte, whatever the question names.
"""

from __future__ import annotations

import io
import itertools
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.system.day.people import CHIEF, People, Wanted, people
from tests.system.installation import Installation

NOBODYS = "GM0000000000000"
STAFF = (
    Wanted("operator", "operator"), Wanted("supervisor", "supervisor", is_system=True),
    Wanted("analyst", "analyst", is_system=True), Wanted("portal", "operator", is_system=True, scopes=("hand_in",)),
    Wanted("water", "department", "water", is_system=True), Wanted("housing", "department", "housing", is_system=True),
    Wanted("police", "department", "police", is_system=True),
)  # fmt: skip
STRANGERS = ("housing", "police", CHIEF, "portal")
"""Who may not know of the order: units that it does not concern, and who works with no orders."""
UNITS = ("housing", "police")
FOREIGN: dict[str, Any] = {
    "title": "翡翠鸢尾灯塔漏水", "content": "翡翠鸢尾灯塔的水管爆裂，紫檀木地板泡坏",
    "street": "马田", "community": "石家",
    "channel": "wechat", "name": "欧阳无双", "phone": "13987650432", "id_number": "11010519491231002X",
    "agent_id": "坐席甲007", "address_text": "翡翠路9号3栋502", "request_type": "complaint",
}  # fmt: skip
SHARED = {"title": "房屋鉴定", "content": "请鉴定旧楼的安全", "street": "公明街道", "channel": "web"}
MARKS = ("翡翠", "鸢尾", "紫檀", "裴经办", "water", "区水务局", "440311006", "石家")
PERSONAL = ("欧阳", "无双", "1398765", "0432", "110105", "坐席甲007", "裴经办", "token:")
Do = dict[str, Any]
LIFE: tuple[tuple[str, Do], ...] = (
    ("operator", {"move": "dispatch", "unit": "water"}), ("operator", {"move": "urge", "note": "翡翠催办"}),
    ("water", {"move": "sign"}), ("water", {"move": "transfer", "section": "鸢尾科", "handler": "裴经办"}),
    ("water", {"move": "contact"}), ("supervisor", {"move": "supervise", "level": 1, "reason": "翡翠督办"}),
    ("supervisor", {"move": "reveal", "reason": "核对号码是否有误"}),
    ("water", {"move": "request_extension", "days": 2, "reason": "等紫檀料"}),
)  # fmt: skip
WISHES: tuple[Do, ...] = (
    {"move": "sign"}, {"move": "archive"}, {"move": "contact"}, {"move": "reply", "reply_public": "好"},
    {"move": "co_reply", "reply_internal": "好"}, {"move": "return", "reason": "unclear", "basis": "无"},
    {"move": "merge", "into": NOBODYS}, {"move": "dispatch", "unit": "housing"}, {"move": "fly"}, {"move": "reply"},
)  # fmt: skip


Answer = tuple[str, str, dict[str, Any], int, bytes]
"""Who asked, the path, the question, and what was answered."""


@dataclass(frozen=True)
class Told:
    """All that was asked and answered."""

    staff: People
    paths: dict[str, Any]
    foreign: str
    own: str
    seen: str
    before: list[Answer]
    """Of ``UNITS``, when there was no foreign order yet."""


def questions(paths: dict[str, Any], number: str, seen: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every description's GET without an order in its path, with nothing and with each condition that fits the
    foreign order."""
    fits = {
        "text": [FOREIGN["title"], "鸢尾", number, number[4:10], "13987650432"], "unit": ["water"],
        "street": ["440311006", "马田"], "community": ["石家"], "channel": ["wechat"], "state": ["handling"],
        "request_type": ["complaint"], "urgency": ["normal"], "supervised": ["true"], "overdue": ["false"],
        "min_urges": ["1"], "has_request": ["extension"], "merged_into": [number], "parent_order_no": [number],
        "decision_mode": ["overridden", "manual", "accepted"], "source_system": ["api"], "by": ["unit", "street"],
        "sort": ["updated_at"], "limit": ["1"], "field": ["unit"], "requester_kind": ["citizen"],
    }  # fmt: skip
    for path, methods in paths.items():
        if "get" not in methods or "{" in path or path in ("/readyz", "/metrics", "/api/v1/me"):
            continue
        named = {one["name"] for one in methods["get"].get("parameters", ()) if one["in"] == "query"}
        fixed = {"observed_at": seen} if "observed_at" in named else {}
        forms = ["csv", "xlsx"] if "format" in named else [None]
        for form in forms:
            more = fixed | ({"format": form} if form else {})
            yield path, more
            for name in sorted(named & fits.keys()):
                yield from ((path, more | {name: value}) for value in fits[name])


def content(answer: httpx.Response) -> bytes:
    """What a reader sees: of a workbook its parts without the moment at which it was made."""
    if answer.headers.get("content-type", "").endswith("sheet"):
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            return b"\n".join(book.read(name) for name in sorted(book.namelist()) if "docProps" not in name)
    return answer.content


def everything(staff: People, paths: dict[str, Any], units: tuple[str, ...], number: str, seen: str) -> list[Answer]:
    found = []
    for unit in units:
        http = staff[unit].http
        for path, params in questions(paths, number, seen):
            answer = http.get(http.base_url.join(path), params=params)
            found.append((unit, path, params, answer.status_code, content(answer).replace(number.encode(), b"NUMBER")))
    return found


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    with ExitStack() as stack:
        here = Installation(tmp_path_factory.mktemp("scope") / "data")
        stack.callback(here.close)
        password = here.add_account(CHIEF, "administrator")
        here.start("all", "serve")
        here.ready()
        staff = people(here, password, STAFF)
        stack.callback(staff.close)
        paths = httpx.get(f"{here.url}/api/openapi.json").json()["paths"]
        own = hand_in(staff, SHARED)
        assert staff["operator"].act(own, {"move": "dispatch", "unit": "police", "co_units": ["housing"]}).is_success
        seen = (datetime.now(UTC) + timedelta(minutes=4)).isoformat()
        before = everything(staff, paths, UNITS, NOBODYS, seen)
        number = hand_in(staff, FOREIGN)
        for who, do in LIFE:
            assert staff[who].act(number, do).status_code == 200, do
        yield Told(staff, paths, number, own, seen, before)


def hand_in(staff: People, order: dict[str, Any]) -> str:
    made = staff["operator"].http.post("/orders", json=order)
    assert made.status_code == 201, made.text
    number: str = made.json()["order_no"]
    return number


def test_no_answer_of_a_unit_tells_that_there_is_a_foreign_order(told: Told) -> None:
    after = everything(told.staff, told.paths, UNITS, told.foreign, told.seen)
    assert len(told.before) == len(after) > 200
    for one, other in zip(told.before, after, strict=True):
        assert one[3:] == other[3:], other[:3]
        text = other[4].decode()
        assert not [mark for mark in (*MARKS, told.foreign) if mark in text], other[:3]
    read = {path for _, path, _, status, _ in after if status == 200}
    assert {"/api/v1/orders", "/api/v1/orders/count", "/api/v1/orders/facets", "/api/v1/export"} <= read
    assert {"/api/v1/closure", "/api/v1/closure/report", "/api/v1/figures"} <= read


def test_the_same_questions_tell_whom_it_concerns(told: Told) -> None:
    """Else the test above would show nothing."""
    after = everything(told.staff, told.paths, ("water",), told.foreign, told.seen)
    for path in ("/api/v1/orders", "/api/v1/export"):
        assert any(path == at and "翡翠" in answer.decode() for _, at, _, _, answer in after), path
    for path in ("/api/v1/orders/facets", "/api/v1/closure", "/api/v1/figures"):
        assert any(path == at and b"water" in answer for _, at, _, _, answer in after), path
    assert any(at == "/api/v1/orders/count" and json.loads(answer) == {"count": 1} for _, at, _, _, answer in after)


HEADERS: tuple[dict[str, str], ...] = (
    {}, {"If-None-Match": '"12"'}, {"If-None-Match": "*"}, {"If-Match": '"12"'}, {"If-Match": '"1"'},
    {"If-Match": "x"}, {"Idempotency-Key": "k-1"},
)  # fmt: skip
BODIES: dict[str, list[Any]] = {
    "act_on_order": [{"do": do} for do in WISHES] + [{"do": {"move": "sign"}, "expected_version": 12}],
    "reveal_order": [{"reason": "想看看是谁"}, {"reason": "看"}],
}
NO_ORDERS = {"name", "token_id", "receipt"}
"""What else stands in paths: accounts, tokens, and receipts of what one handed in oneself."""


@pytest.mark.parametrize("name", STRANGERS)
def test_every_route_answers_a_stranger_as_for_a_number_that_no_order_has(told: Told, name: str) -> None:
    http, asked = told.staff[name].http, 0
    command = told.staff["supervisor"].http.get(f"/orders/{told.foreign}/events").json()["events"][-1]["command_id"]
    for path, methods in told.paths.items():
        for method, operation in methods.items():
            given = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
            assert given <= {"order_no", "command_id"} | NO_ORDERS, path
            if not given - NO_ORDERS:
                continue
            for headers, body in itertools.product(HEADERS, BODIES.get(operation["operationId"], [None])):
                there, nowhere = (
                    http.request(
                        method,
                        http.base_url.join(path.format(order_no=number, command_id=of)),
                        json=body,
                        headers=headers,
                    )
                    for number, of in ((told.foreign, command), (NOBODYS, command.replace(told.foreign, NOBODYS)))
                )
                assert there.status_code == nowhere.status_code in (403, 404, 422), (path, there.text)
                assert there.text.replace(told.foreign, NOBODYS) == nowhere.text
                assert _told(there) == _told(nowhere), path
                asked += 1
    assert asked > 100


def _told(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in ("date", "content-length")}


@pytest.mark.parametrize("name", STRANGERS)
def test_in_lists_of_commands_and_as_the_order_to_follow(told: Told, name: str) -> None:
    http = told.staff[name].http
    for do in WISHES:
        there, nowhere = (
            http.post("/commands", json={"items": [{"order_no": number, "do": do}]})
            for number in (told.foreign, NOBODYS)
        )
        assert there.status_code == nowhere.status_code
        assert there.text.replace(told.foreign, NOBODYS) == nowhere.text
    there, nowhere = (
        http.post(f"/orders/{told.own}/commands", json={"do": {"move": "merge", "into": number}})
        for number in (told.foreign, NOBODYS)
    )
    assert there.status_code == nowhere.status_code != 200
    assert there.text.replace(told.foreign, NOBODYS) == nowhere.text


def test_nothing_of_all_that_left_a_fact(told: Told) -> None:
    events = told.staff["supervisor"].http.get(f"/orders/{told.foreign}/events").json()["events"]
    assert {event["actor"]["unit"] for event in events} == {None, "water"}


def test_an_analyst_meets_nobody(told: Told) -> None:
    """No personal data, and nobody's name of those who worked on it."""
    http = told.staff["analyst"].http
    of_one = [f"/orders/{told.foreign}{part}" for part in ("", "/events", "/receipts", "/export?format=csv", "/export")]
    answers = {path: content(http.get(path)).decode() for path in (*of_one, "/orders", "/export?format=csv", "/export")}
    answers["/similar"] = http.post("/similar", json={"title": FOREIGN["title"], "content": FOREIGN["content"]}).text
    # A fraction of a second or a probability may hold any four digits.
    answers = {path: re.sub(r"\.\d+", "", text) for path, text in answers.items()}
    assert not [path for path, text in answers.items() if "翡翠" not in text]
    said = (*PERSONAL, '"id":"operator"', '"decided_by":"operator"', "话务坐席 operator")
    assert not {path: met for path, text in answers.items() if (met := [word for word in said if word in text])}
    seen = told.staff["supervisor"].http.get(f"/orders/{told.foreign}").text
    assert all(word in seen for word in ("欧", "0432", "坐席甲007", "裴经办")), "the words are where others see them"
