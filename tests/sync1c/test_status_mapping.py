"""Statuses that 1C tells: kept as it words them, given a meaning later, followed by orders."""

import pytest

from b2b_apps.core.models import OutboxMessage
from b2b_apps.core.outbox import outbox_deliver
from b2b_apps.desk.selectors.statuses import orders_by_text, unknown_statuses
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.sync1c.mapping import status_apply, status_map
from b2b_apps.sync1c.models import StatusMapping, StatusMappingChange
from tests.sync1c.orders import place
from tests.sync1c.test_exchange_orders import back, receive


@pytest.fixture
def told(client_1c_a, world):
    """An order of which 1C has told a status that nobody knows."""
    order = place(world, "26-000123", [("cable", "rostov", "2")])
    receive(client_1c_a, back("26-000123", Статус_заказа="[N] Ждёт машину"))
    return order


def test_an_unknown_status_is_kept_and_listed_with_its_orders(told):
    assert told.shipments.get().status_1c == "Ждёт машину"
    assert told.shipments.get().status == "planned"
    assert unknown_statuses(orders_by_text()) == [("Ждёт машину", 1)]


def test_a_status_that_is_given_a_meaning_moves_its_orders_and_is_journalled(told, world):
    manager = world.people["manager"].pk

    status_map(text="Ждёт машину", meaning="picking", user_id=manager)
    outbox_deliver()

    told.refresh_from_db()
    assert (told.shipments.get().status, told.status) == ("picking", "picking")
    assert unknown_statuses(orders_by_text()) == []
    change = StatusMappingChange.objects.get()
    assert (change.is_new, change.was, change.now, change.user_id) == (True, "", "picking", manager)
    assert (change.is_applied, change.orders) == (True, ["26-000123"])


def test_another_meaning_takes_an_open_order_back_and_tells_nobody(told):
    status_map(text="Ждёт машину", meaning="picking", user_id=None)
    outbox_deliver()
    letters = OutboxMessage.objects.filter(topic="mail").count()

    status_map(text="ждёт машину", meaning="confirmed", user_id=None)
    outbox_deliver()

    told.refresh_from_db()
    shipment = told.shipments.get()
    assert (shipment.status, shipment.picking_at, told.status) == ("confirmed", None, "confirmed")
    assert OutboxMessage.objects.filter(topic="mail").count() == letters


@pytest.mark.parametrize("meaning", ["confirmed", "cancelled"])
def test_what_has_left_stays_so(told, meaning):
    Shipment.objects.update(status="shipped")

    change = status_map(text="Ждёт машину", meaning=meaning, user_id=None)

    assert status_apply(change_id=change.pk) == []
    assert told.shipments.get().status == "shipped"


def test_the_same_meaning_again_is_no_change(told):
    status_map(text="Ждёт машину", meaning="picking", user_id=None)

    assert status_map(text="Ждёт машину", meaning="picking", user_id=None) is None
    assert StatusMappingChange.objects.count() == 1


def test_a_status_without_the_dots_is_the_same_unless_it_has_a_row_of_its_own(told):
    change = status_map(text="Ждет машину", meaning="picking", user_id=None)
    assert status_apply(change_id=change.pk) == ["26-000123"]

    StatusMapping.objects.create(text="Ждёт машину", meaning="")
    change = status_map(text="Ждет машину", meaning="confirmed", user_id=None)

    assert status_apply(change_id=change.pk) == []
