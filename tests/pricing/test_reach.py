"""What conditions leave is counted as the engine decides."""

import pytest
from django.apps import apps

from b2b_apps.pricing.conditions import conditions_from
from b2b_apps.pricing.reach import goods_reached, reach_of
from b2b_apps.pricing.selectors import price_book
from tests.pricing.making import add_rule
from tests.storefront.goods import add_attribute, add_parent, section_of


@pytest.fixture
def known(world):
    attribute = add_attribute(world, "Полюсов", {"breaker": "1P", "cable": "2P"})
    parent = add_parent(world, ["белый", "серый"], article="P-1")
    apps.get_model("catalogue", "Product").objects.filter(parent=parent).update(brand="")
    section = section_of(world)
    return {
        "brand": [" iek "],
        "parents brand": [parent.brand],
        "category": [section.get_parent().pk],
        "product": [world.products["breaker"].pk, parent.pk],
        "attribute": ["1p"],
        "price_list": [world.lists["dealer"].pk],
        "attribute_id": attribute.pk,
    }


@pytest.mark.parametrize("is_not", [False, True])
@pytest.mark.parametrize("key", ["brand", "parents brand", "category", "product", "attribute"])
def test_counts_and_engine_agree(world, known, key, is_not):
    kind = key.split()[-1]
    stored = [{"kind": kind, "is_not": is_not, "values": known[key],
               "attribute": known["attribute_id"]}]  # fmt: skip
    rule = add_rule(action="unavailable", conditions=stored)
    everything = list(
        apps.get_model("catalogue", "Product")
        .objects.filter(is_public=True).exclude(structure="parent").values_list("pk", flat=True)
    )  # fmt: skip
    book = price_book(context=world.context(), product_ids=everything)
    decided = {pk for pk in everything if book.availability(pk) == "unavailable"}

    conditions = conditions_from(rule.conditions)

    assert set(goods_reached(conditions).values_list("pk", flat=True)) == decided
    assert reach_of(conditions).num == len(decided)
    assert 0 < len(decided) < len(everything)


def test_each_condition_tells_how_many_it_leaves(world, known, django_assert_num_queries):
    stored = [
        {"kind": "brand", "values": ["IEK", "EKF", "nobody"]},
        {"kind": "region", "values": [1]},
        {"kind": "product", "values": known["product"]},
        {"kind": "attribute", "values": ["1p"], "attribute": known["attribute_id"]},
        {"kind": "brand", "values": []},
    ]

    with django_assert_num_queries(1):
        reach = reach_of(conditions_from(stored))

    total = goods_reached([]).count()
    assert reach.total == total
    assert reach.left[1] is None
    first, _region, second, third, last = reach.left
    assert total >= first >= second >= third == 1
    assert last == reach.num == 0


def test_a_list_counts_what_its_bases_have(world):
    derived = type(world.lists["dealer"]).objects.create(
        name="От дилерской", base=world.lists["dealer"], base_percent=-5
    )

    of_base, of_derived = (
        reach_of(conditions_from([{"kind": "price_list", "values": [pk]}])).num
        for pk in (world.lists["dealer"].pk, derived.pk)
    )

    assert of_base == of_derived > 0
