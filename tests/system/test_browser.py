"""The console in a real browser, on a real server with the demonstration city."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.system.installation import Installation

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
WIDTHS = (1440, 390)
PEOPLE = {
    "operator": ("operator", None), "water": ("department", "water"), "admin": ("administrator", None),
}  # fmt: skip
"""Login names with role and unit."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        why = f"no Chromium at {CHROMIUM}: install one, or name it in CHROMIUM"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why)
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture(scope="module")
def here(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("browser") / "data", demo_orders=200)
    made.run("simulate")
    for name, (role, unit) in PEOPLE.items():
        made.add_account(name, role, unit)
    made.start("all", "serve")
    made.ready()
    yield made
    made.close()


def enter(page: Page, here: Installation, name: str) -> None:
    """Sign in on the login page, in place of whoever is signed in."""
    if page.locator(".ms-who button").count():
        page.locator(".ms-who button").click()
    else:
        page.goto("/")
    expect(page).to_have_url(re.compile("/login"))
    page.fill("#name", name)
    page.fill("#password", here.passwords[name])
    page.get_by_role("button", name="登录").click()
    expect(page.locator(".ms-who")).to_be_visible()


@pytest.fixture
def page(browser: Browser, here: Installation) -> Iterator[Page]:
    """A page of the hotline's that notes whatever goes wrong on it, and whom it talks to."""
    made = browser.new_page(base_url=here.url, viewport={"width": WIDTHS[0], "height": 900})
    made.set_default_timeout(15_000)
    wrong: list[str] = []
    hosts: set[str] = set()

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            wrong.append(message.text)

    def asked(request: Request) -> None:
        if request.url.startswith(("http", "ws")):
            hosts.add(urlsplit(request.url).netloc)

    made.on("console", said)
    made.on("pageerror", lambda error: wrong.append(str(error)))
    made.on("request", asked)
    made.on("requestfailed", lambda request: wrong.append(f"{request.url} {request.failure}"))
    enter(made, here, "operator")
    yield made
    made.close()
    # A request that a newer one took the place of is no failure.
    assert [one for one in wrong if "ERR_ABORTED" not in one] == []
    assert hosts == {urlsplit(here.url).netloc}


def fits(page: Page) -> None:
    """Nothing sticks out at the side, on the desk or in the hand."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(150)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{page.url}: {wide} px at {width}"
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})


def test_find_an_order_and_open_it(page: Page, here: Installation) -> None:
    page.goto("/")
    expect(page.locator("#results")).to_contain_text("200")
    fits(page)
    title = page.locator("#results a[href^='/orders/GM']").first.inner_text().strip()
    word = re.findall(r"[\u4e00-\u9fff]{2}", title)[0]
    page.fill("#text", word)
    expect(page).to_have_url(re.compile("text="))
    expect(page.locator("#results mark").first).to_have_text(word)
    page.locator("#filters input[name=state][value=closed]").check()
    expect(page).to_have_url(re.compile("state=closed"))
    expect(page.locator("#results tbody")).not_to_contain_text("待派单")
    page.reload()
    assert page.input_value("#text") == word
    assert page.locator("#filters input[name=state][value=closed]").is_checked()
    page.fill("#text", "没有这样的词语")
    expect(page.locator("#results a[href^='/orders/GM']")).to_have_count(0)
    fits(page)
    page.goto("/orders?state=closed")
    page.locator("#results a[href^='/orders/GM']").first.click()
    expect(page.locator("#h-timeline")).to_be_visible()
    expect(page.locator(".ms-badges").first).to_contain_text("已办结")
    fits(page)


def test_from_the_call_to_the_closure(page: Page, here: Installation) -> None:
    page.goto("/intake")
    page.fill("#title", "公明街道某小区水管漏水")
    page.locator("#content").press_sequentially("小区门口自来水管漏水三天，路面积水，请尽快维修。")
    expect(page.locator("#panel .ms-suggestions li").first).to_be_visible()
    expect(page.locator("#panel .ms-verdict")).to_contain_text("派单")
    page.select_option("#street", label="公明街道")
    page.fill("#name", "欧阳无双")
    page.fill("#phone", "13987650432")
    fits(page)
    page.locator("#intake button[type=submit]").click()
    page.wait_for_url(re.compile("/orders/GM"))
    assert "欧阳无双" not in page.content()
    assert "13987650432" not in page.content()
    number = urlsplit(page.url).path.rpartition("/")[2]
    if page.locator("#dispatch-unit").count():
        page.select_option("#dispatch-unit", "water")
        page.fill("#dispatch-override_reason", "水管归水务")
        act(page, "dispatch")
    fits(page)
    enter(page, here, "water")
    expect(page.locator("nav.ms-nav")).not_to_contain_text("受理")
    page.goto(f"/orders/{number}")
    act(page, "sign")
    page.fill("#reply-reply_public", "已派人更换水管。\n感谢反映。")
    act(page, "reply")
    fits(page)
    enter(page, here, "operator")
    page.goto(f"/orders/{number}")
    act(page, "close")
    expect(page.locator("#h-reply")).to_be_visible()
    facts = [record["value"]["fact"]["type"] for record in here.read("orders.events") if record["key"] == number]
    assert facts == ["received", "routed", "accepted", "dispatched", "signed", "replied", "closed"]
    page.go_back()
    page.go_forward()
    expect(page.locator("#h-reply")).to_be_visible()


def act(page: Page, move: str) -> None:
    """Send the form of a move; its page comes back without it."""
    form = page.locator(f"form:has(input[name=move][value={move}])")
    form.get_by_role("button").click()
    expect(form).to_have_count(0)
    expect(page.locator(".ms-notice")).to_have_count(0)


def test_who_is_not_signed_in_sees_the_login_alone(browser: Browser, here: Installation) -> None:
    made = browser.new_page(base_url=here.url)
    made.goto("/orders?state=closed")
    expect(made.locator("#name")).to_be_focused()
    expect(made.locator("nav.ms-nav a")).to_have_count(0)
    fits(made)
    made.fill("#name", "operator")
    made.fill("#password", "no password of anybody's")
    made.get_by_role("button", name="登录").click()
    expect(made.get_by_role("alert").filter(has_text="用户名或密码不正确")).to_be_visible()
    fits(made)
    made.fill("#password", here.passwords["operator"])
    made.get_by_role("button", name="登录").click()
    expect(made).to_have_url(re.compile("/orders\\?state=closed"))
    [cookie] = [one for one in made.context.cookies() if one["name"] == "minsheng_session"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    assert "minsheng_session" not in made.evaluate("document.cookie")
    made.locator(".ms-who button").click()
    expect(made).to_have_url(re.compile("/login"))
    made.go_back()
    expect(made).to_have_url(re.compile("/login"))
    made.close()


def test_a_session_that_is_over_leads_to_the_login_from_within_a_page(browser: Browser, here: Installation) -> None:
    made = browser.new_page(base_url=here.url)
    enter(made, here, "operator")
    made.goto("/orders")
    made.context.clear_cookies()
    made.fill("#text", "路灯")
    expect(made).to_have_url(re.compile("/login\\?next="))
    made.close()


def test_administrators_begin_with_the_accounts(browser: Browser, here: Installation) -> None:
    made = browser.new_page(base_url=here.url)
    enter(made, here, "admin")
    expect(made).to_have_url(re.compile("/accounts"))
    expect(made.locator("table")).to_contain_text("话务坐席")
    fits(made)
    made.close()


def test_how_long_closing_takes(page: Page) -> None:
    page.goto("/closure")
    for chart in ("#months", "#curve"):
        expect(page.locator(f"{chart} canvas, {chart} svg").first).to_be_visible()
    expect(page.locator("table tbody tr").first).to_be_visible()
    fits(page)
    page.goto("/closure?by=street&clock=working")
    expect(page.locator("table tbody tr").first).to_be_visible()


def test_the_description_of_the_api_needs_nobody_else(page: Page) -> None:
    page.goto("/api/docs")
    expect(page.locator(".opblock").first).to_be_visible()


@pytest.mark.parametrize("address", ["/nothing", "/orders/GM0", "/orders?state=lost"])
def test_an_error_is_a_page_with_a_way_on(browser: Browser, here: Installation, address: str) -> None:
    made = browser.new_page(base_url=here.url)
    enter(made, here, "operator")
    answer = made.goto(address)
    assert answer is not None
    assert answer.status in (404, 422)
    expect(made.locator("a[href='/orders'], a[href='/']").first).to_be_visible()
    fits(made)
    made.close()
