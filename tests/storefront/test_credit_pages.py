"""Credit on the buyer's pages: who is told what, before and after he orders."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Membership
from b2b_apps.companies.roles import Role
from b2b_apps.contracts.decisions import Decided
from b2b_apps.contracts.models import CreditAccount
from b2b_apps.purchasing.services import basket_set
from b2b_apps.purchasing.services.credit import credit_decide
from tests.contracts.orders import account_of, group_of, reported

BASKET, CHECKOUT = reverse("basket:summary"), reverse("checkout:index")


@pytest.fixture
def as_(world, client):
    """Sign in as a person of the cast, with 100 m of cable (7 012.34) in his basket."""

    def sign_in(person, *, filled=True):
        client.force_login(world.people[person])
        if filled:
            basket_set(
                context=world.context(person),
                product_id=world.products["cable"].pk,
                quantity=Decimal(100),
            )
        return client

    return sign_in


def text_of(response):
    """The words of a page, without markup, its spaces plain."""
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", plain.replace("\u00a0", " ").replace("&nbsp;", " "))


def send(client, page, **more):
    """Press the button of a checkout page as it stands."""
    html = page.content.decode()
    fields = dict(re.findall(r'name="([\w-]+)"\s+value="([^"]*)"', html))
    hidden = {k: fields[k] for k in ("basket", "offer", "credit") if k in fields}
    hidden["credit"] = re.search(r'name="credit"\s+value="([^"]*)"', html)[1]
    dates = dict(re.findall(r'name="(date-[\d-]+)"[^>]*?value="([^"]*)"', html))
    methods = dict.fromkeys(re.findall(r'name="(method-[\d-]+)"', html), "delivery")
    consignee = page.context["form"]["consignee"].initial
    data = {**hidden, **dates, **methods, "consignee": consignee, "send": "1", **more}
    return client.post(CHECKOUT, data)


def orders():
    with scopes_disabled():
        return list(apps.get_model("order", "Order").objects.order_by("pk"))


def test_the_head_sees_limit_debt_and_overdue(world, as_):
    reported(account_of(world), 1_819_680, overdue=86_400, days=12)

    page = text_of(as_("head", filled=False).get(reverse("customer:profile-view")))

    assert "Свободно 1 180 320 ₽ из 3 000 000" in page
    assert "просрочено 86 400 ₽" in page
    assert "лимит 3 000 000" in page


def test_the_head_sees_how_far_an_account_is_beyond_its_limit(world, as_):
    reported(account_of(world), 3_023_224)

    page = text_of(as_("head", filled=False).get(reverse("customer:profile-view")))

    assert "Свободно 0 ₽ из 3 000 000" in page
    assert "сверх лимита 23 224 ₽" in page


def test_a_buyer_sees_what_is_left_and_no_debts(world, as_):
    reported(account_of(world), 1_819_680, overdue=86_400, days=12)

    page = text_of(as_("buyer").get(BASKET))

    assert "Свободно 1 180 320 ₽" in page
    assert "из 3 000 000" not in page
    assert "86 400" not in page
    assert "1 819 680" not in page
    assert "заказы остановлены" in page
    assert "спросите бухгалтера" in page


def test_a_warehouse_clerk_sees_nothing_of_credit(world, as_):
    reported(account_of(world), 1_819_680, overdue=86_400, days=12)

    page = text_of(as_("clerk", filled=False).get(reverse("storefront:orders")))

    assert "Свободно" not in page
    assert "просрочено 86" not in page


def test_a_holdings_debts_are_told_to_no_company(world, as_):
    group = group_of(world, "own", "sister", limit=500_000)
    reported(account_of(world, "sister"), 377_000)

    page = text_of(as_("accountant", filled=False).get(reverse("customer:profile-view")))

    assert "Свободно 123 000 ₽ в лимите холдинга" in page
    assert "377 000" not in page
    assert "500 000" not in page
    group.refresh_from_db()
    assert group.debt == 377_000


def test_who_buys_for_one_company_sees_in_the_basket_what_is_free_of_a_shared_limit(world, as_):
    group_of(world, "own", "sister", limit=500_000)
    reported(account_of(world, "sister"), 377_000)

    page = text_of(as_("buyer").get(BASKET))

    assert "Общий лимит холдинга" in page
    assert "123 000" in page
    assert "377 000" not in page
    assert "500 000" not in page


def test_the_head_of_all_companies_sees_their_shared_limit(world, as_):
    group_of(world, "own", "sister", limit=500_000)
    reported(account_of(world, "sister"), 377_000)

    page = text_of(as_("head").get(BASKET))

    assert "Свободно 123 000 ₽ из 500 000 в лимите холдинга" in page
    assert "Общий лимит холдинга" in page
    assert "377 000" in page


def test_the_head_of_some_companies_does_not_see_what_the_others_owe(world, as_):
    group_of(world, "own", "sister", limit=500_000)
    reported(account_of(world, "sister"), 377_000)
    head = Membership.objects.get(
        employee__user=world.people["head"], counterparty=world.contracts["sister"].counterparty
    )
    head.role = Role.BUYER
    head.save()

    page = text_of(as_("head").get(BASKET))

    assert "Свободно 123 000 ₽ в лимите холдинга" in page
    assert "377 000" not in page
    assert "500 000" not in page


def test_the_basket_says_what_will_be_left(world, as_):
    account_of(world, limit=10_000)

    page = text_of(as_("buyer").get(BASKET))

    assert "Останется 2 987 ,66 ₽" in page
    assert "Не хватает" not in page


def test_the_basket_says_what_lacks_and_what_would_help(world, as_):
    account_of(world, limit=5_000)

    response = as_("head").get(BASKET)

    page = text_of(response)
    assert "Не хватает 2 012 ,34 ₽" in page
    assert "На этих условиях заказ не оформить." in page
    assert "Хватит, если заказать на 2 012,34 ₽ меньше." in page
    assert "Пройдёт по договору № 7-П/25, Опт." in page
    assert 'aria-disabled="true"' in response.content.decode()


def test_the_advice_leads_to_the_contract_that_would_take_it(world, as_):
    account_of(world, limit=5_000)
    client = as_("buyer")

    page = client.get(BASKET).content.decode()
    assert (
        f'form="credit-contract" name="contract" value="{world.contracts["own_wholesale"].pk}"'
        in (re.sub(r"\s+", " ", page))
    )
    response = client.post(
        reverse("storefront:contract_switch"),
        {"contract": world.contracts["own_wholesale"].pk, "next": BASKET},
    )

    assert response["Location"].startswith(reverse("basket:move", args=[world.contracts["own"].pk]))


def test_paying_an_order_is_advised_to_who_may_see_debts(world, as_):
    account_of(world, limit=10_000)
    client = as_("head")
    assert send(client, client.get(CHECKOUT)).status_code == 302
    (order,) = orders()

    page = text_of(as_("head").get(BASKET))

    assert f"Хватит, если оплатить заказ {order.number} , 7 012,34 ₽: останется 2 987,66 ₽." in page
    assert "оплатить заказ" not in text_of(as_("buyer").get(BASKET))


def test_a_shipment_without_which_it_fits_is_named(world, as_):
    account_of(world, limit=8_000)
    records = apps.get_model("partner", "StockRecord").objects
    records.filter(product=world.products["lamp"], partner=world.warehouses["rostov"]).update(
        num_in_stock=0
    )
    client = as_("buyer")
    basket_set(context=world.context(), product_id=world.products["lamp"].pk, quantity=Decimal(50))

    page = text_of(client.get(BASKET))

    assert "Хватит без поставки 2 на 3 107,00 ₽: останется 987,66 ₽." in page


def test_checkout_refuses_what_would_be_blocked(world, as_):
    account_of(world, limit=5_000)
    client = as_("buyer")

    page = client.get(CHECKOUT)

    assert re.search(r'name="send" value="1"\s+disabled', page.content.decode())
    response = send(client, page)
    assert response.status_code == 409
    assert orders() == []


def test_credit_that_went_while_he_filled_in_is_told_with_the_sums_and_nothing_is_lost(world, as_):
    account = account_of(world, limit=10_000)
    client = as_("head")
    page = client.get(CHECKOUT)
    CreditAccount.objects.filter(pk=account.pk).update(limit=5_000)

    response = send(client, page, comment="Позвонить за час", customer_number="З-7")

    assert response.status_code == 409
    text = text_of(response)
    assert "Заказ не отправлен: лимита на него больше не хватает" in text
    assert "заказу нужно 7 012,34 ₽, свободно 5 000,00 ₽" in text
    assert "Позвонить за час" in response.content.decode()
    assert 'value="З-7"' in response.content.decode()
    assert orders() == []
    account.refresh_from_db()
    assert account.held == 0


@pytest.mark.parametrize(
    ("mode", "state", "word"),
    [
        ("soft", "held", "Отгрузка задержана"),
        ("release", "waiting", "Ждёт решения"),
    ],
)
def test_an_order_that_will_stop_is_sent_by_who_was_told(world, as_, mode, state, word):
    account = account_of(world, limit=10_000, mode=mode)
    client = as_("head")
    page = client.get(CHECKOUT)
    CreditAccount.objects.filter(pk=account.pk).update(limit=5_000)

    first = send(client, page)
    assert first.status_code == 409
    assert "Заказ ещё не отправлен" in text_of(first)
    assert orders() == []
    second = send(client, first)

    assert second.status_code == 302
    (order,) = orders()
    assert order.credit_state == state
    thanks = text_of(client.get(second["Location"]))
    assert word in thanks
    assert "Лимита не хватило на 2 012,34 ₽." in thanks
    listed = text_of(client.get(reverse("storefront:orders")))
    assert word in listed


def test_the_page_of_a_stopped_order_says_what_happens_next(world, as_):
    account_of(world, limit=5_000, mode="release")
    client = as_("buyer")
    order_url = send(client, client.get(CHECKOUT))["Location"]
    (order,) = orders()
    url = reverse("storefront:order", args=[order.number])

    page = text_of(client.get(url))
    assert "Заказ ждёт решения менеджера." in page
    assert "Он пойдёт сам, как только позволит лимит" in page
    # A buyer sees no debts, nor by how much they are too large.
    assert "2 012" not in page
    decided = Decided(
        "after_pay", "Обещают", Decimal(3000), timezone.localdate() + timedelta(days=3)
    )
    credit_decide(order_id=order.pk, decided=decided, user_id=world.people["manager"].pk)
    assert "Он пойдёт, когда придут 3 000,00 ₽" in text_of(client.get(url))
    credit_decide(
        order_id=order.pk,
        decided=Decided("release", "Пришло"),
        user_id=world.people["manager"].pk,
    )

    page = text_of(client.get(url))
    assert "Лимит заказу больше не мешает." in page
    assert "Обещают" not in page
    assert order_url


def test_a_refused_order_says_why(world, as_):
    account_of(world, limit=5_000, mode="soft")
    client = as_("buyer")
    send(client, client.get(CHECKOUT))
    (order,) = orders()

    credit_decide(
        order_id=order.pk,
        decided=Decided("refuse", "Договор закрывается"),
        user_id=world.people["manager"].pk,
    )

    page = text_of(client.get(reverse("storefront:order", args=[order.number])))
    assert "В заказе отказано. Договор закрывается" in page


def test_stages_ask_for_their_credit_part_alone(world, as_):
    contract = world.contracts["own"]
    contract.payment_kind, contract.prepaid_percent = "stages", 30
    contract.save()
    account_of(world, limit=5_000)

    page = text_of(as_("buyer").get(BASKET))

    assert "Этот заказ, в кредит 4 908 ,64" in page
    assert "Останется 91 ,36 ₽" in page
    assert "аванс 30 %" in page


def test_a_prepaid_contract_says_nothing_of_credit(world, as_):
    client = as_("buyer", filled=False)
    other = world.contracts["own_wholesale"]
    client.post(reverse("storefront:contract_switch"), {"contract": other.pk, "next": BASKET})
    basket_set(
        context=world.context("buyer", "own_wholesale"),
        product_id=world.products["cable"].pk,
        quantity=Decimal(100),
    )

    assert "Лимит по договору" not in text_of(client.get(BASKET))


def test_an_edit_by_htmx_brings_the_new_rest(world, as_):
    account_of(world, limit=10_000)
    client = as_("buyer")
    line = apps.get_model("basket", "Line").objects.get()

    response = client.post(
        reverse("basket:line", args=[line.pk]),
        {"quantity": "200"},
        headers={"HX-Request": "true"},
    )

    assert "Не хватает 4 024 ,68 ₽" in text_of(response)
