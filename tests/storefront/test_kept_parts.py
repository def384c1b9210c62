"""Parts of listings are drawn once for what they show, and never shown for anything else."""

import re
from decimal import Decimal

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from b2b_apps.companies.models import Membership
from b2b_apps.pricing.models import Price
from b2b_apps.storefront.cells import cell_html, environment
from b2b_apps.storefront.kept_parts import KeptParts
from tests.storefront.goods import add_product


def drawing(log):
    def draw(*values):
        log.append(values)
        return "-".join(map(str, values))

    return draw


def test_a_part_is_drawn_once_for_its_values():
    log = []
    part = KeptParts(drawing(log))

    drawn = [part("a", 1), part("a", 2), part("a", 1)]

    assert drawn == ["a-1", "a-2", "a-1"]
    assert log == [("a", 1), ("a", 2)]


def test_no_more_is_kept_than_was_allowed_and_what_is_asked_stays():
    log = []
    part = KeptParts(drawing(log), most_bytes=20_000)

    for number in range(200):
        part("often")
        part(number)

    assert len(part) < 30
    assert log.count(("often",)) == 1
    part(0)
    assert log.count((0,)) == 2


def test_a_kept_part_escapes_what_it_shows():
    for _time in range(2):
        shown = cell_html("kept_names", "", "<i>", "/a/?x=1&y", 'a "b" <c>', 0, (), ())
        assert "<i>" not in shown
        assert "&lt;c&gt;" in shown


def test_languages_keep_parts_of_their_own():
    kept = [
        environment(language).get_template("b2b/storefront/rows/cells.jinja").module.kept_price
        for language in ("ru", "en")
    ]

    assert kept[0] is not kept[1]


@pytest.fixture
def lamp(world):
    return add_product(world, 1, price=Decimal("1000.50"))


def page(client):
    response = client.get(reverse("catalogue:index"), {"all": "1"})
    assert response.status_code == 200
    return response.content.decode()


def test_a_changed_name_price_picture_and_stock_are_shown_at_once(world, buyer, lamp):
    before = [page(buyer) for _time in range(2)][1]
    products = apps.get_model("catalogue", "Product").objects
    records = apps.get_model("partner", "StockRecord").objects

    products.filter(pk=lamp.pk).update(title="Лампа новая", article="NEW-1")
    Price.objects.filter(product=lamp).update(amount="2000.75")
    records.filter(product=lamp).update(num_in_stock=4321, num_allocated=0)
    apps.get_model("catalogue", "ProductImage").objects.create(product=lamp, original="new.jpg")
    after = page(buyer)

    for told in ("Лампа новая", "NEW-1", "new.jpg", "4\N{NO-BREAK SPACE}321"):
        assert told not in before
        assert told in after
    assert lamp.title not in after
    assert "1\N{NO-BREAK SPACE}000" not in after


def test_another_company_sees_its_own_prices_of_the_same_goods(world, buyer, lamp):
    add_own = world.lists["own"].prices.update_or_create
    add_own(product=lamp, defaults={"amount": "777.77"})
    mine = [page(buyer) for _time in range(2)][1]
    stranger = Client()
    stranger.force_login(world.people["stranger"])

    theirs = page(stranger)

    assert not Membership.objects.filter(
        employee__user=world.people["stranger"],
        counterparty__in=Membership.objects.filter(
            employee__user=world.people["buyer"]
        ).values("counterparty"),
    ).exists()  # fmt: skip
    assert re.search("777<span[^>]*>,77", mine)
    assert "777<span" not in theirs
    assert lamp.title in theirs
