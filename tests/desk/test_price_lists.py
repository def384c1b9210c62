"""Price lists of the staff: the tree, one list, its history, prices changed by hand."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from b2b_apps.contracts.models import Contract
from b2b_apps.core.models import ExternalId
from b2b_apps.pricing.models import Price, PriceChange, PriceList
from b2b_apps.pricing.price_load import PriceRow, prices_load
from b2b_apps.pricing.selectors import prices_for


def address(name, *args):
    return reverse(f"dashboard:{name}", args=args)


@pytest.fixture
def of_1c(world):
    """The dealer's list comes from 1C."""
    row = world.lists["dealer"]
    ExternalId.objects.create(source="ut", kind="price_type", external_id="b1c", object_id=row.pk)
    return row


@pytest.fixture
def ours(world):
    """A list of our own with one price, of the lamp."""
    row = PriceList.objects.create(name="Сайт")
    Price.objects.create(price_list=row, product=world.products["lamp"], amount=100)
    return row


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_a_derived_list_hangs_under_its_base_however_deep(world, staff):
    retail = world.lists["retail"]
    opt = PriceList.objects.create(name="Опт 1", base=retail, base_percent=-14)
    net = PriceList.objects.create(name="Сеть", base=opt, base_percent="2.5")

    nodes = staff.get(address("prices")).context["nodes"]

    placed = [(node.price_list.name, node.rails) for node, _how, _state in nodes]
    at = placed.index((retail.name, ()))
    assert placed[at + 1 : at + 3] == [("Опт 1", ("end",)), ("Сеть", ("gap", "end"))]
    how = {node.price_list.pk: text for node, text, _state in nodes}
    assert how[opt.pk] == "«Розничная» −14\u00a0%"
    assert how[net.pk] == "«Опт 1» +2,5\u00a0%"


def test_lists_of_contracts_stand_apart_in_a_paged_board(world, staff):
    page = staff.get(address("prices"))

    shown = {node.price_list.pk for node, _how, _state in page.context["nodes"]}
    agreed = {row.pk for row in page.context["page"].rows}
    assert agreed == {world.lists["own"].pk, world.lists["stranger_own"].pk}
    assert not shown & agreed


@pytest.mark.parametrize("many", [1, 60])
def test_the_pages_of_lists_take_the_same_queries_whatever_their_length(world, staff, many):
    ours = PriceList.objects.create(name="Сайт")
    for number in range(many):
        PriceList.objects.create(name=f"Р{number}", base=ours, valid_from="2099-01-01")
    prices_load(
        rows=[
            PriceRow(ours.pk, world.products["lamp"].pk, Decimal(n + 1), Decimal(n))
            for n in range(many)
        ],
        source="file",
    )
    taken = []
    for name, args in [
        ("prices", []),
        ("price-list", [ours.pk]),
        ("price-list-history", [ours.pk]),
    ]:
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(address(name, *args)).status_code == 200
        taken.append(len(queries))

    assert taken == [10, 10, 8]


def test_a_price_is_changed_in_its_row_and_the_buyer_sees_it_at_the_next_page(world, staff):
    lamp, own = world.products["lamp"], world.lists["own"]
    price = Price.objects.create(price_list=own, product=lamp, amount=100)
    form = {"amount": "1 234,5", "seen": "100", "valid_to": ""}

    row = staff.post(address("price", price.pk), form, headers={"HX-Request": "true"})

    assert row.status_code == 200
    assert "1 234,50" in row.content.decode().replace("\u00a0", " ")
    seen = prices_for(context=world.context(), product_ids=[lamp.pk])[lamp.pk]
    assert seen.unit_price_at(Decimal(1)) == Decimal("1234.5")
    change = PriceChange.objects.get()
    assert (change.old_amount, change.new_amount) == (100, Decimal("1234.5"))
    assert (change.source, change.user) == ("staff", world.people["manager"])


def test_without_htmx_the_same_form_is_a_page(ours, staff):
    price = ours.prices.get()

    page = staff.get(address("price", price.pk)).content.decode()
    done = staff.post(address("price", price.pk), {"amount": "90", "seen": "100"})

    assert "<html" in page
    assert done.url == address("price-list", ours.pk)
    assert ours.prices.get().amount == 90


@pytest.mark.parametrize(
    ("amount", "valid_to"),
    [("-1", ""), ("abc", ""), ("", ""), ("1,23456", ""), ("9e99", ""), ("NaN", ""), ("1", "x")],
)
def test_a_price_that_is_none_is_refused_and_nothing_changes(ours, staff, amount, valid_to):
    price = ours.prices.get()
    form = {"amount": amount, "seen": "100", "valid_to": valid_to}

    answer = staff.post(address("price", price.pk), form)

    assert answer.status_code == 422
    assert ours.prices.get().amount == 100
    assert not PriceChange.objects.exists()


def test_a_price_that_moved_meanwhile_is_not_written_over(ours, staff):
    price = ours.prices.get()
    staff.post(address("price", price.pk), {"amount": "90", "seen": "100"})

    late = staff.post(address("price", price.pk), {"amount": "80", "seen": "100"})
    gone = staff.post(address("price-remove", price.pk), {"seen": "100"}, follow=True)

    moved = _("The price has become %(amount)s meanwhile. Look at it and save again.")
    assert late.context["form"].errors["amount"] == [moved % {"amount": "90,00"}]
    assert moved % {"amount": "90,00"} in [str(m) for m in gone.context["messages"]]
    assert ours.prices.get().amount == 90


def test_a_removed_price_is_put_back_with_its_term(ours, staff):
    price = ours.prices.get()
    ends = timezone.localdate() + timedelta(days=9)
    Price.objects.filter(pk=price.pk).update(valid_to=ends)

    staff.post(address("price-remove", price.pk), {"seen": "100"})
    assert not ours.prices.exists()
    removal = PriceChange.objects.get()
    staff.post(address("price-undo", removal.pk))
    again = staff.post(address("price-undo", removal.pk), follow=True)

    put = ours.prices.get()
    assert (put.amount, put.valid_to) == (100, ends)
    assert PriceChange.objects.count() == 2
    assert any("100" in str(message) for message in again.context["messages"])


def test_what_1c_owns_can_not_be_changed_here_but_a_price_from_a_day_can(world, staff, of_1c):
    lamp, day = world.products["lamp"], timezone.localdate()
    price = of_1c.prices.get(product=lamp)
    form = {"product": lamp.article, "amount": "55"}

    shut = [
        staff.post(address("price", price.pk), {"amount": "1", "seen": "62.14"}).status_code,
        staff.post(address("price-remove", price.pk), {"seen": "62.14"}).status_code,
        staff.post(address("price-new", of_1c.pk), form).status_code,
    ]
    dated = staff.post(address("price-new", of_1c.pk), {**form, "valid_from": f"{day}"})

    assert shut == [404, 404, 422]
    assert dated.status_code == 302
    seen = prices_for(context=world.context(), product_ids=[lamp.pk])[lamp.pk]
    assert seen.unit_price_at(Decimal(1)) == 55
    page = staff.get(address("price-list", of_1c.pk))
    assert [row.item.is_ours for row in page.context["page"].rows].count(True) == 1
    assert "1С" in page.content.decode()


def test_prices_of_a_project_are_changed_in_the_project(world, staff):
    row = PriceList.objects.create(name="Объект", kind=PriceList.Kind.PROJECT)
    price = Price.objects.create(price_list=row, product=world.products["lamp"], amount=9)

    assert staff.get(address("price-new", row.pk)).status_code == 404
    assert staff.get(address("price", price.pk)).status_code == 404


def test_a_derived_list_from_a_day_works_from_that_day_without_reckoning(world, staff):
    lamp, retail = world.products["lamp"], world.lists["retail"]
    tomorrow = timezone.localdate() + timedelta(days=1)
    form = {
        "name": "Распродажа", "kind": "fallback", "base": retail.pk, "base_percent": "-50",
        "currency": "RUB", "includes_vat": "on", "is_active": "on", "valid_from": f"{tomorrow}",
    }  # fmt: skip
    Price.objects.filter(product=lamp).exclude(price_list=retail).delete()

    made = staff.post(address("price-list-new"), form)

    assert made.status_code == 302
    assert PriceList.objects.get(name="Распродажа").switched_at is None
    context = world.context()
    today = prices_for(context=context, product_ids=[lamp.pk])
    then = prices_for(context=context, product_ids=[lamp.pk], day=tomorrow)[lamp.pk]
    assert lamp.pk not in today
    assert then.unit_price_at(Decimal(1)) == Decimal("43.498")
    strips = staff.get(address("prices")).context["schedule"].strips
    assert [(s.price_list.name, s.state, s.left) for s in strips] == [("Распродажа", "new", 21)]


def test_lists_can_not_stand_on_each_other(world, staff):
    retail, dealer = world.lists["retail"], world.lists["dealer"]
    PriceList.objects.filter(pk=dealer.pk).update(base=retail)
    form = {"name": "Р", "kind": "price_type", "base": dealer.pk, "currency": "RUB"}

    answer = staff.post(address("price-list-edit", retail.pk), form)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["base"]
    retail.refresh_from_db()
    assert retail.base is None


def test_a_list_of_1c_keeps_its_name_and_takes_a_base(world, staff, of_1c):
    form = {
        "name": "Взлом", "currency": "EUR", "kind": "price_type", "is_active": "on",
        "base": world.lists["retail"].pk, "base_percent": "-24",
    }  # fmt: skip

    answer = staff.post(address("price-list-edit", of_1c.pk), form)

    assert answer.status_code == 302
    of_1c.refresh_from_db()
    assert (of_1c.name, of_1c.currency, of_1c.base_percent) == ("Дилерская", "RUB", -24)


def test_the_history_stands_on_the_list_and_on_the_product(world, ours, staff):
    lamp = world.products["lamp"]
    staff.post(address("price", ours.prices.get().pk), {"amount": "90", "seen": "100"})

    history = staff.get(address("price-list-history", ours.pk)).context["page"]
    card = staff.get(address("product", lamp.pk)).context["changes"]

    assert [(r.item.old_amount, r.item.new_amount) for r in history.rows] == [(100, 90)]
    assert [(c.price_list, author) for c, author in card] == [(ours, "Ольга Гринько")]


def test_a_product_names_the_packs_of_a_price(world, staff):
    lamp = world.products["lamp"]
    world.lists["dealer"].prices.create(product=lamp, pack_factor=50, amount=50)

    page = staff.get(reverse("dashboard:product", args=[lamp.pk])).content.decode()

    prices = page.split('id="h-prices"')[1].split("</section>")[0]
    assert prices.count(_("for packs of %(n)s") % {"n": "50"}) == 1


def test_the_list_of_a_contract_counts_no_contracts(world, staff):
    agreed = PriceList.objects.create(kind="contract", name="Договор № 142/24")
    with scopes_disabled():
        Contract.objects.filter(pk=world.contracts["own"].pk).update(own_price_list=agreed)

    page = staff.get(reverse("dashboard:price-list", args=[agreed.pk])).content.decode()
    dealer = staff.get(reverse("dashboard:price-list", args=[world.lists["dealer"].pk]))

    assert _("Active contracts") not in page
    assert _("Active contracts") in dealer.content.decode()
