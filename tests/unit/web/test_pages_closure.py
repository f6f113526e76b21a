"""Closure times on the page and over the API: the same figures as lifelines', open orders censored."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lifelines import KaplanMeierFitter

from dispatcher.web.pages.closure_view import group_rows
from dispatcher.web.pages.rendering import Names
from dispatcher.wiring import Services

Put = Callable[..., str]
START = datetime.fromisoformat("2026-01-05T09:00:00+08:00")
SEEN = datetime.fromisoformat("2026-03-31T12:00:00+08:00")


def archived(put: Put, day: int, took: float | None, **more: Any) -> str:
    """An order of another system, received on the ``day``-th day, closed after ``took`` days or open."""
    at = START + timedelta(days=day)
    past: dict[str, Any] = {"received_at": at, "lead_department": "water", "dispatched_at": at + timedelta(hours=1)}
    if took is not None:
        past |= {"closed_at": at + timedelta(days=took)}
    return put(**past | more)


@pytest.fixture
def history(put: Put) -> list[tuple[float, bool]]:
    """Sixty orders over two months, every twelfth open; durations and whether they closed."""
    found = []
    for n in range(60):
        took = None if n % 12 == 0 else 1 + (n * 7 % 23) + n / 100
        archived(put, n, took, street="公明街道" if n % 2 else "光明街道")
        at = START + timedelta(days=n)
        found.append(((SEEN - at) / timedelta(days=1) if took is None else took, took is not None))
    return found


def test_the_curve_is_that_of_lifelines(client: TestClient, history: list[tuple[float, bool]]) -> None:
    answer = client.get("/api/v1/closure").json()
    fitter = KaplanMeierFitter().fit([days for days, _ in history], [closed for _, closed in history])
    assert (answer["orders"], answer["closed"], answer["open"]) == (60, 55, 5)
    assert answer["curve"]["times"] == pytest.approx(fitter.survival_function_.index.to_list(), abs=1e-9)
    assert answer["curve"]["survival"] == pytest.approx(fitter.survival_function_.iloc[:, 0].to_list(), abs=1e-9)
    assert answer["median"] == pytest.approx(fitter.median_survival_time_, abs=1e-9)
    thin = client.get("/api/v1/closure?curve=thin&by=street").json()
    assert thin["median"] == answer["median"] and set(thin["groups"]) == {"440311001", "440311002"}


def test_the_page_shows_the_figures_of_the_api(client: TestClient, put: Put, history: list[tuple[float, bool]]) -> None:
    archived(put, 80, None)
    page, answer = client.get("/closure").text, client.get("/api/v1/closure").json()
    cards = dict(re.findall(r'ms-card-name">([^<]+)</div><div class="ms-card-value">([^<]+)<', page))
    assert (cards["工单数"], cards["已办结"], cards["未办结"]) == ("61", "55", "6")
    assert (cards["中位数"], cards["P90"]) == (f"{answer['median']:.1f}", f"{answer['p90']:.1f}")
    assert "截尾" in page and "仅供对照" in page and "近月未成熟" in page and "区水务局" in page


def test_a_closing_after_the_observation_has_not_happened(client: TestClient, put: Put) -> None:
    archived(put, 0, 10)
    early = {"observed_at": (START + timedelta(days=5)).isoformat()}
    assert client.get("/api/v1/closure", params=early).json()["open"] == 1
    assert 'value="2026-01-10T09:00"' in client.get("/closure?observed_at=2026-01-10T09:00").text
    before = {"observed_at": (START - timedelta(days=1)).isoformat()}
    assert client.get("/api/v1/closure", params=before).json()["excluded"] == {"later": 1}


def test_what_is_left_out_is_counted_with_its_reason(client: TestClient, put: Put) -> None:
    archived(put, 0, 2)
    put(received_at=START, closed_at=START + timedelta(hours=1), is_direct_answer=True)
    page = client.get("/closure").text
    assert "未计入 1 件：直接答复，未经派单办理 1 件" in page


def test_with_nothing_to_count_the_page_says_so(client: TestClient) -> None:
    page = client.get("/closure")
    assert page.status_code == 200 and "没有可统计的工单" in page.text


@pytest.mark.parametrize("clock", ["gross", "working", "final"])
@pytest.mark.parametrize("by", ["unit", "received_month", "decision_mode", "requester_kind", "item_code"])
def test_every_grouping_on_every_clock_has_a_page(client: TestClient, put: Put, clock: str, by: str) -> None:
    archived(put, 0, 2)
    archived(put, 40, None)
    page = client.get(f"/closure?clock={clock}&by={by}&unit=water")
    assert page.status_code == 200 and 'id="closure-data"' in page.text


def test_groups_without_a_median_come_last_and_small_ones_are_not_ranked(services: Services) -> None:
    groups = {
        "a": {"median": None, "p90": None, "orders": 10},
        "b": {"median": 3.0, "p90": None, "orders": 10},
        "c": {"median": 3.0, "p90": 9.0, "orders": 10},
        "d": {"median": 1.0, "p90": 2.0, "orders": 99},
        "e": {"median": 0.1, "p90": 0.2, "orders": 3},
        "f": {"median": 0.2, "p90": 0.3, "orders": 9},
    }
    rows = group_rows(groups, "unit", Names(services))
    assert [row.code for row in rows] == ["d", "c", "b", "a", "f", "e"]
    assert [row.code for row in rows if row.is_small] == ["f", "e"]
    assert [row.code for row in group_rows(groups, "received_month", Names(services))] == list("abcdef")


def test_the_report_has_all_clocks_and_groups(client: TestClient, history: list[tuple[float, bool]]) -> None:
    report = client.get("/api/v1/closure/report?by=street").json()
    assert set(report["clocks"]) == {"gross", "working", "net", "final"}
    assert sum(group["orders"] for group in report["groups"].values()) == report["orders"] == 60
    assert report["clocks"]["gross"]["median"] == client.get("/api/v1/closure").json()["median"]
    assert "groups" not in client.get("/api/v1/closure/report?street=440311001").json()


@pytest.mark.parametrize("asked", ["by=title", "clock=moon", "observed_at=2026-01-01T00:00:00", "curve=thick"])
def test_a_wrong_question_is_a_problem_document(client: TestClient, asked: str) -> None:
    answer = client.get(f"/api/v1/closure?{asked}")
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == asked.partition("=")[0]


def test_the_demonstration_is_marked(client: TestClient, put: Put) -> None:
    archived(put, 0, 2)
    assert "ms-demo" not in client.get("/closure").text
    archived(put, 0, 2, source_system="demo")
    assert "ms-demo" in client.get("/closure").text
    assert "ms-demo" not in client.get("/closure?source_system=test").text


def test_demonstration_and_real_orders_are_not_mixed_without_a_word(client: TestClient, put: Put) -> None:
    archived(put, 0, 2, source_system="demo")
    assert "演示数据与实际工单混合" not in client.get("/closure").text
    archived(put, 0, 2)
    page = client.get("/closure").text
    assert "演示数据与实际工单混合" in page and 'href="/closure?source_system=demo"' in page
    assert "演示数据与实际工单混合" not in client.get("/closure?source_system=demo").text


def test_nobody_looks_back_from_the_future(client: TestClient, put: Put) -> None:
    archived(put, 0, 2)
    page = client.get("/closure?observed_at=2026-04-30T09:00")
    assert page.status_code == 422 and 'value="2026-04-30T09:00"' in page.text
    assert re.search(r'id="wrong-observed_at">不能晚于现在<', page.text) and "ms-card-value" not in page.text
    for path in ("/api/v1/closure", "/api/v1/closure/report"):
        answer = client.get(path, params={"observed_at": "2026-04-30T09:00:00+08:00"})
        assert answer.status_code == 422
        assert answer.json()["errors"] == [{"field": "observed_at", "reason": "lies in the future"}]


def test_a_value_that_no_order_has_stays_chosen(client: TestClient, put: Put) -> None:
    archived(put, 0, 2)
    page = client.get("/closure?unit=nope").text
    assert '<option value="nope" selected>nope（0）</option>' in page and "没有可统计的工单" in page


def test_orders_of_no_unit_have_a_group_with_a_name(client: TestClient, put: Put) -> None:
    put()
    archived(put, 0, 2)
    assert re.search(r'class="ms-small"><th scope="row">未记录承办单位', client.get("/closure").text)


def test_months_without_orders_leave_a_gap(client: TestClient, put: Put) -> None:
    archived(put, 0, 2, received_at="2025-11-05T09:00:00+08:00", dispatched_at="2025-11-06T09:00:00+08:00")
    archived(put, 0, 2)
    found = re.search(r'id="closure-data">(.*?)</script>', client.get("/closure").text)
    assert found
    months = json.loads(found[1])["months"]
    assert [(month["month"], month["orders"]) for month in months] == [("2025-11", 1), ("2025-12", 0), ("2026-01", 1)]
    assert months[1]["median"] is None
