"""What people do on many pages."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import TimeoutError as NotShownError
from playwright.sync_api import expect

LOOK_AGAIN_MS = 3000


def sign_in(page, person):
    page.goto("/accounts/login/")
    page.fill("input[name=username]", person["email"])
    page.fill("input[name=password]", person["password"])
    page.click("form[data-login-form] button[type=submit]")
    expect(page.locator(".context summary")).to_be_visible()


def amount(locator) -> Decimal:
    """The figure that is shown, such as "55 542,84 ₽"."""
    return Decimal(re.sub(r"[^\d,]", "", locator.inner_text()).replace(",", "."))


def sum_of(page, word) -> Decimal:
    """A figure of the checkout's sums; nothing where words stand in its place: "бесплатно"."""
    shown = page.locator("#rail .ledger div", has_text=word).locator("dd")
    return amount(shown) if re.search(r"\d", shown.inner_text()) else Decimal(0)


def reload_until(page, locator, *, seconds: int) -> None:
    """Look at a page anew until ``locator`` is on it; what other processes do takes a while."""
    for _look in range(seconds * 1000 // LOOK_AGAIN_MS):
        try:
            locator.first.wait_for(timeout=LOOK_AGAIN_MS)
        except NotShownError:
            page.reload()
        else:
            return
    pytest.fail(f"Not shown in {seconds} s:\n{page.locator('main').inner_text()}")
