"""Suggestions as a buyer types, how a text was read, the log of searches."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from b2b_apps.assortment.models import AssortmentRule
from search.engines.base import EngineAwayError
from search.engines.embedded_view import View
from search.querylog.models import LoggedQuery
from search.querylog.selectors import past_queries, queries_by_text, queries_without_results
from search.querylog.services import queries_tidy
from search.vocabulary.services import pins_save
from tests.storefront.goods import add_parent, add_product


@pytest.fixture
def goods(world):
    for number in range(12):
        add_product(world, number)
    add_product(world, 50, title="Лампа Тайна", brand="ТАЙНЫЙ", article="SECRET-1")
    return world


def suggested(buyer, text):
    response = buyer.get(reverse("search:suggest"), {"q": text})
    assert response.status_code == 200
    return response.context["suggestions"], response.content.decode()


def search(buyer, text, **more):
    return buyer.get(reverse("search:search"), {"q": text, **more})


def test_goods_sections_and_makers_are_suggested(goods, buyer, search_index):
    search_index()

    found, page = suggested(buyer, "роз")
    makers, _page = suggested(buyer, "тайн")

    assert found.total == 12
    assert len(found.products) == 6
    assert found.sections
    assert [link.text for link in makers.brands] == ["ТАЙНЫЙ"]
    assert 'role="listbox"' in page
    assert "<mark>Роз</mark>етка" in page


def test_an_article_is_suggested_by_its_beginning_in_any_letters(goods, buyer, search_index):
    search_index()

    assert [p.article for p in suggested(buyer, "roz 00007")[0].products] == ["ROZ-00007"]
    assert [p.article for p in suggested(buyer, "КЩЯ-00007")[0].products] == ["ROZ-00007"]


@pytest.mark.parametrize("text", ["SEAL-1", "seal 1", "ЫУФД-1"])
def test_the_characteristic_of_a_typed_article_is_suggested(world, buyer, search_index, text):
    parent = add_parent(world, ["белый", "чёрный"], article="SEAL")
    search_index()

    found, page = suggested(buyer, text)

    child = parent.children.get(article="SEAL-1")
    assert [(p.article, p.characteristic) for p in found.products] == [("SEAL-1", "чёрный")]
    assert f'href="{parent.get_absolute_url()}?variant={child.pk}"' in page


@pytest.mark.parametrize("text", ["", "р", "  р "])
def test_one_letter_suggests_nothing(goods, buyer, search_index, text):
    search_index()

    found, page = suggested(buyer, text)

    assert not found
    assert page.strip() == ""


def test_what_is_outside_the_assortment_is_not_suggested(goods, buyer, search_index):
    search_index()
    assert suggested(buyer, "тайн")[0].products
    AssortmentRule.objects.create(
        name="h", kind="hide", conditions=[{"kind": "brand", "values": ["тайный"]}]
    )

    found, page = suggested(buyer, "тайн")

    assert (found.products, found.brands, found.total) == ([], [], 0)
    assert "SECRET" not in page


def test_suggestions_take_the_same_few_queries_whatever_is_found(goods, buyer, search_index):
    search_index()
    suggested(buyer, "роз")
    counts = []
    for text in ("роз", "тайн"):
        with CaptureQueriesContext(connection) as captured:
            suggested(buyer, text)
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 13


def test_without_the_engine_only_own_searches_are_suggested(
    goods, buyer, search_index, monkeypatch
):
    search_index()
    search(buyer, "розетка 7")

    def away(view, bodies):
        raise EngineAwayError("no route")

    monkeypatch.setattr(View, "search", away)
    found, _page = suggested(buyer, "роз")

    assert [link.text for link in found.queries] == ["розетка 7"]
    assert found.products == []


def test_past_searches_are_the_persons_own(goods, buyer, search_index, client):
    search_index()
    for text in ("розетка 3", "Розетка 3", "щщщъъъщщ", "лампа"):
        search(buyer, text)
    world = goods

    assert past_queries(user_id=world.people["buyer"].pk, typed="роз") == ["Розетка 3"]
    assert past_queries(user_id=world.people["buyer"].pk, typed="щщ") == []
    assert past_queries(user_id=world.people["stranger"].pk, typed="роз") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("КЩЯУЕЛФ", ""),
        ("hjptnrf", "показано по «розетка»"),
        ("rozetka", "показано по «розетка»"),
        ("рзетка", "отличается на букву"),
        ("розетка квантовая", "большинство"),
        ("розетка", ""),
    ],
)
def test_a_loose_reading_is_told(goods, buyer, search_index, text, said):
    search_index()

    page = search(buyer, text).content.decode()

    assert said in page
    assert ("search-note" in page) is bool(said)


def test_an_exact_article_is_first_and_marked(goods, buyer, search_index):
    add_product(goods, 71, article="ROZ-00007-BIG")
    search_index()

    rows = search(buyer, "roz 00007").context["listing"].rows

    assert [row.article for row in rows] == ["ROZ-00007", "ROZ-00007-BIG"]
    assert [[mark.text for mark in row.marks] for row in rows] == [["Точно"], []]


def test_a_pinned_product_is_first_and_marked(goods, buyer, search_index):
    search_index()
    lamp = goods.products["lamp"]
    pins_save(text="розетка", product_ids=[lamp.pk], user_id=None)

    rows = search(buyer, "розетки").context["listing"].rows

    assert rows[0].id == lamp.pk
    assert [mark.text for mark in rows[0].marks] == ["Советуем"]


def test_a_search_is_noted_once_with_what_it_found(goods, buyer, search_index):
    search_index()

    search(buyer, "розетка")
    search(buyer, "розетка", page="2")
    search(buyer, "розетка", brand="EKF")
    buyer.head(reverse("search:search"), {"q": "розетка"})
    search(buyer, "щщщъъъщщ")

    noted = list(LoggedQuery.objects.order_by("pk").values_list("text", "num_found", "reading"))
    assert noted == [("розетка", 12, "strict"), ("щщщъъъщщ", 0, "")]


def test_the_first_opened_result_is_noted_for_its_own_person_alone(
    goods, buyer, search_index, client, django_user_model
):
    search_index()
    noted = search(buyer, "розетка").context["noted"]
    url = reverse("search:opened")

    assert buyer.post(url, {"query": noted, "product": 7, "place": 3}).status_code == 204
    buyer.post(url, {"query": noted, "product": 8, "place": 1})
    buyer.post(url, {"query": "x", "product": "9" * 30, "place": ""})
    assert buyer.post(url, {"query": "9" * 5000, "product": 1, "place": 1}).status_code == 204
    assert LoggedQuery.objects.get().opened_place == 3

    search(buyer, "лампа")
    other = LoggedQuery.objects.latest("pk").pk
    client.force_login(goods.people["stranger"])
    client.post(url, {"query": other, "product": 7, "place": 3})
    assert LoggedQuery.objects.get(pk=other).opened_place is None


def test_the_log_is_summed_up_and_tidied(goods, buyer, search_index):
    search_index()
    for text in ("розетка", "розетки", "щщщъъъщщ"):
        search(buyer, text)
    since = timezone.now() - timedelta(days=1)

    assert [row["num"] for row in queries_by_text(since=since)] == [2, 1]
    assert [row["text"] for row in queries_without_results(since=since)] == ["щщщъъъщщ"]

    LoggedQuery.objects.filter(num_found=0).update(asked_at=timezone.now() - timedelta(days=181))
    assert queries_tidy() == 1
    assert LoggedQuery.objects.count() == 2


def test_nothing_found_gives_ways_on(goods, buyer, search_index):
    search_index()

    page = search(buyer, "щщщъъъщщ йцукенъ розетка").content.decode()
    shorter = search(buyer, "жжжжжжж розетка").context.get("shorter")

    assert "Спросите менеджера" in page
    assert shorter is None or [link.text for link in shorter] == ["розетка"]
