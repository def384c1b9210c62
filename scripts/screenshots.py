"""Screenshots of the running demo for README and docs: ``python -m scripts.screenshots URL``.

Fills a basket, places an order, and takes each page at 1440 and 390 px into docs/screenshots/.
"""

import os
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

OUT = Path(__file__).resolve().parents[1] / "docs/screenshots"
BUYER, STAFF = "savelieva@em-yug.example", "o.grinko@pakgauz.example"
PASSWORD = "demo-1c-2026"  # noqa: S105 - the demo's
BREAKERS = "/catalogue/category/elektrika/modulnoe-oborudovanie/avtomaticheskie-vyklyuchateli_3/"
ARTICLES = """MVA20-1-016-C 240
MVA20-1-025-C 36
VVG3X25LS 1200
mcb4763-1-20C 144
LLE-A60-11-230-40 600
PPR-32-PN20 240
VT.214.N.04 120
222-413 500"""


def sign_in(page: Any, email: str) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=username]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("form[data-login-form] button[type=submit]")
    page.wait_for_load_state()


def take(page: Any, name: str, path: str = "") -> None:
    """Save a page at both widths."""
    if path:
        page.goto(path)
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_load_state("networkidle")
        page.screenshot(path=OUT / f"{name}-{width}.png", full_page=name not in {"catalogue"})
    page.set_viewport_size({"width": 1440, "height": 900})


def buyer_pages(page: Any) -> None:
    take(page, "login", "/accounts/login/")
    sign_in(page, BUYER)
    take(page, "catalogue", BREAKERS)
    take(page, "catalogue-tiles", f"{BREAKERS}?view=tiles")
    page.goto(f"{BREAKERS}?view=table")
    take(page, "search", "/search/?q=кабель ввгнг 3х2,5")
    page.goto("/search/?q=PV3-6")
    page.locator(".goods tbody .c-name a").first.click()
    page.wait_for_load_state()
    take(page, "product")
    one_step(page)
    page.goto("/basket/")
    page.fill(".addline textarea, .addline input:not([type=hidden])", ARTICLES)
    page.locator(".addline button[type=submit], .addline button:not([type])").first.click()
    page.wait_for_load_state()
    take(page, "basket", "/basket/")
    while page.locator(".lines .note--bad button").count():
        page.locator(".lines .note--bad button").first.click()
        page.wait_for_load_state("networkidle")
        page.goto("/basket/")
    take(page, "checkout", "/checkout/")
    page.locator(".rail button.btn--primary").click()
    page.wait_for_url("**/checkout/thank-you/**")
    page.locator("a.bill").wait_for(timeout=60_000)
    take(page, "thanks")
    number = page.locator(".thanks__no").inner_text()
    take(page, "order", f"/orders/{number}/")
    take(page, "orders", "/orders/")


def one_step(page: Any) -> None:
    """A product ordered without the basket; nothing is sent."""
    page.goto("/search/?q=MVA20-1-016-C")
    page.locator(".goods tbody .c-name a").first.click()
    page.wait_for_load_state()
    page.locator("button[formaction*=quick]").click()
    page.wait_for_load_state()
    take(page, "quick")


def delivery_pages(page: Any) -> None:
    """How orders are split and travel. The basket of the buyer is what a rule is tried on."""
    page.goto("/dashboard/split-rules/new/")
    page.fill("#id_name", "Кабель отдельно")
    page.select_option("#id_kind", "apart")
    page.fill("#id_reason", "Кабель едет на барабанах, отдельной машиной")
    page.select_option("[name=new-kind]", "category")
    page.locator("button[value=add-line]").click()
    page.wait_for_load_state()
    page.select_option("[name=c0-add]", label="Кабель и провод")
    page.locator("table.dk-table").first.wait_for()
    take(page, "desk-split-rule")
    take(page, "desk-delivery", "/dashboard/delivery/")
    take(page, "desk-own-status", "/dashboard/orders/statuses/own/new/")


def staff_pages(page: Any) -> None:
    sign_in(page, STAFF)
    delivery_pages(page)
    take(page, "desk-exchange", "/dashboard/exchange/")
    take(page, "desk-clients", "/dashboard/clients/")
    take(page, "desk-prices", "/dashboard/prices/")
    take(page, "desk-credit", "/dashboard/credit/")
    page.goto("/dashboard/prices/rules/")
    page.locator("tbody th a").first.click()
    page.wait_for_load_state()
    take(page, "desk-rule")


def main(url: str) -> None:
    """Take them all."""
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        for work in (buyer_pages, staff_pages):
            context = browser.new_context(base_url=url, locale="ru-RU")
            work(context.new_page())
            context.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
