"""Step three of the checkout: shipments are previewed, moved, sent elsewhere and placed so."""

from decimal import Decimal

import pytest
from django.apps import apps
from django_scopes import scopes_disabled
from lxml import html

from b2b_apps.companies.models import Consignee
from b2b_apps.delivery.models import ShipmentDelivery
from b2b_apps.fulfilment.models import SplitRule
from b2b_apps.purchasing.services import basket_set
from tests.delivery.conftest import ROSTOV, Methods

CHECKOUT = "/checkout/"


@pytest.fixture
def buyer(world, client):
    records = apps.get_model("partner", "StockRecord").objects
    records.filter(product=world.products["cable"], partner=world.warehouses["rostov"]).update(
        num_in_stock=60
    )
    context = world.context()
    for key, quantity in [("breaker", 24), ("cable", 100)]:
        basket_set(context=context, product_id=world.products[key].pk, quantity=Decimal(quantity))
    client.force_login(world.people["buyer"])
    return client


def fields(page):
    form = html.fromstring(page.content).xpath("//form[@id='checkout']")[0]
    return {k: v for k, v in form.form_values() if not k.startswith(("to-", "pick-"))}


def keys(page):
    return [row.key for row in page.context["split"].rows]


def rows(page):
    return [
        (r.warehouse.code, r.consignee.pk if r.consignee else None, int(r.shipment.num_lines))
        for r in page.context["split"].rows
    ]


def num_orders():
    with scopes_disabled():
        return apps.get_model("order", "Order").objects.count()


def site(world, name="Объект 2", **more):
    with scopes_disabled():
        return Consignee.objects.create(
            counterparty=world.companies["own"], name=name, **{"address": "Азов, Дружбы 13", **more}
        )


def test_a_whole_shipment_is_moved_and_placed_from_there(world, buyer):
    page = buyer.get(CHECKOUT)
    (key,) = keys(page)
    assert rows(page) == [("moscow", None, 2)]
    rostov = world.warehouses["rostov"].pk
    places = [p for r in page.context["split"].rows for p in r.places]
    (to,) = [p for p in places if p.warehouse.pk == rostov]

    picked = page.context["split"].rows[0].shipment.parts[0].line.id
    moved = buyer.post(
        CHECKOUT,
        fields(page) | {"move": key, f"to-{key}": to.value, f"pick-{key}": str(picked)},
    )
    sent = buyer.post(CHECKOUT, fields(moved) | {"send": "1"})

    assert (to.num_lines, moved.status_code) == (1, 200)
    assert rows(moved) == [("rostov", None, 1), ("moscow", None, 1)]
    assert sent.status_code == 302
    with scopes_disabled():
        order = apps.get_model("order", "Order").objects.get()
        found = list(order.shipments.values_list("warehouse__code", "lines__article"))
    assert found == [("rostov", "MVA20-1-016-C"), ("moscow", "VVG3X25LS")]


def test_lines_go_to_two_consignees(world, buyer):
    second = site(world)
    page = buyer.get(CHECKOUT)
    (key,) = keys(page)
    picked = page.context["split"].rows[0].shipment.parts[1].line.id

    moved = buyer.post(
        CHECKOUT,
        fields(page)
        | {"move": key, f"to-{key}": f"consignee:{second.pk}", f"pick-{key}": str(picked)},
    )
    buyer.post(CHECKOUT, fields(moved) | {"send": "1"})

    assert [row[1] for row in rows(moved)] == [None, second.pk]
    with scopes_disabled():
        order = apps.get_model("order", "Order").objects.get()
        names = list(order.shipments.values_list("consignee_name", flat=True))
    assert names == [order.consignee_name, "Объект 2"]


THERE = {"consignee": "other", "other_address": ROSTOV}


def moved_apart(world, buyer):
    """The checkout to one address in town, a line of it moved to another there."""
    second = site(world, address=ROSTOV)
    page = buyer.get(CHECKOUT)
    (key,) = keys(page)
    picked = page.context["split"].rows[0].shipment.parts[1].line.id
    move = {"move": key, f"to-{key}": f"consignee:{second.pk}", f"pick-{key}": str(picked)}
    return buyer.post(CHECKOUT, fields(page) | THERE | move)


@pytest.mark.parametrize("is_typed", [False, True])
def test_two_shipments_are_not_offered_one_last_place(world, buyer, is_typed):
    methods = Methods(world)
    last, roomy = methods.window(1), methods.window(5)
    moved = moved_apart(world, buyer)
    one, two = keys(moved)
    typed = {f"method-{key}": f"m{methods.own.pk}" for key in (one, two)}
    hours = {f"window-{key}": str(last.pk) for key in (one, two)} if is_typed else {}

    again = buyer.post(CHECKOUT, fields(moved) | THERE | typed | hours | {"split": "1"})

    offers = again.context["form"].deliveries.offers
    assert [offers[key].window_id for key in (one, two)] == [last.pk, roomy.pk]
    assert [place.left for place in offers[two].windows] == [0, 5]
    assert ("займёт отгрузка выше" in again.content.decode()) == is_typed
    sent = buyer.post(CHECKOUT, fields(again) | {"send": "1"})
    assert sent.status_code == 302
    with scopes_disabled():
        loads = ShipmentDelivery.objects.order_by("shipment__sequence")
        assert list(loads.values_list("load__window", flat=True)) == [last.pk, roomy.pk]


def test_the_same_last_place_chosen_twice_is_refused_at_its_field(world, buyer):
    methods = Methods(world)
    last, _roomy = methods.window(1), methods.window(5)
    moved = moved_apart(world, buyer)
    both = {f"method-{key}": f"m{methods.own.pk}" for key in keys(moved)}
    both |= {f"window-{key}": str(last.pk) for key in keys(moved)}

    sent = buyer.post(CHECKOUT, fields(moved) | THERE | both | {"send": "1"})

    assert sent.status_code != 302
    assert list(sent.context["form"].errors) == [f"window-{keys(moved)[1]}"]
    assert num_orders() == 0


def test_a_preview_keeps_what_was_typed_and_writes_nothing(world, buyer):
    page = buyer.get(CHECKOUT)

    again = buyer.post(
        CHECKOUT,
        fields(page) | {"customer_number": "З-77", "policy": "earliest", "split": "1"},
    )
    part = buyer.post(
        CHECKOUT, fields(page) | {"policy": "earliest", "split": "1"}, HTTP_HX_REQUEST="true"
    )

    assert 'value="З-77"' in again.content.decode()
    assert again.context["split"].plan.choice.policy == "earliest"
    assert part.content.decode().lstrip().startswith('<fieldset class="step" id="split"')
    assert num_orders() == 0


@pytest.mark.parametrize(
    "change",
    [
        {"move": "9999-20261201-0"},
        {"policy": "cheapest", "split": "1"},
        {"pick": "999999999"},
        {"to": "place:99999-20261201"},
        {"to": "place:x"},
        {"to": "consignee:0x"},
        {"to": "foreign"},
        {"to": "past"},
    ],
)
def test_what_is_not_in_the_plan_is_refused_in_a_sentence(world, buyer, change):
    page = buyer.get(CHECKOUT)
    (key,) = keys(page)
    with scopes_disabled():
        theirs = Consignee.objects.exclude(counterparty=world.companies["own"]).first()
    values = {
        "foreign": f"consignee:{theirs.pk if theirs else 999}",
        "past": f"place:{world.warehouses['rostov'].pk}-20200101",
    }
    sent = {"move": key, f"to-{key}": "consignee:0"} | {
        name: value for name, value in change.items() if name not in {"to", "pick"}
    }
    if "to" in change:
        sent[f"to-{key}"] = values.get(change["to"], change["to"])
    if "pick" in change:
        sent[f"pick-{key}"] = change["pick"]
    if "split" in change:
        del sent["move"]

    answer = buyer.post(CHECKOUT, fields(page) | sent)

    assert answer.status_code == 422
    assert "В этом плане нет такой поставки, строки или места" in answer.content.decode()
    assert rows(answer) == rows(page)
    assert num_orders() == 0


@pytest.mark.parametrize("name", ["choice", "offer"])
def test_a_forged_plan_is_no_order(world, buyer, name):
    page = buyer.get(CHECKOUT)
    form = fields(page)

    answer = buyer.post(CHECKOUT, form | {name: form[name][:-2] + "zz", "send": "1"})

    if name == "offer":
        assert answer.status_code == 409
        assert num_orders() == 0
    else:
        # How it was split is a matter of the offer; the choice is only what is shown next.
        assert answer.status_code == 302


def test_a_consignee_closed_meanwhile_is_told_and_nothing_is_ordered(world, buyer):
    second = site(world)
    page = buyer.get(CHECKOUT)
    (key,) = keys(page)
    moved = buyer.post(
        CHECKOUT, fields(page) | {"move": key, f"to-{key}": f"consignee:{second.pk}"}
    )
    with scopes_disabled():
        Consignee.objects.filter(pk=second.pk).update(is_active=False)

    answer = buyer.post(CHECKOUT, fields(moved) | {"send": "1"})

    assert answer.status_code == 409
    assert "Одного из грузополучателей больше нет" in answer.content.decode()
    assert num_orders() == 0
    assert rows(answer) == [("moscow", None, 2)]


def test_a_plan_that_stands_no_more_is_shown_anew_and_sent_by_one_press(world, buyer):
    page = buyer.get(CHECKOUT)
    records = apps.get_model("partner", "StockRecord").objects
    records.filter(product=world.products["cable"], partner=world.warehouses["moscow"]).update(
        num_in_stock=50
    )

    refused = buyer.post(CHECKOUT, fields(page) | {"send": "1"})
    sent = buyer.post(CHECKOUT, fields(refused) | {"send": "1"})

    assert refused.status_code == 409
    assert "уже не уедет так, как было показано" in refused.content.decode()
    assert [row[0] for row in rows(refused)] == ["rostov", "moscow"]
    assert sent.status_code == 302
    assert num_orders() == 1


def test_a_shipment_that_a_rule_keeps_apart_says_why_and_is_placed_so(world, buyer):
    SplitRule.objects.create(
        name="Внутреннее имя", kind="apart", reason="Кабель – отдельной машиной",
        conditions=[{"kind": "product", "values": [world.products["cable"].pk]}],
    )  # fmt: skip
    page = buyer.get(CHECKOUT)
    text = page.content.decode()
    assert len(set(keys(page))) == 2
    assert text.count("Кабель – отдельной машиной") == 1
    assert "Внутреннее имя" not in text

    buyer.post(CHECKOUT, {**fields(page), "send": "1"})

    with scopes_disabled():
        order = apps.get_model("order", "Order").objects.get()
        assert [s.split_rule is not None for s in order.shipments.order_by("pk")].count(True) == 1


def test_nearer_is_offered_only_where_it_is_another_plan(world, buyer):
    offered = [row.policy.value for row in buyer.get(CHECKOUT).context["split"].policies]
    assert offered == ["fewest", "earliest", "nearest"]

    records = apps.get_model("partner", "StockRecord").objects
    records.filter(partner=world.warehouses["rostov"]).update(num_in_stock=500)
    offered = [row.policy.value for row in buyer.get(CHECKOUT).context["split"].policies]

    assert offered == ["fewest", "earliest"]
