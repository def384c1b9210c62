"""Rules of shipments for the staff: blanks, refusals, the journal, a basket one is tried on."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from b2b_apps.assortment.models import Label
from b2b_apps.fulfilment.models import SplitRule, SplitRuleChange
from b2b_apps.purchasing.selectors import basket_for
from b2b_apps.purchasing.services import basket_set
from tests.desk.addresses import a_rule
from tests.desk.test_assortment import of_cable, of_own

HTMX = {"HTTP_HX_REQUEST": "true"}


def url(name, *args):
    return reverse(f"dashboard:{name}", args=args)


def posted(*lines, **more):
    data = {"name": "Кабель отдельно", "kind": "apart", "priority": "10", "is_active": "on",
            "lines": str(len(lines))}  # fmt: skip
    for n, (kind, values) in enumerate(lines):
        data |= {f"c{n}-kind": kind, f"c{n}-value": [str(value) for value in values]}
    return {**data, **more}


def a_basket(world):
    context = world.context()
    for key, quantity in (("breaker", 24), ("cable", 100)):
        basket_set(context=context, product_id=world.products[key].pk, quantity=Decimal(quantity))
    return basket_for(context)


def test_a_rule_is_saved_with_its_author_and_what_the_buyer_is_told(desk, staff):
    world = desk.world
    staff.post(
        url("split-rule-new"),
        posted(of_cable(world), of_own(world), do="save", reason="Барабаны – отдельной машиной"),
    )

    rule = SplitRule.objects.get()
    assert (rule.kind, rule.priority, rule.reason) == ("apart", 10, "Барабаны – отдельной машиной")
    assert [item["kind"] for item in rule.conditions] == ["product", "counterparty"]
    change = SplitRuleChange.objects.get()
    assert (change.user, change.is_new) == (world.people["manager"], True)


def test_a_rule_that_is_filled_in_is_tried_on_a_basket_and_nothing_is_written(desk, staff):
    basket = a_basket(desk.world)

    page = staff.post(
        url("split-rule-new"), posted(of_cable(desk.world), do="look", basket=basket.pk), **HTMX
    )

    tried = page.context["tried"]
    assert (len(tried.before.shipments), len(tried.after.shipments)) == (1, 2)
    assert tried.num_ruled == 1
    assert "это правило" in page.content.decode()
    assert not SplitRule.objects.exists()


def test_a_label_may_be_named_here_and_not_in_a_price_rule(desk, staff):
    label = Label.objects.create(
        name="Хит", code="hit",
        conditions=[{"kind": "product", "values": [desk.world.products["cable"].pk]}],
    )  # fmt: skip
    page = staff.post(url("split-rule-new"), posted(("label", [label.pk]), do="save"))
    assert page.status_code == 302
    assert SplitRule.objects.get().conditions == [{"kind": "label", "values": [label.pk]}]
    shown = staff.get(url("split-rules")).content.decode()
    assert "Хит" in shown

    draft = a_rule(desk)
    priced = staff.post(
        url("rule", draft), {"lines": "1", "c0-kind": "label", "c0-value": "1"}, **HTMX
    )

    assert list(priced.context["lines"]) == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"kind": "prefer"}, "Выберите склад"),
        ({"lines": "0"}, "Назовите товары"),
        ({"c0-value": []}, "нет значения"),
    ],
)
def test_what_makes_no_rule_is_refused_in_words(desk, staff, more, said):
    page = staff.post(url("split-rule-new"), posted(of_cable(desk.world), do="save", **more))

    assert page.status_code == 422
    assert said in page.content.decode()
    assert not SplitRule.objects.exists()


def test_only_goods_that_ship_apart_can_be_joined_and_they_stay_so(desk, staff):
    world = desk.world
    staff.post(url("split-rule-new"), posted(of_cable(world), do="save"))
    apart = SplitRule.objects.get()
    other = ("product", [world.products["breaker"].pk])
    staff.post(
        url("split-rule-new"),
        posted(other, do="save", name="С кабелем", kind="with", joins=apart.pk),
    )
    assert SplitRule.objects.get(name="С кабелем").joins == apart

    page = staff.post(url("split-rule", apart.pk), posted(of_cable(world), do="save", kind="with"))

    assert page.status_code == 422
    apart.refresh_from_db()
    assert apart.kind == "apart"


def test_an_edit_is_in_the_journal_and_a_colleagues_is_not_written_over(desk, staff):
    world = desk.world
    staff.post(url("split-rule-new"), posted(of_cable(world), do="save"))
    rule = SplitRule.objects.get()
    seen = staff.get(url("split-rule", rule.pk)).context["seen"]
    moscow = world.warehouses["moscow"]
    edit = posted(of_cable(world), do="save", seen=seen, kind="prefer", warehouse=moscow.pk)

    staff.post(url("split-rule", rule.pk), edit)
    late = staff.post(url("split-rule", rule.pk), {**edit, "name": "Поздно"})

    rule.refresh_from_db()
    assert (rule.name, rule.warehouse) == ("Кабель отдельно", moscow)
    assert late.status_code == 422
    assert moscow.name in staff.get(url("split-rule", rule.pk)).content.decode()


def test_the_board_takes_the_same_queries_whatever_its_length(desk, staff):
    lines = [{"kind": "product", "values": [desk.world.products["cable"].pk]}]

    def taken():
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(url("split-rules")).status_code == 200
        return len(queries)

    SplitRule.objects.create(name="Первое", kind="apart", conditions=lines)
    few = taken()
    for number in range(30):
        SplitRule.objects.create(name=f"Правило {number}", kind="apart", conditions=lines)

    assert taken() == few
