"""What becomes of each row of a list."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from b2b_apps.assortment.models import AssortmentRule
from b2b_apps.entry.errors import TooManyRowsError
from b2b_apps.entry.models import EntryList, EntryRow
from b2b_apps.entry.selectors import counts_of, list_for
from b2b_apps.entry.services import MOST_PASTED, text_check
from b2b_apps.entry.services.lists import is_stale, list_recheck
from b2b_apps.entry.shown import ShownRow
from b2b_apps.entry.verdicts import facts_for
from b2b_apps.inventory.models import StockPolicy
from b2b_apps.pricing.models import Price
from tests.storefront.goods import add_parent, add_product

State, How = EntryRow.State, EntryRow.How


def rows_of(world, text, person="buyer"):
    """The rows of a text as they are kept."""
    text_check(context=world.context(person), text=text)
    return list(list_for(world.context(person)).rows.order_by("number"))


def hide(*products):
    conditions = [{"kind": "product", "values": [product.pk for product in products]}]
    AssortmentRule.objects.create(name="Тайное", kind="hide", conditions=conditions)


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("VVG3X25LS 5", How.EXACT),
        ("vvg3x25ls\t5", How.EXACT),
        ("VVG 3X25 LS; 5", How.CODE),
        ("ВВГ3Х25ЛС 5 шт", How.CODE),
        ("5 x VVG3X25LS", How.EXACT),
        ("4607123450862 5", How.EXACT),
        ("46-0712-3450862, 5", How.CODE),
        ("00-00000777 5", How.EXACT),
        ("ммп3ч25ды 5", How.LAYOUT),
    ],
)
def test_an_article_is_known_in_any_form(world, search_index, text, how):
    cable = world.products["cable"]
    cable.barcode, cable.code_1c = "4607123450862", "00-00000777"
    cable.save()
    search_index()

    (row,) = rows_of(world, text)

    assert (row.product_id, row.asked, row.how, row.state) == (cable.pk, 5, how, State.FOUND)
    assert row.text == text
    assert row.amount == Decimal("350.62")


def test_every_row_is_reported_in_its_order_with_its_own_text(world, search_index):
    for number in (1, 2):
        add_product(world, number, article="ДВОЙНИК")
    add_product(world, 3, article="NOPRICE", price=None)
    add_product(world, 4, article="NOSTOCK", stock=None)
    search_index()
    given = [
        ("Артикул\tКоличество", State.SKIPPED, "heading"),
        ("MVA20-1-016-C 140", State.FIXED, ""),
        ("VVG3X25LS 100500", State.SHORT, ""),
        ("0012-LLE-A60", State.FOUND, ""),
        ("NOPE-777 3", State.UNKNOWN, ""),
        ("ДВОЙНИК 2", State.CHOOSE, ""),
        ("NOPRICE 2", State.REFUSED, "on_request"),
        ("NOSTOCK 2", State.REFUSED, "no_stock"),
        ("0012-LLE-A60 0", State.REFUSED, "nothing"),
        ("0012-LLE-A60 2", State.FOUND, ""),
    ]

    rows = rows_of(world, "\n\n".join(text for text, *_rest in given))

    assert [(row.text, row.state, row.reason) for row in rows] == given
    assert [row.number for row in rows] == list(range(1, 11))
    assert rows[1].quantity == 144
    counts = counts_of(list_for(world.context()))
    assert (counts.num_open, counts.num_going, counts.num_left) == (10, 4, 5)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("0", "nothing"),
        ("-1", "malformed"),
        ("−1", "malformed"),
        ("0.0001", "malformed"),
        ("1e9", "malformed"),
        ("1e999999", "malformed"),
        ("NaN", "malformed"),
        ("１２", "malformed"),
        ("1000000001", "too_large"),
        ("9" * 40, "malformed"),
        ("5 бочек", "unit"),
    ],
)
def test_what_is_no_quantity_is_kept_as_it_was_typed(world, typed, reason):
    (row,) = rows_of(world, f"VVG3X25LS\t{typed}")

    assert (row.state, row.reason, row.typed) == (State.REFUSED, reason, typed[:64])
    assert (row.asked, row.quantity, row.amount) == (None, None, None)


def test_a_thousandth_is_raised_to_the_pack(world):
    (row,) = rows_of(world, "MVA20-1-016-C 0,001")

    assert (row.state, row.asked, row.quantity) == (State.FIXED, Decimal("0.001"), 12)


def test_a_sum_that_no_line_can_hold_is_refused(world):
    (row,) = rows_of(world, "VVG3X25LS 1000000000")

    assert (row.state, row.reason, row.amount) == (State.REFUSED, "too_large", None)


def test_a_hidden_product_is_as_if_it_were_not(world, search_index):
    search_index()
    (unhidden,) = rows_of(world, "VVG3X25LS 5")
    assert unhidden.product_id == world.products["cable"].pk
    (nothing,) = rows_of(world, "VVG3X25XX 5")
    hide(world.products["cable"])

    (row,) = rows_of(world, "VVG3X25LS 5")

    seen = ("product_id", "state", "reason", "how", "asked", "typed", "details", "amount")
    assert [getattr(row, name) for name in seen] == [getattr(nothing, name) for name in seen]


def test_a_row_whose_product_was_hidden_meanwhile_tells_nothing(world, search_index):
    search_index()
    rows_of(world, "VVG3X25LS 5")
    hide(world.products["cable"])

    list_recheck(context=world.context())

    row = EntryRow.objects.get()
    assert (row.product_id, row.state, row.reason, row.amount) == (None, State.UNKNOWN, "", None)


def test_a_name_with_one_meaning_is_found_and_with_several_is_asked(world, search_index):
    add_product(world, 1, title="Муфта соединительная белая 20")
    add_product(world, 2, title="Розетка двойная белая скрытая")
    add_product(world, 3, title="Розетка одинарная белая скрытая")
    search_index()

    one, several = rows_of(world, "муфта соединительная 20\t30\nрозетка белая скрытая\t7")

    assert (one.state, one.how, one.asked) == (State.FOUND, How.NAME, 30)
    assert (several.state, several.how, len(several.details["offers"])) == ("choose", "name", 2)


def test_a_characteristic_is_found_by_its_own_article(world, search_index):
    seal = add_parent(world, ["белый", "чёрный"], article="SEAL", title="Пломба")
    search_index()

    heading, child = rows_of(world, "SEAL 2\nSEAL-1 2")

    assert (heading.product_id, child.product_id) == (None, seal.children.get(article="SEAL-1").pk)


def test_what_several_warehouses_have_together_is_no_shortage_as_in_the_basket(world):
    records = world.products["cable"].stockrecords
    records.filter(partner=world.warehouses["rostov"]).update(num_in_stock=30, num_allocated=0)
    records.filter(partner=world.warehouses["moscow"]).update(num_in_stock=50, num_allocated=0)

    rows = rows_of(world, "VVG3X25LS 80\nVVG3X25LS 81")

    facts = facts_for(context=world.context(), product_ids=[rows[0].product_id], is_shown=True)
    assert [row.state for row in rows] == [State.FOUND, State.SHORT]
    assert ShownRow(rows[1], facts).take == 80


def test_a_name_that_says_the_colour_means_the_goods_of_that_colour(world, search_index):
    wire = add_parent(world, ["жёлто-зелёный", "зелёный", "синий"], title="Провод ПуГВ 1×2,5")
    search_index()

    said, unsaid, both = rows_of(
        world, "Провод ПуГВ 1×2,5 (синий)\t3\nПровод ПуГВ 1х2,5\t3\nПровод ПуГВ зеленый\t3"
    )

    colours = dict(wire.children.values_list("characteristic", "pk"))
    assert (said.state, said.product_id) == (State.FOUND, colours["синий"])
    assert (unsaid.state, len(unsaid.details["offers"])) == (State.CHOOSE, 3)
    assert both.product_id == colours["зелёный"]


def test_whoever_sees_no_figures_is_not_told_by_asking_for_more_and_more(world):
    StockPolicy.objects.create(precision=StockPolicy.Precision.PRESENCE)

    (row,) = rows_of(world, "VVG3X25LS 100500")

    assert row.state == State.FOUND


@pytest.mark.parametrize("num", [1, 300])
def test_a_list_is_checked_in_the_same_queries_however_long(
    world, search_index, num, django_assert_num_queries
):
    search_index()
    text = "\n".join(["MVA20-1-016-C 5", "0012-LLE-A60 2", "NOPE-12 7"] * num)
    context = world.context()

    with django_assert_num_queries(CHECK_QUERIES):
        text_check(context=context, text=text)

    assert EntryRow.objects.count() == 3 * num


CHECK_QUERIES = 22


def test_too_many_rows_are_refused_and_the_list_stays(world):
    rows_of(world, "VVG3X25LS 5")

    with pytest.raises(TooManyRowsError):
        text_check(context=world.context(), text="VVG3X25LS 5\n" * (MOST_PASTED + 1))

    assert EntryRow.objects.get().text == "VVG3X25LS 5"


def test_a_list_is_of_one_person_under_one_contract(world):
    rows_of(world, "VVG3X25LS 5")
    other = world.context(contract="own_wholesale")

    assert list_for(other) is None
    assert list_for(world.context("head")) is None


def test_prices_are_looked_up_anew_after_a_while(world):
    rows_of(world, "0012-LLE-A60 10")
    entry_list = list_for(world.context())
    assert not is_stale(entry_list, world.context())
    Price.objects.filter(product=world.products["lamp"]).update(amount=Decimal(80))
    EntryList.objects.filter(pk=entry_list.pk).update(
        checked_at=timezone.now() - timedelta(hours=1)
    )
    assert is_stale(list_for(world.context()), world.context())

    entry_list = list_recheck(context=world.context())

    assert EntryRow.objects.get().amount == 800
    assert not is_stale(entry_list, world.context())
