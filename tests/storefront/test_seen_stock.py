"""Where figures of stock are not a buyer's to know, no page tells them."""

import re
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from b2b_apps.inventory.models import StockPolicy
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import basket_set
from tests.inventory.stock import by_hand, record_of, stock
from tests.storefront.goods import add_parent

# Of Rostov, of Moscow, and of both together.
ROSTOV, MOSCOW = 4127, 1319
FIGURES = re.compile(r"(4\W?127|1\W?319|5\W?446)(?!\d)")


@pytest.fixture
def pages(world, client):
    """A client of the buyer and goods with telling figures of stock."""
    cache.clear()
    for product in world.products.values():
        for record, figure in zip(
            product.stockrecords.order_by("partner__position"), (ROSTOV, MOSCOW), strict=False
        ):
            type(record).objects.filter(pk=record.pk).update(num_in_stock=figure)
    client.force_login(world.people["buyer"])
    return client


def hide(precision):
    StockPolicy.objects.create(precision=precision)


def text_of(response):
    """The page as it came, entities and thousands' spaces made plain."""
    return response.content.decode().replace("&nbsp;", " ").replace("\xa0", " ")


def addresses(world):
    listing = reverse("catalogue:index") + "?all=1"
    return [
        listing,
        listing + "&view=tiles",
        listing + "&sort=-stock",
        reverse("search:search") + "?q=лампа",
        world.products["lamp"].get_absolute_url() + "?quantity=99999",
        reverse("basket:summary"),
    ]


def test_the_figures_would_be_found(world, pages):
    basket_set(
        context=world.context(), product_id=world.products["lamp"].pk, quantity=Decimal(99999)
    )

    for address in addresses(world):
        assert FIGURES.search(text_of(pages.get(address))), address


@pytest.mark.parametrize("precision", ["words", "presence"])
def test_no_page_tells_a_figure(world, pages, precision):
    hide(precision)
    basket_set(
        context=world.context(), product_id=world.products["lamp"].pk, quantity=Decimal(99999)
    )

    for address in addresses(world):
        response = pages.get(address)
        assert response.status_code == 200
        assert not FIGURES.search(text_of(response)), address


def test_words_stand_in_the_table_the_tiles_and_on_the_card(world, pages):
    hide("words")
    record = world.products["lamp"].stockrecords.get(partner=world.warehouses["moscow"])
    type(record).objects.filter(pk=record.pk).update(num_in_stock=3)

    table = text_of(pages.get(reverse("search:search"), {"q": "лампа"}))
    tiles = text_of(pages.get(reverse("search:search"), {"q": "лампа", "view": "tiles"}))
    card = text_of(pages.get(world.products["lamp"].get_absolute_url()))

    for page in (table, tiles, card):
        assert f'class="status status--ok status--small">{_("plenty")}<' in page
        assert f'class="status status--warn status--small">{_("few")}<' in page


def test_a_shortage_in_the_basket_says_no_figure_and_offers_none(world, pages):
    hide("words")
    basket_set(
        context=world.context(), product_id=world.products["lamp"].pk, quantity=Decimal(99999)
    )

    page = text_of(pages.get(reverse("basket:summary")))

    assert _("There is not so much in stock") in page
    assert 'name="quantity"' not in page


def test_a_refused_order_says_no_figure(world, pages):
    hide("words")
    context, lamp = world.context(), world.products["lamp"]
    basket_set(context=context, product_id=lamp.pk, quantity=Decimal(100))
    basket = basket_for(context)
    offer = offer_token(basket_sheet(context=context, basket=basket))
    lamp.stockrecords.update(num_in_stock=57)

    response = pages.post(
        reverse("checkout:index"),
        {"basket": basket.pk, "offer": offer, "consignee": "", "address": "Доватора, 158"},
    )

    page = text_of(response)
    assert response.status_code in {409, 422}
    # Not the minutes of a time.
    assert not re.search(r"(?<!:)\b57\b(?!:)", page)


def test_the_order_of_the_list_tells_no_more_than_the_words(world, pages):
    hide("words")
    for key, figure in [("lamp", 500), ("cable", 900), ("breaker", 700)]:
        world.products[key].stockrecords.update(num_in_stock=figure)

    response = pages.get(reverse("catalogue:index"), {"all": "1", "sort": "-stock"})

    titles = [row.title for row in response.context["listing"].rows if row.free]
    assert titles == sorted(titles)


def test_characteristics_show_words(world, pages):
    hide("words")
    parent = add_parent(world, ["белый", "чёрный"], stock=ROSTOV)

    page = text_of(pages.get(parent.get_absolute_url()))

    assert not FIGURES.search(page)
    assert page.count(_("plenty")) >= 2


def test_the_list_counts_ones_own_holds_as_free(world, pages):
    with scopes_disabled():
        record = stock(record_of(world, "lamp", "rostov"), 5)
        stock(record_of(world, "lamp", "moscow"), 0)
        by_hand(world, record, 5, contract="own")
    address = reverse("catalogue:index") + "?all=1&stock=1"

    mine = pages.get(address).context["listing"]
    pages.force_login(world.people["stranger"])
    theirs = pages.get(address).context["listing"]

    lamp = world.products["lamp"].pk
    assert lamp in {row.id for row in mine.rows}
    assert lamp not in {row.id for row in theirs.rows}
