"""Races of shipping requests, with real threads on PostgreSQL: first shown to ask for more than is
there without the order's lock, then not with it.
"""

import threading
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.fulfilment import asking
from b2b_apps.fulfilment.asking import Asked, shipping_ask
from b2b_apps.fulfilment.errors import ShippingRefusedError
from b2b_apps.fulfilment.invariants import no_more_is_asked_than_may_leave
from b2b_apps.fulfilment.models import ShippingRequestLine
from b2b_apps.fulfilment.services import shipment_confirm, shipment_ship
from tests.amending.orders import fresh, lines_of
from tests.concurrency.test_orders import at_once
from tests.storefront.orders import place

pytestmark = pytest.mark.django_db(transaction=True)
CABLE = "VVG3X25LS"


@pytest.fixture
def placed(world):
    order = place(world, "buyer")
    with scopes_disabled():
        shipment_confirm(shipment_id=order.shipments.get().pk)
    return order


def ask_for(world, order, quantity):
    """The work that asks for so much of the cable."""
    wanted = Asked({lines_of(order)[CABLE].pk: Decimal(quantity)}, timezone.localdate())

    def work():
        with scopes_disabled():
            return shipping_ask(order_id=order.pk, asked=wanted, user_id=world.people["buyer"].pk)

    return work


def asked():
    with scopes_disabled():
        return sum(row.quantity for row in ShippingRequestLine.objects.all())


def test_of_four_requests_for_the_same_goods_one_is_made(world, placed):
    answers = at_once([ask_for(world, placed, 60)] * 4)

    assert sum(isinstance(answer, ShippingRefusedError) for answer in answers) == 3
    assert asked() == 60
    assert fresh(placed).num_shipping_requests == 1


def test_without_the_lock_more_is_asked_than_there_is(world, placed, monkeypatch):
    def unlocked(*, order_ids):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    barrier, read = threading.Barrier(2), asking.lines_to_ask

    def read_together(*, order_id):
        found = read(order_id=order_id)
        barrier.wait(timeout=10)
        return found

    monkeypatch.setattr(asking, "orders_lock", unlocked)
    monkeypatch.setattr(asking, "lines_to_ask", read_together)
    monkeypatch.setattr(asking, "number_next", lambda order: _numbered(order, numbers))
    numbers = iter([1, 2])

    at_once([ask_for(world, placed, 60)] * 2)

    assert asked() == 120
    assert len(no_more_is_asked_than_may_leave()) == 1


def _numbered(order, numbers):
    """Each its own number, so that it is the lock that is missing and not the constraint."""
    order.num_shipping_requests = next(numbers)


def test_what_leaves_meanwhile_is_not_asked_once_more(world, placed):
    def shipping():
        with scopes_disabled():
            (shipment,) = placed.shipments.all()
            shipment_ship(shipment_id=shipment.pk, waybill_number_1c="РТ-1")

    at_once([ask_for(world, placed, 100), shipping, ask_for(world, placed, 100)])

    with scopes_disabled():
        rows = list(ShippingRequestLine.objects.select_related("request"))
    assert all(row.quantity_shipped == row.quantity for row in rows)
    assert all(row.request.status == "shipped" for row in rows)
    assert asked() <= 100
