"""Search for the staff: how the index stands, synonyms, pins, what a text finds."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from b2b_apps.assortment.models import AssortmentRule
from search import current
from search.engines.base import EngineAwayError
from search.models import Generation
from search.querylog.models import LoggedQuery
from search.vocabulary.models import Pin, Synonym
from search.vocabulary.selectors import query_key
from search.vocabulary.services import pins_save, synonym_save
from tests.storefront.conftest import search_index  # noqa: F401 - a fixture

HTMX = {"HTTP_HX_REQUEST": "true"}


def url(name, *args):
    return reverse(f"dashboard:{name}", args=args)


def queries(client, address):
    with CaptureQueriesContext(connection) as taken:
        assert client.get(address).status_code == 200
    return len(taken)


def test_a_rebuild_is_asked_for_once_and_told_with_who_asked(desk, staff):
    for _twice in range(2):
        staff.post(url("search-rebuild"))

    page = staff.get(url("search-index"))

    asked = Generation.objects.get()
    who = desk.world.people["manager"]
    assert asked.state == "wanted"
    assert asked.reason == (who.get_full_name() or who.email)
    text = page.content.decode()
    assert f"запросил(а): {asked.reason}" in text
    assert 'hx-trigger="every 2s"' in text


def test_htmx_gets_the_state_of_the_index_alone(desk, staff, search_index):  # noqa: F811
    search_index()

    part = staff.get(url("search-index"), **HTMX)

    text = part.content.decode()
    assert text.lstrip().startswith('<div id="index"')
    assert part.context["index"].num_documents == 4
    assert part.context["state"][0] == "ok"
    assert 'hx-trigger="every 15s"' in text


def test_the_page_of_the_index_takes_the_same_queries_whatever_was_built(desk, staff):
    few = queries(staff, url("search-index"))
    Generation.objects.bulk_create(
        Generation(name=f"g{n}", state="old", reason="first") for n in range(40)
    )

    assert queries(staff, url("search-index")) == few == 10


def test_a_group_is_written_changed_deleted_and_put_back(desk, staff):
    typed = {"phrases": "кабель\r\nпровод", "finds": "", "is_active": "on"}
    staff.post(url("synonym-new"), typed)
    synonym = Synonym.objects.get()
    opened = staff.get(url("synonym", synonym.pk)).context["form"].initial
    staff.post(url("synonym", synonym.pk), {**opened, "finds": "шнур", "is_active": "on"})
    synonym.refresh_from_db()

    assert (synonym.phrases, synonym.finds) == (["кабель", "провод"], ["шнур"])
    assert synonym.changed_by == desk.world.people["manager"]

    staff.post(url("synonym-remove", synonym.pk))
    assert not Synonym.objects.exists()
    listed = staff.get(url("synonyms")).content.decode()
    assert "кабель = провод → шнур" in listed
    staff.post(url("synonym-put-back"), {"place": "0"})
    again = Synonym.objects.get()
    assert (again.phrases, again.finds, again.is_active) == (["кабель", "провод"], ["шнур"], True)
    assert staff.post(url("synonym-put-back"), {"place": "0"}).status_code == 404


def test_a_group_that_a_colleague_has_changed_is_not_written_over(desk, staff):
    synonym = synonym_save(phrases=["кабель", "провод"], user_id=None)
    opened = staff.get(url("synonym", synonym.pk)).context["form"].initial
    synonym_save(phrases=["кабель", "шнур"], user_id=None, synonym_id=synonym.pk)

    page = staff.post(url("synonym", synonym.pk), {**opened, "phrases": "кабель\nжила"})

    synonym.refresh_from_db()
    assert page.status_code == 422
    assert "кабель = шнур" in page.content.decode()
    assert synonym.phrases == ["кабель", "шнур"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"phrases": "кабель"}, "Нужны хотя бы две фразы"),
        ({"phrases": "кабель\n---"}, "нет ни одного слова"),
        ({"phrases": "\n".join(f"слово{n}" for n in range(30))}, "Слишком много"),
    ],
)
def test_what_can_not_be_taught_is_said(desk, staff, typed, said):
    page = staff.post(url("synonym-new"), typed)

    assert page.status_code == 422
    assert said in page.content.decode()
    assert not Synonym.objects.exists()


def test_synonyms_are_found_by_a_word_and_the_board_takes_the_same_queries(desk, staff):
    synonym_save(phrases=["кабель", "провод"], user_id=None)
    few = queries(staff, url("synonyms"))
    for n in range(60):
        synonym_save(phrases=[f"болт{n}", f"винт{n}"], user_id=None)

    found = staff.get(url("synonyms"), {"q": "пров"})

    assert [row.item.phrases for row in found.context["page"].rows] == [["кабель", "провод"]]
    assert queries(staff, url("synonyms")) == few == 7


def test_products_are_pinned_by_article_moved_and_taken_out(desk, staff):
    cable, lamp = desk.world.products["cable"], desk.world.products["lamp"]
    form = {"text": "свет", "was": "", "product": [cable.pk], "article": lamp.article.lower()}

    shown = staff.post(url("pin-new"), {**form, "do": "add"})
    assert [p.pk for p in shown.context["goods"]] == [cable.pk, lamp.pk]
    assert not Pin.objects.exists()
    moved = staff.post(
        url("pin-new"), {"text": "свет", "was": "", "product": [cable.pk, lamp.pk], "do": "up:1"}
    )
    ids = [p.pk for p in moved.context["goods"]]
    staff.post(url("pin-new"), {"text": "свет", "was": "", "product": ids, "do": "save"})

    assert list(Pin.objects.values_list("product", "place")) == [(lamp.pk, 0), (cable.pk, 1)]
    first = Pin.objects.get(place=0)
    staff.post(url("pin", first.pk), {"was": f"{lamp.pk},{cable.pk}", "product": [], "do": "save"})
    assert not Pin.objects.exists()


def test_an_unknown_product_and_a_colleagues_pins_are_told(desk, staff):
    cable, lamp = desk.world.products["cable"], desk.world.products["lamp"]
    unknown = staff.post(url("pin-new"), {"text": "свет", "article": "нет такого", "do": "add"})
    assert unknown.status_code == 422
    assert "Нет товара" in unknown.content.decode()
    gone = staff.post(
        url("pin-new"), {"text": "свет", "was": "", "product": [987654], "do": "save"}
    )
    assert "уже нет" in gone.content.decode()
    pins_save(text="свет", product_ids=[lamp.pk], user_id=None)

    late = staff.post(
        url("pin-new"), {"text": "свет", "was": "", "product": [cable.pk], "do": "save"}
    )

    assert late.status_code == 422
    assert list(Pin.objects.values_list("product", flat=True)) == [lamp.pk]


def test_the_board_of_pins_takes_the_same_queries(desk, staff):
    cable = desk.world.products["cable"]
    pins_save(text="кабель", product_ids=[cable.pk], user_id=None)
    few = queries(staff, url("pins"))
    for n in range(60):
        pins_save(text=f"текст{n}", product_ids=[cable.pk], user_id=None)

    assert queries(staff, url("pins")) == few == 8
    found = staff.get(url("pins"), {"q": cable.article})
    assert found.context["page"].count == 61


def test_a_text_is_tried_as_a_buyer_under_a_contract(desk, staff, search_index):  # noqa: F811
    search_index()
    world = desk.world
    asked = {"text": world.products["lamp"].article, "contract": world.contracts["own"].number}

    seen = staff.get(url("search-try"), asked, **HTMX)
    AssortmentRule.objects.create(
        name="Скрыть", kind="hide",
        conditions=[
            {"kind": "counterparty", "values": [world.companies["own"].pk]},
            {"kind": "product", "values": [world.products["lamp"].pk]},
        ],
    )  # fmt: skip
    hidden = staff.get(url("search-try"), asked, **HTMX)

    assert [p for p, _pinned in seen.context["trial"].rows] == [world.products["lamp"]]
    assert seen.context["trial"].reading == "strict"
    assert hidden.context["trial"].total == 0
    assert "ничего не находит" in hidden.content.decode()


def test_a_search_that_can_not_be_tried_says_why(desk, staff, monkeypatch):
    def away():
        raise EngineAwayError("нет связи")

    monkeypatch.setattr("search.service.live_index", away)
    monkeypatch.setattr(current.health, "note_away", lambda error: None)

    away_now = staff.get(url("search-try"), {"text": "кабель"})
    nobody = staff.get(url("search-try"), {"text": "кабель", "contract": "нет-такого"})

    assert "движок сейчас не отвечает" in away_now.content.decode()
    assert "Такого договора нет" in nobody.content.decode()


def asked(world, text, **more):
    values = {"num_found": 3, "reading": "strict", "took_ms": 5, **more}
    return LoggedQuery.objects.create(
        text=text, key=query_key(text), counterparty=world.companies["own"], **values
    )


def test_the_report_counts_what_was_asked_found_and_opened(desk, staff):
    world = desk.world
    asked(world, "краны шаровые", opened_place=1)
    asked(world, "кран шаровой", opened_place=4)
    asked(world, "розетка & <b>")
    asked(world, "выкючатель", num_found=0, reading="")
    asked(world, "пока лежал", num_found=0, reading="", was_away=True)
    old = asked(world, "давно")
    LoggedQuery.objects.filter(pk=old.pk).update(asked_at=timezone.now() - timedelta(days=60))

    page = staff.get(url("search-report"))
    empty = staff.get(url("search-report"), {"view": "empty"})
    unopened = staff.get(url("search-report"), {"view": "unopened", "days": "180"})

    log = page.context["log"]
    assert (log.num, log.num_empty, log.num_opened, log.num_away, log.place) == (4, 1, 2, 1, 2.5)
    assert next((row["num"], row["place"]) for row in log.texts) == (2, 2.5)
    assert [row["text"] for row in empty.context["log"].texts] == ["выкючатель"]
    assert {row["text"] for row in unopened.context["log"].texts} == {"розетка & <b>", "давно"}
    text = page.content.decode()
    assert "розетка &amp; &lt;b&gt;" in text
    assert f"{url('synonym-new')}?text={quote('розетка & <b>', safe='')}" in text
    linked = staff.get(url("pin-new"), {"text": "выкючатель"})
    assert 'value="выкючатель"' in linked.content.decode()


def test_the_report_takes_the_same_queries_whatever_was_asked(desk, staff):
    few = queries(staff, url("search-report"))
    for n in range(120):
        asked(desk.world, f"текст{n}")

    assert queries(staff, url("search-report")) == few == 6
    strange = staff.get(url("search-report"), {"days": "9999", "view": "нет"})
    assert len(strange.context["log"].texts) == 100
