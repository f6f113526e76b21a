"""Taking an order in by hand: suggestions while typing, one order per form, problems beside the fields."""

from __future__ import annotations

import re
import time

import pytest
from fastapi.testclient import TestClient

from dispatcher.wiring import Services
from models.query import OrderQuery

WORDS = {"title": "小区门口路面积水", "content": "下雨之后公明街道路口的雨水井一直排不出去，行人没法走，希望尽快疏通。"}


def opened(client: TestClient) -> dict[str, str]:
    """The form as a page brings it."""
    page = client.get("/intake")
    assert page.status_code == 200
    hidden = re.search(r'name="external_id" value="(\w+)"', page.text)
    assert hidden
    return {"external_id": hidden[1], "channel": "hotline", "urgency": "normal", "request_type": "", "street": ""}


def test_each_page_is_another_order(client: TestClient) -> None:
    assert opened(client)["external_id"] != opened(client)["external_id"]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("title", " ", "不能为空"),
        ("title", "长" * 201, "不能超过 200 个字"),
        ("content", "坏\x07字", "控制字符"),
        ("content", "长" * 20_001, "不能超过 20000 个字"),
        ("phone", "abc", "只能填写"),
        ("uscc", "12", "应为 18 位"),
        ("street", "月亮街道", "不在职责清单中"),
        ("community", "月亮社区", "不在职责清单中"),
        ("urgency", "later", "不是可选的值"),
    ],
)
def test_a_problem_stands_beside_its_field_and_nothing_is_taken(
    client: TestClient, services: Services, field: str, value: str, reason: str
) -> None:
    answer = client.post("/intake", data=opened(client) | WORDS | {field: value})
    assert answer.status_code == 422
    assert re.search(rf'id="wrong-{field}">[^<]*{reason}', answer.text)
    assert WORDS["content"] in answer.text or field == "content"
    assert services.store.count(OrderQuery(), now=services.clock.now()) == 0


@pytest.mark.usefixtures("stages")
def test_a_form_is_one_order_however_often_it_is_sent(client: TestClient, services: Services) -> None:
    form = opened(client) | WORDS | {"street": "440311002", "community": "上村", "name": "王小明", "no_reply": "true"}
    answers = [client.post("/intake", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303], answers[0].text
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert services.store.count(OrderQuery(), now=services.clock.now()) == 1
    order = services.store.get(answers[0].headers["location"].rpartition("/")[2])
    assert order is not None and order.routing is not None
    assert (order.source_system, order.community, order.requester.reply_required) == ("console", "上村", False)
    page = client.get(answers[0].headers["location"]).text
    assert WORDS["title"] in page and "王**" in page and "王小明" not in page


@pytest.mark.usefixtures("stages")
def test_another_matter_on_a_used_page_is_not_lost(client: TestClient, services: Services) -> None:
    form = opened(client) | WORDS
    assert client.post("/intake", data=form).status_code == 303
    other = form | {"title": "另一件事"}
    answer = client.post("/intake", data=other)
    assert answer.status_code == 409 and "尚未登记" in answer.text and "另一件事" in answer.text
    fresh = re.search(r'name="external_id" value="(\w+)"', answer.text)
    assert fresh and fresh[1] != form["external_id"]
    assert client.post("/intake", data=other | {"external_id": fresh[1]}).status_code == 303
    assert services.store.count(OrderQuery(), now=services.clock.now()) == 2


def test_while_nothing_is_typed_the_panel_says_what_it_is_for(client: TestClient) -> None:
    answer = client.post("/intake/suggest", data={"title": " ", "content": ""})
    assert answer.status_code == 200 and "边填边看" in answer.text and "<html" not in answer.text


def test_the_panel_shows_units_reasons_and_the_decision_at_once(client: TestClient, services: Services) -> None:
    services.classifier.classify([], 1)
    took = []
    for _ in range(5):
        began = time.monotonic()
        answer = client.post("/intake/suggest", data=WORDS | {"street": "440311002"})
        took.append(time.monotonic() - began)
    assert answer.status_code == 200 and sorted(took)[2] < 0.1
    assert len(re.findall('ms-suggestion"', answer.text)) == services.settings.top_k
    assert re.search(r"将(自动|转人工)派单", answer.text) and "<mark>" in answer.text
    assert services.classifier.model_version in answer.text


def test_the_panel_tells_the_limit_and_that_its_type_is_guessed(client: TestClient) -> None:
    guessed = client.post("/intake/suggest", data=WORDS).text
    assert re.search(r"诉求类型为系统判定（[\d.]+%）", guessed) and "办理时限" in guessed
    chosen = client.post("/intake/suggest", data=WORDS | {"request_type": "complaint"}).text
    assert "15 个工作日（至 2026-04-22 23:59）" in chosen and "系统判定" not in chosen
    urgent = client.post("/intake/suggest", data=WORDS | {"urgency": "urgent"}).text
    assert "1 个工作日（至 2026-04-01 23:59）" in urgent
    firm = WORDS | {"request_type": "help", "enterprise_name": "某某电子厂"}
    assert "3 个工作日（至 2026-04-03 23:59）" in client.post("/intake/suggest", data=firm).text


@pytest.mark.parametrize("said", ["noise.construction.night", "噪声扰民 / 建筑施工噪声 / 夜间和午间施工"])
def test_a_picked_item_leads_the_panel(client: TestClient, said: str) -> None:
    page = client.post("/intake/suggest", data=WORDS | {"item_code": said}).text
    assert ">职责清单</span>" in page[: page.index("</li>")] and "市生态环境局光明管理局" in page[: page.index("</li>")]
    assert ">职责清单</span>" not in client.post("/intake/suggest", data=WORDS | {"item_code": "没有的事项"}).text


def test_every_item_can_be_picked(client: TestClient, services: Services) -> None:
    page = client.get("/intake").text
    for item in services.catalogue.items:
        assert f'<option value="{" / ".join(item.path)}">' in page
    wrong = client.post("/intake", data=opened(client) | WORDS | {"item_code": "没有的事项"})
    assert wrong.status_code == 422 and re.search(r'id="wrong-item_code">不在职责清单中', wrong.text)


@pytest.mark.usefixtures("stages")
def test_a_picked_item_is_kept(client: TestClient, services: Services) -> None:
    form = opened(client) | WORDS | {"item_code": "噪声扰民 / 建筑施工噪声 / 夜间和午间施工"}
    answer = client.post("/intake", data=form)
    assert answer.status_code == 303, answer.text
    order = services.store.get(answer.headers["location"].rpartition("/")[2])
    assert order is not None and order.item_code == "noise.construction.night"
