"""Sections above the results of a search, and what of a name is marked."""

import pytest
from django.urls import reverse

from b2b_apps.assortment.models import AssortmentRule
from b2b_apps.storefront.search_text import pieces_of
from search import current
from search.engines.base import EngineAwayError
from tests.storefront.goods import add_product, section_of


@pytest.fixture
def shop(world, search_index):
    """Sockets in two sections, five and three, two and one of them of another maker; both below
    one section; and a third section that nobody is told of.
    """
    above = section_of(world)
    world.sections = {
        name: above.add_child(name=name, slug=slug)
        for name, slug in (("Дом", "home"), ("Дача", "out"), ("Тайна", "secret"))
    }
    for number in range(8):
        product = add_product(world, number, brand="IEK" if number % 3 else "EKF")
        product.categories.set([world.sections["Дом" if number < 5 else "Дача"]])
    hidden = add_product(world, 50, title="Розетка секретная")
    hidden.categories.set([world.sections["Тайна"]])
    AssortmentRule.objects.create(
        name="x", kind="hide", conditions=[{"kind": "product", "values": [hidden.pk]}]
    )
    search_index()
    return world


def chips(buyer, **asked):
    listing = buyer.get(reverse("search:search"), {"q": "розетка", **asked}).context["listing"]
    return {chip.name: (chip.num, chip.is_chosen) for chip in listing.sections}, listing


def test_sections_of_what_was_found_stand_above_it(shop, buyer):
    found, listing = chips(buyer)

    assert found == {"": (8, True), "Дом": (5, False), "Дача": (3, False)}
    assert [chip.name for chip in listing.sections] == ["", "Дом", "Дача"]


def test_a_section_is_chosen_like_a_filter_and_left_again(shop, buyer):
    home = str(shop.sections["Дом"].pk)

    found, listing = chips(buyer, **{"in": home})

    assert found == {"": (8, False), "Дом": (5, True), "Дача": (3, False)}
    assert len(listing.rows) == listing.page.paginator.count == 5
    assert f"in={home}" not in listing.sections[0].url
    assert (
        f'name="in"\n      value="{home}"'
        in buyer.get(reverse("search:search"), {"q": "розетка", "in": home}).content.decode()
    )


def test_counts_of_sections_heed_the_other_filters_and_they_heed_the_section(shop, buyer):
    found, listing = chips(buyer, **{"in": str(shop.sections["Дача"].pk), "brand": "EKF"})

    assert found == {"": (3, False), "Дом": (2, False), "Дача": (1, True)}
    brands = next(group for group in listing.facets.groups if group.name == "brand")
    assert {value.value: value.count for value in brands.values} == {"IEK": 2, "EKF": 1}


def test_one_section_is_no_choice(shop, buyer):
    assert chips(buyer, q="ROZ-00007")[0] == {}


@pytest.mark.parametrize("section", ["Тайна", 10**14, "x", "-1"])
def test_a_section_that_is_not_his_tells_nothing(shop, buyer, section):
    asked = str(shop.sections[section].pk) if section in shop.sections else str(section)

    response = buyer.get(reverse("search:search"), {"q": "розетка", "in": asked})

    assert response.status_code == 200
    assert "Тайна" not in response.content.decode()
    assert "секретная" not in response.content.decode()


def test_without_the_index_there_are_no_sections_to_choose(shop, buyer, monkeypatch):
    def away():
        raise EngineAwayError

    monkeypatch.setattr(current, "live_index", away)

    found, listing = chips(buyer, **{"in": str(shop.sections["Дом"].pk)})

    assert found == {}
    assert listing.num_all == len(listing.rows) == 8


@pytest.mark.parametrize("view", ["table", "tiles"])
def test_what_was_typed_is_marked_in_names(shop, buyer, view):
    page = buyer.get(reverse("search:search"), {"q": "розетку", "view": view}).content.decode()
    layout = buyer.get(reverse("search:search"), {"q": "hjptnrf", "view": view}).content.decode()
    section = buyer.get(section_of(shop).get_absolute_url(), {"view": view}).content.decode()

    assert "<mark>Розетка</mark> 1" in page
    assert "<mark>Розетка</mark> 1" in layout
    assert "<mark>" not in section


@pytest.mark.parametrize(
    ("name", "typed", "marked"),
    [
        ("Кабель ВВГнг(А)-LS 3×2,5 ок", "ввг 3x2.5", ["ВВГ", "3×2,5"]),
        ("Кабель ВВГнг(А)-LS 3×2,5 ок", "ввгнг-ls", ["ВВГнг", "LS"]),
        ("Лампа для лампочки", "лампы", ["Лампа"]),
        ("Автомат 1P 116А", "16", []),
        ("Автомат 1P 16А", "16", ["16"]),
        ("Кран шаровой", "(((", []),
        ("Гайка M8<b>", "m8<b>", ["M8<b>"]),
    ],
)
def test_words_are_marked_in_whatever_letters(name, typed, marked):
    assert [piece for piece, is_typed in pieces_of(name, typed) if is_typed] == marked
    assert "".join(piece for piece, _is_typed in pieces_of(name, typed)) == name


def test_a_long_odd_text_makes_no_slow_pattern():
    pieces = pieces_of("Кабель " + "-" * 200, "- ( ) а-б/в " * 200)

    assert "".join(piece for piece, _is_typed in pieces) == "Кабель " + "-" * 200


def test_what_is_marked_is_escaped(world, buyer, search_index):
    add_product(world, 1, title="Гайка <b>M8")
    search_index()

    page = buyer.get(reverse("search:search"), {"q": "гайка <b>m8"}).content.decode()

    assert "<mark>Гайка</mark> " in page
    assert "<b>M8" not in page
