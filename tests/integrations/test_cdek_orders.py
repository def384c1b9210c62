"""Consignments with СДЭК: registered once, followed, and told of without being believed."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.core.models import OutboxMessage
from b2b_apps.core.outbox import outbox_deliver
from b2b_apps.delivery.models import ShipmentDelivery
from b2b_apps.fulfilment.services import order_cancel
from b2b_apps.integrations.cdek.orders import (
    NotHandedOverError,
    consignment_request,
    consignments_follow,
)
from tests.integrations.test_cdek_checkout import chosen, the_delivery

CHECKOUT = reverse("checkout:index")


@pytest.fixture
def delivery(shop):
    """What was agreed of a shipment that goes by СДЭК to the door."""
    _answer, form = chosen(shop, "СДЭК до двери")
    texts = {"contact_person": "Олег", "contact_phone": "+79001112233", "send": "1"}
    assert shop.post(CHECKOUT, form | texts).status_code == 302
    return the_delivery()


def hand_over(delivery):
    consignment_request(shipment_id=delivery.shipment_id)
    outbox_deliver()
    return the_delivery()


def follow():
    with scopes_disabled():
        ShipmentDelivery.objects.update(asked_at=timezone.now() - timedelta(hours=1))
    num = consignments_follow()
    return num, the_delivery()


def test_a_shipment_is_registered_and_its_number_comes_later(delivery):
    sent = hand_over(delivery)
    num, known = follow()

    assert (sent.registration, sent.tracking_number) == ("sent", "")
    assert num == 1
    assert (known.registration, known.tracking_number[:2]) == ("done", "10")
    assert known.status == "Создан"


def test_how_far_it_has_come_is_shown_to_the_buyer_and_to_the_staff(delivery, stub, shop, world):
    known = (hand_over(delivery), follow())[1][1]
    stub.move(known.tracking_number)
    _num, known = follow()
    with scopes_disabled():
        number = known.shipment.order.number

    page = shop.get(reverse("storefront:order", args=[number])).content.decode()
    shop.force_login(world.people["manager"])
    desk = shop.get(reverse("dashboard:order", args=[number])).content.decode()

    for shown in (page, desk):
        assert known.tracking_number in shown
        assert "Принят на склад отправителя" in shown


def test_what_is_delivered_is_asked_after_no_more(delivery, stub):
    hand_over(delivery)
    _num, known = follow()
    for _step in range(5):
        stub.move(known.tracking_number)
    follow()
    assert the_delivery().status == "Вручен"
    assert the_delivery().asked_at is None
    before = stub.behave("ok")

    assert consignments_follow() == 0
    assert stub.behave("ok") == before


def test_one_that_the_carrier_does_not_know_is_asked_after_later(delivery):
    hand_over(delivery)
    with scopes_disabled():
        ShipmentDelivery.objects.update(carrier_uuid="unknown")

    num, known = follow()

    assert num == 0
    assert known.asked_at > timezone.now() - timedelta(minutes=1)


def test_an_answer_that_was_lost_registers_nothing_twice(delivery):
    sent = hand_over(delivery)
    with scopes_disabled():
        ShipmentDelivery.objects.update(registration="", carrier_uuid="", asked_at=None)

    again = hand_over(sent)

    assert (again.registration, again.carrier_uuid) == ("sent", sent.carrier_uuid)


def test_a_silent_carrier_is_told_again_by_the_outbox(delivery, stub):
    stub.behave("error")
    waiting = hand_over(delivery)
    stub.behave("ok")
    OutboxMessage.objects.update(available_at=timezone.now())
    outbox_deliver()

    assert (waiting.registration, bool(waiting.problem)) == ("waiting", True)
    assert the_delivery().registration == "sent"


def test_a_refusal_is_told_in_the_carriers_words_and_may_be_tried_again(delivery):
    with scopes_disabled():
        ShipmentDelivery.objects.update(recipient_address="г. Москва, нет такого адреса")
    hand_over(delivery)
    _num, known = follow()

    assert (known.registration, known.asked_at) == ("failed", None)
    assert known.problem == "Адрес получателя не распознан"
    consignment_request(shipment_id=delivery.shipment_id)
    assert the_delivery().registration == "waiting"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"carrier": ""}, "carrier"),
        ({"registration": "done"}, "carrier"),
        ({"registration": "waiting"}, "carrier"),
        ({"recipient_address": "Неведомск, 1"}, "city"),
    ],
)
def test_what_cannot_be_handed_over_is_told_at_once(delivery, change, code):
    with scopes_disabled():
        ShipmentDelivery.objects.update(**change)

    with pytest.raises(NotHandedOverError) as refused:
        consignment_request(shipment_id=delivery.shipment_id)

    assert refused.value.code == code
    assert not OutboxMessage.objects.filter(topic="integrations.cdek_order").exists()


def test_a_cancelled_shipment_is_not_handed_over(delivery):
    with scopes_disabled():
        order_cancel(order_id=delivery.shipment.order_id)

    with pytest.raises(NotHandedOverError, match="ended"):
        consignment_request(shipment_id=delivery.shipment_id)


def test_goods_without_a_weight_are_not_handed_over(delivery, world):
    apps.get_model("catalogue", "Product").objects.update(weight_kg=None)

    with pytest.raises(NotHandedOverError, match="weight"):
        consignment_request(shipment_id=delivery.shipment_id)


def news(client, account, **body):
    url = reverse("integrations:cdek_news", args=[account.hook_key])
    return client.post(url, json.dumps(body), content_type="application/json")


def test_news_make_us_ask_and_what_they_say_is_not_believed(delivery, stub, client, account):
    hand_over(delivery)
    _num, known = follow()
    stub.move(known.tracking_number)

    told = news(
        client, account, type="ORDER_STATUS", uuid=known.carrier_uuid,
        attributes={"code": "DELIVERED", "cdek_number": "666"},
    )  # fmt: skip
    outbox_deliver()

    assert told.status_code == 200
    assert the_delivery().status == "Принят на склад отправителя"
    assert the_delivery().tracking_number == known.tracking_number


@pytest.mark.parametrize(
    "body", [{}, {"type": "ORDER_STATUS"}, {"type": "ORDER_STATUS", "uuid": "x"},
             {"type": "ORDER_STATUS", "uuid": {"a": 1}}, {"type": "PRINT_FORM", "uuid": "x"}]
)  # fmt: skip
def test_news_of_nothing_are_taken_and_do_nothing(account, client, body):
    assert news(client, account, **body).status_code == 200
    assert not OutboxMessage.objects.filter(topic="integrations.cdek_news").exists()


def test_news_under_a_wrong_key_are_not_found(account, client):
    url = reverse("integrations:cdek_news", args=["0" * 32])

    assert client.post(url, b"{}", content_type="application/json").status_code == 404
    assert news(client, account).status_code == 200


def test_the_manager_names_a_price_and_the_order_follows(delivery, stub, shop, world):
    with scopes_disabled():
        order = delivery.shipment.order
    was = order.total_incl_tax - delivery.price_incl_tax
    shop.force_login(world.people["manager"])

    shop.post(reverse("dashboard:carriage-price", args=[order.number, 1]), {"price": "1 500,00"})

    now = the_delivery()
    with scopes_disabled():
        order = now.shipment.order
        assert order.documents.count() == 2
        assert order.revisions.get().diff["carriage"][0]["now"] == "1500.00"
    assert (now.price_incl_tax, now.is_told_later) == (Decimal("1500.00"), False)
    assert order.total_incl_tax == was + 1500
    assert order.total_incl_tax == order.total_excl_tax + order.vat_amount
    assert order.shipping_incl_tax == 1500


@pytest.mark.parametrize("price", ["-1", "1e9", "NaN", "", "десять", "99999999999", "0.001"])
def test_a_price_that_is_none_changes_nothing(delivery, shop, world, price):
    with scopes_disabled():
        order = delivery.shipment.order
    shop.force_login(world.people["manager"])

    answer = shop.post(
        reverse("dashboard:carriage-price", args=[order.number, 1]), {"price": price}
    )

    assert answer.status_code == 302
    assert the_delivery().price_incl_tax == delivery.price_incl_tax


def test_the_price_of_a_shipment_that_has_ended_stays(delivery, shop, world):
    with scopes_disabled():
        order = delivery.shipment.order
        order_cancel(order_id=order.pk)
    shop.force_login(world.people["manager"])

    shop.post(reverse("dashboard:carriage-price", args=[order.number, 1]), {"price": "5"})

    assert the_delivery().price_incl_tax == delivery.price_incl_tax
