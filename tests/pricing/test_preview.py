"""What a rule would change: before and after, caps marked, nothing stored."""

from decimal import Decimal

import pytest
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Segment
from b2b_apps.contracts.context import context_under
from b2b_apps.pricing.models import PriceRule
from b2b_apps.pricing.preview import rule_preview
from tests.pricing.making import add_list, add_rule, book_of
from tests.storefront.goods import add_attribute, add_parent, section_of


def draft(value, *conditions, **fields):
    listed = [{"kind": kind, "values": list(values)} for kind, *values in conditions]
    return PriceRule(name="черновик", value=Decimal(value), conditions=listed, **fields)


def changes(preview):
    return {row.article: (str(row.before), str(row.after), row.limit) for row in preview.rows}


def own(world):
    with scopes_disabled():
        return context_under(contract_id=world.contracts["own"].pk)


def test_before_and_after_of_the_goods_that_it_concerns(world):
    rule = draft(10, ("product", world.products["lamp"].pk), ("brand", "iek"))

    preview = rule_preview(rule=rule, context=own(world))

    assert changes(preview) == {"0012-LLE-A60": ("62.1400", "68.3540", "")}
    assert not PriceRule.objects.exists()


def test_caps_floors_and_purchase_prices_are_told(world):
    add_list(world.products["lamp"], 55, name="Закупка", is_cost=True)
    rule = draft(-50, ("price_list", world.lists["dealer"].pk), max_change=20, floor_percent=6)

    preview = rule_preview(rule=rule, context=own(world))

    assert changes(preview) == {
        "0012-LLE-A60": ("62.1400", "58.3000", "floor"),
        "MVA20-1-016-C": ("132.4800", "112.4800", "cap"),
    }
    assert preview.num_limited == {"cap": 1, "floor": 1}
    assert {row.article: row.cost for row in preview.rows}["0012-LLE-A60"] == Decimal(55)


def test_a_rule_takes_its_place_among_the_live_ones_without_its_stored_self(world):
    lamp = ("product", world.products["lamp"].pk)
    add_rule(100, action="fixed", priority=1, conditions=[lamp])
    stored = add_rule(-50, priority=50, conditions=[lamp])
    add_rule(-5, action="step", priority=90, conditions=[lamp])
    stored.value = Decimal(-10)

    preview = rule_preview(rule=stored, context=own(world))

    assert changes(preview) == {"0012-LLE-A60": ("95.0000", "85.0000", "")}
    assert book_of(world).amount(world.products["lamp"].pk) == Decimal("45.0000")


def test_a_list_is_seen_by_a_buyer_such_as_the_rule_asks_for(world):
    segment = Segment.objects.create(name="монтажники")
    rule = draft(
        10,
        ("segment", segment.pk),
        ("region", world.regions["moscow"].pk),
        ("contract", world.contracts["stranger"].pk),
        ("product", world.products["cable"].pk),
    )

    preview = rule_preview(rule=rule, price_list=world.lists["wholesale"])

    assert changes(preview) == {"VVG3X25LS": ("86.8860", "95.5746", "")}
    assert rule_preview(rule=rule, context=own(world)).rows == []


def test_a_promo_code_and_a_term_do_not_hide_what_a_rule_would_do(world):
    rule = draft(10, ("product", world.products["lamp"].pk), promo_code="X")

    assert len(rule_preview(rule=rule, context=own(world)).rows) == 1


@pytest.mark.parametrize("action", ["on_request", "unavailable"])
def test_a_price_taken_away_is_told(world, action):
    rule = draft(0, ("product", world.products["lamp"].pk), action=action)

    (row,) = rule_preview(rule=rule, context=own(world)).rows

    assert (row.before, row.after, row.availability) == (Decimal("62.1400"), None, action)


def test_sections_properties_and_characteristics_are_found(world):
    attribute = add_attribute(world, "Полюсов", {"breaker": "1P", "cable": "2P"})
    parent = add_parent(world, ["белый"], article="P-1")
    by_section = draft(10, ("category", section_of(world).get_parent().pk))
    by_property = draft(10)
    by_property.conditions = [{"kind": "attribute", "attribute": attribute.pk, "values": ["2p"]}]
    by_product = draft(10, ("product", parent.pk))

    found = [
        sorted(changes(rule_preview(rule=rule, context=own(world))))
        for rule in (by_section, by_property, by_product)
    ]

    assert found == [
        ["0012-LLE-A60", "MVA20-1-016-C", "P-1-0", "VVG3X25LS"],
        ["VVG3X25LS"],
        ["P-1-0"],
    ]


def test_agreed_prices_are_shown_as_left_alone(world):
    preview = rule_preview(rule=draft(10), context=own(world))

    cable = next(row for row in preview.rows if row.article == "VVG3X25LS")
    assert (cable.spared, cable.before, cable.after) == (
        "agreed", Decimal("70.1234"), Decimal("70.1234"),
    )  # fmt: skip
    assert (preview.num_changed, preview.num_same) == (2, 1)


def test_a_draft_is_seen_in_the_place_of_the_rule_that_it_replaces(world):
    old = add_rule(-50)
    rule = draft(-10, replaces=old)

    preview = rule_preview(rule=rule, context=own(world))

    assert changes(preview)["0012-LLE-A60"] == ("31.0700", "55.9260", "")


@pytest.mark.parametrize("num", [1, 20])
def test_a_preview_takes_as_many_queries_for_many_goods(world, num, django_assert_max_num_queries):
    add_parent(world, [str(n) for n in range(num)], article="P-1")
    context, section = own(world), section_of(world)

    with django_assert_max_num_queries(7):
        preview = rule_preview(rule=draft(10, ("category", section.pk)), context=context)

    assert len(preview.rows) == num + 3
