"""Entry × what has ended meanwhile: refused in a sentence that says what to do; nothing changed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from b2b_apps.assortment.models import AssortmentRule
from b2b_apps.contracts.models import Contract
from tests.refused.entries import ENTRIES
from tests.refused.shop import everything
from tests.refused.submits import SUBMITS

pytestmark = pytest.mark.django_db
# Of no contract: what a guest asks for; what a past order, a request and a price are read by.
READ = {"guest", "api", "approval", "order_change", "order_addition"}
ENDED = "Договор № 142/24 закончился"
NO_MORE = "заявитель больше не может покупать по этому договору"
OVER = (
    ENDED, NO_MORE, "Компания у нас закрыта", "больше не доступен",
    "договор больше не действует",
)  # fmt: skip
# The new contract is noted, so that it is told of once.
NOTED = {"contracts.TradeChoice"}
# How each entry says that the lamp is not had any more. Those of the line itself let it be edited.
LOST = {
    "catalogue": "Этого товара нет в каталоге",
    "catalogue_htmx": "Этого товара нет в каталоге",
    "table_of_goods": "Этого товара нет в каталоге",
    "list_in_basket": "Нет такого артикула",
    "pasted": "Не найден",
    "row": "Не найден",
    "file": "Не найден",
    "template_taken": "такого товара больше нет",
    "kits": "такого товара больше нет",
    "one_step": "Этого товара нет в каталоге",
    "guest": "Этого товара нет в каталоге",
    "reserve": "Этого товара нет в каталоге",
    "asked": "Этого товара нет в каталоге",
    "asked_project": "Не поняты артикул или количество",
    "api": "Такой страницы нет",
    "order_addition": "Такого артикула нет",
}
KEPT = {"entry.EntryList", "entry.EntryRow", "core.OutboxMessage", "saved.SavedList",
        "basket.Basket"}  # fmt: skip


def ended(shop):
    """One of the company's contracts, the one it buys under."""
    Contract.objects.filter(pk=shop.world.contracts["own"].pk).update(
        valid_to=timezone.localdate() - timedelta(days=1)
    )


def closed(shop):
    """The company itself."""
    company = shop.world.companies["own"]
    type(company).objects.filter(pk=company.pk).update(is_active=False)


def hidden(shop):
    """The lamp, from everybody; it lies in no basket."""
    type(shop.line).objects.filter(pk=shop.line.pk).delete()
    stored = [{"kind": "product", "values": [shop.lamp.pk]}]
    AssortmentRule.objects.create(name="hide", kind="hide", conditions=stored)


@pytest.mark.parametrize("name", sorted(ENTRIES.keys() - READ))
def test_nothing_is_written_under_a_contract_that_has_ended(shop, name):
    ended(shop)

    with shop.noted(everything()) as changed:
        ENTRIES[name](shop, "5")
        # An answer to htmx has the page loaded anew.
        shop.client("head" if name == "shared_line" else "buyer").get(reverse("basket:summary"))

    assert ENDED in shop.told
    assert set(changed) <= NOTED


@pytest.mark.parametrize(
    ("name", "said"), [("approval", NO_MORE), ("order_addition", "можно только уменьшить")]
)
def test_what_was_sent_under_it_grows_no_more(shop, name, said):
    ended(shop)

    with shop.noted(everything()) as changed:
        ENTRIES[name](shop, "500")

    assert said in shop.told
    assert set(changed) <= NOTED


@pytest.mark.parametrize("name", sorted(ENTRIES.keys() - {"guest", "approval", "shared_line"}))
def test_a_closed_company_is_told_so_and_whom_to_call(shop, name):
    closed(shop)

    with shop.noted(everything()) as changed:
        answer = ENTRIES[name](shop, "5")

    assert answer.status_code == 403
    assert "Компания у нас закрыта" in shop.told
    assert "+7 863 000-00-00" in shop.told
    assert changed == []


@pytest.mark.parametrize("name", ["approval", "shared_line"])
def test_who_acts_for_another_company_too_writes_nothing_in_the_closed_one(shop, name):
    closed(shop)

    with shop.noted(everything()) as changed:
        ENTRIES[name](shop, "5")

    assert "Выбранный вами договор вам больше не доступен" in shop.told
    assert set(changed) <= NOTED


@pytest.mark.parametrize("name", LOST)
def test_goods_that_are_shown_no_more_are_had_by_no_entry(shop, name):
    hidden(shop)

    with shop.noted(everything()) as changed:
        ENTRIES[name](shop, "5")

    assert LOST[name] in shop.told
    assert set(changed) <= KEPT


def test_a_table_does_not_name_goods_that_the_person_does_not_see(shop):
    hidden(shop)

    with shop.noted():
        ENTRIES["table_of_goods"](shop, "NaN")

    assert "не количество" in shop.told
    assert shop.lamp.article not in shop.told


def test_a_line_that_lies_in_the_basket_says_that_it_is_lost(shop):
    stored = [{"kind": "product", "values": [shop.lamp.pk]}]
    AssortmentRule.objects.create(name="hide", kind="hide", conditions=stored)

    with shop.noted():
        ENTRIES["catalogue"](shop, "5")

    assert "По вашему договору у товара нет цены" in shop.told


@pytest.mark.parametrize("state", [ended, closed])
@pytest.mark.parametrize("name", SUBMITS)
def test_a_page_that_was_open_orders_nothing_after_the_end(shop, name, state):
    press = SUBMITS[name](shop)
    state(shop)

    with shop.noted(everything()) as changed:
        press()

    assert any(said in shop.told for said in OVER)
    assert set(changed) <= NOTED


@pytest.mark.parametrize("name", ["checkout", "one_step", "approve"])
def test_goods_lost_meanwhile_are_named_and_nothing_is_ordered(shop, name):
    press = SUBMITS[name](shop)
    stored = [{"kind": "product", "values": [shop.lamp.pk]}]
    AssortmentRule.objects.create(name="hide", kind="hide", conditions=stored)

    with shop.noted(everything()) as changed:
        answer = press()

    assert answer.status_code == 409
    assert "0012-LLE-A60" in shop.told
    assert changed == []
