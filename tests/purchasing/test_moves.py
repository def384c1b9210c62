"""Lines go over from the basket of one contract to that of another; nothing is lost on the way."""

from decimal import Decimal

import pytest

from b2b_apps.core.errors import PermissionMissingError
from b2b_apps.pricing.models import Price
from b2b_apps.purchasing.moving import move_preview
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import (
    basket_comment,
    basket_move,
    basket_move_back,
    basket_put_back,
    basket_remove,
    basket_set_many,
    basket_take_back,
)


def fill(context, world, **quantities):
    basket_set_many(
        context=context,
        quantities={world.products[k].pk: Decimal(n) for k, n in quantities.items()},
    )


def held(context):
    """(article, quantity, comment) of each line of a basket, in its order."""
    basket = basket_for(context)
    rows = basket.lines.order_by("date_created", "pk") if basket else ()
    return [(row.product.article, row.quantity, row.comment) for row in rows]


@pytest.fixture
def dealer(world):
    return world.context("buyer", "own")


@pytest.fixture
def wholesale(world):
    return world.context("buyer", "own_wholesale")


def test_lines_come_over_with_their_comments_at_the_other_prices(world, dealer, wholesale):
    fill(dealer, world, breaker=24, lamp=5)
    lamp = basket_for(dealer).lines.get(product=world.products["lamp"])
    basket_comment(context=dealer, line_id=lamp.pk, comment="в щитовую")

    move = basket_move(context_from=dealer, context_to=wholesale)

    assert held(dealer) == []
    assert held(wholesale) == [("MVA20-1-016-C", 24, ""), ("0012-LLE-A60", 5, "в щитовую")]
    assert move.stayed == []
    assert move.num_repriced == 2
    assert [line.problems for line in move.change.sheet.lines] == [(), ()]
    assert basket_for(dealer).cached_num_lines == 0
    assert basket_for(wholesale).cached_total == move.change.sheet.total_incl_tax


def test_what_has_no_price_there_stays_and_is_named(world, dealer, wholesale):
    fill(dealer, world, breaker=24, lamp=5)
    Price.objects.filter(
        product=world.products["lamp"], price_list=world.lists["wholesale"]
    ).delete()

    preview = move_preview(context_from=dealer, context_to=wholesale)
    move = basket_move(context_from=dealer, context_to=wholesale)

    assert [(m.line.article, m.code) for m in preview.staying] == [("0012-LLE-A60", "no_price")]
    assert [(e.article, e.code) for e in move.stayed] == [("0012-LLE-A60", "no_price")]
    assert held(dealer) == [("0012-LLE-A60", 5, "")]
    assert held(wholesale) == [("MVA20-1-016-C", 24, "")]


def test_the_preview_says_what_the_move_does(world, dealer, wholesale):
    fill(dealer, world, breaker=24, lamp=5)
    fill(wholesale, world, lamp=2)

    preview = move_preview(context_from=dealer, context_to=wholesale)
    before = basket_for(wholesale).cached_total
    move = basket_move(context_from=dealer, context_to=wholesale)

    assert (len(preview.going), len(preview.repriced), len(preview.merged)) == (2, 2, 1)
    assert preview.total_was == Decimal("3490.22")
    assert preview.total_now == move.change.sheet.total_incl_tax - before
    assert held(wholesale) == [("0012-LLE-A60", 7, ""), ("MVA20-1-016-C", 24, "")]


def test_what_cannot_leave_is_in_both_sums_of_the_preview(world, dealer, wholesale):
    fill(dealer, world, lamp=40000)
    number = Decimal(40000)

    preview = move_preview(context_from=dealer, context_to=wholesale)

    (moving,) = preview.going
    assert moving.line.problems
    assert preview.total_was == moving.line.price.line_at(number).incl_tax
    assert preview.total_now == moving.price.line_at(number).incl_tax


def test_only_the_lines_asked_for_go(world, dealer, wholesale):
    fill(dealer, world, breaker=24, lamp=5)
    lamp = basket_for(dealer).lines.get(product=world.products["lamp"])

    basket_move(context_from=dealer, context_to=wholesale, line_ids=[lamp.pk])

    assert held(dealer) == [("MVA20-1-016-C", 24, "")]
    assert held(wholesale) == [("0012-LLE-A60", 5, "")]


def test_a_move_is_undone_to_the_last_line(world, dealer, wholesale):
    fill(dealer, world, cable=3, breaker=24, lamp=5)
    fill(wholesale, world, lamp=2)
    before = held(dealer), held(wholesale)
    move = basket_move(context_from=dealer, context_to=wholesale)

    basket_move_back(context_from=wholesale, context_to=dealer, lines=move.moved)

    assert (held(dealer), held(wholesale)) == before


def test_a_role_that_does_not_order_there_moves_nothing(world):
    head, clerk = world.context("head"), world.context("clerk")
    fill(head, world, lamp=5)

    with pytest.raises(PermissionMissingError):
        basket_move(context_from=head, context_to=clerk)

    assert held(head) == [("0012-LLE-A60", 5, "")]


def test_lines_put_back_stand_where_they_stood(world, dealer):
    fill(dealer, world, cable=3, breaker=24, lamp=5)
    lines = {row.product.article: row for row in basket_for(dealer).lines.all()}
    basket_comment(context=dealer, line_id=lines["MVA20-1-016-C"].pk, comment="срочно")

    change = basket_remove(context=dealer, line_ids=[lines["MVA20-1-016-C"].pk])
    basket_put_back(context=dealer, lines=change.taken)

    sheet = basket_sheet(context=dealer, basket=basket_for(dealer))
    assert [line.article for line in sheet.lines] == [
        "VVG3X25LS",
        "MVA20-1-016-C",
        "0012-LLE-A60",
    ]
    assert held(dealer)[1] == ("MVA20-1-016-C", 24, "срочно")


def test_what_was_added_is_taken_back_and_what_was_there_stays(world, dealer):
    fill(dealer, world, breaker=24)

    change = basket_set_many(
        context=dealer,
        quantities={world.products["breaker"].pk: Decimal(5), world.products["lamp"].pk: 1},
        add=True,
    )
    basket_take_back(context=dealer, quantities=change.added)

    assert change.added == {world.products["breaker"].pk: 12, world.products["lamp"].pk: 1}
    assert held(dealer) == [("MVA20-1-016-C", 24, "")]


@pytest.mark.parametrize("quantity", [10**10, 10**9])
def test_a_monstrous_quantity_is_refused_and_the_others_go_in(world, dealer, quantity):
    change = basket_set_many(
        context=dealer,
        quantities={
            world.products["breaker"].pk: Decimal(quantity),
            world.products["lamp"].pk: Decimal(2),
        },
    )

    assert [(e.article, e.code) for e in change.refused] == [("MVA20-1-016-C", "too_large")]
    assert held(dealer) == [("0012-LLE-A60", 2, "")]
