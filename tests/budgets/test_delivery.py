"""Queries of the checkout and of placing where methods of delivery are kept."""

from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_scopes import scopes_disabled

from b2b_apps.delivery.models import ShipmentDelivery
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.plan import plan_of
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import OrderDetails, ShipmentWish, basket_set_many, order_place
from tests.budgets.test_basket import fill, goods
from tests.delivery.conftest import ROSTOV, Methods

CHECKOUT, PLACE = 25, 47
MANY = [10, 200]


@pytest.fixture
def methods(world):
    """Methods with hours in both zones, and ten zones more."""
    found = Methods(world)
    found.window(500)
    for place in range(10):
        zone = found.zone(f"Зона {place}", cities=f"Город {place}")
        found.step(zone, 100, "500")
        found.window(5, zone)
    return found


def test_the_checkout_makes_as_many_queries_for_any_number_of_lines(world, client, methods):
    counts = []
    client.force_login(world.people["buyer"])
    for number in MANY:
        with scopes_disabled():
            world.products["lamp"].__class__.objects.filter(article__startswith="A-").delete()
        fill(world, number)
        cache.clear()
        with CaptureQueriesContext(connection) as found:
            response = client.get(reverse("checkout:index"))
        assert "Наша машина" in response.content.decode()
        counts.append(len(found))

    assert counts[0] == counts[1] <= CHECKOUT


@pytest.mark.parametrize("number", MANY)
def test_placing_with_delivery_makes_as_many_queries_for_any_number_of_lines(
    world, methods, number
):
    context = world.context()
    with scopes_disabled():
        products = goods(world, number)
    basket_set_many(context=context, quantities={p.pk: Decimal(1) for p in products})
    basket = basket_for(context)
    sheet = basket_sheet(context=context, basket=basket)
    shipments = plan_of(sheet).shipments
    details = OrderDetails(
        delivery_address=ROSTOV,
        wishes={s.key: ShipmentWish(method=f"m{methods.own.pk}") for s in shipments},
    )

    with CaptureQueriesContext(connection) as found:
        order = order_place(
            context=context, basket_id=basket.pk, details=details, offer=offer_token(sheet)
        )

    assert len(found) == PLACE
    with scopes_disabled():
        kept = list(ShipmentDelivery.objects.filter(shipment__order=order))
    assert [(d.name, bool(d.window_text)) for d in kept] == [("Наша машина", True)] * len(shipments)
