"""Rules of shipments: whose goods leave apart, with which, from where; placed as it was shown."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scopes_disabled

from b2b_apps.assortment.models import Label
from b2b_apps.delivery.models import DeliveryMethod
from b2b_apps.fulfilment.models import Shipment, SplitRule
from b2b_apps.fulfilment.splitting import Policy, Source
from b2b_apps.purchasing.choices import SplitChoice
from b2b_apps.purchasing.plan import first_day, plan_of
from b2b_apps.purchasing.rearranging import assigned, moved
from b2b_apps.purchasing.ruled import sheet_ruled
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from tests.purchasing.test_split import filled, lines_of, place, shown, stock
from tests.storefront.goods import section_of

D = Decimal


def rule(world, *keys, kind="apart", more=(), **values):
    goods = [{"kind": "product", "values": [world.products[key].pk for key in keys]}]
    conditions = [*(goods if keys else []), *more]
    return SplitRule.objects.create(name="Правило", kind=kind, conditions=conditions, **values)


def plan(world, **quantities):
    context, _basket, sheet = filled(world, **quantities)
    return plan_of(sheet_ruled(context=context, sheet=sheet))


def parts(found):
    return sorted(
        (s.rule_id, sorted(part.line.article for part in s.parts)) for s in found.shipments
    )


CABLE, BREAKER, LAMP = "VVG3X25LS", "MVA20-1-016-C", "LAMP"


def test_goods_of_a_rule_leave_in_a_shipment_of_their_own_from_the_same_warehouse(world):
    apart = rule(world, "cable")

    found = plan(world, breaker=24, cable=100)

    assert parts(found) == [(0, [BREAKER]), (apart.pk, [CABLE])]
    places = {(s.warehouse_id, s.day) for s in found.shipments}
    assert len(places) == 1
    assert len({s.key for s in found.shipments}) == 2


def test_the_first_rule_by_its_place_holds_and_one_may_join_the_goods_of_another(world):
    apart = rule(world, "cable", priority=20)
    rule(world, "breaker", kind="with", joins=apart, priority=30)
    assert parts(plan(world, breaker=24, cable=100)) == [(apart.pk, [BREAKER, CABLE])]

    SplitRule.objects.filter(kind="with").update(joins=None)
    rule(world, "breaker", priority=40)
    found = plan(world, breaker=24, cable=100)

    assert parts(found) == [(0, [BREAKER]), (apart.pk, [CABLE])]


@pytest.mark.parametrize(
    "values",
    [
        {"is_active": False},
        {"valid_to": "2020-01-01"},
        {"valid_from": "2099-01-01"},
        {"conditions": [{"kind": "phase of the moon", "values": [1]}]},
        {"conditions": "everything"},
        {"conditions": [{"kind": "label", "values": [999]}]},
    ],
)
def test_a_rule_that_is_off_over_or_not_understood_does_nothing(world, values):
    found = rule(world, "cable")
    SplitRule.objects.filter(pk=found.pk).update(**values)

    assert parts(plan(world, breaker=24, cable=100)) == [(0, sorted([BREAKER, CABLE]))]


@pytest.mark.parametrize(("whose", "is_his"), [("own", True), ("stranger", False)])
def test_a_rule_for_some_buyers_touches_no_other(world, whose, is_his):
    more = [{"kind": "counterparty", "values": [world.companies[whose].pk]}]
    apart = rule(world, "cable", more=more)

    found = plan(world, breaker=24, cable=100)

    assert (apart.pk in {s.rule_id for s in found.shipments}) is is_his


def test_goods_are_named_by_section_maker_and_label(world):
    section = section_of(world)
    label = Label.objects.create(
        name="Хит", code="hit", conditions=[{"kind": "category", "values": [section.pk]}]
    )
    of_label = rule(world, more=[{"kind": "label", "values": [label.pk]}])
    by_label = plan(world, breaker=24, cable=100)
    SplitRule.objects.all().delete()
    of_section = rule(world, more=[{"kind": "category", "values": [section.pk]}])

    by_section = plan(world, breaker=24, cable=100)

    names = [[names for pk, names in parts(found) if pk] for found in (by_label, by_section)]
    assert names[0] == names[1] != []
    assert of_label.pk != of_section.pk


def test_a_preferred_warehouse_is_taken_where_it_has_all_and_the_buyer_may_move_it(world):
    moscow = world.warehouses["moscow"]
    rule(world, "cable", kind="prefer", warehouse=moscow)
    stock(world, "breaker", moscow=0)
    context, _basket, sheet = filled(world, breaker=24, cable=100)
    ruled = sheet_ruled(context=context, sheet=sheet)

    found = plan_of(ruled)

    assert shown(found, world) == [("rostov", 0, {BREAKER: 24}), ("moscow", 0, {CABLE: 100})]
    cable = next(line for line in sheet.lines if line.article == CABLE)
    there = Source(first_day(), world.warehouses["rostov"].pk)
    by_hand = moved(found.choice, found.shipments[1], [cable.id], there)
    assert shown(plan_of(ruled, choice=by_hand), world) == [
        ("rostov", 0, {BREAKER: 24, CABLE: 100})
    ]
    stock(world, "cable", moscow=99)
    assert shown(plan(world, breaker=24, cable=100), world) == [
        ("rostov", 0, {BREAKER: 24, CABLE: 100})
    ]


def test_a_warehouse_that_the_buyer_does_not_see_is_never_preferred(world):
    unseen = world.warehouses["moscow"]
    unseen.is_active = False
    unseen.save()
    rule(world, "cable", kind="prefer", warehouse=unseen)

    assert shown(plan(world, cable=100), world) == [("rostov", 0, {CABLE: 100})]


def test_what_was_shown_apart_is_placed_apart_and_moving_does_not_join_it(world):
    apart = rule(world, "cable")
    context, basket, sheet = filled(world, breaker=24, cable=100)
    ruled = sheet_ruled(context=context, sheet=sheet)
    found = plan_of(ruled)
    own = next(s for s in found.shipments if s.rule_id)
    to = Source(first_day(), world.warehouses["moscow"].pk)
    choice = moved(found.choice, own, list(own.quantities), to)
    breaker = next(line for line in sheet.lines if line.article == BREAKER)
    choice = moved(choice, found.shipments[0], [breaker.id], to)
    both = plan_of(ruled, choice=choice)
    assert [s.warehouse_id for s in both.shipments] == [to.warehouse_id] * 2

    order = place(context, basket, ruled, both)

    with scopes_disabled():
        rows = list(Shipment.objects.filter(order=order).values_list("split_rule_id", flat=True))
    assert sorted(rows, key=bool) == [None, apart.pk]
    assert {code for _art, code, *_rest in lines_of(order)} == {"moscow"}


def test_a_rule_deleted_or_switched_off_after_the_offer_changes_nothing_in_it(world):
    rule(world, "cable")
    context, basket, sheet = filled(world, breaker=24, cable=100)
    ruled = sheet_ruled(context=context, sheet=sheet)
    found = plan_of(ruled)
    SplitRule.objects.all().delete()

    order = place(context, basket, ruled, found)

    with scopes_disabled():
        assert [s.split_rule_id for s in Shipment.objects.filter(order=order)] == [None, None]


def test_apart_and_for_another_consignee_are_both_kept(world):
    apart = rule(world, "cable")
    context, _basket, sheet = filled(world, breaker=24, cable=100)
    breaker = next(line for line in sheet.lines if line.article == BREAKER)
    choice = assigned(SplitChoice(), [breaker.id], 77)

    found = plan_of(sheet_ruled(context=context, sheet=sheet), choice=choice)

    assert {(s.consignee_id, s.rule_id) for s in found.shipments} == {(77, 0), (0, apart.pk)}


def test_the_nearest_are_those_of_the_buyers_region_though_afar_it_were_one_shipment(world):
    stock(world, "cable", rostov=100, moscow=500)
    stock(world, "breaker", rostov=0, moscow=500)
    context, _basket, sheet = filled(world, breaker=24, cable=100)
    ruled = sheet_ruled(context=context, sheet=sheet)

    found = plan_of(ruled, choice=SplitChoice(Policy.NEAREST))

    assert len(plan_of(ruled).shipments) == 1
    assert shown(found, world) == [("rostov", 0, {CABLE: 100}), ("moscow", 0, {BREAKER: 24})]


def test_the_rules_take_the_same_queries_whatever_the_basket(world):
    context, basket, _sheet = filled(world, cable=100)
    rule(world, "cable")
    rule(world, "breaker", kind="prefer", warehouse=world.warehouses["moscow"])

    def taken():
        sheet = basket_sheet(context=context, basket=basket)
        with CaptureQueriesContext(connection) as queries:
            sheet_ruled(context=context, sheet=sheet)
        return len(queries)

    few = taken()
    filled(world, cable=100, breaker=24, lamp=10)
    assert basket_for(context).lines.count() == 3

    assert taken() == few == 3


def test_a_method_of_delivery_is_wished_for_each_of_two_shipments_that_only_a_rule_parts(world):
    rule(world, "cable")
    found = plan(world, breaker=24, cable=100)

    assert DeliveryMethod.objects.count() == 0
    assert len({shipment.key for shipment in found.shipments}) == len(found.shipments) == 2
