"""Budgets follow what 1C cancels of an order, closes of its rest or changes in it."""

from decimal import Decimal

import pytest
from django_scopes import scopes_disabled

from b2b_apps.amending.services import Told, order_follow
from b2b_apps.amending.told_rows import ToldGoods
from b2b_apps.approvals.services.lowering import budgets_lower
from b2b_apps.core.outbox import outbox_deliver
from b2b_apps.fulfilment.partly import Waybill, shipment_ship_part
from b2b_apps.fulfilment.services import shipments_cancel
from b2b_apps.fulfilment.snapshots import goods_of, packed
from b2b_apps.purchasing.services import OrderDetails, order_place
from tests.amending.orders import broken
from tests.approvals.test_requests import taken


@pytest.fixture
def order(office):
    """An order of ten that a budget of 5,000 pays."""
    office.budget(office.department(), 5000)
    context, basket_id, offer = office.fill(10)
    return order_place(context=context, basket_id=basket_id, details=OrderDetails(), offer=offer)


def test_a_rest_that_1c_closes_is_given_back(order):
    before = taken()
    with scopes_disabled():
        (shipment,), (line,) = order.shipments.all(), order.lines.all()
        shipment_ship_part(
            shipment_id=shipment.pk, waybill=Waybill("РТ-1"), quantities={line.pk: Decimal(4)}
        )
        assert taken() == before
        shipments_cancel(shipment_ids=[shipment.pk])
    outbox_deliver()

    order.refresh_from_db()
    assert taken() == order.total_incl_tax < before
    assert broken() == []


def test_what_1c_cancels_is_given_back_once(order):
    with scopes_disabled():
        shipments_cancel(shipment_ids=list(order.shipments.values_list("pk", flat=True)))
    outbox_deliver()

    assert taken() == 0
    assert budgets_lower(order_id=order.pk) == 0
    assert broken() == []


def test_an_order_that_goes_on_gives_nothing_back(order):
    before = taken()

    assert budgets_lower(order_id=order.pk) == 0
    assert taken() == before


@pytest.mark.parametrize("quantity", [4, 500])
def test_what_1c_changes_is_settled_over_the_budget_too(order, quantity):
    with scopes_disabled():
        (shipment,), (line,) = order.shipments.all(), order.lines.all()
        shipment.known_1c = packed(goods_of(order, [line]), None)
        shipment.save()
        amount = quantity * line.unit_price_incl_tax
        goods = [ToldGoods(quantity=Decimal(quantity), amount=amount, product=line.product)]
        order_follow(order_id=order.pk, shipment_id=shipment.pk, told=Told(goods))

    order.refresh_from_db()
    assert taken() == order.total_incl_tax
    assert broken() == []
