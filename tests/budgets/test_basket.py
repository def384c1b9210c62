"""Queries of the basket, the checkout and the orders: the same for few rows and for many."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.finance.models import Payment
from b2b_apps.fulfilment.models import Shipment, StatusLook
from b2b_apps.pricing.models import Price
from b2b_apps.purchasing.models import GoodsChange
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import OrderDetails, basket_set_many, order_place

# With the question whether its base can be asked live; nothing to be reckoned anew.
PAGE = 16
# And the consignees, the files that are attached, the rules of shipments.
CHECKOUT = 17
ORDERS = 15
# Without BEGIN and COMMIT, which are savepoints in the test's own transaction.
EDIT = 12
# With the savepoints of the order itself, of the taking of stock and of the credit, two each.
# Several records are locked by a query of their own.
PLACE = 32


@pytest.fixture
def buyer(world, client):
    cache.clear()
    client.force_login(world.people["buyer"])
    return client


def goods(world, number):
    """Make so many priced products in stock."""
    model = apps.get_model
    like = world.products["lamp"]
    products = model("catalogue", "Product").objects.bulk_create(
        model("catalogue", "Product")(
            structure="standalone",
            product_class=like.product_class,
            title=f"Товар {place}",
            slug=f"goods-{place}",
            article=f"A-{place:05d}",
            base_unit=like.base_unit,
            vat_rate=like.vat_rate,
            is_public=True,
        )
        for place in range(number)
    )
    Price.objects.bulk_create(
        Price(price_list=world.lists["dealer"], product=product, amount="10.15")
        for product in products
    )
    model("partner", "StockRecord").objects.bulk_create(
        model("partner", "StockRecord")(
            product=product,
            partner=world.warehouses["rostov" if place % 2 else "moscow"],
            partner_sku=f"budget-{place}",
            num_in_stock=1000,
            num_allocated=0,
        )
        for place, product in enumerate(products)
    )
    return products


def fill(world, number):
    basket_set_many(
        context=world.context(),
        quantities={product.pk: Decimal(3) for product in goods(world, number)},
    )


def queries(client, *args, method="get", **kwargs):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = getattr(client, method)(*args, **kwargs)
    return len(captured), response


@pytest.mark.parametrize("lines", [1, 500])
def test_the_basket_page_keeps_its_budget(world, buyer, lines):
    fill(world, lines)
    # All of a test is one transaction, so what made its goods would count as news for ever.
    GoodsChange.objects.all().delete()

    count, response = queries(buyer, reverse("basket:summary"), {"size": 200})

    assert response.status_code == 200
    assert count <= PAGE


@pytest.mark.parametrize("lines", [1, 500])
def test_the_checkout_keeps_its_budget(world, buyer, lines):
    fill(world, lines)

    count, response = queries(buyer, reverse("checkout:index"))

    assert response.status_code == 200
    assert count <= CHECKOUT


def test_an_edit_costs_the_same_in_a_long_basket(world, buyer):
    counts = []
    for lines in (1, 10, 500):
        apps.get_model("catalogue", "Product").objects.filter(article__startswith="A-").delete()
        fill(world, lines)
        line = basket_for(world.context()).lines.first()
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            response = buyer.post(
                reverse("basket:line", args=[line.pk]),
                {"quantity": 5},
                headers={"HX-Request": "true"},
            )
        assert response.status_code == 200
        counts.append([sql for sql in (row["sql"] for row in captured) if "SAVEPOINT" not in sql])

    assert len(counts[0]) <= EDIT, counts[0]
    assert [len(found) for found in counts] == [len(counts[0])] * 3


def orders(world, number):
    """Make so many orders of the buyer with two lines, a shipment and a payment each."""
    contract, record = world.contracts["own"], world.products["cable"].stockrecords.first()
    own = StatusLook.objects.get_or_create(of="own", code="own", base="planned", name_ru="Ждёт")[0]
    for place in range(number):
        order = apps.get_model("order", "Order").objects.create(
            number=f"26-7{place:05d}",
            contract=contract,
            counterparty=contract.counterparty,
            organization=world.organization,
            user=world.people["buyer"],
            currency="RUB",
            status="placed",
            total_incl_tax=Decimal("244.00"),
            total_excl_tax=Decimal("200.00"),
            vat_amount=Decimal("44.00"),
            date_placed=timezone.now(),
            payment_due=date(2030, 1, 1),
        )
        shipment = Shipment.objects.create(
            order=order, warehouse=record.partner, sequence=1, own_status=own
        )
        line_of(order, record, shipment)
        Payment.objects.create(order=order, number_1c="1", amount=100)


def line_of(order, record, shipment):
    order.lines.create(
        product=record.product,
        stockrecord=record,
        partner=record.partner,
        shipment=shipment,
        partner_name=record.partner.name,
        partner_sku=record.partner_sku,
        title="Кабель",
        quantity=2,
        line_price_incl_tax=244,
        line_price_excl_tax=200,
        line_price_before_discounts_incl_tax=244,
        line_price_before_discounts_excl_tax=200,
    )


def test_the_list_of_orders_keeps_its_budget(world, buyer):
    counts = []
    for number in (1, 24, 100):
        with scopes_disabled():
            apps.get_model("order", "Order").objects.all().delete()
            orders(world, number)
        cache.clear()
        count, response = queries(buyer, reverse("storefront:orders"), {"size": 100})
        assert response.status_code == 200
        counts.append(count)

    assert counts[0] == counts[1] == counts[2] <= ORDERS


@pytest.mark.parametrize("number", [1, 60])
def test_placing_an_order_makes_as_many_queries_for_any_number_of_lines(world, number):
    context = world.context()
    with scopes_disabled():
        products = goods(world, number)
    basket_set_many(context=context, quantities={p.pk: Decimal(1) for p in products})
    basket = basket_for(context)
    offer = offer_token(basket_sheet(context=context, basket=basket))

    with CaptureQueriesContext(connection) as queries:
        order = order_place(
            context=context, basket_id=basket.pk, details=OrderDetails(), offer=offer
        )

    assert len(queries) == PLACE + (number > 1)
    with scopes_disabled():
        assert order.lines.count() == number
