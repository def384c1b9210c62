"""Races of orders that leave from several warehouses and are sold by several organizations."""

import pytest
from django.apps import apps
from django.db.models import F
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Organization
from b2b_apps.inventory.models import StockHold
from b2b_apps.purchasing.errors import OfferChangedError
from b2b_apps.purchasing.services import orders as service
from tests.concurrency.test_orders import (
    at_once,
    basket_of,
    buyers,
    num_orders,
    placing,
    slow_after_reading,
)

pytestmark = pytest.mark.django_db(transaction=True)
NUM = 12


@pytest.fixture
def lamp(world):
    """Sixty lamps in Rostov and forty in Moscow, which is another organization's."""
    other = Organization.objects.create(name="ООО «Вторая»", inn="7700000001")
    product = world.products["lamp"]
    for code, quantity in [("rostov", 60), ("moscow", 40)]:
        product.stockrecords.filter(partner=world.warehouses[code]).update(num_in_stock=quantity)
    type(world.warehouses["moscow"]).objects.filter(code="moscow").update(organization=other)
    return product


def records_of(product):
    return apps.get_model("partner", "StockRecord").objects.filter(product=product)


def test_twenty_submits_of_a_basket_of_two_organizations_are_one_group(world, lamp):
    basket_id, offer = basket_of(world.context(), lamp, 100)

    orders = at_once([placing(world.context(), basket_id, offer)] * 20)

    assert len({order.pk for order in orders}) == 1
    assert num_orders() == 2
    with scopes_disabled():
        assert apps.get_model("order", "OrderGroup").objects.count() == 1
    assert sorted(StockHold.objects.values_list("quantity", flat=True)) == [40, 60]


def taken_without_looking(**kwargs):
    """What placing would be if it took stock by what it had read."""
    for request in kwargs["requests"]:
        records = apps.get_model("partner", "StockRecord").objects
        records.filter(pk=request.stock_record_id).update(
            num_allocated=F("num_allocated") + request.quantity
        )


@pytest.mark.parametrize("is_locked", [False, True])
def test_buyers_of_divided_lines_never_get_more_than_there_is(world, lamp, monkeypatch, is_locked):
    if not is_locked:
        monkeypatch.setattr(service, "stock_hold", taken_without_looking)
    contexts = buyers(world, NUM)
    # Each needs both warehouses: of 100 pieces only one order of 70 can be.
    shown = [(context, *basket_of(context, lamp, 70)) for context in contexts]

    works = [placing(*one) for one in shown]
    if is_locked:
        results = at_once(works)
    else:
        with slow_after_reading(monkeypatch, NUM):
            results = at_once(works)

    sold = [r for r in results if not isinstance(r, Exception)]
    refused = [r for r in results if isinstance(r, OfferChangedError)]
    assert len(sold) + len(refused) == NUM
    over = [r for r in records_of(lamp) if r.num_allocated > r.num_in_stock]
    if is_locked:
        assert (len(sold), over) == (1, [])
    else:
        assert len(sold) > 1
        assert over
