"""The filters of the catalogue while answers are slow, or fail."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.steps import sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

SLOWLY_MS = 1200
WORD = "автомат"
CHOSEN = "section .toolbar .chip"


@pytest.fixture
def listing(page, demo_people):
    """What is found for a word, its bars drawn."""
    sign_in(page, demo_people[0])
    page.goto(f"/search/?q={WORD}")
    expect(page.locator(".range-facet[hx-get]")).to_have_count(0)
    return page


@pytest.fixture
def slow(listing):
    """Answers of the list come late from now on; returns what was asked."""
    asked = []

    def late(route):
        asked.append(route.request.url)
        listing.wait_for_timeout(SLOWLY_MS)
        route.continue_()

    listing.route(re.compile(r"/search/\?"), late)
    yield asked
    listing.unroute_all(behavior="ignoreErrors")


def brands(page):
    return page.locator("input[name=brand]")


def test_of_two_filters_chosen_at_once_none_is_lost(listing, slow):
    first, second = (brands(listing).nth(place).get_attribute("value") for place in (0, 1))
    brands(listing).nth(0).check()
    brands(listing).nth(1).check()

    expect(listing.locator(CHOSEN, has_text=first)).to_be_visible()
    expect(listing.locator(CHOSEN, has_text=second)).to_be_visible()
    assert listing.locator("input[name=brand]:checked").count() == 2
    assert listing.url.count("brand=") == 2


def test_half_a_price_outlives_the_answer_and_a_failed_one(listing, slow):
    brands(listing).nth(0).check()
    listing.locator("#f-from").press_sequentially("12")
    expect(listing.locator(CHOSEN)).to_have_count(1)
    assert listing.locator("#f-from").input_value() == "12"
    assert "price_from" not in listing.url

    listing.unroute_all(behavior="wait")
    listing.route(re.compile(r"/search/\?"), lambda route: route.fulfill(status=503, body="later"))
    brands(listing).nth(1).dispatch_event("change")
    expect(listing.locator("[data-repeat]")).to_be_visible()
    assert listing.locator("#f-from").input_value() == "12"


def test_a_price_sent_by_enter_is_asked_once(listing, slow):
    listing.locator("#f-to").press_sequentially("5000")
    listing.keyboard.press("Enter")
    expect(listing.locator(CHOSEN)).to_have_count(1)
    num_asked = len(slow)
    listing.locator("#q").focus()
    listing.wait_for_timeout(2 * SLOWLY_MS)

    assert len(slow) == num_asked
    listing.go_back()
    expect(listing.locator(CHOSEN)).to_have_count(0)


def test_the_last_of_a_filter_and_a_chip_is_what_is_shown(listing, slow):
    brands(listing).nth(0).check()
    expect(listing.locator(CHOSEN)).to_have_count(1)
    brands(listing).nth(1).check()
    listing.locator("section .toolbar .linkbtn").click()

    expect(listing.locator(CHOSEN)).to_have_count(0)
    listing.wait_for_timeout(2 * SLOWLY_MS)
    assert "brand=" not in listing.url
    expect(listing.locator(CHOSEN)).to_have_count(0)
