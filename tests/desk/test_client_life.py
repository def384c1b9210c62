"""The page of a client: his credit, what to do about him, what was done, shipments by month."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.contracts.limits import credit_terms_change
from b2b_apps.contracts.models import Contract
from b2b_apps.contracts.services import CreditTerms, terms_of
from b2b_apps.desk.selectors.client_life import client_months
from b2b_apps.pricing.models import PriceList
from tests.contracts.orders import Book, account_of, group_of, reported

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(world):
    return world.companies["own"]


def page_of(client, own):
    return client.get(reverse("dashboard:client", args=[own.pk]))


def test_the_credit_of_the_contract_with_the_largest_limit_is_drawn(desk, staff, own):
    account_of(desk.world, "own_wholesale", limit=10)
    account = account_of(desk.world, limit=1000, grace_days=14, held=0)
    reported(account, 400, overdue=100, days=12)
    group_of(desk.world, "own", limit=5000)

    page = page_of(staff, own)

    credit = page.context["credit"]
    assert (credit.contract.pk, credit.own.free, credit.own.used) == (
        desk.world.contracts["own"].pk, 600, 400,
    )  # fmt: skip
    assert (credit.parts["over"], credit.parts["used"], credit.days_left) == (10, 30, 3)
    assert credit.shared.free == 5000
    assert "Просрочка 12 дней. Через 3 дн. остановит новые заказы." in page.content.decode()


def test_no_watched_credit_no_block(desk, staff, own):
    for contract in own.contracts.all():
        account_of(desk.world, next(k for k, c in desk.world.contracts.items() if c == contract),
                   limit=None)  # fmt: skip

    page = page_of(staff, own)

    assert page.context["credit"] is None
    assert "Кредитный счёт, договор" not in page.content.decode()


def test_what_waits_for_somebody_stands_under_to_do(desk, staff, own, world):
    account = account_of(world, limit=1000, mode="release")
    reported(account, 400, overdue=100, days=12)
    book = Book(world.contracts["own"], 5000)
    book.placed()
    account.refresh_from_db()
    terms = CreditTerms(**{**terms_of_dict(account), "limit": 900_000})
    manager = world.people["manager"].pk
    credit_terms_change(account_id=account.pk, terms=terms, user_id=manager, reason="Растут")
    ends = timezone.localdate() + timedelta(days=10)
    PriceList.objects.filter(pk=world.lists["own"].pk).update(valid_to=ends)

    words = [todo.word for todo in page_of(staff, own).context["todos"]]

    assert words[0].startswith("просрочено 100,00")
    assert words[1:3] == ["заказ задержан кредитом", "лимит ждёт подписи"]
    assert f"цены договора до {ends:%d.%m}" in words


def terms_of_dict(account):
    terms = terms_of(account)
    return {name: getattr(terms, name) for name in CreditTerms.__dataclass_fields__}


def test_a_change_of_a_limit_stands_in_the_journal_with_who(desk, staff, own, world):
    account = account_of(world, limit=1000)
    terms = CreditTerms(**{**terms_of_dict(account), "limit": 2000})
    manager = world.people["manager"]
    credit_terms_change(account_id=account.pk, terms=terms, user_id=manager.pk, reason="Растут")

    deed = page_of(staff, own).context["journal"][0]

    assert deed.who == manager.get_full_name()
    assert "1\u00a0000,00 → 2\u00a0000,00" in deed.text


def test_shipments_are_summed_by_month_beside_the_year_before(desk, own):
    order = apps.get_model("order", "Order").objects.get(pk=desk.owned["own"].order_id)
    day = timezone.localdate()
    assert client_months(client_id=own.pk, day=day) == []
    shipment = order.shipments.get()
    lines = order.lines.filter(partner=shipment.warehouse)
    total = sum(line.line_price_incl_tax for line in lines)
    order.shipments.update(shipped_at=timezone.now())

    months = client_months(client_id=own.pk, day=day)

    assert len(months) == 12
    assert (months[-1].first, months[-1].amount) == (day.replace(day=1), total)
    order.shipments.update(shipped_at=timezone.now() - timedelta(days=365))
    assert client_months(client_id=own.pk, day=day)[-1].year_ago == total


def test_a_client_takes_as_many_queries_with_more_of_everything(
    desk, staff, own, world, django_assert_max_num_queries
):
    account = account_of(world, limit=10, mode="release")
    with scopes_disabled():
        for amount in range(100, 600, 100):
            Book(world.contracts["own"], amount).placed()
        Contract.objects.filter(counterparty=own).update(valid_to=None)
    reported(account, 5, overdue=1, days=3)

    with django_assert_max_num_queries(27):
        page_of(staff, own)
