"""What one of the staff confirms is what he has seen, and nobody signs twice by a back door."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.contracts.decisions import Decided
from b2b_apps.pricing.models import PriceList
from b2b_apps.purchasing.services.credit import credit_decide
from tests.contracts.orders import Book, account_of, reported
from tests.pricing.making import add_rule

NOTHING = Decimal(0)


@pytest.fixture(autouse=True)
def _everybody():
    with scopes_disabled():
        yield


@pytest.fixture
def manager(world, client):
    client.force_login(world.people["manager"])
    return client


@pytest.fixture
def stopped(world, settings):
    """An order that waits for two signatures."""
    settings.CREDIT_SECOND_SIGNATURE_FROM = 100
    reported(account_of(world, limit=100, mode="release"), 30, overdue=10, days=2)
    book = Book(world.contracts["own"], 500)
    book.placed()
    return book.order


def hidden(page, name):
    """The value of a hidden field on a page, "" if there is none."""
    _head, found, tail = page.content.decode().partition(f'name="{name}" value="')
    return tail.partition('"')[0] if found else ""


def test_a_decision_written_meanwhile_is_not_signed_unseen(world, manager, stopped):
    """The author writes a mild decision, waits until it is looked at, then writes another."""
    author = world.people["editor"].pk
    until = timezone.localdate() + timedelta(days=5)
    mild = Decided("after_pay", "После оплаты", Decimal(500), until)
    credit_decide(order_id=stopped.pk, decided=mild, user_id=author)
    page = manager.get(reverse("dashboard:credit-order", args=[stopped.number]))
    assert f"500,00 ₽ до {until:%d.%m.%Y} — После оплаты" in page.content.decode()
    credit_decide(order_id=stopped.pk, decided=Decided("release", "Сразу"), user_id=author)

    sign = reverse("dashboard:credit-sign", args=[stopped.number])
    told = manager.post(sign, {"decision": hidden(page, "decision")}, follow=True)

    stopped.refresh_from_db()
    assert stopped.credit_state == "waiting"
    assert "посмотрите" in told.content.decode()
    manager.post(sign, {"decision": hidden(told, "decision")})
    stopped.refresh_from_db()
    assert stopped.credit_state == "released"


def test_a_draft_edited_meanwhile_is_not_published_unseen(world, manager):
    """As many products as before, but another percentage."""
    rule = add_rule(-3, state="draft", conditions=[("brand", "IEK")])
    url = reverse("dashboard:rule-start", args=[rule.pk])
    page = manager.get(url)
    number = str(page.context["touched"].reach.num)
    seen = {"seen": number, "number": number, "mark": hidden(page, "mark")}
    blanks = {"name": "Правило", "priority": "10", "action": "percent", "value": "-95",
              "currency": "RUB", "lines": "1", "c0-kind": "brand", "c0-value": "IEK"}  # fmt: skip
    manager.post(reverse("dashboard:rule", args=[rule.pk]), blanks)

    told = manager.post(url, seen, follow=True)

    rule.refresh_from_db()
    assert (rule.value, rule.state) == (-95, "draft")
    assert "изменили" in told.content.decode()
    manager.post(url, {**seen, "mark": hidden(manager.get(url), "mark")})
    rule.refresh_from_db()
    assert rule.state == "live"


@pytest.mark.parametrize("kind", ["project", "refined"])
@pytest.mark.parametrize(
    "change",
    [{"valid_to": "2030-01-01"}, {"is_retail": "on"}, {"base_percent": "-99"},
     {"name": "Другой"}, {"currency": "EUR"}],
)  # fmt: skip
def test_the_list_of_a_project_is_what_two_have_signed(world, manager, change, kind):
    """Its term, its base, whom it is shown to: nobody changes them alone."""
    ends = timezone.localdate()
    row = PriceList.objects.create(
        name="Объект", kind=kind, valid_to=ends, includes_vat=True, currency="RUB"
    )
    form = {"name": row.name, "base": world.lists["retail"].pk, "currency": "RUB",
            "includes_vat": "on", "is_active": "on", "valid_to": f"{ends}", **change}  # fmt: skip

    manager.post(reverse("dashboard:price-list-edit", args=[row.pk]), form)

    row.refresh_from_db()
    assert (row.name, row.valid_to, row.is_retail, row.base, row.base_percent, row.currency) == (
        "Объект", ends, False, None, NOTHING, "RUB",
    )  # fmt: skip


def test_the_list_of_a_project_can_be_switched_off(world, manager):
    row = PriceList.objects.create(name="Объект", kind="project")
    url = reverse("dashboard:price-list-edit", args=[row.pk])

    assert manager.get(url).status_code == 200
    assert manager.post(url, {"is_off_by_staff": "on"}).status_code == 302

    row.refresh_from_db()
    assert (row.name, row.is_active) == ("Объект", False)
