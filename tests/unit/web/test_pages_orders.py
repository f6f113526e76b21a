"""The list: what is found is shown, escaped and marked; what is asked for stays in the address."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

Put = Callable[..., str]


def test_home_is_the_list(client: TestClient) -> None:
    assert client.get("/").headers["location"] == "/orders"


def test_without_orders_the_page_says_so_and_leads_on(client: TestClient) -> None:
    page = client.get("/orders")
    assert page.status_code == 200 and "还没有工单" in page.text and 'href="/intake"' in page.text
    assert "没有符合条件的工单" in client.get("/orders?text=x").text


def test_an_order_is_shown_by_the_names_of_its_codes(client: TestClient, put: Put) -> None:
    put(title="路面积水", street="公明街道", channel="wechat", request_type="complaint", name="欧阳娜娜")
    page = client.get("/orders").text
    for shown in ("路面积水", "公明街道", "投诉", "城乡建设", "待派单", "2026-03-31 12:00", "剩余", "未派单"):
        assert shown in page, shown
    assert "欧阳" not in page


def test_found_words_are_marked_and_everything_is_escaped(client: TestClient, put: Put) -> None:
    put(title="<b>噪音</b>扰民", content="<script>alert(1)</script>噪音" + "很长" * 80)
    page = client.get("/orders", params={"text": "噪音"}).text
    assert "&lt;b&gt;<mark>噪音</mark>&lt;/b&gt;" in page
    assert "<script>alert" not in page


def test_a_find_far_into_the_content_is_brought_into_the_excerpt(client: TestClient, put: Put) -> None:
    put(title="题", content="前面的话" * 60 + "高空抛物" + "后面的话" * 60)
    assert "<mark>高空抛物</mark>" in client.get("/orders?text=高空抛物").text


def test_a_search_word_cannot_break_out_of_the_page(client: TestClient, put: Put) -> None:
    page = client.get("/orders", params={"text": '"><img src=x>'}).text
    assert "<img src=x>" not in page


def test_days_are_whole_local_days_the_last_one_included(client: TestClient, put: Put) -> None:
    number = put(received_at="2026-03-01T23:30:00+08:00")
    assert number in client.get("/orders?received_from=2026-03-01&received_to=2026-03-01").text
    assert number not in client.get("/orders?received_to=2026-02-28").text
    assert number not in client.get("/orders?received_from=2026-03-02").text


def test_a_chosen_value_does_not_hide_its_alternatives(client: TestClient, put: Put) -> None:
    for kind in ("complaint", "complaint", "consult"):
        put(request_type=kind)
    page = client.get("/orders?request_type=consult").text
    assert _count(page, "request_type", "complaint") == 2
    assert _count(page, "request_type", "consult") == 1
    assert _count(page, "state", "accepted") == 1


def _count(page: str, field: str, value: str) -> int:
    found = re.search(rf'name="{field}"[^>]*value="{value}".*?ms-count">([\d,]+)<', page, re.DOTALL)
    assert found, f"{field}={value} is no option"
    return int(found[1])


def test_pages_lead_through_all_orders_once_and_keep_the_conditions(client: TestClient, put: Put) -> None:
    wanted = {put(street="公明街道") for _ in range(65)}
    put(street="光明街道")
    address, seen = "/orders?street=440311002", []
    while address:
        page = client.get(address).text
        assert "共 <strong>65</strong> 件" in page
        seen += re.findall(r'class="ms-title" href="/orders/(\w+)"', page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == 65 and set(seen) == wanted


def test_columns_sort_both_ways(client: TestClient, put: Put) -> None:
    early, late = (put(received_at=f"2026-03-0{day}T10:00:00+08:00") for day in (1, 2))
    page = client.get("/orders?sort=received_at-asc").text
    assert page.index(early) < page.index(late) and 'aria-sort="ascending"' in page
    page = client.get("/orders").text
    assert page.index(late) < page.index(early) and 'aria-sort="descending"' in page


def test_overdue_orders_can_be_singled_out(client: TestClient, put: Put) -> None:
    late, fine = put(received_at="2026-01-05T10:00:00+08:00"), put()
    page = client.get("/orders?overdue=true").text
    assert late in page and "超期" in page and fine not in page


def test_the_address_for_the_browser_has_no_empty_conditions(client: TestClient) -> None:
    answer = client.get("/orders?text=&state=closed&received_from=&street=")
    assert answer.status_code == 200 and answer.headers["hx-push-url"] == "/orders?state=closed"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("state=lost", "状态：不是可选的值"),
        ("received_from=yesterday", "受理时间（起）：日期格式不正确"),
        ("received_to=9999-12-31", "受理时间（止）：日期格式不正确"),
        ("received_from=0001-01-01", "受理时间（起）：日期格式不正确"),
        ("text=" + "长" * 201, "搜索词：不能超过 200 个字"),
        ("cursor=none", "翻页位置：已失效"),
        ("sort=title-asc", "排序：不是可选的值"),
    ],
)
def test_a_wrong_condition_is_named_on_a_page(client: TestClient, asked: str, said: str) -> None:
    page = client.get(f"/orders?{asked}")
    assert page.status_code == 422 and page.headers["content-type"].startswith("text/html")
    assert said in page.text


def test_the_demonstration_is_marked_and_nothing_else_is(client: TestClient, put: Put) -> None:
    number = put()
    assert "演示数据" not in client.get("/orders").text
    demo = put(source_system="demo")
    assert "演示数据" in client.get("/orders").text
    assert "ms-demo" in client.get(f"/orders/{demo}").text
    assert "ms-demo" not in client.get(f"/orders/{number}").text


def test_each_order_of_the_demonstration_has_its_mark(client: TestClient, put: Put) -> None:
    put(), put(source_system="demo"), put(source_system="demo")
    page = client.get("/orders").text
    assert page.count("ms-demo") == 2 and "其中演示数据 2 件" in page
    assert "全部为演示数据" in client.get("/orders?source_system=demo").text


def _queues(page: str) -> dict[str, tuple[str, int]]:
    nav = page[page.index("ms-queues") : page.index("</nav>", page.index("ms-queues"))]
    return {
        name: (address.replace("&amp;", "&"), int(count))
        for address, name, count in re.findall(r'<a href="([^"]+)".*?>([^<]+) <span class="ms-count">(\d+)<', nav)
    }


def test_queues_hold_what_waits_and_keep_the_words(client: TestClient, put: Put) -> None:
    late = put(title="积水一", received_at="2026-01-05T10:00:00+08:00")
    later = put(title="积水二", received_at="2026-01-04T10:00:00+08:00")
    done = put(
        title="积水三", received_at="2026-01-05T10:00:00+08:00", lead_department="water",
        dispatched_at="2026-01-05T11:00:00+08:00", closed_at="2026-03-05T11:00:00+08:00",
    )  # fmt: skip
    put(title="噪音")
    tabs = _queues(client.get("/orders?text=积水&street=440311001").text)
    assert {name: count for name, (_, count) in tabs.items()} == {
        "全部": 3, "待派单": 2, "退单审核": 0, "会商裁决": 0, "办结审核": 0, "待回访": 0, "未办结且超期": 2,
    }  # fmt: skip
    page = client.get(tabs["未办结且超期"][0]).text
    assert page.index(later) < page.index(late) and done not in page and "噪音" not in page
    assert re.search(r'class="active" aria-current="page">未办结且超期', page)
    assert "street" not in tabs["全部"][0]


def test_overdue_and_still_open_is_one_click(client: TestClient, put: Put) -> None:
    put(street="公明街道", received_at="2026-01-05T10:00:00+08:00")
    put(street="光明街道", received_at="2026-01-05T10:00:00+08:00")
    page = client.get("/orders?street=440311002").text
    found = re.search(r'class="ms-quick" href="([^"]+)".*?ms-count">(\d+)<', page)
    assert found and found[2] == "1" and "超期（含超期办结）" in page
    assert "共 <strong>1</strong> 件" in client.get(found[1].replace("&amp;", "&")).text
