"""One order's page, and the forms on it: each is a command to the ledger, whose answer is told in Chinese."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from dispatcher.settings import Settings
from dispatcher.web.app import create_app
from dispatcher.web.pages import STATIC
from dispatcher.wiring import Services
from models.kinds import DecisionMode, ReturnReason, State
from models.moves import Dispatch, Return, Sign
from models.rights import Role
from tests.unit.web.conftest import As, Moved, Put, suggest
from tests.unit.web.credentials import sign_in


def send(client: TestClient, number: str, move: str, **fields: Any) -> httpx.Response:
    """Fill in the form of ``move`` as it stands on the order's page, and send it."""
    page = client.get(f"/orders/{number}").text
    form = re.search(
        rf'<form method="post"[^>]*>\s*<input type="hidden" name="move" value="{move}">.*?</form>', page, re.S
    )
    assert form, f"the page has no form for {move}"
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
    return client.post(f"/orders/{number}/moves", data=hidden | fields)


def state(services: Services, number: str) -> State:
    order = services.store.get(number)
    assert order is not None
    return order.state


def test_an_unknown_number_is_a_page(client: TestClient) -> None:
    page = client.get("/orders/GM0")
    assert page.status_code == 404 and "没有找到" in page.text and 'lang="zh-CN"' in page.text
    assert client.post("/orders/GM0/moves", data={"move": "sign"}).status_code == 404


def test_the_requester_is_masked(client: TestClient, put: Put) -> None:
    page = client.get(f"/orders/{put(name='欧阳娜娜', phone='13812345678')}").text
    assert "欧***" in page and "138****5678" in page
    assert "欧阳娜娜" not in page and "13812345678" not in page


def test_who_wants_to_stay_unknown_is_not_shown_even_masked(client: TestClient, put: Put) -> None:
    page = client.get(f"/orders/{put(name='欧阳娜娜', phone='13812345678', is_confidential=True)}").text
    assert "保密" in page
    assert "欧*" not in page and "5678" not in page


def test_a_confidential_enterprise_is_not_named(client: TestClient, put: Put) -> None:
    said = {"requester_kind": "enterprise", "enterprise_name": "某某电子厂"}
    assert "某某电子厂" in client.get(f"/orders/{put(**said)}").text
    assert "某某电子厂" not in client.get(f"/orders/{put(**said, is_confidential=True)}").text


def test_the_page_tells_all_that_the_receipt_holds(client: TestClient, put: Put) -> None:
    page = client.get(f"/orders/{put(content='<i>水管</i>' + chr(10) + '爆了')}").text
    for shown in (
        "区水务局",
        "60.0%",
        "<mark>漏水</mark>",
        "m1",
        "2026.1",
        "80.0%",
        "概率未达到自动派单门槛",
        "转人工派单",
    ):
        assert shown in page, shown
    assert "&lt;i&gt;水管&lt;/i&gt;\n爆了" in page


def test_the_timeline_has_local_times_and_spans(client: TestClient, put: Put) -> None:
    page = client.get(
        "/orders/"
        + put(
            received_at="2026-03-02T09:00:00+08:00", lead_department="区水务局",
            dispatched_at="2026-03-02T09:20:00+08:00", signed_at="2026-03-02T11:50:00+08:00",
            closed_at="2026-03-04T12:50:00+08:00", reply_public="已经<修好>",
        )
    ).text  # fmt: skip
    steps = page[page.index("办理过程") :]
    for shown in (
        "2026-03-02 09:20",
        "20 分后",
        "2 小时 30 分后",
        "2 天 1 小时后",
        "人工派单至区水务局",
        "办结单位：区水务局",
    ):
        assert shown in steps, shown
    assert "已经&lt;修好&gt;" in page and "按时办结" in page
    assert re.findall(r'name="move" value="(\w+)"', page) == ["reopen"]


@pytest.mark.usefixtures("ledger")
def test_a_whole_life_by_the_forms(client: TestClient, as_role: As, services: Services, put: Put) -> None:
    number = put(title="水管", phone="13812345678")
    people = {"hotline": client, "water": as_role(Role.DEPARTMENT, "water"), "chief": as_role(Role.SUPERVISOR)}
    people["housing"] = as_role(Role.DEPARTMENT, "housing")
    assert '<option value="water" selected>' in client.get(f"/orders/{number}").text
    life: tuple[tuple[str, str, dict[str, Any], State], ...] = (
        ("hotline", "amend", {"reason": "补全", "street": "440311002", "community": "上村"}, State.ACCEPTED),
        ("hotline", "dispatch", {"unit": "water"}, State.DISPATCHED),
        ("water", "sign", {}, State.HANDLING),
        ("water", "return", {"reason": "wrong_area", "basis": "不在\r\n辖区"}, State.RETURN_REVIEW),
        ("hotline", "refer", {"reason": "双方都说不是"}, State.ARBITRATION),
        ("chief", "arbitrate", {"unit": "housing", "co_units": ["water"], "basis": "首接负责"}, State.DISPATCHED),
        ("housing", "sign", {}, State.HANDLING),
        ("housing", "transfer", {"section": "物业科", "handler": "老陈"}, State.HANDLING),
        ("housing", "contact", {"reached": "true", "note": "已约时间"}, State.HANDLING),
        ("housing", "request_extension", {"days": "3", "reason": "等配件"}, State.HANDLING),
        ("hotline", "grant_extension", {}, State.HANDLING),
        ("housing", "request_suspension", {"reason": "业主大会未开"}, State.HANDLING),
        ("chief", "grant_suspension", {}, State.SUSPENDED),
        ("housing", "resume", {}, State.HANDLING),
        ("hotline", "urge", {"note": "又来电"}, State.HANDLING),
        ("chief", "supervise", {"level": "1", "reason": "多次来电"}, State.HANDLING),
        ("water", "co_reply", {"reply_internal": "已关阀"}, State.HANDLING),
        ("housing", "reply", {"reply_public": "已修复", "is_true": "true", "is_solved": "true"}, State.REPLY_REVIEW),
        ("hotline", "send_back", {"reason": "请写明"}, State.HANDLING),
        ("housing", "reply", {"reply_public": "3月2日已修复"}, State.REPLY_REVIEW),
        ("hotline", "approve_reply", {}, State.VISITING),
        ("hotline", "visit", {"contacted": "false"}, State.VISITING),
        ("hotline", "visit", {"contacted": "true", "solved": "true", "satisfaction": "satisfied"}, State.CLOSED),
        ("hotline", "reopen", {"reason": "又漏了"}, State.REWORK),
    )
    for who, move, fields, expected in life:
        answer = send(people[who], number, move, **fields)
        assert (answer.status_code, answer.headers.get("location")) == (303, f"/orders/{number}"), (move, answer.text)
        assert state(services, number) is expected
    order = services.store.get(number)
    assert order is not None
    assert (order.decision_mode, order.return_reason) == (DecisionMode.OVERRIDDEN, ReturnReason.WRONG_AREA)
    assert (order.return_basis, order.reply_public, order.override_reason) == ("不在\n辖区", "3月2日已修复", None)
    assert (order.street, order.community, order.section, order.handler) == ("440311002", "上村", "物业科", "老陈")
    page = client.get(f"/orders/{number}").text
    for shown in [
        "属地不符",
        "第2次派单",
        "话务坐席",
        "延长3个工作日",
        "协办：区水务局",
        "挂账",
        "满意",
        "投诉重办",
        "督办",
    ]:
        assert shown in page.replace(" ", ""), shown


@pytest.mark.usefixtures("ledger")
def test_answering_directly_closes(client: TestClient, services: Services, put: Put) -> None:
    number = put()
    assert send(client, number, "answer_directly", reply_public="请拨打").status_code == 303
    assert state(services, number) is State.CLOSED


@pytest.mark.usefixtures("ledger")
def test_a_double_click_is_one_command(client: TestClient, services: Services, put: Put) -> None:
    number = put()
    form = {"move": "dispatch", "unit": "water", "key": "k1", "version": "3"}
    assert [client.post(f"/orders/{number}/moves", data=form).status_code for _ in range(2)] == [303, 303]
    assert len([event for event in services.store.history(number) if event.fact.type == "dispatched"]) == 1


@pytest.mark.usefixtures("ledger")
def test_what_changed_meanwhile_is_told_and_nothing_is_done(client: TestClient, services: Services, put: Put) -> None:
    number = put()
    assert send(client, number, "dispatch", unit="water").status_code == 303
    stale = {"move": "sign", "key": "k2", "version": "3"}
    answer = client.post(f"/orders/{number}/moves", data=stale)
    assert answer.status_code == 409 and "已有新的变化" in answer.text
    assert state(services, number) is State.DISPATCHED


@pytest.mark.usefixtures("ledger")
def test_a_forbidden_move_names_the_state_and_what_is_possible(client: TestClient, put: Put) -> None:
    answer = client.post(f"/orders/{put()}/moves", data={"move": "sign", "key": "k", "version": "3"})
    assert answer.status_code == 409
    assert "工单处于“待派单”，不能签收。目前可以：派单、补正、直接答复、不予受理、并单、拆单、提请会商、" in answer.text


@pytest.mark.usefixtures("ledger")
def test_an_unknown_unit_is_refused_in_words(client: TestClient, put: Put) -> None:
    answer = send(client, put(), "dispatch", unit="moon")
    assert answer.status_code == 409 and "职责清单中没有这个承办单位：moon" in answer.text


@pytest.mark.parametrize(
    ("move", "fields", "where", "reason"),
    [
        ("dispatch", {}, "wrong-dispatch-unit", "不能为空"),
        ("answer_directly", {"reply_public": " "}, "wrong-answer_directly-reply_public", "不能为空"),
        (
            "answer_directly",
            {"reply_public": "长" * 20_001},
            "wrong-answer_directly-reply_public",
            "不能超过 20000 个字",
        ),
        ("answer_directly", {"reply_public": "坏\x07"}, "wrong-answer_directly-reply_public", "控制字符"),
    ],
)
def test_a_missing_or_wrong_field_is_told_beside_it(
    client: TestClient, put: Put, move: str, fields: dict[str, str], where: str, reason: str
) -> None:
    answer = send(client, put(), move, **fields)
    assert answer.status_code == 422
    assert re.search(rf'id="{where}">[^<]*{reason}', answer.text)


def test_what_was_typed_is_kept(client: TestClient, put: Put) -> None:
    answer = send(client, put(), "answer_directly", reply_public="打了\x07很多字")
    assert "很多字</textarea>" in answer.text


def test_without_an_answer_in_time_the_page_says_that_it_is_under_way(
    tmp_path: Path, services: Services, put: Put
) -> None:
    number = put()
    slow = Services(Settings(data=tmp_path, answer_timeout=0.1), clock=services.clock)
    with TestClient(create_app(slow), headers={"Origin": "http://testserver"}) as client:
        answer = send(sign_in(client, Role.OPERATOR), number, "dispatch", unit="water")
    slow.close()
    assert answer.status_code == 202 and "正在处理" in answer.text


@pytest.mark.parametrize(("wish", "word"), [("is_anonymous", "匿名"), ("is_confidential", "保密")])
def test_what_an_unknown_requester_left_is_told_without_showing_it(
    client: TestClient, put: Put, wish: str, word: str
) -> None:
    given = {"name": "欧阳娜娜", "phone": "13812345678", "enterprise_name": "某某电子厂"}
    page = client.get(f"/orders/{put(**given, **{wish: True})}").text
    assert page.count(f"已留（{word}）") == 3 and "***" not in page
    assert "已留" not in client.get(f"/orders/{put(**{wish: True})}").text


def test_small_probabilities_are_neither_nothing_nor_explained(client: TestClient, put: Put) -> None:
    routing = suggest(("water", 0.9), ("housing", 0.049), ("police", 0.0004))
    page = client.get(f"/orders/{put(routing)}").text
    assert ">0.0%" not in page and page.count("&lt;1%") == 2 and "4.9%" in page
    assert page.count("<mark>漏水</mark>") == 1


def test_a_unit_that_the_list_names_has_a_badge(client: TestClient, put: Put) -> None:
    routing = suggest(("water", 0.0), ("housing", 0.3))
    listed = routing.suggestions[0].model_copy(update={"reason": "职责清单对应事项"})
    shown = routing.model_copy(update={"suggestions": (listed, *routing.suggestions[1:])})
    page = client.get(f"/orders/{put(shown)}").text
    assert re.search(r">职责清单</span> &lt;1%<", page) and page.count(">职责清单</span>") == 1


def test_a_unit_that_returned_the_order_is_marked_and_not_preset(client: TestClient, put: Put, moved: Moved) -> None:
    number = put()
    moved(number, Dispatch(unit="water"), Sign(), Return(reason=ReturnReason.WRONG_AREA, basis="不在辖区"))
    page = client.get(f"/orders/{number}").text
    assert re.search(r'<option value="water" >区水务局（60.0%）（已退回）', page) and page.count("（已退回）") == 1
    assert '<option value="">请选择' in page


def test_the_office_of_an_unknown_place_cannot_be_chosen(client: TestClient, put: Put) -> None:
    page = client.get(f"/orders/{put(suggest(('street_town', 0.7), ('water', 0.2)))}").text
    assert re.search(r'<option value="street_town" disabled>事发地街道办事处（请先确认街道）', page)
    assert '<option value="">请选择' in page and not re.search(r'<option value="\w+" selected', page)


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("demo", "演示数据"),
        ("console", "话务坐席（本平台）"),
        ("api", "接口录入"),
        ("city", "来源系统（city）"),
    ],
)
def test_who_handed_an_order_in(client: TestClient, put: Put, source: str, word: str) -> None:
    page = client.get(f"/orders/{put(source_system=source)}").text
    assert f'<div class="ms-sub">{word}</div>' in page


def test_an_archive_is_named_as_one(client: TestClient, put: Put) -> None:
    past = {"received_at": "2026-03-02T09:00:00+08:00", "closed_at": "2026-03-03T09:00:00+08:00"}
    page = client.get(f"/orders/{put(source_system='city', lead_department='water', **past)}").text
    assert "历史数据导入（city）" in page and "来源系统（city）" not in page


def test_on_a_narrow_screen_the_forms_come_before_the_suggestions() -> None:
    styles = (STATIC / "minsheng.css").read_text(encoding="utf-8")
    places = dict(re.findall(r"\.ms-part-(\w+) \{ order: (\d)", styles))
    assert places["moves"] < places["receipt"] < places["timeline"]
