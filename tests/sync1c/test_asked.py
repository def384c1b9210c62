"""Shipping requests on their way to 1C, and what it answers."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from b2b_apps.fulfilment.asking import Asked, lines_to_ask, shipping_answer, shipping_ask
from b2b_apps.fulfilment.models import ShippingRequest
from b2b_apps.fulfilment.services import shipment_confirm
from b2b_apps.notifications.models import Notice
from tests.amending.orders import fresh, lines_of
from tests.storefront.orders import place
from tests.sync1c.orders import name_in_1c
from tests.sync1c.test_exchange_orders import acknowledge, ask, receive

CABLE = "VVG3X25LS"


@pytest.fixture
def placed(client_1c_a, world):
    """24 breakers and 100 m of cable, confirmed."""
    for key in ("breaker", "cable"):
        name_in_1c("product", world.products[key])
    order = place(world, "buyer", delivery_address="Ростов, Ленина 1")
    shipment_confirm(shipment_id=order.shipments.get().pk)
    return fresh(order)


def asking(world, order, cable, **more):
    wanted = Asked(
        {lines_of(order)[CABLE].pk: Decimal(cable)},
        timezone.localdate() + timedelta(days=1),
        **more,
    )
    return shipping_ask(order_id=order.pk, asked=wanted, user_id=world.people["buyer"].pk)


def test_1c_has_the_request_under_the_orders_document(client_1c_a, world, placed):
    ask(client_1c_a)
    acknowledge(client_1c_a)
    asking(world, placed, cable=40, hours="до 12", comment="Манипулятор")

    root = ask(client_1c_a)

    [row] = root.findall("Документ/ПодчиненныеДокументы/ПодчиненныйДокумент")
    said = {
        x.findtext("Наименование"): x.findtext("Значение")
        for x in row.findall("ЗначенияРеквизитов/ЗначениеРеквизита")
    }
    assert row.findtext("ХозОперация") == "Заявка на отгрузку"
    assert (row.findtext("Номер"), row.findtext("Комментарий")) == ("1", "Манипулятор")
    assert [x.text for x in row.findall("Товары/Товар/Количество")] == ["40"]
    share = (lines_of(placed)[CABLE].line_price_incl_tax * 40 / 100).quantize(Decimal("0.01"))
    assert row.findtext("Сумма") == str(share)
    assert said["Время отгрузки"] == "до 12"
    assert said["Адрес доставки"] == "Ростов, Ленина 1"
    assert said["Отменен"] == "false"
    assert len(root.findall("Документ")[0].findall("Товары/Товар")) == 2


def answer(order, status, comment=""):
    text = f"""<КоммерческаяИнформация ВерсияСхемы="2.07"><Документ>
    <Ид>x</Ид><Номер>{order.number}</Номер><Дата>2026-11-20</Дата>
    <ХозОперация>Заказ товара</ХозОперация><Роль>Продавец</Роль><Валюта>RUB</Валюта>
    <Курс>1</Курс><Сумма>1</Сумма>
    <ПодчиненныеДокументы><ПодчиненныйДокумент><Ид>y</Ид><Номер>1</Номер><Дата>2026-11-20</Дата>
    <ХозОперация>Заявка на отгрузку</ХозОперация><Роль>Продавец</Роль>
    <Комментарий>{comment}</Комментарий><ЗначенияРеквизитов><ЗначениеРеквизита>
    <Наименование>Статус заявки</Наименование><Значение>{status}</Значение>
    </ЗначениеРеквизита></ЗначенияРеквизитов></ПодчиненныйДокумент></ПодчиненныеДокументы>
    </Документ></КоммерческаяИнформация>"""
    return f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode()


def test_the_answer_of_1c_comes_back_and_the_buyer_is_told(client_1c_a, world, placed):
    asking(world, placed, cable=40)

    receive(client_1c_a, answer(placed, "Принята"))
    assert ShippingRequest.objects.get().status == "accepted"
    receive(client_1c_a, answer(placed, "Отклонена", "Машина в ремонте"))

    request = ShippingRequest.objects.get()
    assert (request.status, request.answer) == ("declined", "Машина в ремонте")
    free = {line.article: line.free for line in lines_to_ask(order_id=placed.pk)}
    assert free[CABLE] == 100
    kinds = Notice.objects.filter(order=placed).order_by("pk").values_list("kind", flat=True)
    assert list(kinds)[-2:] == ["ask_taken", "ask_refused"]
    assert shipping_answer(order_id=placed.pk, sequence=1, is_accepted=True) is False
