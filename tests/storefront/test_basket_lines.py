"""Lines of the basket on its page: what else is said of one, many at once, colleagues at once."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html
from python_calamine import CalamineWorkbook

from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import (
    basket_lines_set,
    basket_set,
    basket_set_many,
    basket_settle,
)
from b2b_apps.purchasing.typed import typed_quantity

HTMX = {"HX-Request": "true"}


@pytest.fixture
def buyer(world, client):
    client.force_login(world.people["buyer"])
    return client


@pytest.fixture
def filled(world, buyer):
    put(world, lamp=5, cable=3, breaker=24)
    return buyer


def put(world, person="buyer", contract=None, **quantities):
    return basket_set_many(
        context=world.context(person, contract),
        quantities={world.products[key].pk: Decimal(n) for key, n in quantities.items()},
    )


def line(world, key, person="buyer", contract=None):
    basket = basket_for(world.context(person, contract))
    return basket.lines.filter(product=world.products[key]).first() if basket else None


def everything():
    """All lines of all baskets but what follows from them."""
    rows = apps.get_model("basket", "Line").objects.order_by("pk").values()
    return [
        {name: value for name, value in row.items() if not name.startswith("kept_")} for row in rows
    ]


def set_line(client, row, text, **more):
    form = {f"q-{row.pk}": text, **more}
    return client.post(reverse("basket:line", args=[row.pk]), form, headers=HTMX)


def test_who_was_slower_is_told_what_it_is_now_and_may_set_his_own(world, filled):
    lamp = line(world, "lamp")
    basket_set(context=world.context(), product_id=lamp.product_id, quantity=Decimal(7))

    late = set_line(filled, lamp, "9", **{f"was-{lamp.pk}": "5"})
    kept = line(world, "lamp").quantity
    text = late.content.decode()
    again = filled.post(reverse("basket:line", args=[lamp.pk]), {"quantity": "9"}, headers=HTMX)

    assert late.status_code == 422
    assert "теперь здесь 7" in text
    assert "Всё равно поставить 9" in text
    assert kept == 7
    assert again.status_code == 200
    assert line(world, "lamp").quantity == 9


def test_a_table_writes_what_the_person_changed_and_not_what_he_saw(world, filled):
    lamp, cable = line(world, "lamp"), line(world, "cable")
    basket_set(context=world.context(), product_id=lamp.product_id, quantity=Decimal(7))

    filled.post(
        reverse("basket:set_many"),
        {
            f"q-{lamp.pk}": "5", f"was-{lamp.pk}": "5.000",
            f"q-{cable.pk}": "4", f"was-{cable.pk}": "3.000",
        },
    )  # fmt: skip

    assert (line(world, "lamp").quantity, line(world, "cable").quantity) == (7, 4)


def test_many_quantities_at_once_are_undone_at_once(world, filled):
    rows = {key: line(world, key) for key in ("lamp", "cable", "breaker")}
    form = {f"q-{row.pk}": "36" for row in rows.values()}
    form |= {f"was-{row.pk}": str(row.quantity) for row in rows.values()}

    filled.post(reverse("basket:set_many"), form)
    changed = {key: line(world, key).quantity for key in rows}
    page = filled.get(reverse("basket:summary")).content.decode()
    filled.post(reverse("basket:undo"))

    assert set(changed.values()) == {36}
    assert "Изменено количество в 3 строках" in page
    assert {k: line(world, k).quantity for k in rows} == {"lamp": 5, "cable": 3, "breaker": 24}


def lacking(world, **left):
    """So much is left of these goods, at all warehouses together."""
    for key, number in left.items():
        world.products[key].stockrecords.update(num_in_stock=0, num_allocated=0)
        one = world.products[key].stockrecords.order_by("pk").first()
        type(one).objects.filter(pk=one.pk).update(num_in_stock=number)


def test_what_keeps_the_order_back_is_settled_at_once_and_undone_at_once(world, filled):
    lacking(world, lamp=2, cable=0)

    page = filled.get(reverse("basket:summary")).content.decode()
    answer = filled.post(reverse("basket:settle"), headers=HTMX).content.decode()
    left = {key: line(world, key) for key in ("lamp", "cable", "breaker")}
    filled.post(reverse("basket:undo"))

    assert reverse("basket:settle") in page
    assert "Изменено количество в 1 строке. 1 строка удалена" in answer
    assert left["cable"] is None
    assert (left["lamp"].quantity, left["breaker"].quantity) == (2, 24)
    assert {k: line(world, k).quantity for k in left} == {"lamp": 5, "cable": 3, "breaker": 24}


def test_what_only_the_person_can_decide_stays(world, filled):
    before = {key: line(world, key).quantity for key in ("lamp", "cable", "breaker")}

    answer = filled.post(reverse("basket:settle"), headers=HTMX)

    assert answer.status_code == 422
    assert "сразу не решить" in answer.content.decode()
    assert {key: line(world, key).quantity for key in before} == before


def test_settling_tells_nobody_how_much_there_is(world, filled):
    """Who may not see figures gets neither a smaller quantity nor a line gone, which would tell."""
    lacking(world, lamp=2, cable=1)

    basket_settle(context=replace(world.context(), stock_precision="words"))

    assert (line(world, "lamp").quantity, line(world, "cable").quantity) == (5, 3)


def test_a_line_leaves_the_warehouse_that_the_buyer_chose(world, filled):
    lamp, moscow = line(world, "lamp"), world.warehouses["moscow"]
    product = world.products["lamp"]
    product.stockrecords.update_or_create(
        partner=moscow, defaults={"num_in_stock": 100, "partner_sku": "lamp-m"}
    )

    filled.post(reverse("basket:from"), {"line": lamp.pk, "warehouse": moscow.pk})
    there = basket_sheet(context=world.context(), basket=basket_for(world.context()))
    filled.post(reverse("basket:undo"))
    back = basket_sheet(context=world.context(), basket=basket_for(world.context()))

    assert {x.article: x.warehouse_id for x in there.lines}[lamp.product.article] == moscow.pk
    assert {x.article: x.warehouse_id for x in back.lines}[lamp.product.article] != moscow.pk


def test_a_line_is_counted_in_packs_and_the_field_says_so(world, filled):
    breaker = line(world, "breaker")
    pack = breaker.product.packs.create(name="упак", factor=12)

    filled.post(
        reverse("basket:line", args=[breaker.pk]),
        {"panel": "1", "pack": pack.pk, "warehouse": "", "comment": "на объект"},
        headers=HTMX,
    )
    page = filled.get(reverse("basket:summary")).content.decode()
    filled.post(
        reverse("basket:line", args=[breaker.pk]),
        {f"q-{breaker.pk}-{pack.pk}": "5", f"was-{breaker.pk}": "24.000"},
        headers=HTMX,
    )

    assert f'name="q-{breaker.pk}-{pack.pk}"' in page
    assert "на объект" in page
    assert line(world, "breaker").quantity == 60


def test_a_figure_of_packs_that_the_line_is_no_longer_counted_in_is_refused(world, filled):
    breaker = line(world, "breaker")
    pack = breaker.product.packs.create(name="упак", factor=12)
    before = everything()

    answer = filled.post(
        reverse("basket:line", args=[breaker.pk]), {f"q-{breaker.pk}-{pack.pk}": "5"}, headers=HTMX
    )

    assert answer.status_code == 422
    assert everything() == before


@pytest.mark.parametrize(
    ("text", "became"),
    [
        ("36 шт", 36),
        ("36шт.", 36),
        ("36 штук", 36),
        ("3 упак", 36),
        ("2 упаковки", 24),
        (" 48 ", 48),
    ],
)
def test_a_quantity_is_typed_with_its_unit_as_in_quick_order(world, filled, text, became):
    breaker = line(world, "breaker")
    breaker.product.packs.create(name="упаковки", factor=12)

    one = set_line(filled, breaker, text)
    put(world, breaker=12)
    filled.post(reverse("basket:set_many"), {f"q-{breaker.pk}": text})

    assert one.status_code == 200
    assert f'value="{became}"' in one.content.decode()
    assert line(world, "breaker").quantity == became


def test_a_unit_is_heeded_in_a_line_that_is_counted_in_packs(world, filled):
    breaker = line(world, "breaker")
    pack = breaker.product.packs.create(name="упак", factor=12)
    type(breaker).objects.filter(pk=breaker.pk).update(pack=pack)

    answers = [
        filled.post(
            reverse("basket:line", args=[breaker.pk]),
            {f"q-{breaker.pk}-{pack.pk}": text},
            headers=HTMX,
        ).status_code
        for text in ("60 шт", "4 упак", "3")
    ]

    assert answers == [200, 200, 200]
    assert line(world, "breaker").quantity == 36


@pytest.mark.parametrize("text", ["24 кг", "2 бухты", "5 ш"])
def test_a_unit_that_the_product_has_not_is_refused_and_its_own_is_told(world, filled, text):
    before = everything()
    lamp = line(world, "lamp")

    one = set_line(filled, lamp, text)
    many = filled.post(reverse("basket:set_many"), {f"q-{lamp.pk}": text}, follow=True)

    told = f"вписано «{text}», а считают в «шт»"
    assert one.status_code == 422
    assert told in one.content.decode()
    assert told in many.content.decode()
    assert everything() == before


def test_units_take_one_query_whatever_their_number(world, filled):
    lines = [line(world, key) for key in ("lamp", "cable", "breaker")]
    context = world.context()

    def queries(*some):
        typed = {row.pk: typed_quantity("100 шт", None, None) for row in some}
        with CaptureQueriesContext(connection) as caught, transaction.atomic():
            basket_lines_set(context=context, typed=typed)
            transaction.set_rollback(True)
        return len(caught)

    queries(*lines)
    assert queries(*lines) == queries(lines[0])


def test_chosen_lines_go_to_another_contract_and_back(world, filled):
    lamp, other = line(world, "lamp"), world.contracts["own_wholesale"]

    filled.post(reverse("basket:carry"), {"line": lamp.pk, "contract": other.pk})
    gone, there = line(world, "lamp"), line(world, "lamp", contract="own_wholesale")
    filled.post(reverse("basket:undo"))

    assert gone is None
    assert there.quantity == 5
    assert line(world, "lamp").quantity == 5
    assert line(world, "lamp", contract="own_wholesale") is None


def test_the_panel_of_a_line_tells_price_and_warehouses_with_and_without_scripts(world, filled):
    address = reverse("basket:line", args=[line(world, "lamp").pk])

    page, panel = filled.get(address), filled.get(address, headers=HTMX)

    for answer in (page, panel):
        text = answer.content.decode()
        assert "Ваша цена" in text
        assert "с лучшего склада" in text
    assert b"<html" in page.content
    assert b"<html" not in panel.content


def test_the_file_has_all_lines_and_no_formula(world, filled):
    lamp = line(world, "lamp")
    filled.post(reverse("basket:line", args=[lamp.pk]), {"comment": "=1+1"})

    answer = filled.get(reverse("basket:export"))
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()

    assert [row[1] for row in rows[1:4]] == [
        x.article for x in basket_sheet(
            context=world.context(), basket=basket_for(world.context())
        ).lines
    ]  # fmt: skip
    assert rows[1][9] == "=1+1"


@pytest.mark.parametrize("text", ["0.0001", "-1", "1e9", "NaN", "１２", "1e999999", "", "Infinity"])
def test_a_quantity_that_is_none_is_refused_in_words(world, filled, text):
    before = everything()

    one = set_line(filled, line(world, "lamp"), text)
    many = filled.post(
        reverse("basket:set_many"), {f"q-{line(world, 'lamp').pk}": text}, follow=True
    )

    assert one.status_code == 422
    assert 'role="alert"' in one.content.decode()
    assert 'aria-invalid="true"' in many.content.decode()
    assert everything() == before


def test_a_thousandth_is_raised_to_the_pack_and_more_than_a_line_holds_is_refused(world, filled):
    small = set_line(filled, line(world, "breaker"), "0.001")
    before = everything()
    large = set_line(filled, line(world, "breaker"), "1000000001")

    assert small.status_code == 200
    assert "стало 12" in small.content.decode()
    assert large.status_code == 422
    assert everything() == before


@pytest.mark.parametrize("owner", ["stranger", "head"])
def test_a_foreign_line_is_not_found_in_any_field(world, filled, owner):
    put(world, owner, lamp=3)
    foreign = line(world, "lamp", owner)
    before = everything()
    address = reverse("basket:line", args=[foreign.pk])
    moscow, other = world.warehouses["moscow"].pk, world.contracts["own_wholesale"].pk

    answers = [
        filled.get(address),
        filled.post(address, {"quantity": "9"}),
        filled.post(address, {f"q-{foreign.pk}": "9"}),
        filled.post(address, {"comment": "чужой"}),
        filled.post(address, {"panel": "1", "comment": "чужой"}),
        filled.post(reverse("basket:remove"), {"line": foreign.pk}),
        filled.post(reverse("basket:remove"), {"only": foreign.pk}),
        filled.post(reverse("basket:from"), {"line": foreign.pk, "warehouse": moscow}),
        filled.post(reverse("basket:carry"), {"line": foreign.pk, "contract": other}),
        filled.post(reverse("basket:accept"), {"accept": foreign.pk}),
    ]
    table = filled.post(reverse("basket:set_many"), {f"q-{foreign.pk}": "9"})

    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert table.status_code == 302
    assert everything() == before


def test_foreign_warehouses_packs_and_contracts_are_not_found(world, filled):
    lamp = line(world, "lamp")
    pack = world.products["breaker"].packs.create(name="упак", factor=12)
    before = everything()
    address = reverse("basket:line", args=[lamp.pk])

    answers = [
        filled.post(address, {"panel": "1", "pack": pack.pk}),
        filled.post(address, {"panel": "1", "warehouse": 10**9}),
        filled.post(address, {"panel": "1", "warehouse": "x"}),
        filled.post(reverse("basket:from"), {"line": lamp.pk, "warehouse": 10**9}),
        filled.post(
            reverse("basket:carry"),
            {"line": lamp.pk, "contract": world.contracts["stranger"].pk},
        ),
        filled.post(reverse("basket:carry"), {"line": lamp.pk, "contract": "1e9"}),
    ]

    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert everything() == before


def test_the_table_is_sorted_and_keeps_the_places(world, filled):
    page = filled.get(reverse("basket:summary"), {"sort": "sum"})
    rows = page.context["view"].rows

    sums = [row.line.shown_amount for row in rows]
    assert sums == sorted(sums, reverse=True)
    assert sorted(row.line.position for row in rows) == [1, 2, 3]


def test_lines_are_found_as_one_types_and_nothing_else_is_drawn_anew(world, filled):
    page = html.fromstring(filled.get(reverse("basket:summary"), {"find": "mva20"}).content)
    (form,) = page.xpath("//form[@role='search'][.//input[@id='bf']]")
    (found,) = page.xpath("//*[@id='found']")

    assert "input changed delay:300ms from:#bf" in form.get("hx-trigger")
    for name in [form.get("hx-target"), *form.get("hx-select-oob").split(",")]:
        assert len(page.xpath(f"//*[@id='{name[1:]}']")) == 1
    # The field stays where it is while what is found changes.
    assert not found.xpath(".//input[@id='bf']")
    assert [row.get("id") for row in found.xpath(".//tbody/tr")] == [
        f"l{line(world, 'breaker').pk}"
    ]
    assert page.xpath("//input[@id='lines-next']/@value") == ["/basket/?find=mva20"]


@pytest.mark.parametrize("text", ["3×2,5", "ввгнг 3х2.5", "3x2", "3*2,5", "2.5"])
def test_sizes_are_found_however_their_signs_are_typed(world, filled, text):
    page = html.fromstring(filled.get(reverse("basket:summary"), {"find": text}).content)

    found = page.xpath("//*[@id='found']//tbody/tr/@id")
    assert found == [f"l{line(world, 'cable').pk}"]


@pytest.mark.parametrize("text", ["3.5", "3х5"])
def test_a_size_is_not_found_in_the_figures_of_a_barcode(world, filled, text):
    product = world.products["cable"]
    product.barcode = "4600000305507"
    product.save(update_fields=["barcode"])

    page = html.fromstring(filled.get(reverse("basket:summary"), {"find": text}).content)

    assert not page.xpath("//*[@id='found']//tbody/tr/@id")


def test_what_is_typed_takes_as_many_queries_whatever_is_found(world, filled):
    def queries(text):
        with CaptureQueriesContext(connection) as caught:
            filled.get(reverse("basket:summary"), {"find": text}, headers=HTMX)
        return len(caught)

    queries("")
    assert queries("mva20") == queries("a") == queries("")


def test_lines_drawn_anew_lead_back_to_what_was_found(world, filled):
    answer = filled.post(
        reverse("basket:remove"),
        {"only": line(world, "lamp").pk},
        headers={**HTMX, "HX-Current-URL": "http://testserver/basket/?find=mva20"},
    )

    page = html.fromstring(answer.content)
    assert page.xpath("//input[@id='lines-next']/@value") == ["/basket/?find=mva20"]
    assert len(page.xpath("//*[@id='found']//tbody/tr")) == 1
