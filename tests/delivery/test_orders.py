"""Delivery in an order: its price, its day, its hours; told when it is no longer so."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_scopes import scopes_disabled
from lxml import html

from b2b_apps.amending.errors import ChangeRefusedError
from b2b_apps.core.models import ExternalId
from b2b_apps.delivery.models import DeliveryMethod, DeliveryStep, ShipmentDelivery, WindowLoad
from b2b_apps.delivery.selectors import delivery_book
from b2b_apps.documents.models import Document
from b2b_apps.documents.order_invoice import invoice_data_of
from b2b_apps.fulfilment.services import order_cancel, shipment_amounts
from b2b_apps.purchasing.choices import SplitChoice
from b2b_apps.purchasing.deliveries import deliveries_decide
from b2b_apps.purchasing.details import Customer, Receiver
from b2b_apps.purchasing.errors import OfferChangedError
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.plan import first_day, plan_of
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import OrderDetails, ShipmentWish, basket_set, order_place
from b2b_apps.sync1c.models import ExchangeConnection
from b2b_apps.sync1c.outgoing_documents import documents_of, orders_by_pk
from tests.amending.orders import actor, change, fresh
from tests.delivery.conftest import AZOV, ROSTOV


@pytest.fixture
def filled(world, methods):
    context = world.context()
    basket_set(context=context, product_id=world.products["breaker"].pk, quantity=Decimal(24))
    return context, basket_for(context)


def place(world, filled, method, *, address=ROSTOV, **wish):
    context, basket = filled
    key = str(world.warehouses["rostov"].pk)
    return order_place(
        context=context,
        basket_id=basket.pk,
        details=OrderDetails(
            consignee_name="Склад 4",
            delivery_address=address,
            wishes={key: ShipmentWish(method=f"m{method.pk}", **wish)},
        ),
        offer=offer_token(basket_sheet(context=context, basket=basket)),
    )


def delivery_of(order):
    with scopes_disabled():
        return ShipmentDelivery.objects.get(shipment__order=order)


def kinds(refused):
    return [(d.kind, d.shipment) for d in refused.value.differences]


def test_delivery_is_part_of_the_sum_of_the_order_its_vat_and_its_credit(world, methods, filled):
    order = place(world, filled, methods.own, price_seen="650.00")

    delivery = delivery_of(order)
    assert (delivery.name, delivery.zone_name, delivery.price_incl_tax) == (
        "Наша машина", "Ростов-на-Дону", Decimal("650.00"),
    )  # fmt: skip
    assert order.total_incl_tax == Decimal("3179.52") + 650
    assert order.shipping_incl_tax == 650
    assert order.total_incl_tax == order.total_excl_tax + order.vat_amount
    assert order.vat_amount == Decimal("573.36") + Decimal("117.21")
    with scopes_disabled():
        assert list(shipment_amounts(order_id=order.pk).values()) == [order.total_incl_tax]


@pytest.mark.parametrize("vat_mode", ["included", "on_top", "none"])
def test_the_invoice_has_a_line_of_delivery_and_adds_up(world, methods, filled, vat_mode):
    world.contracts["own"].vat_mode = vat_mode
    world.contracts["own"].save()

    order = place(world, (world.context(), filled[1]), methods.own)

    with scopes_disabled():
        data = invoice_data_of(Document.objects.get(order=order))
    assert data.lines[-1].name == "Доставка: Наша машина"
    assert data.totals.total_incl_tax == order.total_incl_tax


def test_1c_gets_delivery_as_a_service_with_what_was_agreed(world, methods, filled):
    order = place(world, filled, methods.own)
    bridge = ExchangeConnection.objects.create(name="1С", username="1c")
    with scopes_disabled():
        order = orders_by_pk([order.pk])[order.pk]
        ExternalId.objects.create(
            source=bridge.source,
            kind="product",
            object_id=world.products["breaker"].pk,
            external_id="g-1",
        )
        (document,) = documents_of(order, connection=bridge)

    service = document.lines[-1]
    assert (service.product_id, service.is_service, service.amount) == (
        "ORDER_DELIVERY", True, Decimal("650.00"),
    )  # fmt: skip
    assert document.amount == order.total_incl_tax
    assert ("Служба доставки", "Наша машина") in document.requisites


def test_another_price_than_was_shown_is_told_and_nothing_is_ordered(world, methods, filled):
    DeliveryStep.objects.filter(zone=methods.city).update(price="700")

    with pytest.raises(OfferChangedError) as refused:
        place(world, filled, methods.own, price_seen="650.00")

    (difference,) = refused.value.differences
    assert (difference.kind, difference.was, difference.now) == ("delivery_price", 650, 700)
    with scopes_disabled():
        assert not apps.get_model("order", "Order").objects.exists()


def test_a_method_that_cannot_be_any_more_is_told(world, methods, filled):
    methods.city.is_active = methods.region.is_active = False
    methods.city.save()
    methods.region.save()

    with pytest.raises(OfferChangedError) as refused:
        place(world, filled, methods.own, price_seen="650.00")

    assert kinds(refused) == [("delivery_gone", 1)]


def test_a_price_cannot_be_forged_by_the_address_of_another_zone(world, methods, filled):
    with pytest.raises(OfferChangedError) as refused:
        place(
            world, filled, methods.own, price_seen="650.00",
            address="346780, Ростовская обл., г. Азов",
        )  # fmt: skip

    assert ("delivery_price", 1) in kinds(refused)


def test_who_chooses_nothing_gets_what_the_consignee_used_last(world, methods, filled):
    place(world, filled, methods.pickup)
    context = world.context()
    basket_set(context=context, product_id=world.products["breaker"].pk, quantity=Decimal(12))
    basket = basket_for(context)

    order = order_place(
        context=context,
        basket_id=basket.pk,
        details=OrderDetails(delivery_address=ROSTOV),
        offer=offer_token(basket_sheet(context=context, basket=basket)),
    )

    assert delivery_of(order).name == "Самовывоз"


def test_a_shipment_to_the_buyers_customer_keeps_who_he_is(world, methods, filled):
    methods.own.is_to_customer = True
    methods.own.save()
    customer = Customer("Иван Петров", "+7 900 000-00-00", ROSTOV)

    order = place(world, filled, methods.own, address="г. Омск", customer=customer)

    found = delivery_of(order)
    assert (found.recipient_name, found.recipient_address) == ("Иван Петров", ROSTOV)
    assert found.price_incl_tax == 650


def test_hours_are_taken_with_the_order_and_let_go_when_it_is_cancelled(world, methods, filled):
    window = methods.window(1)

    order = place(world, filled, methods.own, window=window.pk)

    load = WindowLoad.objects.get()
    assert (load.taken, load.day) == (1, first_day())
    with scopes_disabled():
        order_cancel(order_id=order.pk)
        order_cancel(order_id=order.pk)
    load.refresh_from_db()
    assert load.taken == 0


def test_hours_that_were_taken_meanwhile_are_told(world, methods, filled):
    window = methods.window(1)
    WindowLoad.objects.create(window=window, day=first_day(), taken=1)

    with pytest.raises(OfferChangedError) as refused:
        place(world, filled, methods.own, window=window.pk)

    assert kinds(refused) == [("window_full", 1)]


@pytest.mark.parametrize("is_strict", [False, True])
def test_shipments_of_one_order_do_not_wait_for_one_place(world, methods, filled, is_strict):
    context, _basket = filled
    basket_set(context=context, product_id=world.products["cable"].pk, quantity=Decimal(10))
    last, other = methods.window(1), methods.window(1)
    sheet = basket_sheet(context=context, basket=basket_for(context))
    plan = plan_of(sheet, choice=SplitChoice(consignees={sheet.lines[1].id: 7}))
    wish = ShipmentWish(method=f"m{methods.own.pk}", window=last.pk)
    details = OrderDetails(
        delivery_address=ROSTOV,
        receivers={7: Receiver("Склад 7", ROSTOV)},
        wishes={shipment.key: wish for shipment in plan.shipments},
    )
    asked = {"context": context, "details": details, "plan": plan, "is_strict": is_strict}

    if is_strict:
        with pytest.raises(OfferChangedError) as refused:
            deliveries_decide(**asked)
        assert kinds(refused) == [("window_full", 2)]
    else:
        found = deliveries_decide(**asked).values()
        assert [decided.window for decided in found] == [last, other]


def test_all_methods_are_read_by_as_many_queries(world, methods):
    def count():
        with CaptureQueriesContext(connection) as found:
            delivery_book()
        return len(found)

    methods.window(5)
    few = count()
    for place in range(30):
        zone = methods.zone(f"Зона {place}", cities="Х")
        methods.step(zone, 10, "1")
        methods.window(5, zone)

    assert count() == few == 8


def test_a_changed_order_keeps_the_price_of_its_delivery(world, methods, filled):
    order = place(world, filled, methods.own)

    change(world, order, {"MVA20-1-016-C": 12})

    order = fresh(order)
    assert order.total_incl_tax == Decimal("1589.76") + 650
    assert (order.shipping_incl_tax, order.total_incl_tax) == (
        650,
        order.total_excl_tax + order.vat_amount,
    )
    with scopes_disabled():
        data = invoice_data_of(Document.objects.filter(order=order).latest("pk"))
    assert data.totals.total_incl_tax == order.total_incl_tax


def test_the_price_of_a_carrier_is_told_later_and_the_buyer_is_told_so(
    world, methods, filled, client
):
    carrier = methods.carrier()
    client.force_login(world.people["buyer"])
    key = str(world.warehouses["rostov"].pk)

    page = client.get(reverse("checkout:index"), {f"method-{key}": f"m{carrier.pk}"})
    order = place(world, filled, carrier, price_seen="")

    delivery = delivery_of(order)
    assert (delivery.is_told_later, delivery.price_incl_tax) == (True, 0)
    assert order.total_incl_tax == Decimal("3179.52")
    with scopes_disabled():
        data = invoice_data_of(Document.objects.get(order=order))
    assert [line.article for line in data.lines] == ["MVA20-1-016-C"]
    assert "СДЭК курьером, цену назовут позже" in page.content.decode()
    of_order = client.get(reverse("storefront:order", args=[order.number])).content.decode()
    assert "цену менеджер назовёт до отгрузки" in of_order


def test_no_delivery_is_had_for_the_price_of_another_address(world, methods, filled):
    order = place(world, filled, methods.own)
    fields = {"consignee_name": "Азов", "delivery_address": AZOV}

    with pytest.raises(ChangeRefusedError) as error:
        change(world, order, fields=fields)

    assert [t.kind for t in error.value.troubles] == ["carried"]
    change(world, order, fields={"contact_person": "Иванов"})
    change(world, order, fields=fields, by=actor(world, "manager", "staff"))
    assert fresh(order).delivery_address == AZOV


def test_what_is_picked_up_may_be_another_consignees(world, methods, filled):
    order = place(world, filled, methods.pickup)

    change(world, order, fields={"consignee_name": "Азов", "delivery_address": AZOV})

    assert fresh(order).delivery_address == AZOV


def test_a_day_with_hours_is_not_moved_past_what_is_free(world, methods, filled):
    window = methods.window(1)
    day = first_day()
    order = place(world, filled, methods.own, planned_date=day, window=window.pk)
    with scopes_disabled():
        (shipment,) = order.shipments.all()
    assert delivery_of(order).load_id

    with pytest.raises(ChangeRefusedError) as error:
        change(world, order, days={shipment.pk: day + timedelta(days=7)})

    assert [t.kind for t in error.value.troubles] == ["hours"]


def test_another_method_changes_what_the_order_takes_of_the_credit_on_the_page(
    world, methods, filled, client
):
    client.force_login(world.people["head"])
    context = world.context("head")
    basket_set(context=context, product_id=world.products["breaker"].pk, quantity=Decimal(24))
    page = client.get(reverse("checkout:index"))
    form = html.fromstring(page.content).xpath("//form[@id='checkout']")[0]
    (name,) = [field for field in form.fields if field.startswith("method-")]
    fields = dict(form.form_values()) | {"split": "1"}
    fields |= {"consignee": "other", "other_address": ROSTOV}

    asked = []
    for method in (methods.own, methods.pickup):
        part = client.post(
            reverse("checkout:index"), fields | {name: f"m{method.pk}"}, HTTP_HX_REQUEST="true"
        )
        rail = html.fragments_fromstring(part.content.decode())
        (aside,) = [row for row in rail if getattr(row, "tag", "") == "aside"]
        asked.append(" ".join(aside.text_content().replace("\u00a0", " ").split()))

    # 24 breakers cost 3 179.52, our own transport 650.
    assert "Этот заказ 3 829,52" in asked[0]
    assert "Этот заказ 3 179,52" in asked[1]


def test_what_no_method_carries_is_left_to_the_manager_and_not_sent_to_a_customer(
    world, methods, client
):
    DeliveryMethod.objects.all().delete()
    far = DeliveryMethod.objects.create(
        kind="carrier", name="Клиенту", carrier="cdek", tariff_code=137, is_to_customer=True
    )
    client.force_login(world.people["buyer"])
    context = world.context()
    basket_set(context=context, product_id=world.products["breaker"].pk, quantity=Decimal(24))
    url = reverse("checkout:index")
    form = html.fromstring(client.get(url).content).xpath("//form[@id='checkout']")[0]
    (name,) = [field for field in form.fields if field.startswith("method-")]

    there = {"consignee": "other", "other_address": ROSTOV}
    answer = client.post(url, dict(form.form_values()) | there)

    assert answer.status_code == 302
    with scopes_disabled():
        (delivery,) = ShipmentDelivery.objects.all()
    assert (delivery.method_id, delivery.is_told_later, delivery.is_to_customer) == (
        None,
        True,
        False,
    )
    assert form.inputs[name].value == "delivery"
    assert f"m{far.pk}" in form.inputs[name].value_options
