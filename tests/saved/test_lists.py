"""Templates: kept, found, changed, shared, copied, put away."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from b2b_apps.assortment.models import AssortmentRule
from b2b_apps.pricing.models import Price
from b2b_apps.purchasing.selectors import basket_for
from b2b_apps.purchasing.services import basket_set_many
from b2b_apps.saved.errors import ListMissingError, ListNotYoursError
from b2b_apps.saved.models import SavedEntry, SavedLine, SavedList
from b2b_apps.saved.past import past_of_list
from b2b_apps.saved.recall import figures_of, recall
from b2b_apps.saved.selectors import lines_of, lists_for
from b2b_apps.saved.services import (
    LineEdit,
    Named,
    lines_edit,
    list_archive,
    list_copy,
    list_rename,
)
from tests.storefront.goods import add_product

HTMX = {"HTTP_HX_REQUEST": "true"}


def url(name, kept, *more):
    return reverse(f"saved:{name}", args=[kept.pk, *more])


def in_basket(world, person="buyer"):
    basket = basket_for(world.context(person))
    lines = basket.lines.values_list("product__article", "quantity") if basket else []
    return {article: Decimal(number) for article, number in lines}


def line_of(kept, world, key):
    return kept.lines.get(product=world.products[key])


def recalled(world, kept, **more):
    context = world.context()
    past = past_of_list(lines_of(kept), contract_id=kept.contract_id, context=context)
    return {line.past.article: line for line in recall(context=context, past=past, **more)}


def test_the_basket_is_kept_under_a_name_and_stays_as_it_is(world, buyer):
    basket_set_many(context=world.context(), quantities={world.products["lamp"].pk: 4})

    answer = buyer.post(reverse("saved:save"), {"name": " Щит  этажа ", "site": "Лазурный"})

    found = SavedList.objects.get()
    assert answer["Location"] == url("one", found)
    assert (found.name, found.site, found.num_lines, found.is_shared) == (
        "Щит этажа", "Лазурный", 1, False,
    )  # fmt: skip
    (line,) = lines_of(found)
    price = basket_for(world.context()).lines.get()
    assert (line.quantity, line.was_incl) == (4, price.price_incl_tax)
    assert in_basket(world) == {"0012-LLE-A60": 4}


@pytest.mark.parametrize("name", ["", "   "])
def test_nothing_is_kept_without_a_name_or_without_lines(world, buyer, name):
    buyer.post(reverse("saved:save"), {"name": "Щит"})
    basket_set_many(context=world.context(), quantities={world.products["lamp"].pk: 4})
    buyer.post(reverse("saved:save"), {"name": name})

    assert not SavedList.objects.exists()
    assert in_basket(world) == {"0012-LLE-A60": 4}


def test_a_page_tells_what_has_changed_since(world, buyer, kept):
    Price.objects.filter(product=world.products["lamp"]).update(amount="99")
    type(world.products["cable"]).objects.filter(pk=world.products["cable"].pk).update(
        is_public=False
    )

    found = recalled(world, kept)
    text = buyer.get(url("one", kept)).content.decode()

    assert {article: line.key for article, line in found.items()} == {
        "0012-LLE-A60": "price", "VVG3X25LS": "lost", "MVA20-1-016-C": "same",
    }  # fmt: skip
    assert found["0012-LLE-A60"].is_dearer
    assert "Снят с продажи" in text
    assert "↑" in text
    assert "VVG3X25LS" in text
    figures = figures_of(list(found.values()))
    assert (figures.num_going, figures.num_lost) == (2, 1)


def test_all_lines_go_into_the_basket_times_kits_and_what_stays_out_is_named(world, buyer, kept):
    type(world.products["cable"]).objects.filter(pk=world.products["cable"].pk).update(
        is_public=False
    )

    answer = buyer.post(url("take", kept), {"kits": "3"}, follow=True)

    assert in_basket(world) == {"0012-LLE-A60": 12, "MVA20-1-016-C": 72}
    text = answer.content.decode()
    assert "1 строка не вошла" in text
    assert "VVG3X25LS" in text
    assert "Щит этажа: в корзину добавлены 2 строки" in text
    buyer.post(reverse("basket:undo"))
    assert in_basket(world) == {}


def test_only_the_chosen_go_with_the_quantities_that_were_typed(world, buyer, kept):
    lamp, breaker = line_of(kept, world, "lamp"), line_of(kept, world, "breaker")

    buyer.post(
        url("take", kept),
        {"chosen": "1", "line": [lamp.pk], f"q-{lamp.pk}": "7", f"q-{breaker.pk}": "48"},
    )

    assert in_basket(world) == {"0012-LLE-A60": 7}
    assert line_of(kept, world, "lamp").quantity == 4


@pytest.mark.parametrize("is_lost", [False, True])
def test_a_template_of_which_nothing_went_in_is_not_used(world, buyer, kept, is_lost):
    sent = {f"q-{pk}": "0" for pk in kept.lines.values_list("pk", flat=True)}
    if is_lost:
        kept.lines.update(product=None)
        sent = {}

    answer = buyer.post(url("take", kept), sent, follow=True)

    assert ("не вошл" if is_lost else "ничего не добавлено") in answer.content.decode()
    assert answer.redirect_chain == [(url("one", kept), 302)]
    kept.refresh_from_db()
    assert kept.used_at is None


@pytest.mark.parametrize("text", ["-1", "1e9", "0,0001", "NaN", "１２", "99999999999"])
def test_a_quantity_that_is_none_takes_nothing(world, buyer, kept, text):
    lamp = line_of(kept, world, "lamp")

    buyer.post(url("take", kept), {f"q-{lamp.pk}": text})
    buyer.post(url("lines", kept), {f"q-{lamp.pk}": text})

    assert in_basket(world) == {}
    assert line_of(kept, world, "lamp").quantity == 4


def test_a_quantity_is_kept_as_it_is_typed_and_the_journal_tells_who_did_it(world, buyer, kept):
    lamp = line_of(kept, world, "lamp")

    answer = buyer.post(url("lines", kept), {f"q-{lamp.pk}": "9"}, **HTMX)

    assert line_of(kept, world, "lamp").quantity == 9
    assert f'id="s{lamp.pk}"' in answer.content.decode()
    entry = SavedEntry.objects.get(kind="quantity")
    assert (entry.person, entry.was, entry.now) == (world.people["buyer"], "4", "9")


def test_a_line_is_taken_out_and_put_back(world, buyer, kept):
    lamp = line_of(kept, world, "lamp")

    buyer.post(url("lines", kept), {"remove": lamp.pk, f"q-{lamp.pk}": "4"})
    assert [line.article for line in lines_of(kept)] == ["VVG3X25LS", "MVA20-1-016-C"]
    buyer.post(url("line_back", kept, lamp.pk))

    assert len(lines_of(kept)) == 3
    kept.refresh_from_db()
    assert kept.num_lines == 3


def test_a_shared_template_is_seen_by_colleagues_alone(world, client, kept):
    others = {"sister": 404, "stranger": 404, "head": 200}

    for person, status in others.items():
        client.force_login(world.people[person])
        assert client.get(url("one", kept)).status_code == status
        for name in ("take", "lines", "rename", "copy", "archive"):
            if status == 404:
                assert client.post(url(name, kept)).status_code == 404
    client.force_login(world.people["accountant"])
    assert client.get(url("one", kept)).status_code == 403


def test_a_private_template_is_its_owners(world, kept):
    list_rename(context=world.context(), pk=kept.pk, named=Named("Щит", is_shared=False))

    assert list(lists_for(world.context("head"))) == []
    assert list(lists_for(world.context())) == [kept]


def test_a_colleague_may_edit_a_shared_template_but_not_put_it_away(world, kept):
    colleague = world.context("head")
    bare = colleague.__class__(**{
        name: getattr(colleague, name) for name in colleague.__slots__
    } | {"permissions": colleague.permissions - {"manage_people"}})  # fmt: skip
    lamp = line_of(kept, world, "lamp")

    lines_edit(context=bare, pk=kept.pk, edits={lamp.pk: LineEdit(Decimal(6))})
    with pytest.raises(ListNotYoursError):
        list_archive(context=bare, pk=kept.pk)
    with pytest.raises(ListNotYoursError):
        list_rename(context=bare, pk=kept.pk, named=Named("Щит", is_shared=False))

    assert line_of(kept, world, "lamp").quantity == 6
    kept.refresh_from_db()
    assert (kept.archived_at, kept.is_shared) == (None, True)


def test_a_copy_is_the_persons_own(world, kept):
    made = list_copy(context=world.context("head"), pk=kept.pk)

    assert made.owner == world.people["head"]
    assert not made.is_shared
    assert [line.article for line in lines_of(made)] == [line.article for line in lines_of(kept)]
    assert SavedLine.objects.count() == 6


def test_the_archive_and_back(world, buyer, kept):
    buyer.post(url("archive", kept))
    listed = buyer.get(reverse("saved:index")).content.decode()
    away = buyer.get(reverse("saved:index") + "?scope=archive").content.decode()
    buyer.post(url("restore", kept))

    assert f'"{url("one", kept)}"' not in listed
    assert url("one", kept) in away
    assert url("one", kept) in buyer.get(reverse("saved:index")).content.decode()


@pytest.mark.parametrize(
    ("find", "is_there"), [("щит", True), ("лазурный 2", True), ("mva20", True), ("нет", False)]
)
def test_templates_are_found_by_name_site_and_articles(world, buyer, kept, find, is_there):
    text = buyer.get(reverse("saved:index"), {"find": find}).content.decode()

    assert (url("one", kept) in text) is is_there


def test_prices_of_another_contract_are_not_told(world, kept):
    SavedList.objects.filter(pk=kept.pk).update(contract=world.contracts["own_wholesale"])
    kept.refresh_from_db()

    assert all(line.past.was is None for line in recalled(world, kept).values())


def test_a_consignee_or_product_of_another_company_is_not_found(world, kept):
    foreign = world.companies["stranger"].consignees.first()
    lamp = line_of(kept, world, "lamp")

    with pytest.raises(ListMissingError):
        list_rename(context=world.context(), pk=kept.pk, named=Named("Щит", "", foreign.pk))
    with pytest.raises(ListMissingError):
        lines_edit(context=world.context(), pk=kept.pk, edits={lamp.pk: LineEdit(product_id=10**9)})

    kept.refresh_from_db()
    assert kept.name == "Щит этажа"
    assert line_of(kept, world, "lamp").product == world.products["lamp"]


def test_an_xlsx_has_all_lines(world, buyer, kept):
    answer = buyer.get(url("export", kept))

    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)[:2] == b"PK"


@pytest.mark.parametrize("number", [1, 30])
def test_query_budgets_of_the_pages(world, buyer, kept, number, django_assert_max_num_queries):
    goods = [add_product(world, n) for n in range(number)]
    SavedLine.objects.bulk_create(
        SavedLine(saved_list=kept, position=n, product=product, quantity=1)
        for n, product in enumerate(goods, start=10)
    )
    buyer.get(url("one", kept))

    with django_assert_max_num_queries(34):
        buyer.get(url("one", kept))
    with django_assert_max_num_queries(21):
        buyer.get(reverse("saved:index"))
    with django_assert_max_num_queries(28):
        buyer.post(url("take", kept))


def hide(world, key):
    stored = [{"kind": "product", "values": [world.products[key].pk]}]
    AssortmentRule.objects.create(name="x", kind="hide", conditions=stored)


def test_goods_that_the_contract_does_not_show_are_told_nothing_of(world, buyer, kept):
    line = line_of(kept, world, "lamp")
    line.comment = "Тайная пометка"
    line.save()
    lines_edit(context=world.context(), pk=kept.pk, edits={line.pk: LineEdit(Decimal(9))})
    hide(world, "lamp")
    pages = [url("one", kept), url("journal", kept), reverse("saved:index")]
    secrets = ("0012-LLE-A60", "Лампа LED", "Тайная пометка", "62,14")

    texts = [buyer.get(page).content.decode() for page in pages]

    assert [secret for secret in secrets for text in texts if secret in text] == []
    assert "Не показывается по этому договору" in texts[0]
    assert "VVG3X25LS" in texts[0]


def test_neither_the_file_nor_the_search_tells_of_them(world, buyer, kept):
    hide(world, "lamp")

    file = b"".join(buyer.get(url("export", kept)).streaming_content)
    found = [buyer.get(reverse("saved:index"), {"find": text}).content.decode()
             for text in ("LLE-A60", "Лампа", "VVG3")]  # fmt: skip

    rows = [str(row) for row in sheet_rows(file)]
    assert not [row for row in rows if "LLE" in row or "Лампа" in row]
    assert [kept.name in text for text in found] == [False, False, True]


def test_they_stay_and_are_whole_where_they_are_shown(world, buyer, kept):
    hide(world, "lamp")
    buyer.post(url("take", kept))
    answer = buyer.get(reverse("basket:summary")).content.decode()
    AssortmentRule.objects.all().delete()

    assert "0012-LLE-A60" not in in_basket(world)
    assert "LLE" not in answer
    assert "0012-LLE-A60" in buyer.get(url("one", kept)).content.decode()


def test_where_all_is_shown_nothing_more_is_asked(world, kept, django_assert_num_queries):
    lines, context = lines_of(kept), world.context()

    with django_assert_num_queries(0):
        past_of_list(lines, contract_id=kept.contract_id, context=context)


def sheet_rows(file):
    return CalamineWorkbook.from_filelike(BytesIO(file)).get_sheet_by_index(0).to_python()
