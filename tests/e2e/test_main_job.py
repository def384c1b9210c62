"""The main job in a browser: sign in, see own prices, order, get the invoice; 1C takes it."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.e2e.steps import amount, sign_in, sum_of

# The first test waits for the portal, too, which a busy machine starts slowly.
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

ARTICLE = "MVA20-1-016-C"
ROUND_SECONDS = 120


def price_of_first_row(page):
    return page.locator(".goods tbody tr .c-price b").first.inner_text()


def switch_contract(page, place):
    """Choose another contract in the header; ``place`` counts those that are not current."""
    page.click(".context summary")
    page.locator(".contract:not([aria-current])").nth(place).click()
    page.wait_for_load_state()


def test_a_buyer_orders_and_1c_gets_the_order(page, demo_people):
    sign_in(page, demo_people[0])

    page.fill("#q", ARTICLE)
    page.keyboard.press("Enter")
    row = page.locator(".goods tbody tr", has_text=ARTICLE).first
    expect(row).to_be_visible()
    dealer = price_of_first_row(page)

    switch_contract(page, 0)
    assert price_of_first_row(page) != dealer
    page.go_back()
    page.goto(f"/search/?q={ARTICLE}")
    back = page.locator(".contract:not([aria-current])", has_text="142/24").first
    page.click(".context summary")
    back.click()
    page.wait_for_load_state()
    assert price_of_first_row(page) == dealer

    row.locator(".stepper input").fill("24")
    row.locator("button[type=submit]").click()
    expect(page.locator("#basket-link")).to_contain_text("1")
    expect(row.locator(".stepper[data-state=in]")).to_be_visible()

    page.goto("/basket/")
    expect(page.locator(".lines tbody tr")).to_have_count(1)
    goods = amount(page.locator(".grand").first)
    page.goto("/checkout/")
    assert sum_of(page, "Товары") == goods
    assert amount(page.locator(".grand").first) == goods + sum_of(page, "Доставка")
    page.locator(".rail button.btn--primary").click()

    page.wait_for_url(re.compile(r"/checkout/thank-you/"))
    number = page.locator(".thanks__no").inner_text()
    assert re.fullmatch(r"26-\d{6}", number)
    bill = page.locator("a.bill")
    expect(bill).to_be_visible(timeout=60_000)
    pdf = page.request.get(bill.get_attribute("href"))
    assert pdf.ok
    assert pdf.body().startswith(b"%PDF")

    wait_for_1c(page, number)


def wait_for_1c(page, number):
    """The simulated 1C takes the order, confirms, ships, and books the payment."""
    deadline = time.monotonic() + ROUND_SECONDS
    while time.monotonic() < deadline:
        page.goto(f"/orders/{number}/")
        text = page.locator("main").inner_text()
        if "Отгружена" in text and "Осталось оплатить\n0,00" in text:
            return
        time.sleep(3)
    pytest.fail(f"1C did not return {number}:\n{text}")


def test_the_pages_hold_on_a_phone(browser, portal, demo_people):
    context = browser.new_context(
        base_url=portal, viewport={"width": 390, "height": 844}, locale="ru-RU"
    )
    page = context.new_page()
    sign_in_phone(page, demo_people[0])

    for path in ("/catalogue/", f"/search/?q={ARTICLE}", "/basket/", "/orders/"):
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, f"{path} is {width} px wide"
    context.close()


def sign_in_phone(page, person):
    page.goto("/accounts/login/")
    page.fill("input[name=username]", person["email"])
    page.fill("input[name=password]", person["password"])
    page.click("form[data-login-form] button[type=submit]")
    page.wait_for_load_state()


def test_everything_works_without_scripts(browser, portal, demo_people):
    context = browser.new_context(
        base_url=portal, java_script_enabled=False, viewport={"width": 1440, "height": 900}
    )
    page = context.new_page()
    sign_in(page, demo_people[0])
    page.goto(f"/search/?q={ARTICLE}")
    row = page.locator(".goods tbody tr", has_text=ARTICLE).first

    row.locator(".stepper input").fill("12")
    row.locator("button[type=submit]").click()

    assert page.url.startswith(f"{portal}/search/")
    page.goto("/basket/")
    expect(page.locator(".lines tbody tr")).to_have_count(1)
    context.close()
