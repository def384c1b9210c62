"""The basket: one per person and contract, quantities in packs, prices of the contract."""

from decimal import Decimal

import pytest
from django.apps import apps

from b2b_apps.core.errors import PermissionMissingError
from b2b_apps.pricing.models import Price
from b2b_apps.purchasing.errors import ProductRefusedError
from b2b_apps.purchasing.selectors import basket_for, basket_quantities, basket_sheet
from b2b_apps.purchasing.services import (
    basket_accept,
    basket_comment,
    basket_remove,
    basket_set,
    basket_set_many,
)


def lines(world, person="buyer", contract=None):
    """Quantities in a person's basket by article."""
    context = world.context(person, contract)
    basket = basket_for(context)
    return {x.product.article: x.quantity for x in basket.lines.all()} if basket else {}


def test_a_quantity_is_raised_to_the_pack_and_the_answer_says_so(world):
    change = basket_set(
        context=world.context(), product_id=world.products["breaker"].pk, quantity=Decimal(140)
    )

    (correction,) = change.corrections
    assert (correction.asked, correction.taken, correction.multiple) == (140, 144, 12)
    assert lines(world) == {"MVA20-1-016-C": 144}


def test_setting_again_replaces_and_zero_takes_out(world):
    context, product = world.context(), world.products["lamp"].pk

    basket_set(context=context, product_id=product, quantity=Decimal(5))
    basket_set(context=context, product_id=product, quantity=Decimal("7.5"))
    assert lines(world) == {"0012-LLE-A60": Decimal(8)}
    basket_set(context=context, product_id=product, quantity=Decimal(0))

    assert lines(world) == {}
    assert basket_for(context).cached_num_lines == 0
    assert basket_for(context).cached_total == 0


def test_each_contract_has_its_own_basket_with_its_own_prices(world):
    product = world.products["breaker"].pk
    for contract in ("own", "own_wholesale"):
        basket_set(
            context=world.context("buyer", contract), product_id=product, quantity=Decimal(12)
        )

    totals = {
        contract: basket_for(world.context("buyer", contract)).cached_total
        for contract in ("own", "own_wholesale")
    }

    assert totals == {"own": Decimal("1589.76"), "own_wholesale": Decimal("1907.71")}


def test_nobody_else_has_the_basket(world):
    product = world.products["lamp"].pk
    basket_set(context=world.context(), product_id=product, quantity=Decimal(3))

    assert lines(world, "head") == {}
    assert basket_quantities(context=world.context("stranger"), product_ids=[product]) == {}
    assert basket_quantities(context=world.context(), product_ids=[product]) == {product: 3}


def test_lines_of_another_basket_are_not_removed(world):
    basket_set(
        context=world.context("stranger"),
        product_id=world.products["lamp"].pk,
        quantity=Decimal(3),
    )
    (line,) = basket_for(world.context("stranger")).lines.all()

    basket_remove(context=world.context(), line_ids=[line.pk])
    changed = basket_comment(context=world.context(), line_id=line.pk, comment="mine")

    assert not changed
    assert lines(world, "stranger") == {"0012-LLE-A60": 3}


@pytest.mark.parametrize("person", ["clerk", "accountant"])
def test_only_a_role_that_places_orders_changes_a_basket(world, person):
    with pytest.raises(PermissionMissingError):
        basket_set(
            context=world.context(person),
            product_id=world.products["lamp"].pk,
            quantity=Decimal(1),
        )

    assert apps.get_model("basket", "Basket").objects.count() == 0


def test_goods_without_price_or_unknown_are_refused_and_nothing_changes(world):
    no_price = world.products["no_price"].pk
    world.products["cable"].is_public = False
    world.products["cable"].save()

    for product, code in [
        (no_price, "no_price"),
        (world.products["cable"].pk, "unknown"),
        (0, "unknown"),
    ]:
        with pytest.raises(ProductRefusedError) as refused:
            basket_set(context=world.context(), product_id=product, quantity=Decimal(1))
        assert refused.value.code == code

    assert basket_for(world.context()) is None


def test_many_at_once_name_what_was_refused(world):
    change = basket_set_many(
        context=world.context(),
        quantities={
            world.products["lamp"].pk: Decimal(2),
            world.products["no_price"].pk: Decimal(2),
        },
    )

    assert [r.code for r in change.refused] == ["no_price"]
    assert lines(world) == {"0012-LLE-A60": 2}


def test_adding_adds_to_what_is_there(world):
    product = world.products["lamp"].pk
    for _time in range(2):
        basket_set_many(context=world.context(), quantities={product: Decimal(2)}, add=True)

    assert lines(world) == {"0012-LLE-A60": 4}


def test_a_changed_price_is_shown_until_it_is_accepted(world):
    context, product = world.context(), world.products["lamp"]
    basket_set(context=context, product_id=product.pk, quantity=Decimal(2))
    Price.objects.filter(product=product, price_list=world.lists["dealer"]).update(amount="65.25")

    (line,) = basket_sheet(context=context, basket=basket_for(context)).lines
    basket_set(context=context, product_id=product.pk, quantity=Decimal(3))
    still = basket_sheet(context=context, basket=basket_for(context)).lines[0]
    accepted = basket_accept(context=context, line_ids=[line.id]).sheet.lines[0]

    assert (line.problem.kind, line.problem.was, line.problem.now) == (
        "price",
        Decimal("62.14"),
        Decimal("65.25"),
    )
    assert line.problem.percent == Decimal("5.0")
    assert not line.is_blocking
    assert still.problem.kind == "price"
    assert accepted.problems == ()


def test_another_tier_at_another_quantity_is_no_changed_price(world):
    context, product = world.context(), world.products["lamp"]
    Price.objects.create(
        price_list=world.lists["dealer"], product=product, minimum_quantity=100, amount="50"
    )
    basket_set(context=context, product_id=product.pk, quantity=Decimal(2))

    change = basket_set(context=context, product_id=product.pk, quantity=Decimal(100))

    assert change.sheet.lines[0].unit_price == 50
    assert change.sheet.lines[0].problems == ()


def test_a_line_leaves_from_the_home_warehouse_or_from_the_one_that_holds_enough(world):
    context, product = world.context(), world.products["lamp"]
    records = apps.get_model("partner", "StockRecord").objects.filter(product=product)
    records.filter(partner=world.warehouses["rostov"]).update(num_in_stock=14)

    small = basket_set(context=context, product_id=product.pk, quantity=Decimal(14)).sheet.lines[0]
    large = basket_set(context=context, product_id=product.pk, quantity=Decimal(60)).sheet.lines[0]
    short = basket_set(context=context, product_id=product.pk, quantity=Decimal(500)).sheet.lines[0]

    assert small.warehouse_id == world.warehouses["rostov"].pk
    assert large.warehouse_id == world.warehouses["moscow"].pk
    assert (short.problem.kind, short.problem.now, short.problem.take) == ("shortage", 134, 134)
    assert short.is_blocking


def test_a_product_that_left_the_assortment_blocks_its_line(world):
    context, product = world.context(), world.products["lamp"]
    basket_set(context=context, product_id=product.pk, quantity=Decimal(2))
    product.is_public = False
    product.save()

    sheet = basket_sheet(context=context, basket=basket_for(context))

    assert [x.problem.kind for x in sheet.blocking] == ["gone"]
    assert sheet.total_incl_tax == 0


def test_totals_are_the_sums_of_the_lines(world):
    context = world.context("buyer", "own_on_top")
    change = basket_set_many(
        context=context,
        quantities={world.products[k].pk: Decimal(12) for k in ("breaker", "cable", "lamp")},
    )

    sheet = change.sheet
    assert sheet.total_excl_tax + sheet.vat == sheet.total_incl_tax
    assert sheet.total_incl_tax == sum(x.amount.incl_tax for x in sheet.lines)
    assert sheet.vat_by_rate == [(Decimal("22.00"), sheet.vat)]
    assert [g.warehouse_id for g in sheet.shipments] == [world.warehouses["rostov"].pk]
    assert basket_for(context).cached_total == sheet.total_incl_tax
