"""What guards the pages: headers, forms of other sites, assets from here alone, and errors as pages."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from dispatcher.web.pages import STATIC
from dispatcher.web.pages.rendering import TEMPLATES
from dispatcher.wiring import Services


@pytest.mark.parametrize("address", ["/orders", "/intake", "/closure", "/orders/GM0", "/nothing"])
def test_pages_run_no_foreign_script_and_sit_in_no_frame(client: TestClient, address: str) -> None:
    headers = client.get(address).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert (policy["script-src"], policy["default-src"], policy["frame-ancestors"]) == ("'self'", "'none'", "'none'")
    assert (headers["x-frame-options"], headers["cache-control"]) == ("DENY", "no-store")


def test_the_api_keeps_its_own_headers_and_problem_documents(client: TestClient) -> None:
    answer = client.get("/api/v1/orders/GM0")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "content-security-policy" not in answer.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, 403),
        ({"Origin": "http://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
        ({"Origin": "http://testserver"}, 404),
        ({"Sec-Fetch-Site": "same-origin"}, 404),
    ],
)
def test_forms_come_from_our_own_pages(client: TestClient, headers: dict[str, str], status: int) -> None:
    del client.headers["Sec-Fetch-Site"]
    answer = client.post("/orders/GM0/moves", data={"move": "sign"}, headers=headers)
    assert answer.status_code == status and answer.headers["content-type"].startswith("text/html")
    assert ("已被拦下" in answer.text) == (status == 403)


def test_an_engine_that_does_not_answer_is_a_page_for_people(client: TestClient, services: Services) -> None:
    services.store.close()
    answer = client.get("/orders")
    assert answer.status_code == 503 and "服务暂时没有响应" in answer.text and answer.headers["retry-after"]
    assert client.get("/api/v1/orders").headers["content-type"] == "application/problem+json"


def test_what_nobody_foresaw_is_a_page_without_the_reason(client: TestClient) -> None:
    assert isinstance(client.app, FastAPI)
    client.app.add_api_route("/boom", lambda: 1 / 0)
    client.app.add_api_route("/api/boom", lambda: 1 / 0)
    page = client.get("/boom")
    assert page.status_code == 500 and "系统出了问题" in page.text and "division" not in page.text
    answer = client.get("/api/boom")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")


def test_assets_are_served_and_asked_for_again(client: TestClient) -> None:
    answer = client.get("/static/minsheng.css")
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-cache"
    assert client.get("/static/../app.py").status_code == 404


def test_nothing_comes_from_another_host_and_no_script_stands_in_a_page() -> None:
    sources = [*TEMPLATES.rglob("*.html"), *STATIC.glob("*.js"), *STATIC.glob("*.css")]
    assert len(sources) > 10
    for path in sources:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(https?:)?//[a-z0-9-]+\.[a-z]", text), path
        assert not re.search(r"\son[a-z]+=|javascript:|hx-on", text), path
        for tag in re.findall(r"<script[^>]*>", text):
            assert 'src="/static/' in tag or 'type="application/json"' in tag, (path, tag)


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/orders?state=closed&text=%E6%B0%B4", "/orders?state=closed&amp;text=%E6%B0%B4"),
        ("http://testserver/intake", "/intake"),
        ("http://testserver/orders/GM0", None),
        ("http://testserver//elsewhere.example/", None),
        ("http://testserver/api/docs", None),
        ("http://elsewhere.example/orders", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_an_error_leads_back_to_where_one_came_from(client: TestClient, referer: str, back: str | None) -> None:
    page = client.get("/orders/GM0", headers={"Referer": referer})
    found = re.search(r'href="([^"]+)"><i[^>]*></i>返回上一页', page.text)
    assert page.status_code == 404 and (found[1] if found else None) == back
