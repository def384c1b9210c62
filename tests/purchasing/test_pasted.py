"""Pasted lists: how a row is taken apart, and what can't be read in it."""

from decimal import Decimal

import pytest
from django.apps import apps

from b2b_apps.purchasing.pasted import pasted_rows
from tests.storefront.goods import add_product


def read(world, text):
    """(article, quantity, code) of each row."""
    return [
        (row.article, row.quantity, row.code) for row in pasted_rows(text, context=world.context())
    ]


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("MVA20-1-016-C", 1),
        ("mva20-1-016-c 5", 5),
        ("MVA20-1-016-C\t5", 5),
        ("MVA20-1-016-C;5", 5),
        ("MVA20-1-016-C, 5", 5),
        ("MVA20-1-016-C 1 000", 1000),
        ("MVA20-1-016-C 5 шт", 5),
        ("MVA20-1-016-C 5шт.", 5),
        ("MVA20-1-016-C 5 штук", 5),
        ("MVA20-1-016-C\t5\tшт", 5),
        ("MVA20-1-016-C\tАвтомат 1P 16А\t5", 5),
        ("MVA20-1-016-C — 5", 5),
        ("MVA20-1-016-C x 5", 5),
        ("MVA20-1-016-C 2 упаковки", 24),
        ("MVA20-1-016-C\t2\tупак", 24),
        ("MVA20-1-016-C 0,5", Decimal("0.5")),
        ("5 MVA20-1-016-C", 5),
        ("5 шт MVA20-1-016-C", 5),
        ("5шт. MVA20-1-016-C", 5),
        ("5 x MVA20-1-016-C", 5),
        ("1 200 шт MVA20-1-016-C", 1200),
        ("5\tMVA20-1-016-C", 5),
        ("1\tMVA20-1-016-C\tАвтомат 1P\tшт\t5", 5),
        ("Автомат 1P\tMVA20-1-016-C\t5", 5),
        ("MVA20-1-016-C: 5", 5),
        ("MVA20-1-016-C=5", 5),
        ("MVA20-1-016-C x5", 5),
        ("MVA20-1-016-C (5 шт)", 5),
        ("MVA20-1-016-C|5|шт", 5),
        ("MVA20-1-016-C,Автомат 1P,5", 5),
    ],
)
def test_a_row_is_read_as_people_write_it(world, text, quantity):
    world.products["breaker"].packs.create(name="упаковки", factor=12)

    (row,) = pasted_rows(text, context=world.context())

    assert (row.product_id, row.quantity, row.code) == (
        world.products["breaker"].pk,
        quantity,
        "",
    )


@pytest.mark.parametrize(
    ("text", "code", "shown"),
    [
        ("MVA20-1-016-C abc", "malformed", "abc"),
        ("MVA20-1-016-C -3", "malformed", "-3"),
        ("MVA20-1-016-C −3", "malformed", "−3"),
        ("MVA20-1-016-C 0", "nothing", "0"),
        ("MVA20-1-016-C 5 м", "unit", "м"),
        ("MVA20-1-016-C 99999999999", "too_large", "99999999999"),
        ("MVA20-1-016-C\tАвтомат", "malformed", "Автомат"),
    ],
)
def test_a_quantity_that_is_none_is_named_with_its_article(world, text, code, shown):
    (row,) = pasted_rows(text, context=world.context())

    assert (row.article, row.code, row.shown) == ("MVA20-1-016-C", code, shown)


def test_an_article_with_spaces_and_figures_is_known_as_a_whole(world):
    add_product(world, 1, article="ЩРН 12 IP54")

    assert read(world, "щрн 12 ip54\nЩРН 12 IP54 3") == [
        ("щрн 12 ip54", 1, ""),
        ("ЩРН 12 IP54", 3, ""),
    ]


def test_what_nobody_knows_and_what_several_share_is_not_guessed(world):
    for number in (1, 2):
        add_product(world, number, article="ДВОЙНИК")

    assert read(world, "NOPE 3\n\nДВОЙНИК 2") == [
        ("NOPE", 1, "unknown"),
        ("ДВОЙНИК", 1, "ambiguous"),
    ]


@pytest.mark.parametrize("rows", [1, 300])
def test_a_list_is_read_in_the_same_queries_however_long(
    world, rows, django_assert_max_num_queries
):
    text = "\n".join(["MVA20-1-016-C 5 шт", "0012-LLE-A60 2", "NOPE 7"] * rows)

    context = world.context()

    with django_assert_max_num_queries(3):
        found = pasted_rows(text, context=context)

    assert len(found) == 3 * rows
    assert apps.get_model("basket", "Line").objects.count() == 0
