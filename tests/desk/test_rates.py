"""Rates for staff: what holds, the bank's answers in words, rates by hand; thresholds."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from b2b_apps.core.models import OutboxMessage
from b2b_apps.desk.views.rates import PROBLEMS
from b2b_apps.integrations.cbr.services import TOPIC
from b2b_apps.integrations.models import RateLoad
from b2b_apps.pricing.models import CurrencyRate, Price, PriceThreshold
from tests.pricing.making import add_rate

TODAY = timezone.localdate


def text_of(page):
    return " ".join(page.content.decode().split())


@pytest.fixture
def euro(world):
    contract = world.contracts["own"]
    type(contract).objects.filter(pk=contract.pk).update(currency="EUR", rate_markup_percent=2)
    add_rate("EUR", 97, days_ago=1)
    add_rate("VND", "0.0036")
    return contract


def test_the_page_tells_what_holds_and_which_contracts_hang_on_it(world, desk, staff, euro):
    add_rate("EUR", 99, days_ago=1, source="hand")

    page = staff.get(reverse("dashboard:rates"))

    assert [(r.currency, r.rate) for r in page.context["latest"]] == [("EUR", 99)]
    assert [c.pk for c in page.context["contracts"]] == [euro.pk]
    views = {v["key"]: v["count"] for v in page.context["page"].views}
    assert views == {"bank": 2, "hand": 1}
    assert "127.0.0.1" in text_of(page)


def test_a_rate_by_hand_is_set_holds_and_is_taken_away(world, desk, staff, euro):
    form = {"currency": " eur ", "day": TODAY().isoformat(), "rate": "101,25"}

    staff.post(reverse("dashboard:rate-new"), form)
    staff.post(reverse("dashboard:rate-new"), {**form, "rate": "102"})
    row = CurrencyRate.objects.get(source="hand")
    shown = text_of(staff.get(reverse("dashboard:rates")))
    staff.post(reverse("dashboard:rate-drop", args=[row.pk]))
    bank = CurrencyRate.objects.get(currency="EUR")

    assert (row.currency, row.rate, row.user) == ("EUR", 102, world.people["manager"])
    assert "102 <small>вручную" in shown
    assert bank.source == "bank"
    assert staff.post(reverse("dashboard:rate-drop", args=[bank.pk])).status_code == 404
    assert CurrencyRate.objects.filter(pk=bank.pk).exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("currency", "RUB"), ("currency", "евро"), ("rate", "0"), ("rate", "-1"), ("rate", "NaN"),
     ("rate", ""), ("day", "31.02.2026")],
)  # fmt: skip
def test_a_wrong_rate_is_refused_and_nothing_is_set(world, desk, staff, field, value):
    form = {"currency": "EUR", "day": TODAY().isoformat(), "rate": "97"}

    page = staff.post(reverse("dashboard:rate-new"), {**form, field: value})

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert not CurrencyRate.objects.exists()


def test_a_rate_far_from_the_banks_is_taken_when_it_is_saved_once_more(world, desk, staff, euro):
    add_rate("EUR", 97)
    form = {"currency": "EUR", "day": TODAY().isoformat(), "rate": "9700"}

    first = staff.post(reverse("dashboard:rate-new"), form)
    hidden = first.context["form"]["warned_of"].value()
    other = staff.post(reverse("dashboard:rate-new"), {**form, "rate": "970", "warned_of": hidden})
    unset = CurrencyRate.objects.filter(source="hand").exists()
    again = staff.post(reverse("dashboard:rate-new"), {**form, "warned_of": hidden})

    assert [p.status_code for p in (first, other, again)] == [422, 422, 302]
    assert not unset
    assert f'name="warned_of" value="{hidden}"' in text_of(first)
    assert "У Банка России 97." in text_of(first)
    assert CurrencyRate.objects.get(source="hand").rate == 9700


def test_a_small_rate_is_shown_as_exact_as_it_is_kept(world, desk, staff):
    add_rate("VND", "0.00365657")

    assert "0,00365657" in text_of(staff.get(reverse("dashboard:rates")))


def test_the_bank_is_asked_once_however_often_the_button_is_pressed(world, desk, staff):
    for _time in range(3):
        staff.post(reverse("dashboard:rate-ask"))

    assert RateLoad.objects.get().state == "waiting"
    assert OutboxMessage.objects.filter(topic=TOPIC).count() == 1


@pytest.mark.parametrize("code", PROBLEMS)
def test_a_failure_is_told_in_words(world, desk, staff, code):
    RateLoad.objects.create(state="failed", asked_day=TODAY(), problem=code, detail="<b>503</b>")

    text = text_of(staff.get(reverse("dashboard:rates")))

    assert str(PROBLEMS[code]) in text
    assert "Цены идут по тем курсам, что есть." in text
    assert "<b>503</b>" not in text


def test_a_threshold_is_made_changed_and_refused(world, desk, staff):
    dealer, wholesale = world.lists["dealer"], world.lists["wholesale"]
    form = {"price_list": dealer.pk, "minimum_sum": "50 000,00", "target": wholesale.pk,
            "is_active": "on"}  # fmt: skip
    Price.objects.filter(price_list=wholesale).update(amount=1)

    same = staff.post(reverse("dashboard:threshold-new"), {**form, "target": dealer.pk})
    done = staff.post(reverse("dashboard:threshold-new"), {**form, "minimum_sum": "50000"})
    twice = staff.post(reverse("dashboard:threshold-new"), {**form, "minimum_sum": "50000"})
    made = PriceThreshold.objects.get()
    own = staff.post(reverse("dashboard:threshold-new"), {**form, "target": world.lists["own"].pk})
    staff.post(reverse("dashboard:threshold", args=[made.pk]), {**form, "minimum_sum": "70000,5"})
    made.refresh_from_db()
    board = staff.get(reverse("dashboard:thresholds")).context["page"]

    assert [p.status_code for p in (same, done, twice, own)] == [422, 302, 422, 422]
    assert made.minimum_sum == Decimal("70000.50")
    assert [cell.value for cell in board.rows[0].cells][:4] == [
        dealer.name, Decimal("70000.50"), wholesale.name, board.rows[0].cells[3].value,
    ]  # fmt: skip
    assert board.rows[0].cells[3].value > 0


def test_a_threshold_that_makes_goods_dearer_is_taken_when_it_is_saved_once_more(
    world, desk, staff
):
    usual, target = world.lists["dealer"], world.lists["wholesale"]
    form = {"price_list": usual.pk, "minimum_sum": "100", "target": target.pk, "is_active": "on"}
    Price.objects.filter(price_list__in=(usual, target)).delete()
    for name, amounts in {"cable": (10, 11), "breaker": (10, 9)}.items():
        for price_list, amount in zip((usual, target), amounts, strict=True):
            product = world.products[name]
            Price.objects.create(price_list=price_list, product=product, amount=amount)

    first = staff.post(reverse("dashboard:threshold-new"), form)
    unset = PriceThreshold.objects.exists()
    warned_of = first.context["form"]["warned_of"].value()
    again = staff.post(reverse("dashboard:threshold-new"), {**form, "warned_of": warned_of})

    assert [first.status_code, unset, again.status_code] == [422, False, 302]
    assert "С ней дороже станет 1 товар." in text_of(first)


@pytest.mark.parametrize("num", [1, 40])
def test_the_page_of_rates_costs_the_same_for_many(
    world, desk, staff, euro, num, django_assert_max_num_queries
):
    for back in range(2, 2 + num):
        day = TODAY() - timedelta(days=back)
        CurrencyRate.objects.create(currency="EUR", day=day, rate=97, source="bank")
        RateLoad.objects.create(state="done", asked_day=day, day=day)

    with django_assert_max_num_queries(12):
        staff.get(reverse("dashboard:rates"))
