"""Entry × quantity: what is none is refused in words, and nothing else has changed."""

import re

import pytest

from b2b_apps.purchasing.selectors import basket_for
from tests.refused.entries import ENTRIES

pytestmark = pytest.mark.django_db
# What all of them read by: tests/purchasing/test_quantities.py has many more.
NONE = ("-1", "1e9", "NaN", "１２", "1e999999", "1000000001")
SAID = re.compile(r"не количество|не понято|Не поняты|цифр|это число|целое от 1|больше нуля|лишком")
# A list keeps its rows as they were written, each with what is wrong of it.
LISTS = {"pasted", "row", "file"}
LISTED = {"entry.EntryList", "entry.EntryRow", "core.OutboxMessage"}
# Where 0 takes the line out of the basket.
TAKES_OUT = (
    "catalogue", "catalogue_htmx", "line", "line_htmx", "shared_line", "table", "table_of_goods",
)  # fmt: skip
BASKET = {"basket.Basket", "basket.Line", "purchasing.BasketEntry"}
# What 0 is elsewhere, and how that is said.
NOTHING = {
    "list_in_basket": "Количество ноль",
    "pasted": "это ноль",
    "row": "это ноль",
    "file": "это ноль",
    "template": "строку не хранит",
    "template_htmx": "строку не хранит",
    "template_taken": "ничего не добавлено",
    "repeat": "ничего не добавлено",
    "kits": "целое от 1 до 9999",
    "one_step": "Укажите количество",
    "reserve": "Укажите, сколько",
    "asked": "Укажите количество",
    "asked_project": "Не поняты артикул или количество",
    "api": "больше нуля",
    "order_addition": "Укажите артикул и количество",
}
TOO_DEAR = (*TAKES_OUT, "list_in_basket", "pasted", "row", "file", "template_taken", "repeat",
            "one_step")  # fmt: skip


@pytest.mark.parametrize("text", NONE)
@pytest.mark.parametrize("name", ENTRIES)
def test_what_is_no_quantity_is_refused_in_words(shop, name, text):
    with shop.noted() as changed:
        ENTRIES[name](shop, text)

    assert SAID.search(shop.told)
    assert set(changed) <= (LISTED if name in LISTS else set())


@pytest.mark.parametrize("name", TAKES_OUT)
def test_nothing_takes_the_line_out_and_no_other(shop, name):
    with shop.noted() as changed:
        answer = ENTRIES[name](shop, "0")

    assert answer.status_code == 200
    assert set(changed) <= BASKET
    assert not basket_for(shop.world.context()).lines.exists()


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_is_no_quantity_elsewhere_and_says_so(shop, name):
    with shop.noted() as changed:
        ENTRIES[name](shop, "0")

    assert NOTHING[name] in shop.told
    assert set(changed) <= (LISTED if name in LISTS else {"saved.SavedList"})


@pytest.mark.parametrize("name", TOO_DEAR)
def test_more_money_than_a_line_holds_is_refused_in_words(shop, name):
    with shop.noted() as changed:
        ENTRIES[name](shop, "1000000000")

    assert re.search(r"лишком (много|большое)", shop.told)
    lines = basket_for(shop.world.context()).lines.values_list("quantity", flat=True)
    assert list(lines) == [4]
    assert not set(changed) & {"basket.Line", "purchasing.BasketEntry"}


@pytest.mark.parametrize("name", [*TAKES_OUT, "list_in_basket"])
def test_a_thousandth_is_raised_to_the_pack(shop, name):
    ENTRIES[name](shop, "0.001")

    quantity = basket_for(shop.world.context()).lines.get().quantity
    assert quantity == (5 if name == "list_in_basket" else 1)


@pytest.mark.parametrize("name", [*TAKES_OUT, "list_in_basket", "one_step", "approval"])
def test_a_quantity_that_was_raised_to_the_pack_is_told(shop, name):
    ENTRIES[name](shop, "0.001")

    assert re.search(r"(Кратность|Минимум) 1: было [04],001, стало [15]", shop.told)


def test_a_guest_is_told_how_many_he_has_asked_for(shop):
    ENTRIES["guest"](shop, "0.001")

    assert "Лампа LED A60 11Вт, 1 шт" in shop.told


def test_a_quantity_that_a_template_does_not_keep_leaves_its_row(shop):
    answer = ENTRIES["template_htmx"](shop, "NaN")

    assert answer.status_code == 422
    assert f'<tbody id="s{shop.template.lines.get().pk}"' in answer.content.decode()
