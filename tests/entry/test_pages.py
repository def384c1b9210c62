"""Fast entry through the browser's eyes."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from lxml import html
from python_calamine import CalamineWorkbook

from b2b_apps.entry.models import EntryList, EntryRow
from b2b_apps.purchasing.selectors import basket_for
from tests.entry.test_checking import hide, rows_of
from tests.storefront.goods import add_product

HTMX = {"HTTP_HX_REQUEST": "true"}
State = EntryRow.State
INDEX, ROWS, ADD, UNDO = map(
    reverse, ("entry:index", "entry:rows", "entry:add", "entry:undo")
)  # fmt: skip


@pytest.fixture
def listed(world, buyer):
    """The buyer with a row that is found, corrected, short, unknown."""
    text = "0012-LLE-A60 4\nMVA20-1-016-C 140\nVVG3X25LS 100500\nNOPE-777 3"
    buyer.post(reverse("entry:check"), {"text": text})
    return buyer


def row(text):
    return EntryRow.objects.get(text__startswith=text)


def in_basket(world):
    basket = basket_for(world.context())
    lines = basket.lines.values_list("product__article", "quantity") if basket else []
    return {article: int(number) for article, number in lines}


def test_a_list_is_pasted_checked_and_put_into_the_basket(world, listed):
    page = listed.get(INDEX).content.decode()
    answer = listed.post(ADD)
    after = listed.get(answer["Location"]).content.decode()

    assert "кратность 12: было 140" in page
    assert "взять 132" in page
    assert "такого артикула нет" in page
    assert answer["Location"] == INDEX
    assert in_basket(world) == {"0012-LLE-A60": 4, "MVA20-1-016-C": 144, "VVG3X25LS": 100500}
    assert "В корзине 3 строки." in after
    assert [r.text for r in EntryRow.objects.exclude(state=State.ADDED)] == ["NOPE-777 3"]


def test_a_list_sent_twice_is_added_once(world, listed):
    listed.post(ADD)
    listed.post(ADD)

    assert in_basket(world)["0012-LLE-A60"] == 4


def test_what_was_added_can_be_undone(world, listed):
    listed.post(ADD)
    listed.post(UNDO)

    assert in_basket(world) == {}
    assert set(EntryRow.objects.values_list("state", flat=True)) == {
        State.FOUND, State.FIXED, State.SHORT, State.UNKNOWN,
    }  # fmt: skip


def test_the_field_keeps_the_list_over_a_reload(listed):
    tree = html.fromstring(listed.get(INDEX).content)

    (field,) = tree.xpath("//textarea[@name='text']")

    assert field.text.splitlines()[1] == "MVA20-1-016-C 140"
    kinds = [item.get("data-k") for item in tree.xpath("//ol[@id='marks']/li")]
    assert kinds == ["ok", "multiple", "short", "none"]


def test_a_quantity_is_edited_in_place_and_back(listed):
    pk = row("0012").pk

    answer = listed.post(ROWS, {f"q-{pk}": "7"}, **HTMX)
    edited = row("0012").quantity
    listed.post(UNDO)

    assert edited == 7
    assert f'id="e{pk}"' in answer.content.decode()
    assert 'id="qtotal"' in answer.content.decode()
    assert row("0012").quantity == 4


def test_a_bad_quantity_stays_as_it_was_typed(listed):
    pk = row("0012").pk

    answer = listed.post(ROWS, {f"q-{pk}": "1e9"}, **HTMX).content.decode()

    assert "«1e9» — не количество" in answer
    assert (row("0012").typed, row("0012").quantity) == ("1e9", None)


def test_the_whole_form_without_script_changes_what_was_changed_alone(listed):
    found, fixed = row("0012"), row("MVA20")
    cells = {f"q-{found.pk}": "4", f"q-{fixed.pk}": "12"}

    listed.post(ROWS, cells)

    assert row("MVA20").asked == 12
    assert "is_edited" not in row("0012").details


def test_what_there_is_is_taken_at_a_press(listed):
    short = row("VVG")

    listed.post(ROWS, {"take": f"{short.pk}:50"})

    assert (row("VVG").quantity, row("VVG").state) == (50, State.FOUND)


def test_a_row_is_removed_and_put_back(listed):
    pk = row("NOPE").pk

    answer = listed.post(ROWS, {"remove": pk}, **HTMX)
    page = listed.get(INDEX).content.decode()
    listed.post(UNDO)

    assert "Убрана 1 строка" in answer.content.decode()
    assert "NOPE-777" not in page
    assert row("NOPE").removed_at is None


def test_a_cleared_list_can_be_put_back(listed):
    listed.post(reverse("entry:clear"))
    cleared = listed.get(INDEX).context["view"].counts.num_open
    listed.post(UNDO)

    assert (cleared, listed.get(INDEX).context["view"].counts.num_open) == (0, 4)


def test_a_candidate_is_chosen_and_stays_chosen_when_the_text_is_checked_again(world, buyer):
    wanted, other = (add_product(world, number, article="ДВОЙНИК") for number in (1, 2))
    rows_of(world, "ДВОЙНИК 2\n0012-LLE-A60")
    pk = row("ДВОЙНИК").pk

    buyer.post(ROWS, {f"o-{pk}": str(other.pk)}, **HTMX)
    buyer.post(reverse("entry:check"), {"text": "ДВОЙНИК 2\nVVG3X25LS 3"})

    chosen = row("ДВОЙНИК")
    assert (chosen.product_id, chosen.state, chosen.asked) == (other.pk, State.FOUND, 2)
    assert chosen.product_id != wanted.pk


def test_only_what_is_offered_is_chosen(world, listed):
    pk = row("NOPE").pk

    answer = listed.post(ROWS, {f"o-{pk}": str(world.products["lamp"].pk)}, **HTMX)

    assert answer.status_code == 404
    assert row("NOPE").product_id is None


def test_a_row_is_reworded_in_place(world, listed):
    pk = row("NOPE").pk

    listed.post(ROWS, {f"t-{pk}": "VVG3X25LS 3"}, **HTMX)

    found = EntryRow.objects.get(pk=pk)
    assert (found.number, found.text, found.asked) == (4, "VVG3X25LS 3", 3)
    assert found.product_id == world.products["cable"].pk


def test_rows_of_another_person_are_not_there(world, listed, client):
    pk = row("0012").pk
    client.force_login(world.people["sister"])
    client.post(reverse("entry:check"), {"text": "0012-LLE-A60 1"})

    for fields in ({f"q-{pk}": "9"}, {"remove": pk}, {"take": f"{pk}:9"}):
        assert client.post(ROWS, fields, **HTMX).status_code == 404
    assert client.post(reverse("entry:bring"), {"list": row_list("buyer").pk}).status_code == 404

    assert row("0012-LLE-A60 4").quantity == 4


def row_list(name):
    return EntryList.objects.get(user__username=name)


def test_a_list_is_brought_to_another_contract_and_checked_there(world, listed):
    other = world.contracts["own_wholesale"]
    listed.post(reverse("storefront:contract_switch"), {"contract": other.pk, "next": INDEX})
    offered = listed.get(INDEX).content.decode()

    listed.post(reverse("entry:bring"), {"list": EntryList.objects.get().pk})

    assert "Проверить его по этому договору" in offered
    brought = EntryRow.objects.filter(entry_list__contract=other)
    assert [r.text for r in brought] == [
        "0012-LLE-A60 4", "MVA20-1-016-C 140", "VVG3X25LS 100500", "NOPE-777 3",
    ]  # fmt: skip
    prices = {r.text: r.amount for r in EntryRow.objects.filter(text__startswith="VVG")}
    assert len(EntryRow.objects.filter(text__startswith="VVG")) == 2
    assert prices
    assert EntryList.objects.count() == 2


def test_a_scanned_code_is_one_more_of_the_same(world, buyer):
    lamp = world.products["lamp"]
    lamp.barcode = "4607123450862"
    lamp.save()

    for _time in range(3):
        answer = buyer.post(reverse("entry:scan"), {"code": "4607123450862"}, **HTMX)
    missing = buyer.post(reverse("entry:scan"), {"code": "4600000000000"}, **HTMX)

    assert answer["HX-Trigger"] == "scan-known"
    assert missing["HX-Trigger"] == "scan-unknown"
    known, unknown = EntryRow.objects.order_by("number")
    assert (known.quantity, unknown.state) == (3, State.UNKNOWN)


def test_near_articles_are_offered_and_hidden_ones_are_not(world, buyer, search_index):
    seen = add_product(world, 1, article="SVR-88210", title="Светильник")
    secret = add_product(world, 2, article="SVR-88220", title="Тайный светильник")
    hide(secret)
    search_index()

    buyer.post(reverse("entry:check"), {"text": "SVR-88200 24"})
    page = buyer.get(INDEX).content.decode()

    assert row("SVR").details["offers"] == [seen.pk]
    assert "Светильник" in page
    assert "Тайный" not in page


@pytest.mark.parametrize("typed", ["MVA2O-1-O16-C", "MVА2О-I-О16-С"])
def test_letters_for_digits_are_proposed_and_never_taken(world, buyer, search_index, typed):
    search_index()

    buyer.post(reverse("entry:check"), {"text": f"{typed} 24"})
    page = buyer.get(INDEX).content.decode()

    read = EntryRow.objects.get()
    assert (read.state, read.product_id) == (State.UNKNOWN, None)
    assert "MVA20-1-016-C" in page
    assert EntryRow.objects.get().details["offers"] == [world.products["breaker"].pk]


def test_an_offer_hidden_meanwhile_is_neither_shown_nor_taken(world, buyer, search_index):
    seen = add_product(world, 1, article="SVR-88210", title="Тайный светильник")
    search_index()
    buyer.post(reverse("entry:check"), {"text": "SVR-88200 24"})
    buyer.get(INDEX)
    hide(seen)

    page = buyer.get(INDEX).content.decode()
    answer = buyer.post(ROWS, {f"o-{row('SVR').pk}": seen.pk}, **HTMX)

    assert "Тайный" not in page
    assert answer.status_code == 404


def test_every_row_is_in_the_report(listed):
    listed.post(ROWS, {"remove": row("0012").pk})
    listed.post(ADD)

    answer = listed.get(reverse("entry:report"))

    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content)))
    told = [(r[1], r[2]) for r in book.get_sheet_by_index(0).to_python()[1:]]
    assert told == [
        ("0012-LLE-A60 4", "Убрано вами"),
        ("MVA20-1-016-C 140", "В корзине"),
        ("VVG3X25LS 100500", "В корзине"),
        ("NOPE-777 3", "Не найдено"),
    ]


def test_who_may_not_order_has_no_quick_order(world, client):
    client.force_login(world.people["accountant"])

    assert client.get(INDEX).status_code == 403
    assert INDEX not in client.get("/catalogue/").content.decode()


def test_too_many_rows_are_told_and_kept_in_the_field(buyer):
    answer = buyer.post(reverse("entry:check"), {"text": "A 1\n" * 5001})

    assert answer.status_code == 422
    assert "загрузите файлом" in answer.content.decode()
    assert EntryRow.objects.count() == 0


@pytest.mark.parametrize("num", [10, 100])
def test_a_page_takes_the_same_queries_however_many_rows(
    world, buyer, num, django_assert_num_queries
):
    text = "\n".join(["MVA20-1-016-C 5", "0012-LLE-A60 2", "VVG3X25LS 7"] * num)
    buyer.post(reverse("entry:check"), {"text": text})
    buyer.get(INDEX)

    with django_assert_num_queries(17):
        buyer.get(INDEX)


def test_an_edit_takes_the_same_queries_in_a_long_list(world, buyer, django_assert_num_queries):
    buyer.post(reverse("entry:check"), {"text": "MVA20-1-016-C 5\n" * 1000})
    pk = EntryRow.objects.first().pk

    with django_assert_num_queries(26):
        buyer.post(ROWS, {f"q-{pk}": "24"}, **HTMX)

    assert EntryRow.objects.get(pk=pk).amount == Decimal("3179.52")


def test_a_code_of_marking_is_read_by_its_goods(world, buyer):
    lamp = world.products["lamp"]
    lamp.barcode = "4607123450862"
    lamp.save()

    buyer.post(reverse("entry:scan"), {"code": "010460712345086221abcDEF\x1d91EE06"}, **HTMX)

    assert EntryRow.objects.get().product_id == lamp.pk


def test_a_scanned_and_a_removed_row_stand_in_the_field_as_in_the_list(listed):
    scanned = listed.post(reverse("entry:scan"), {"code": "VVG3X25LS"}, **HTMX).content.decode()
    new = listed.post(reverse("entry:scan"), {"code": "NEW-1"}, **HTMX).content.decode()
    removed = listed.post(ROWS, {"remove": row("NOPE").pk}, **HTMX).content.decode()

    assert "NEW-1</textarea>" not in scanned
    assert "NEW-1</textarea>" in new
    assert "NOPE-777" not in removed.split("<textarea")[1].split("</textarea>")[0]


def test_web_assembly_is_allowed_on_this_page_alone(buyer):
    policy = buyer.get(INDEX)["Content-Security-Policy"]

    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert "wasm" not in buyer.get("/catalogue/")["Content-Security-Policy"]
