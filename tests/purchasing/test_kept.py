"""What is kept of a basket: the same to the kopeck as reckoned whole, and never silently old."""

import random
import threading
import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.inventory.models import StockHold
from b2b_apps.pricing.models import Price, PriceThreshold
from b2b_apps.pricing.price_load import PriceRow, prices_load
from b2b_apps.purchasing.kept import FIELDS, freshness_of
from b2b_apps.purchasing.models import GoodsChange
from b2b_apps.purchasing.selectors import basket_for, basket_sheet, kept_sheet
from b2b_apps.purchasing.services import (
    basket_remove,
    basket_renew,
    basket_set,
    basket_set_many,
)
from b2b_apps.purchasing.tasks import tidy
from tests.budgets.test_basket import fill
from tests.pricing.making import add_list, add_rule

pytestmark = pytest.mark.django_db(transaction=True)
TOTALS = (
    "num_lines", "total_incl_tax", "total_excl_tax", "vat", "vat_by_rate", "saving", "weight_kg",
    "volume_m3", "num_blocking", "num_problems", "num_repriced",
)  # fmt: skip


@pytest.fixture
def dealer(world):
    return world.context()


def renewed(context):
    """Look at the basket, as its page does; return it by its kept figures."""
    basket_renew(context=context, basket=basket_for(context))
    return kept_sheet(context=context, basket=basket_for(context), places={})


def agree(context):
    """Whether the kept figures are those of the whole basket."""
    kept, whole = renewed(context), basket_sheet(context=context, basket=basket_for(context))
    assert {n: getattr(kept, n) for n in TOTALS} == {n: getattr(whole, n) for n in TOTALS}
    assert [
        (group.warehouse_id, group.num_lines, group.total_incl_tax) for group in kept.shipments
    ] == [(group.warehouse_id, group.num_lines, group.total_incl_tax) for group in whole.shipments]
    assert kept.prices.reached == whole.prices.reached
    assert kept.prices.usual_sum == whole.prices.usual_sum
    assert kept.held_back.total_incl_tax == whole.held_back.total_incl_tax
    assert basket_for(context).cached_total == whole.total_incl_tax
    return kept


def stale(context):
    return list(freshness_of(basket_for(context).pk).stale_ids)


def settled(context):
    """Whether looking at the basket ends the news; others' transactions, of other databases of
    the server too, must have ended before.
    """
    for _look in range(300):
        agree(context)
        if not stale(context):
            return True
        time.sleep(0.1)
    return False


def test_after_any_edits_the_figures_are_those_of_the_whole_basket(world, dealer):
    dice = random.Random(7)
    goods = [product.pk for product in world.products.values()]
    target = add_list(world.products["lamp"], 50, name="Опт от суммы")
    PriceThreshold.objects.create(price_list=world.lists["dealer"], target=target, minimum_sum=3000)

    for _edit in range(25):
        product_id, quantity = dice.choice(goods), Decimal(dice.choice([0, 1, 5, 12, 40, 144, 500]))
        basket_set_many(context=dealer, quantities={product_id: quantity}, add=dice.random() < 0.3)
        if dice.random() < 0.2:
            lines = list(basket_for(dealer).lines.values_list("pk", flat=True))
            basket_remove(context=dealer, line_ids=lines[:1])
        if basket_for(dealer) is not None:
            agree(dealer)


def test_what_changed_of_a_product_is_news_for_its_line_alone(world, dealer):
    lamp, cable = world.products["lamp"], world.products["cable"]
    basket_set_many(context=dealer, quantities={lamp.pk: Decimal(3), cable.pk: Decimal(2)})
    renewed(dealer)
    line = basket_for(dealer).lines.get(product=lamp)
    assert settled(dealer)

    for change in _changes_of(world, lamp):
        change()
        assert stale(dealer) == [line.pk], change
        assert settled(dealer), change


def _changes_of(world, product):
    record = product.stockrecords.first()
    hold = {
        "stock_record": record, "kind": "manual", "contract": world.contracts["own"],
        "quantity": 1, "expires_at": timezone.now() + timedelta(hours=2),
    }  # fmt: skip
    products = apps.get_model("catalogue", "Product").objects.filter(pk=product.pk)
    records = apps.get_model("partner", "StockRecord").objects.filter(pk=record.pk)
    prices = Price.objects.filter(product=product, price_list=world.lists["dealer"])
    return [
        lambda: prices.update(amount="65.25"),
        lambda: records.update(num_in_stock=2),
        lambda: records.update(num_in_stock=90),
        lambda: products.update(order_multiple=2),
        lambda: products.update(order_multiple=1),
        lambda: products.update(weight_kg="1.5"),
        lambda: products.update(price_visibility="on_request"),
        lambda: products.update(price_visibility="shown"),
        lambda: products.update(is_public=False),
        lambda: products.update(is_public=True),
        lambda: StockHold.objects.create(**hold),
        prices.delete,
    ]


def test_a_change_that_says_the_same_is_no_news(world, dealer):
    lamp = world.products["lamp"]
    basket_set(context=dealer, product_id=lamp.pk, quantity=Decimal(3))
    renewed(dealer)
    GoodsChange.objects.all().delete()

    rows = [
        PriceRow(
            price.price_list_id, lamp.pk, price.amount, price.minimum_quantity,
            price.pack_factor, price.valid_from, price.valid_to,
        )
        for price in Price.objects.filter(product=lamp)
    ]  # fmt: skip
    assert rows
    prices_load(rows=rows, source="file")
    lamp.save()

    assert not GoodsChange.objects.exists()


def test_a_rule_and_a_rate_of_vat_are_news_for_all_lines(world, dealer):
    lamp = world.products["lamp"]
    basket_set(context=dealer, product_id=lamp.pk, quantity=Decimal(3))
    before = renewed(dealer).total_incl_tax

    add_rule(name="Всё дороже", value=10)
    ruled = agree(dealer)
    lamp.vat_rate.percent = 10
    lamp.vat_rate.save()
    agree(dealer)

    assert ruled.total_incl_tax > before
    assert ruled.num_repriced == 1


def test_a_change_that_was_not_finished_when_the_line_was_reckoned_is_news(world, dealer):
    lamp = world.products["lamp"]
    begun, go_on = threading.Event(), threading.Event()

    def change():
        with transaction.atomic():
            Price.objects.filter(product=lamp).update(amount="70")
            begun.set()
            go_on.wait(10)
        connection.close()

    thread = threading.Thread(target=change)
    thread.start()
    begun.wait(10)
    basket_set(context=dealer, product_id=lamp.pk, quantity=Decimal(3))
    seen = renewed(dealer).total_incl_tax
    go_on.set()
    thread.join()

    assert agree(dealer).total_incl_tax == 210
    assert seen != 210


def test_an_edit_reads_as_much_of_a_long_basket_as_of_a_short_one(world, dealer):
    with scopes_disabled():
        fill(world, 120)
    basket_set(context=dealer, product_id=world.products["lamp"].pk, quantity=Decimal(3))
    renewed(dealer)

    change = basket_set(context=dealer, product_id=world.products["lamp"].pk, quantity=Decimal(4))

    assert change.sheet.num_lines == 121
    assert [line.article for line in change.sheet.lines] == ["0012-LLE-A60"]
    assert change.sheet.lines[0].problems == ()
    agree(dealer)


def test_changes_of_yesterday_are_forgotten(world, dealer):
    basket_set(context=dealer, product_id=world.products["lamp"].pk, quantity=Decimal(3))
    GoodsChange.objects.update(made_at=timezone.now() - timedelta(days=3))

    tidy()

    assert not GoodsChange.objects.exists()


def test_whatever_is_kept_is_written_by_name():
    model = apps.get_model("basket", "Line")
    assert {f.name for f in model._meta.fields if f.name.startswith("kept_")} == {
        *FIELDS, "kept_since",
    }  # fmt: skip
