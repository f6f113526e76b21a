"""The login as people see it: where it leads, what it says, and what the pages show to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from dispatcher.settings import Settings
from dispatcher.web.access import COOKIE
from dispatcher.web.app import create_app
from dispatcher.web.pages.login import _here
from dispatcher.wiring import Services
from models.rights import Role
from tests.unit.accounts.conftest import SetClock
from tests.unit.web.credentials import bearer
from tests.unit.web.people import PASSWORD, browser, cheaply, csrf_in, enter, person

PEOPLE = (Role.OPERATOR, Role.DEPARTMENT, Role.SUPERVISOR, Role.ANALYST, Role.ADMINISTRATOR)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def services(tmp_path: Path, clock: SetClock) -> Iterator[Services]:
    found = cheaply(Services(Settings(data=tmp_path, answer_timeout=1), clock=clock))
    yield found
    found.close()


@pytest.fixture
def app(services: Services) -> FastAPI:
    return create_app(services)


@pytest.fixture
def page(app: FastAPI) -> Iterator[TestClient]:
    with browser(app) as made:
        yield made


@pytest.mark.parametrize("address", ["/", "/orders", "/orders?state=closed&text=%E6%B0%B4", "/orders/GM0", "/closure"])
def test_nobody_is_led_to_the_login_and_back(page: TestClient, services: Services, address: str) -> None:
    answer = page.get(address)
    assert answer.status_code == 303 and "set-cookie" not in answer.headers
    login = page.get(answer.headers["location"])
    assert login.status_code == 200 and "登录" in login.text and login.headers["cache-control"] == "no-store"
    [wanted] = re.findall(r'name="next" value="([^"]*)"', login.text)
    said = {"name": person(services, Role.OPERATOR), "password": PASSWORD, "next": wanted.replace("&amp;", "&")}
    answer = page.post("/login", data=said)
    assert (answer.status_code, answer.headers["location"]) == (303, wanted.replace("&amp;", "&"))
    assert page.get("/orders").status_code == 200
    assert page.get("/login", params={"next": "/closure"}).headers["location"] == "/closure"


def test_a_part_of_a_page_takes_the_whole_page_along(page: TestClient) -> None:
    here = {"HX-Request": "true", "Referer": "http://testserver/intake"}
    answer = page.post("/intake/suggest", data={"title": "灯"}, headers=here)
    assert (answer.status_code, answer.text) == (401, "")
    assert answer.headers["hx-redirect"] == "/login?" + urlencode({"next": "/intake"})


@pytest.mark.parametrize(
    "wanted",
    ["//elsewhere.example", "/\\elsewhere.example", "https://elsewhere.example/", "\\\\elsewhere.example", "orders",
     "/\t/elsewhere.example", "/orders\r\nSet-Cookie: a=b", "javascript:alert(1)", "", "/" + "a" * 3000],
)  # fmt: skip
def test_the_login_leads_to_no_other_site(page: TestClient, services: Services, wanted: str) -> None:
    said = {"name": person(services, Role.OPERATOR), "password": PASSWORD, "next": wanted}
    assert page.post("/login", data=said).headers["location"] == "/"
    assert page.get("/login", params={"next": wanted}).headers["location"] == "/"


@given(st.text(st.sampled_from("/\\\t\n\r :.ax@?#\x00\x7f"), max_size=8))
def test_wherever_the_login_leads_is_a_path_of_this_site(wanted: str) -> None:
    stripped = re.sub(r"[\t\n\r]", "", _here(wanted)).replace("\\", "/")  # as browsers read an address
    assert stripped.startswith("/") and not stripped.startswith("//")


def test_what_went_wrong_is_said_beside_the_form(page: TestClient, services: Services, clock: SetClock) -> None:
    name = person(services, Role.OPERATOR)
    for _ in range(5):
        answer = page.post("/login", data={"name": name, "password": "s3cret-typed", "next": "/closure"})
        assert answer.status_code == 401 and "用户名或密码不正确" in answer.text
        assert f'value="{name}"' in answer.text and "s3cret-typed" not in answer.text
        assert 'name="next" value="/closure"' in answer.text
    clock.move(seconds=601)
    answer = page.post("/login", data={"name": name, "password": PASSWORD, "next": "/closure"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "299") and "5 分钟后" in answer.text
    for empty in ({}, {"name": "<b>"}):
        assert page.post("/login", data=empty).status_code == 401
    assert "&lt;b&gt;" in page.post("/login", data={"name": "<b>"}).text


def test_another_sites_page_signs_nobody_in(page: TestClient, services: Services) -> None:
    said = {"name": person(services, Role.OPERATOR), "password": PASSWORD}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        assert page.post("/login", data=said, headers=headers).status_code == 403
        assert page.post("/api/v1/login", json=said, headers=headers).status_code == 403
    assert COOKIE not in page.cookies


@pytest.mark.parametrize("role", PEOPLE)
def test_each_role_begins_where_its_work_is_and_sees_its_own_entries(
    page: TestClient, services: Services, role: Role
) -> None:
    name = person(services, role, display="<i>王芳</i>")
    assert page.post("/login", data={"name": name, "password": PASSWORD}).headers["location"] == "/"
    landing = page.get("/").headers["location"]
    assert landing == ("/accounts" if role is Role.ADMINISTRATOR else "/orders")
    shown = page.get(landing)
    assert shown.status_code == 200 and "&lt;i&gt;王芳&lt;/i&gt;" in shown.text
    entries = re.findall(r'href="(/[a-z]+)"', shown.text.split('aria-label="主导航"')[1].split("</nav>")[0])
    assert (
        entries
        == {
            Role.OPERATOR: ["/orders", "/intake", "/closure"],
            Role.SUPERVISOR: ["/orders", "/intake", "/closure"],
            Role.DEPARTMENT: ["/orders", "/closure"],
            Role.ANALYST: ["/orders", "/closure"],
            Role.ADMINISTRATOR: ["/accounts"],
        }[role]
    )
    for entry in entries:
        assert page.get(entry).status_code == 200
    named = {Role.DEPARTMENT: services.catalogue.unit_name("water"), Role.ANALYST: "分析人员"}
    assert named.get(role, "") in shown.text


def test_every_page_knows_its_session_and_its_forms_prove_it(page: TestClient, services: Services) -> None:
    proof = enter(page, person(services, Role.OPERATOR))["X-CSRF-Token"]
    intake = page.get("/intake").text
    assert csrf_in(intake) == proof and f'hx-headers=\'{{"X-CSRF-Token": "{proof}"}}\'' in intake
    for said in ({}, {"csrf": ""}, {"csrf": "0" * 64}):
        answer = page.post("/intake", data={"title": "", **said})
        assert answer.status_code == 403 and "已被拦下" in answer.text
    assert page.post("/intake", data={"title": "", "csrf": proof}).status_code == 422
    two = f"csrf={'0' * 64}&csrf={proof}".encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRF-Token": "0" * 64}
    assert page.post("/intake", content=two, headers=headers).status_code == 403  # the header is what counts
    assert page.post("/intake/suggest", headers={"X-CSRF-Token": proof}).status_code == 200


def test_leaving_ends_the_session(page: TestClient, services: Services, app: FastAPI) -> None:
    enter(page, person(services, Role.OPERATOR))
    proof, cookie = csrf_in(page.get("/orders").text), page.cookies[COOKIE]
    assert page.post("/logout").status_code == 403
    answer = page.post("/logout", data={"csrf": proof})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login") and COOKIE not in page.cookies
    assert page.get("/orders", headers={"Cookie": f"{COOKIE}={cookie}"}).status_code == 303
    assert page.post("/logout", headers=bearer(app, Role.OPERATOR)).status_code == 403


def test_a_session_that_is_over_leads_back_to_where_one_was(page: TestClient, services: Services) -> None:
    proof = enter(page, person(services, Role.OPERATOR))["X-CSRF-Token"]
    services.accounts.people.disable("the.operator", by="test")
    answer = page.post("/orders/GM0/moves", data={"csrf": proof}, headers={"Referer": "http://testserver/orders/GM0"})
    assert answer.headers["location"] == "/login?" + urlencode({"next": "/orders/GM0"})


def test_administrators_see_accounts_and_tokens_without_secrets(page: TestClient, services: Services) -> None:
    enter(page, person(services, Role.ADMINISTRATOR))
    person(services, Role.DEPARTMENT, "shuiwu", "水务张工")
    services.accounts.people.disable("shuiwu", by="test")
    empty = page.get("/accounts").text
    assert "还没有签发过令牌" in empty and "已停用" in empty and "水务张工" in empty
    text = bearer(page.app, Role.ANALYST)["Authorization"].rpartition("_")[2]
    shown = page.get("/accounts").text
    assert "analyst-" in shown and "有效" in shown and text not in shown and "argon2" not in shown
