"""An order that is changed is told to 1C again; what 1C does not know yet stays ours."""

import pytest
from django_scopes import scopes_disabled

from b2b_apps.core.models import OutboxMessage
from b2b_apps.fulfilment.services import shipment_cancel
from b2b_apps.inventory.models import StockHold
from tests.amending.orders import change, held
from tests.storefront.orders import place
from tests.sync1c.orders import name_in_1c
from tests.sync1c.test_exchange_orders import acknowledge, ask, numbers

CABLE = "VVG3X25LS"


@pytest.fixture
def placed(world):
    with scopes_disabled():
        for key in ("breaker", "cable"):
            name_in_1c("product", world.products[key])
    return place(world, "buyer")


def quantities(root):
    return [float(x.text) for x in root.findall("Документ/Товары/Товар/Количество")]


def requisites(root):
    rows = root.findall("Документ/ЗначенияРеквизитов/ЗначениеРеквизита")
    return {row.findtext("Наименование"): row.findtext("Значение") for row in rows}


def test_a_changed_order_is_given_out_again_with_its_version(client_1c_a, world, placed):
    ask(client_1c_a)
    acknowledge(client_1c_a)
    change(world, placed, {CABLE: 40})

    root = ask(client_1c_a)

    assert numbers(root) == [placed.number]
    assert quantities(root) == [24, 40]
    assert requisites(root)["Версия заказа"] == "1"
    acknowledge(client_1c_a)
    assert len(ask(client_1c_a)) == 0


def test_what_was_changed_after_it_was_given_out_stays_ours(client_1c_a, world, placed):
    ask(client_1c_a)
    change(world, placed, {CABLE: 150})

    acknowledge(client_1c_a)

    assert StockHold.objects.filter(mirrored_at__isnull=False).count() == 0
    assert quantities(ask(client_1c_a)) == [24, 150]
    acknowledge(client_1c_a)
    assert StockHold.objects.filter(mirrored_at__isnull=True).count() == 0


def test_what_came_to_a_line_later_is_one_line_for_1c(client_1c_a, world, placed):
    ask(client_1c_a)
    acknowledge(client_1c_a)

    change(world, placed, {CABLE: 150})

    assert placed.lines.count() == 3
    assert quantities(ask(client_1c_a)) == [24, 150]
    assert held(placed)[CABLE] == 150


def test_a_cancelled_shipment_says_so_by_itself(client_1c_a, world, placed):
    (shipment,) = placed.shipments.all()
    type(placed).objects.filter(pk=placed.pk).update(status="shipping")
    shipment_cancel(shipment_id=shipment.pk)
    OutboxMessage.objects.filter(topic="order_to_1c").update(state="waiting")

    assert requisites(ask(client_1c_a))["Отменен"] == "true"
