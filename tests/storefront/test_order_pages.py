"""The list of orders and the page of an order."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.finance.models import Payment
from b2b_apps.fulfilment.partly import Waybill, shipment_ship_part
from b2b_apps.fulfilment.services import shipment_confirm, shipment_ship
from b2b_apps.inventory.models import AwaitedHold
from b2b_apps.purchasing.selectors import basket_for
from tests.storefront.orders import place


@pytest.fixture
def placed(world):
    """An order of the buyer: 24 breakers and 100 m of cable, own number З-7."""
    return place(world, "buyer", customer_number="З-7")


def page(client, world, person, name, *args, **query):
    client.force_login(world.people[person])
    return client.get(reverse(name, args=args), query)


def test_an_order_stands_in_the_list_and_has_its_page(world, client, placed):
    listed = page(client, world, "buyer", "storefront:orders").content.decode()
    shown = page(client, world, "buyer", "storefront:order", placed.number).content.decode()

    for text in (listed, shown):
        assert placed.number in text
        assert "10\u00a0191" in text
        assert "З-7" in text
    assert "MVA20-1-016-C" in shown
    assert "canary-own-7f3a" in listed


@pytest.mark.parametrize("person", ["stranger", "sister"])
def test_the_order_of_another_company_does_not_exist(world, client, placed, person):
    listed = page(client, world, person, "storefront:orders").content.decode()

    assert placed.number not in listed
    for name in ("storefront:order", "checkout:thank-you"):
        assert page(client, world, person, name, placed.number).status_code == 404
    answer = client.post(reverse("saved:repeat", args=[placed.number]))
    assert answer.status_code == 404
    assert basket_for(world.context(person)) is None


def test_the_warehouse_clerk_sees_what_and_how_many_but_no_sums(world, client, placed):
    for name, args in [
        ("storefront:orders", ()),
        ("storefront:order", (placed.number,)),
        ("checkout:thank-you", (placed.number,)),
    ]:
        text = page(client, world, "clerk", name, *args).content.decode()
        assert placed.number in text
        for secret in ("10\u00a0191", "132,48", "70,1234", "3\u00a0179", "₽</span>", "Счёт"):
            assert secret not in text


@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        ({"q": "З-7"}, True),
        ({"q": "mva20"}, True),
        ({"q": "NOPE"}, False),
        ({"status": "placed"}, True),
        ({"status": "completed"}, False),
        ({"period": "all"}, True),
        ({"contract": "foreign", "status": "x", "size": "9", "page": "-1", "period": "?"}, True),
    ],
)
def test_the_list_is_narrowed(world, client, placed, query, is_there):
    text = page(client, world, "buyer", "storefront:orders", **query).content.decode()

    assert (f"/orders/{placed.number}/" in text) is is_there


def test_payments_and_shipments_show_in_the_list_and_on_the_page(world, client, placed):
    with scopes_disabled():
        (shipment,) = placed.shipments.all()
        shipment_confirm(shipment_id=shipment.pk)
        shipment_ship(shipment_id=shipment.pk, waybill_number_1c="8841")
        Payment.objects.create(
            order=placed, number_1c="П-1", amount="10000", date=timezone.localdate()
        )

    listed = page(client, world, "accountant", "storefront:orders").content.decode()
    shown = page(client, world, "accountant", "storefront:order", placed.number).content.decode()

    assert "1 из 1" in listed
    assert "через 30 дн." in listed
    assert "накладная 8841" in shown
    assert "191,86" in shown


def test_an_overdue_order_is_marked(world, client, placed):
    with scopes_disabled():
        type(placed).objects.filter(pk=placed.pk).update(
            payment_due=timezone.localdate() - timedelta(days=2)
        )

    text = page(client, world, "head", "storefront:orders").content.decode()

    assert "просрочен 2 дня" in text
    assert "Просрочено" in text


def test_an_order_is_repeated_into_the_basket_and_what_is_missing_is_named(world, client, placed):
    world.products["cable"].is_public = False
    world.products["cable"].save()
    client.force_login(world.people["buyer"])

    client.post(reverse("saved:repeat", args=[placed.number]))

    text = client.get(reverse("basket:summary")).content.decode()
    lines = basket_for(world.context()).lines.values_list("product__article", "quantity")
    assert list(lines) == [("MVA20-1-016-C", 24)]
    assert "1 строка не вошла. VVG3X25LS: такого товара больше нет" in text


def test_a_role_without_the_right_repeats_nothing(world, client, placed):
    client.force_login(world.people["accountant"])

    answer = client.post(reverse("saved:repeat", args=[placed.number]))

    assert answer.status_code == 403
    assert apps.get_model("basket", "Basket").objects.filter(status="Open").count() == 0


def waits(order, *, first, now):
    """Let a line of the order wait for goods whose day has been moved."""
    line = order.lines.order_by("position").first()
    day = timezone.localdate()
    AwaitedHold.objects.create(
        stock_record=line.stockrecord,
        order_line=line,
        quantity=line.quantity,
        day=day + timedelta(days=now),
        first_day=day + timedelta(days=first),
    )
    order.shipments.update(ready_on=day + timedelta(days=now))
    return f"{day + timedelta(days=now):%d.%m}", f"{day + timedelta(days=first):%d.%m}"


def test_what_is_awaited_is_told_and_that_its_day_was_moved(world, client, placed):
    with scopes_disabled():
        day, before = waits(placed, first=5, now=9)

    listed = page(client, world, "buyer", "storefront:orders").content.decode()
    shown = page(client, world, "buyer", "storefront:order", placed.number).content.decode()

    assert f"ждёт {day}" in listed
    assert f"Ожидается {day}" in shown
    assert f"раньше обещали {before}" in shown


def test_a_line_that_left_in_part_says_how_much_and_whether_the_rest_follows(world, client, placed):
    with scopes_disabled():
        line = placed.lines.order_by("position").first()
        shipment_ship_part(
            shipment_id=line.shipment_id,
            waybill=Waybill("РТ-1"),
            quantities={line.pk: line.quantity / 2},
        )
        following = page(client, world, "buyer", "storefront:order", placed.number)
        shipment_ship(shipment_id=line.shipment_id)

    closed = page(client, world, "buyer", "storefront:order", placed.number)

    assert "отгружено 12 из 24, остальное следом" in following.content.decode()
    route = following.context["page"].route
    assert [s.title for s in route if s.state == "now"] == ["Отгружена частично"]
    assert "Подтверждение" not in [s.title for s in route]
    assert "отгружено 12 из 24, остальное не поедет" in closed.content.decode()
