"""One basket as several shipments and orders: what is planned, moved, offered and placed."""

from decimal import Decimal

import pytest
from django.apps import apps
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Organization
from b2b_apps.contracts.models import CreditHold
from b2b_apps.documents.models import Document
from b2b_apps.fulfilment.invariants import INVARIANTS
from b2b_apps.fulfilment.splitting import Policy, Source
from b2b_apps.purchasing.choices import SplitChoice, choice_from, choice_token
from b2b_apps.purchasing.errors import ConsigneeUnknownError, OfferChangedError
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.plan import first_day, plan_of
from b2b_apps.purchasing.rearranging import assigned, moved, places_for, settled
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import OrderDetails, Receiver, basket_set, order_place

D = Decimal


def stock(world, key, **quantities):
    records = apps.get_model("partner", "StockRecord").objects.filter(product=world.products[key])
    for code, quantity in quantities.items():
        records.filter(partner=world.warehouses[code]).update(num_in_stock=quantity)


def filled(world, **quantities):
    """A basket of the buyer; return (context, basket, sheet)."""
    context = world.context()
    for key, quantity in quantities.items():
        basket_set(context=context, product_id=world.products[key].pk, quantity=D(quantity))
    basket = basket_for(context)
    return context, basket, basket_sheet(context=context, basket=basket)


def shown(plan, world):
    """Shipments as (warehouse, consignee, {article: quantity})."""
    codes = {warehouse.pk: code for code, warehouse in world.warehouses.items()}
    articles = {line.id: line.article for line in plan.sheet.lines}
    return [
        (
            codes[s.warehouse_id],
            s.consignee_id,
            {articles[pk]: int(quantity) for pk, quantity in s.quantities.items()},
        )
        for s in plan.shipments
    ]


def place(context, basket, sheet, plan=None, **details):
    return order_place(
        context=context,
        basket_id=basket.pk,
        details=OrderDetails(**details),
        offer=offer_token(sheet, plan),
    )


def orders_of(order):
    with scopes_disabled():
        return list(apps.get_model("order", "Order").objects.filter(group=order.group))


def lines_of(order):
    """Lines of all orders of the group as (article, warehouse, quantity, sum)."""
    model = apps.get_model("order", "Line")
    with scopes_disabled():
        rows = model.objects.filter(order__group=order.group).order_by("position", "pk")
        return [
            (x.article, x.shipment.warehouse.code, int(x.quantity), x.line_price_incl_tax)
            for x in rows.select_related("shipment__warehouse")
        ]


def test_a_line_that_no_warehouse_has_whole_leaves_from_two_and_costs_the_same(world):
    stock(world, "cable", rostov=60, moscow=50)
    context, basket, sheet = filled(world, cable=100)

    order = place(context, basket, sheet)

    assert sheet.lines[0].problem is None
    found = lines_of(order)
    assert [(art, code, quantity) for art, code, quantity, _sum in found] == [
        ("VVG3X25LS", "rostov", 60),
        ("VVG3X25LS", "moscow", 40),
    ]
    assert sum(amount for *_rest, amount in found) == sheet.total_incl_tax == D("7012.34")
    assert order.total_incl_tax == D("7012.34")


def test_a_line_with_a_chosen_warehouse_is_not_divided(world):
    stock(world, "cable", rostov=60, moscow=50)
    context, basket, _sheet = filled(world, cable=100)
    basket.lines.update(from_warehouse=world.warehouses["rostov"])

    sheet = basket_sheet(context=context, basket=basket)

    assert [p.kind for p in sheet.lines[0].problems] == ["shortage"]


def test_the_fewest_shipments_or_the_nearest_warehouse(world):
    stock(world, "cable", rostov=10, moscow=500)
    stock(world, "breaker", rostov=500, moscow=500)
    _context, _basket, sheet = filled(world, breaker=24, cable=100)

    plan = plan_of(sheet)

    assert shown(plan, world) == [("moscow", 0, {"MVA20-1-016-C": 24, "VVG3X25LS": 100})]


def test_a_moved_line_leaves_from_where_it_was_put(world):
    _context, _basket, sheet = filled(world, breaker=24, cable=100)
    plan = plan_of(sheet)
    (shipment,) = plan.shipments
    cable = next(line for line in sheet.lines if line.article == "VVG3X25LS")
    to = Source(first_day(), world.warehouses["moscow"].pk)

    choice = moved(plan.choice, shipment, [cable.id], to)

    assert to in [found.source for found in places_for(plan, shipment)]
    assert shown(plan_of(sheet, choice=choice), world) == [
        ("rostov", 0, {"MVA20-1-016-C": 24}),
        ("moscow", 0, {"VVG3X25LS": 100}),
    ]


def test_a_line_that_cannot_be_moved_there_stays_and_is_named(world):
    stock(world, "cable", rostov=500, moscow=10)
    _context, _basket, sheet = filled(world, cable=100)
    plan = plan_of(sheet)
    to = Source(first_day(), world.warehouses["moscow"].pk)

    again = plan_of(sheet, choice=moved(plan.choice, plan.shipments[0], [sheet.lines[0].id], to))

    assert list(again.undone) == [sheet.lines[0].id]
    assert shown(again, world) == [("rostov", 0, {"VVG3X25LS": 100})]
    assert settled(again.choice, again).is_plain


def test_lines_to_another_consignee_are_a_shipment_of_their_own(world):
    context, basket, sheet = filled(world, breaker=24, cable=100)
    cable = next(line for line in sheet.lines if line.article == "VVG3X25LS")
    plan = plan_of(sheet, choice=assigned(SplitChoice(), [cable.id], 77))

    order = place(
        context,
        basket,
        sheet,
        plan,
        consignee_name="Склад 4",
        delivery_address="Доватора 158",
        receivers={77: Receiver("Объект 2", "Азов, Дружбы 13")},
    )

    with scopes_disabled():
        found = list(order.shipments.values_list("warehouse__code", "consignee_name",
                                                 "consignee_address"))  # fmt: skip
    assert found == [
        ("rostov", "Склад 4", "Доватора 158"),
        ("rostov", "Объект 2", "Азов, Дружбы 13"),
    ]


def test_a_consignee_that_is_not_ours_is_no_order(world):
    context, basket, sheet = filled(world, cable=100)
    plan = plan_of(sheet, choice=assigned(SplitChoice(), [sheet.lines[0].id], 77))

    with pytest.raises(ConsigneeUnknownError):
        place(context, basket, sheet, plan)

    basket.refresh_from_db()
    assert basket.status == "Open"
    with scopes_disabled():
        assert apps.get_model("order", "OrderGroup").objects.count() == 0


def test_warehouses_of_two_organizations_are_two_orders_of_one_group(world):
    other = Organization.objects.create(name="ООО «Вторая»", inn="7700000001")
    type(world.warehouses["moscow"]).objects.filter(code="moscow").update(organization=other)
    stock(world, "cable", rostov=60, moscow=50)
    context, basket, sheet = filled(world, cable=100)

    order = place(context, basket, sheet)
    again = place(context, basket, sheet)

    orders = orders_of(order)
    assert [o.organization_id for o in orders] == [world.organization.pk, other.pk]
    assert sum(o.total_incl_tax for o in orders) == sheet.total_incl_tax
    assert order.group.number == orders[0].number != orders[1].number
    assert again.pk == order.pk == orders[0].pk
    with scopes_disabled():
        assert Document.objects.count() == 2
        held = {h.order_id: h.placed for h in CreditHold.objects.all()}
    assert held in ({}, {o.pk: o.total_incl_tax for o in orders})


def test_a_plan_that_stands_no_more_is_told_line_by_line(world):
    stock(world, "cable", rostov=100, moscow=100)
    context, basket, sheet = filled(world, cable=100)
    offer = offer_token(sheet)
    stock(world, "cable", rostov=30)

    with pytest.raises(OfferChangedError) as refused:
        order_place(context=context, basket_id=basket.pk, details=OrderDetails(), offer=offer)

    assert [(d.kind, d.line.article) for d in refused.value.differences] == [
        ("warehouse", "VVG3X25LS")
    ]
    basket.refresh_from_db()
    assert basket.status == "Open"


def test_what_was_shown_is_what_is_placed_even_if_there_is_a_better_plan_now(world):
    stock(world, "cable", rostov=60, moscow=50)
    context, basket, sheet = filled(world, cable=100)
    offer = offer_token(sheet)
    stock(world, "cable", rostov=500)

    order = order_place(context=context, basket_id=basket.pk, details=OrderDetails(), offer=offer)

    assert [code for _art, code, *_rest in lines_of(order)] == ["rostov", "moscow"]


def test_a_choice_is_of_its_basket_and_not_to_be_forged():
    source = Source(first_day(), 5)
    choice = SplitChoice(Policy.EARLIEST, {7: {source: D("2.5")}}, {7: 3})
    token = choice_token(choice, basket_id=9)

    assert choice_from(token, basket_id=9) == choice
    assert choice_from(token, basket_id=10) is None
    assert choice_from(token[:-1] + "!", basket_id=9) is None


def test_where_figures_are_hidden_no_line_is_divided(world):
    from dataclasses import replace

    stock(world, "cable", rostov=60, moscow=50)
    context, basket, _sheet = filled(world, cable=100)
    hidden = replace(context, stock_precision="words")

    sheet = basket_sheet(context=hidden, basket=basket)

    assert not sheet.divides
    assert [p.kind for p in sheet.lines[0].problems] == ["shortage"]


def test_what_must_be_true_of_orders_and_shipments_is_and_a_fault_is_told(world):
    stock(world, "cable", rostov=60, moscow=50)
    context, basket, sheet = filled(world, cable=100, breaker=24)
    order = place(context, basket, sheet)

    def violations():
        with scopes_disabled():
            return [text for invariant in INVARIANTS for text in invariant()]

    assert violations() == []
    with scopes_disabled():
        first, last = order.shipments.order_by("sequence")
        model = apps.get_model("order", "Line")
        model.objects.filter(shipment=last).update(shipment=first)
        model.objects.filter(article="MVA20-1-016-C").update(shipment=None)
    assert [text.split(" ")[0] for text in violations()] == ["line", "order"]
