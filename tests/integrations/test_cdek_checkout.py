"""СДЭК at the checkout: a price, a delivery point, silence that holds nobody up."""

import re

import lxml.html
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_scopes import scopes_disabled

from b2b_apps.delivery.models import DeliveryMethod, KeptTariffs, ShipmentDelivery
from tests.storefront.test_checkout import num_orders

CHECKOUT = reverse("checkout:index")


def text(response):
    return " ".join(response.content.decode().split())


def method_of(name):
    return f"m{DeliveryMethod.objects.get(name=name).pk}"


def page(client, **typed):
    """The fields of the checkout as a browser has them, with what was chosen in it."""
    answer = client.post(CHECKOUT, fields(client.get(CHECKOUT)) | typed | {"split": "1"})
    assert answer.status_code == 200
    return answer, fields(answer)


def fields(answer):
    form = lxml.html.fromstring(answer.content.decode()).get_element_by_id("checkout")
    return {name: value for name, value in form.form_values() if name not in {"send", "split"}}


def name_of(form, prefix):
    return next(name for name in form if name.startswith(prefix))


def chosen(client, name):
    form = fields(client.get(CHECKOUT))
    return page(client, **{name_of(form, "method-"): method_of(name)})


def the_delivery():
    with scopes_disabled():
        return ShipmentDelivery.objects.get()


def test_the_price_to_the_door_is_shown_and_becomes_part_of_the_order(shop):
    answer, form = chosen(shop, "СДЭК до двери")

    sent = shop.post(CHECKOUT, form | {"send": "1"})

    assert sent.status_code == 302, text(sent)
    delivery = the_delivery()
    plain = re.sub(r"[\s\u202f\u2009]|&nbsp;|</?\w+[^>]*>", "", answer.content.decode())
    assert f"{delivery.price_incl_tax:.2f}".replace(".", ",") in plain
    assert (delivery.is_told_later, delivery.carrier, delivery.tariff_code) == (False, "cdek", 480)
    assert delivery.arrives_to > delivery.arrives_from
    with scopes_disabled():
        assert delivery.shipment.order.shipping_incl_tax == delivery.price_incl_tax > 900


def test_a_silent_carrier_does_not_keep_from_ordering(shop, stub):
    stub.behave("error")
    answer, form = chosen(shop, "СДЭК до двери")

    sent = shop.post(CHECKOUT, form | {"send": "1"})

    assert "СДЭК сейчас не отвечает: стоимость сообщит менеджер" in text(answer)
    assert sent.status_code == 302
    assert (the_delivery().is_told_later, the_delivery().price_incl_tax) == (True, 0)


def test_a_carrier_that_falls_silent_between_seeing_and_sending_keeps_its_price(shop, stub):
    _answer, form = chosen(shop, "СДЭК до двери")
    stub.behave("slow")

    assert shop.post(CHECKOUT, form | {"send": "1"}).status_code == 302
    assert not the_delivery().is_told_later


def test_a_price_that_is_lost_meanwhile_is_told_and_nothing_is_ordered(shop, stub):
    _answer, form = chosen(shop, "СДЭК до двери")
    stub.behave("error")
    KeptTariffs.objects.all().delete()

    refused = shop.post(CHECKOUT, form | {"send": "1"})

    assert refused.status_code == 409
    assert "теперь её цену назовёт менеджер" in text(refused)
    assert num_orders() == 0


def test_another_price_meanwhile_is_told_and_nothing_is_ordered(shop):
    _answer, form = chosen(shop, "СДЭК до двери")
    for row in KeptTariffs.objects.all():
        row.tariffs = [[code, "5000.00", low, high] for code, _price, low, high in row.tariffs]
        row.save()

    assert shop.post(CHECKOUT, form | {"send": "1"}).status_code == 409
    assert num_orders() == 0


def test_a_point_is_chosen_of_those_that_a_word_finds(shop):
    answer, form = chosen(shop, "СДЭК до пункта")
    find, point = name_of(form, "find-"), name_of(form, "point-")
    found, form = page(shop, **form | {find: "гагарина"})

    refused = shop.post(CHECKOUT, form | {"send": "1"})
    sent = shop.post(CHECKOUT, form | {point: "P44-3", "send": "1"})

    assert "60 пунктов" in text(answer)
    assert "ул. Гагарина, 13" in text(found)
    assert "ул. Ленина, 7" not in text(found)
    assert refused.status_code == 422
    assert "Выберите пункт выдачи" in text(refused)
    assert sent.status_code == 302
    delivery = the_delivery()
    assert (delivery.point_code, delivery.point_address) == ("P44-3", "ул. Гагарина, 13")
    answer = shop.get(reverse("storefront:order", args=[num_of(delivery)]))
    assert "ул. Гагарина, 13" in text(answer)


def num_of(delivery):
    with scopes_disabled():
        return delivery.shipment.order.number


@pytest.mark.parametrize("code", ["P438-1", "nonsense", "P44-999", "' OR 1=1 --"])
def test_a_point_of_another_city_or_of_none_is_refused(shop, code):
    _answer, form = chosen(shop, "СДЭК до пункта")

    refused = shop.post(CHECKOUT, form | {name_of(form, "point-"): code, "send": "1"})

    assert refused.status_code == 422
    assert num_orders() == 0


def test_a_city_that_the_carrier_does_not_know_is_told(shop):
    form = fields(shop.get(CHECKOUT))

    answer, _form = page(
        shop, **form | {"consignee": "other", "other_address": "г. Неведомск, ул. 1"}
    )

    assert "СДЭК не знает такого города" in text(answer)


def test_the_checkout_makes_as_many_queries_with_a_carrier_for_any_number_of_methods(shop):
    def count():
        with CaptureQueriesContext(connection) as found:
            assert shop.get(CHECKOUT).status_code == 200
        return len(found)

    shop.get(CHECKOUT)
    few = count()
    for n in range(10):
        DeliveryMethod.objects.create(
            kind="carrier", name=f"СДЭК {n}", carrier="cdek", tariff_code=483, position=9
        )

    assert count() == few <= 30
