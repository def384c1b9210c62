"""How many queries pages of the catalogue make: few, and as many for 100 goods as for 24."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.storefront.goods import add_attribute, add_parent, add_product, section_of


@pytest.fixture
def buyer(world, client):
    for number in range(110):
        add_product(world, number)
    for number in range(3):
        add_parent(world, ["белый", "чёрный"], article=f"P-{number}")
    add_attribute(world, "Полюсов", {"breaker": "1P", "cable": "2P"})
    client.force_login(world.people["buyer"])
    return client


@pytest.mark.parametrize("size", ["24", "100"])
@pytest.mark.parametrize("view", ["table", "tiles"])
def test_a_section_makes_fifteen_queries(world, buyer, size, view, django_assert_max_num_queries):
    section = section_of(world)
    url = reverse(
        "catalogue:category",
        kwargs={"category_slug": f"{section.get_parent().slug}/{section.slug}", "pk": section.pk},
    )
    cache.clear()

    with django_assert_max_num_queries(15):
        response = buyer.get(url, {"size": size, "view": view, "brand": "EKF", "stock": "1"})

    assert len(response.context["listing"].rows) == int(size)


@pytest.mark.parametrize("view", ["table", "tiles"])
def test_a_hundred_goods_take_the_queries_of_twenty_four(world, buyer, view):
    url = section_of(world).get_absolute_url()
    counts = []
    for size in ("24", "100"):
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            assert buyer.get(url, {"size": size, "view": view}).status_code == 200
        counts.append(len(captured))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("size", ["24", "100"])
def test_a_search_makes_fifteen_queries(world, buyer, size, django_assert_max_num_queries):
    cache.clear()

    with django_assert_max_num_queries(15):
        response = buyer.get(reverse("search:search"), {"q": "розетка", "size": size})

    assert len(response.context["listing"].rows) == int(size)


def test_the_index_makes_eight_queries(world, buyer, django_assert_max_num_queries):
    cache.clear()

    with django_assert_max_num_queries(8):
        buyer.get(reverse("catalogue:index"))


@pytest.mark.parametrize("num", [2, 20])
def test_a_card_makes_fifteen_queries(world, buyer, num, django_assert_max_num_queries):
    parent = add_parent(world, [f"цвет {place}" for place in range(num)])
    cache.clear()

    with django_assert_max_num_queries(15):
        buyer.get(parent.get_absolute_url())


def test_why_a_price_is_what_it_is_takes_twelve_queries(
    world, buyer, django_assert_max_num_queries
):
    url = reverse("storefront:price_why", args=[world.products["cable"].pk])
    cache.clear()

    with django_assert_max_num_queries(12):
        assert buyer.get(url).status_code == 200
