"""Search by article, barcode and words."""

import re

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from b2b_apps.storefront.listing_query import clean_text
from b2b_apps.storefront.meant import variants_meant
from b2b_apps.storefront.search_text import search_patterns
from tests.storefront.goods import add_parent, add_product


def found(client, text):
    response = client.get(reverse("search:search"), {"q": text})
    assert response.status_code == 200
    listing = response.context.get("listing")
    return [row.article for row in listing.rows] if listing else []


@pytest.mark.parametrize(
    "text",
    [
        "MVA20-1-016-C",
        "mva20 1 016 c",
        "МVА20-1-016-С",
        "mva201016с",
        "  MVA20_1/016.C  ",
    ],
)
def test_an_article_is_found_however_it_is_written(world, buyer, text):
    assert found(buyer, text) == ["MVA20-1-016-C"]


def test_leading_zeros_count(world, buyer):
    add_product(world, article="12-LLE-A60")

    assert found(buyer, "0012-LLE-A60") == ["0012-LLE-A60"]
    assert found(buyer, "12-LLE-A60") == ["12-LLE-A60", "0012-LLE-A60"]


def test_the_exact_article_comes_first_then_its_beginnings(world, buyer):
    for article in ("X-VVG3X25LS", "VVG3X25LS-50"):
        add_product(world, article=article)

    assert found(buyer, "VVG3X25LS") == ["VVG3X25LS", "VVG3X25LS-50", "X-VVG3X25LS"]


def test_a_barcode_and_a_code_of_1c_are_found(world, buyer):
    add_product(world, article="B", barcode="4607123450862", code_1c="00-00418832")

    assert found(buyer, "4607123450862") == ["B"]
    assert found(buyer, "00-00418832") == ["B"]


@pytest.mark.parametrize("text", ["ввг 3х2.5", "кабели 3×2,5", "IEK кабель", "ВВГнг(А)-LS"])
def test_words_are_found_in_any_form(world, buyer, text):
    assert found(buyer, text) == ["VVG3X25LS"]


def test_all_words_must_fit(world, buyer):
    assert found(buyer, "кабель лампа") == []


def test_a_characteristics_article_finds_its_product(world, buyer):
    parent = add_parent(world, ["белый", "чёрный"], article="SEAL")

    assert found(buyer, f"{parent.article}-1") == ["SEAL"]


def test_hidden_goods_are_not_found(world, buyer):
    cable = world.products["cable"]
    type(cable).objects.filter(pk=cable.pk).update(is_public=False)

    assert found(buyer, "VVG3X25LS") == []


def test_nothing_found_says_what_to_try(world, buyer):
    page = buyer.get(reverse("search:search"), {"q": "вввгнг 3х25 белый"}).content.decode()

    assert "Упрощённый поиск ничего не нашёл" in page
    assert "Такого товара в каталоге нет" not in page
    assert "0 позиций" in page


@pytest.mark.parametrize("text", ["", "   ", "\t\n"])
def test_an_empty_search_gives_a_hint(world, buyer, text):
    page = buyer.get(reverse("search:search"), {"q": text}).content.decode()

    assert "Что найти?" in page


def test_a_search_is_filtered_like_any_listing(world, buyer):
    add_product(world, article="MVA20-OTHER")

    response = buyer.get(reverse("search:search"), {"q": "MVA20", "brand": "EKF"})

    assert [row.article for row in response.context["listing"].rows] == ["MVA20-OTHER"]


def test_the_text_is_bounded_and_has_no_control_characters():
    assert clean_text("a\x00b\x1f  c" + "d" * 900) == "a b c" + "d" * 195


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=300)
)
def test_no_text_breaks_the_search(world, buyer, text):
    response = buyer.get(reverse("search:search"), {"q": text})

    assert response.status_code == 200


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet="()[]\\^$*+?{}|.-_×хХxX,0аА\"'", max_size=40))
def test_signs_of_expressions_are_only_signs(text):
    patterns = search_patterns(clean_text(text))

    if patterns:
        assert all(re.compile(word) for word in [patterns.article, *patterns.words])


def test_a_letter_pasted_into_the_search_is_quoted_by_its_beginning(buyer):
    text = "прошу выставить счёт на автоматы " * 5

    page = buyer.get("/search/", {"q": text}).content.decode()
    heading = re.sub(r"\s+", " ", re.search(r"<h1>(.*?)<span", page, re.DOTALL)[1]).strip()

    assert heading == text[:79] + "…"
    assert text.strip() in page, "the field keeps it whole"


@pytest.fixture
def family(world):
    """SEAL with SEAL-0, SEAL-1 and SEAL-2, each dearer by one than the one before."""
    parent = add_parent(world, ["белый", "чёрный", "серый"], article="SEAL")
    child = parent.children.get(article="SEAL-1")
    type(child).objects.filter(pk=child.pk).update(barcode="4607123450862")
    return parent


def test_only_a_search_that_is_whole_says_that_there_is_no_such_product(world, buyer, search_index):
    search_index()

    page = buyer.get(reverse("search:search"), {"q": "zzzzqqq"}).content.decode()

    assert "Такого товара в каталоге нет" in page
    assert "прощённ" not in page


def rows(client, text, **more):
    return client.get(reverse("search:search"), {"q": text, **more}).context["listing"].rows


@pytest.mark.parametrize(
    "text", ["SEAL-1", "sеаl 1", "ЫУФД-1", "4607123450862", "46071234508", "герметик seal-1"]
)
def test_a_row_names_the_characteristic_that_was_typed(world, buyer, family, search_index, text):
    type(family).objects.filter(pk=family.pk).update(title="Герметик")
    search_index()

    (row,) = rows(buyer, text)

    child = family.children.get(article="SEAL-1")
    assert (row.meant.id, row.meant.article, row.meant.characteristic) == (
        child.pk, "SEAL-1", "чёрный"
    )  # fmt: skip
    assert row.url == f"{family.get_absolute_url()}?variant={child.pk}"
    assert row.meant.amount == row.price.amount + 1


@pytest.mark.parametrize(
    "text",
    [
        "герметик чёрный",
        "ЧЕРНЫЙ seal",
        "чёрные герметики",
        "uthvtnbr xthysq",
        "чёрный для герметика",
    ],
)
def test_a_row_names_the_characteristic_whose_words_were_typed(
    world, buyer, family, search_index, text
):
    type(family).objects.filter(pk=family.pk).update(title="Герметик")
    search_index()

    (row,) = rows(buyer, text)
    page = buyer.get(reverse("search:search"), {"q": text}).content.decode()

    child = family.children.get(article="SEAL-1")
    assert (row.meant.id, row.meant.is_by_code) == (child.pk, False)
    assert row.url == f"{family.get_absolute_url()}?variant={child.pk}"
    assert '<span class="art">SEAL-1</span> <mark>чёрный</mark>' in page
    assert [mark.text for mark in row.marks] == []


@pytest.mark.parametrize(
    ("characteristics", "title", "text", "named"),
    [
        (["белый", "белый матовый"], "Рамка", "рамка белый", "белый"),
        (["белый", "белый матовый"], "Рамка", "рамка белая матовая", "белый матовый"),
        (["белый, 1 м", "белый, 2 м", "синий, 1 м"], "Лента", "лента белая", None),
        (["белый, 1 м", "белый, 2 м", "синий, 1 м"], "Лента", "лента 2м белая", "белый, 2 м"),
        (["белый", "синий"], "Лента", "лента бело-синяя", None),
        (["белый", "синий"], "Лента белая", "лента белая", None),
        (["белый", "синий"], "Лента белая", "лента белая синяя", "синий"),
        (["слоновая кость", "кость"], "Лента", "лента слоновая-кость", "слоновая кость"),
        (["44-46", "46-48"], "Жилет", "жилет 46-48", "46-48"),
        (["44-46", "46-48"], "Жилет", "жилет 46", None),
        (["16 А", "160 А"], "Автомат", "автомат 16а", "16 А"),
    ],
)
def test_words_name_one_characteristic_or_none(world, characteristics, title, text, named):
    family = add_parent(world, characteristics, title=title, article="FAM")

    found = variants_meant(context=world.context(), text=text, products=[family])

    assert (found[family.pk].variant.characteristic if found else None) == named


def test_what_was_typed_is_looked_for_by_one_query_of_all_families(
    world, django_assert_num_queries
):
    families = [
        add_parent(world, ["белый", "синий"], title=f"Лента {n}", article=f"FAM{n}")
        for n in range(5)
    ]
    context = world.context()

    for some in (families[:1], families):
        with django_assert_num_queries(1):
            found = variants_meant(context=context, text="синяя лента", products=some)
        assert {named.variant.characteristic for named in found.values()} == {"синий"}
        assert len(found) == len(some)


@pytest.mark.parametrize("text", ["SEAL", "SEA", "SEAL-", "герметик", "герметик чёрный или белый"])
def test_a_row_names_none_where_several_may_be_meant(world, buyer, family, search_index, text):
    type(family).objects.filter(pk=family.pk).update(title="Герметик")
    search_index()

    (row,) = rows(buyer, text)

    assert row.meant is None
    assert row.url == family.get_absolute_url()


@pytest.mark.parametrize("view", ["table", "tiles"])
def test_the_characteristic_that_was_typed_is_bought_from_its_row(
    world, buyer, family, search_index, view
):
    search_index()
    child = family.children.get(article="SEAL-1")

    page = buyer.get(reverse("search:search"), {"q": "SEAL-1", "view": view}).content.decode()
    buyer.post(reverse("basket:set"), {"product": child.pk, "quantity": "2"})
    again = rows(buyer, "SEAL-1", view=view)

    assert '<mark class="art">SEAL-1</mark> <b>чёрный</b>' in page
    assert f'name="product" value="{child.pk}"' in page
    assert again[0].meant.in_basket == 2
    assert again[0].state == "in"


def test_a_characteristic_that_is_hidden_is_not_named(world, buyer, family, search_index):
    family.children.filter(article="SEAL-1").update(is_public=False)
    search_index()

    assert [row.meant for row in rows(buyer, "SEAL")] == [None]
    assert found(buyer, "SEAL-1") == []
