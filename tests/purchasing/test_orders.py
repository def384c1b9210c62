"""From a basket to an order: all of it or nothing, once, at the price that was shown."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.core.errors import PermissionMissingError
from b2b_apps.core.models import OutboxMessage
from b2b_apps.documents.models import Document
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.inventory.models import StockHold
from b2b_apps.pricing.models import Price
from b2b_apps.purchasing.errors import (
    BasketMissingError,
    ContractSwitchedError,
    OfferChangedError,
)
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import OrderDetails, ShipmentWish, basket_set, order_place


@pytest.fixture
def filled(world):
    """The buyer's context and basket: 24 breakers, 100 m of cable."""
    context = world.context()
    for key, quantity in [("breaker", 24), ("cable", 100)]:
        basket_set(context=context, product_id=world.products[key].pk, quantity=Decimal(quantity))
    return context, basket_for(context)


def shown(context, basket):
    return offer_token(basket_sheet(context=context, basket=basket))


def place(context, basket, offer=None, **details):
    return order_place(
        context=context,
        basket_id=basket.pk,
        details=OrderDetails(**details),
        offer=offer or shown(context, basket),
    )


def assert_nothing_ordered(basket):
    basket.refresh_from_db()
    assert basket.status == "Open"
    with scopes_disabled():
        assert apps.get_model("order", "Order").objects.count() == 0
        assert Document.objects.count() == 0
        assert Shipment.objects.count() == 0
    assert StockHold.objects.count() == 0
    assert OutboxMessage.objects.count() == 0
    held = apps.get_model("partner", "StockRecord").objects.filter(num_allocated__gt=0)
    assert held.count() == 0


def test_an_order_takes_over_the_basket_with_prices_shipments_and_holds(world, filled):
    context, basket = filled
    rostov = world.warehouses["rostov"].pk
    day = timezone.localdate() + timedelta(days=3)

    order = place(
        context,
        basket,
        customer_number="З-4502",
        consignee_name="Склад 4",
        wishes={str(rostov): ShipmentWish(day, "pickup")},
    )

    lines = list(order.lines.order_by("position"))
    assert [(x.article, x.quantity, x.unit_price_incl_tax) for x in lines] == [
        ("MVA20-1-016-C", 24, Decimal("132.4800")),
        ("VVG3X25LS", 100, Decimal("70.1234")),
    ]
    assert [x.line_price_incl_tax for x in lines] == [Decimal("3179.52"), Decimal("7012.34")]
    assert order.total_incl_tax == Decimal("10191.86")
    assert order.total_incl_tax == order.total_excl_tax + order.vat_amount
    assert order.vat_amount == sum(x.vat_amount for x in lines)
    assert (order.status, order.customer_number) == ("placed", "З-4502")
    assert (order.delivery_method, order.desired_date) == ("pickup", day)
    assert order.payment_due == timezone.localdate() + timedelta(days=30)
    with scopes_disabled():
        (shipment,) = order.shipments.all()
        (document,) = order.documents.all()
    assert (shipment.warehouse_id, shipment.sequence, shipment.planned_date) == (rostov, 1, day)
    assert (document.state, document.number) == ("pending", order.number)
    assert sorted(StockHold.objects.values_list("quantity", flat=True)) == [24, 100]
    assert {m.topic: m.payload for m in OutboxMessage.objects.all()} == {
        "order_to_1c": {"order_id": order.pk},
        "invoice_make": {"document_id": document.pk},
    }
    assert basket_for(context) is None


def test_a_number_is_of_the_year_and_short_enough_for_1c(world, filled):
    order = place(*filled)

    assert order.number.startswith(f"{timezone.localdate():%y}-1")
    assert len(order.number) == 9


def test_the_same_basket_twice_is_one_order(world, filled):
    context, basket = filled
    offer = shown(context, basket)

    first = place(context, basket, offer)
    second = place(context, basket, offer)

    assert first.pk == second.pk
    assert StockHold.objects.count() == 2


def test_goods_from_two_warehouses_are_two_shipments(world, filled):
    context, basket = filled
    records = apps.get_model("partner", "StockRecord").objects
    records.filter(product=world.products["cable"], partner=world.warehouses["rostov"]).update(
        num_in_stock=10
    )

    records.filter(product=world.products["breaker"], partner=world.warehouses["moscow"]).update(
        num_in_stock=0
    )

    order = place(context, basket)

    with scopes_disabled():
        found = list(order.shipments.values_list("sequence", "warehouse__code"))
    assert found == [(1, "rostov"), (2, "moscow")]


def test_a_price_that_moved_after_it_was_shown_is_no_order(world, filled):
    context, basket = filled
    offer = shown(context, basket)
    Price.objects.filter(product=world.products["cable"], price_list=world.lists["own"]).update(
        amount="71"
    )

    with pytest.raises(OfferChangedError) as refused:
        place(context, basket, offer)

    (difference,) = refused.value.differences
    assert (difference.kind, difference.was, difference.now) == ("price", Decimal("70.1234"), 71)
    assert_nothing_ordered(basket)


def test_a_quantity_changed_in_another_tab_is_no_order(world, filled):
    context, basket = filled
    offer = shown(context, basket)
    basket_set(context=context, product_id=world.products["cable"].pk, quantity=Decimal(90))
    basket_set(context=context, product_id=world.products["lamp"].pk, quantity=Decimal(1))
    basket_set(context=context, product_id=world.products["breaker"].pk, quantity=Decimal(0))

    with pytest.raises(OfferChangedError) as refused:
        place(context, basket, offer)

    assert sorted(d.kind for d in refused.value.differences) == ["added", "quantity", "removed"]
    assert_nothing_ordered(basket)


def test_too_little_stock_says_what_is_left(world, filled):
    context, basket = filled
    offer = shown(context, basket)
    apps.get_model("partner", "StockRecord").objects.filter(product=world.products["cable"]).update(
        num_in_stock=7
    )

    with pytest.raises(OfferChangedError) as refused:
        place(context, basket, offer)

    (difference,) = refused.value.differences
    assert (difference.kind, difference.was, difference.now) == ("shortage", 100, 14)
    assert_nothing_ordered(basket)


@pytest.mark.parametrize("token", ["", "x", "eyJhIjoxfQ:1:2"])
def test_an_offer_that_is_not_ours_is_no_order(world, filled, token):
    context, basket = filled

    with pytest.raises(OfferChangedError):
        order_place(context=context, basket_id=basket.pk, details=OrderDetails(), offer=token)

    assert_nothing_ordered(basket)


def test_the_offer_of_another_basket_is_not_good_for_this_one(world, filled):
    context, basket = filled
    other = world.context("buyer", "own_wholesale")
    basket_set(context=other, product_id=world.products["lamp"].pk, quantity=Decimal(1))

    with pytest.raises(OfferChangedError):
        place(context, basket, shown(other, basket_for(other)))

    assert_nothing_ordered(basket)


def test_a_basket_of_another_contract_waits_for_its_contract(world, filled):
    context, basket = filled

    with pytest.raises(ContractSwitchedError):
        place(world.context("buyer", "own_wholesale"), basket, shown(context, basket))

    assert_nothing_ordered(basket)


@pytest.mark.parametrize("person", ["stranger", "head", "sister"])
def test_nobody_orders_a_basket_of_somebody_else(world, filled, person):
    context, basket = filled

    with pytest.raises(BasketMissingError):
        place(world.context(person), basket, shown(context, basket))

    assert_nothing_ordered(basket)


def test_a_role_without_the_right_places_nothing(world, filled):
    context, basket = filled

    with pytest.raises(PermissionMissingError):
        place(world.context("accountant"), basket, shown(context, basket))

    assert_nothing_ordered(basket)
